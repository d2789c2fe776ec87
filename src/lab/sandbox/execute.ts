/**
 * One run in the sandbox: compiles the text, runs the scenario, and says what happens, in batches.
 *
 * The first events are told before each turn of the programs, so that what led into a loop without end is known; later
 * ones in larger batches, for the sake of speed. Telling does not wait for the page.
 * Calls it: `world-worker.ts`.
 */
import { AssertionFailed } from '../../base/assert.ts';
import { checkOneOf } from '../../base/check.ts';
import type { Json } from '../../base/json.ts';
import { PROFILES } from '../../host/profiles.ts';
import { Sysctl } from '../../host/sysctl.ts';
import { PROFILE_NAMES, type ProfileName } from '../../sim/machine-options.ts';
import { checkParams, runScenario, type ScenarioRun, type ScenarioRunOptions } from '../../sim/scenario-run.ts';
import { withChanges } from '../../sim/scenario-stage.ts';
import { SocketError } from '../../socket/errno.ts';
import type { Scenario } from '../../system/scenario.ts';
import type { HostChanges } from '../../system/timetable.ts';
import type { Event } from '../../trace/event.ts';
import type { FromSandbox, Outcome, ScenarioFacts, ToSandbox } from '../run/protocol.ts';
import { type Compiled, compile, messageOf, RunFailed, stackOf } from './compile.ts';
import { browserPlatform } from './platform.ts';
import { Sites } from './sites.ts';

type Request = Extract<ToSandbox, { kind: 'run' }>;
type ProgramError = Outcome['errors'][number];

/** Up to so many events each turn is told at once. */
const AT_ONCE = 5000;
const BATCH = 2000;
/** Wall-clock milliseconds. */
const PATIENCE = 20;

/** Events that wait to be told. */
class Batches {
  readonly #id: number;
  readonly #say: (message: FromSandbox) => void;
  #events: Event[] = [];
  #sites: [number, number][] = [];
  #count = 0;
  #told = 0;

  constructor(id: number, say: (message: FromSandbox) => void) {
    this.#id = id;
    this.#say = say;
  }

  add(event: Event, line: number | undefined): void {
    this.#events.push(event);
    if (line !== undefined) this.#sites.push([event.n, line]);
    this.#count += 1;
    if (this.#events.length >= BATCH) this.flush();
  }

  /** The programs' turn begins. */
  turn(): void {
    if (this.#count <= AT_ONCE || performance.now() - this.#told > PATIENCE) this.flush();
  }

  flush(): void {
    const now = performance.now();
    if (this.#events.length === 0) {
      if (now - this.#told < PATIENCE) return;
      this.#say({ kind: 'beat', id: this.#id });
    } else {
      this.#say({ kind: 'events', id: this.#id, events: this.#events, sites: this.#sites });
      this.#events = [];
      this.#sites = [];
    }
    this.#told = now;
  }
}

/** Runs it to its end, and says so. Never rejects. */
export async function execute(request: Request, say: (message: FromSandbox) => void): Promise<void> {
  const { id } = request;
  const batches = new Batches(id, say);
  try {
    const compiled = await compile(request.source);
    const sites = new Sites(compiled);
    const errors: ProgramError[] = [];
    const watched = watch(compiled, sites, errors);
    listenToFloating(compiled, errors);
    say({ kind: 'started', id, scenario: factsOf(request, compiled) });
    const run = await runScenario(
      browserPlatform(() => batches.turn()),
      watched,
      { ...optionsOf(request), onEvent: (event) => batches.add(event, sites.lineOf(event)) },
    ).catch((error) => {
      throw failureOf(error, compiled);
    });
    batches.flush();
    say({ kind: 'ended', id, outcome: outcomeOf(run, errors, request.whole) });
  } catch (error) {
    batches.flush();
    const failed = error instanceof RunFailed ? error : new RunFailed('world', messageOf(error));
    say({ kind: 'failed', id, failure: failed.failure });
  }
}

function optionsOf({
  plan: { seed, set, without, hosts = {}, cables = {}, acts },
  whole,
}: Request): ScenarioRunOptions {
  const trace = whole ? 'frames' : 'events';
  return { seed, set, hosts, cables, acts, trace, worldKind: 'page', ...(without === undefined ? {} : { without }) };
}

/** The scenario, with an ear for what its programs do not catch. What they do is not changed. */
function watch({ scenario, placeOf }: Compiled, sites: Sites, errors: ProgramError[]): Scenario {
  const programs = Object.entries(scenario.programs).map(([process, program]) => {
    const threw = (error: unknown): void => {
      // What a call failed with was made by the operating system: the place is that of the call.
      const place = placeOf(stackOf(error)) ?? sites.lastOf(process);
      const told: ProgramError =
        error instanceof SocketError
          ? { process, message: error.message, byCall: true }
          : { process, message: messageOf(error) };
      errors.push(place === undefined ? told : { ...told, place });
    };
    // The promise stays the same one, so no program runs earlier or later than it would unwatched.
    const main: typeof program.main = (os, params) => {
      try {
        const result: unknown = program.main(os, params);
        if (result instanceof Promise) result.catch(threw);
        return result as Promise<unknown>;
      } catch (error) {
        threw(error);
        throw error;
      }
    };
    return [process, { ...program, main }] as const;
  });
  return { ...scenario, programs: Object.fromEntries(programs) };
}

/** A promise that fails while nobody waits for it ends no process; it is told all the same. */
function listenToFloating({ scenario, placeOf, linesOf }: Compiled, errors: ProgramError[]): void {
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    const { reason }: { readonly reason: unknown } = event;
    const place = placeOf(stackOf(reason));
    const whose = Object.entries(scenario.programs).find(([, { main }]) => {
      const [first, last] = linesOf(main) ?? [0, 0];
      return place !== undefined && place.line >= first && place.line <= last;
    });
    const told = { process: whose?.[0] ?? '', message: messageOf(reason) };
    errors.push(place === undefined ? told : { ...told, place });
  });
}

/** @throws RunFailed for parameters or a topology that cannot be */
function factsOf({ plan }: Request, compiled: Compiled): ScenarioFacts {
  const { scenario, linesOf } = compiled;
  const { name, title, text, story, programs } = scenario;
  try {
    const params = checkParams(scenario, plan.set);
    const topology = typeof scenario.topology === 'function' ? scenario.topology(params) : scenario.topology;
    const { hosts, cables } = withChanges(topology, plan);
    return {
      name,
      title: { en: title.en, ko: title.ko },
      text: { en: text.en, ko: text.ko },
      story: [...story],
      params,
      programs: Object.fromEntries(
        Object.entries(programs).map(([program, { host, main }]) => [program, { host, lines: linesOf(main) }]),
      ),
      accounting: Object.fromEntries(
        Object.entries(hosts).map(([host, { accounting }]) => [host, accounting ?? 'linux']),
      ),
      hosts: Object.fromEntries(
        Object.entries(hosts).map(([host, { profile = 'linux', accounting = 'linux', sysctl = {} }]) => [
          host,
          { profile, accounting, sysctl: presentOf(profile, sysctl) },
        ]),
      ),
      cables: Object.fromEntries(
        Object.entries(cables).map(([cable, { between: _, mtu: __, ...laid }]) => [cable, laid]),
      ),
    };
  } catch (error) {
    throw failureOf(error, compiled);
  }
}

/** Those sysctls that the page shows, as they are in force. @throws TypeError, RangeError for a name or value that cannot be */
function presentOf(profile: ProfileName, given: NonNullable<HostChanges['sysctl']>): Record<string, string> {
  const sysctl = new Sysctl(PROFILES[checkOneOf('profile', profile, PROFILE_NAMES)].sysctl, given);
  return Object.fromEntries(SHOWN.map((name) => [name, sysctl.text(name)]));
}

const SHOWN = [
  'net.ipv4.tcp_wmem',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
] as const;

/** What the world refuses is the plan's or the text's; what the text threw has its place there. */
function failureOf(error: unknown, { placeOf }: Compiled): RunFailed {
  if (error instanceof RunFailed) return error;
  const message = messageOf(error);
  if (error instanceof AssertionFailed) return new RunFailed('world', message);
  const place = placeOf(stackOf(error));
  const isRefusal = (error instanceof TypeError || error instanceof RangeError) && message.includes('allowed is');
  if (isRefusal) return new RunFailed('plan', error.message, place);
  return place === undefined ? new RunFailed('world', message) : new RunFailed('source', message, place);
}

function outcomeOf(
  run: ScenarioRun<Readonly<Record<string, Json>>>,
  errors: readonly ProgramError[],
  whole: boolean,
): Outcome {
  const { ended, result, expectations, world } = run;
  const outcome: Outcome = {
    ended: ended.ended,
    virtualMs: result.virtualMs,
    hash: world.trace.hash(),
    expectations: expectations.map(({ story, text: { en, ko }, ok }) => ({ story, text: { en, ko }, ok })),
    waiting: ended.waiting,
    errors,
  };
  return whole ? { ...outcome, pcap: world.trace.toPcap() } : outcome;
}
