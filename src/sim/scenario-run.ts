/**
 * Runs a scenario in the simulated world: builds the world from its topology, starts its programs, does its faults at
 * their moments, and answers what its expectations look at.
 *
 * Left out on purpose: reading a scenario's file, and printing. The kernel's world has a runner of its own.
 * Calls it: the command, the page, the scenarios' tests.
 */
import { checkOneOf } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import type { Json } from '../base/json.ts';
import { LONGEST_RUN, MILLISECOND, type Nanoseconds, parseDuration } from '../base/time.ts';
import type { Family } from '../system/family.ts';
import type {
  BreakReport,
  Expectation,
  Parameter,
  Scenario,
  ScenarioResult,
  Text,
  WorldKind,
} from '../system/scenario.ts';
import type { Act } from '../system/timetable.ts';
import type { Event } from '../trace/event.ts';
import { LedgerFold } from '../trace/ledger.ts';
import type { TraceMode } from '../trace/recorder.ts';
import type { Platform } from './platform.ts';
import { reportProcesses } from './report.ts';
import { type DueAct, Stage, type TopologyChanges } from './scenario-stage.ts';
import { simulateOn } from './simulate.ts';
import type { VariationOptions } from './variation.ts';
import type { RunResult, World } from './world.ts';

type JsonObject = Readonly<Record<string, Json>>;
type Params = JsonObject;

export interface ScenarioRunOptions extends TopologyChanges {
  readonly seed?: number;
  /** Values of parameters that are not to be the default. */
  readonly set?: Params;
  /** Over which IP its hosts speak: 'ipv4' (default), as the scenario has it, or 'ipv6'. */
  readonly family?: Family;
  /** The name of a fault that is left out. */
  readonly without?: string;
  /** 'events' (default) or 'frames': the result is folded from events. */
  readonly trace?: TraceMode;
  readonly vary?: VariationOptions;
  /** Which world this is: the same simulation runs in the page. */
  readonly worldKind?: WorldKind;
  /**
   * What a person does meanwhile. A run that has a limit in time goes on for that time after each of them. An act whose
   * `after` the trace never reaches is not done.
   */
  readonly acts?: readonly Act[];
  /** Called for each event that the trace keeps, as it happens; nothing that it does may reach the world. */
  readonly onEvent?: (event: Event) => void;
}

export interface ScenarioRun<P extends Params> {
  readonly world: World;
  readonly params: P;
  readonly ended: RunResult;
  readonly result: ScenarioResult<P>;
  /** The scenario's expectations for this kind of world, and whether they held. */
  readonly expectations: readonly { readonly story: string; readonly text: Text; readonly ok: boolean }[];
}

/**
 * Runs it to its end.
 *
 * @throws TypeError, RangeError for parameters and faults that the scenario does not have, or a topology that cannot be
 */
export async function runScenario<P extends Params>(
  platform: Platform,
  scenario: Scenario<P>,
  options: ScenarioRunOptions = {},
): Promise<ScenarioRun<P>> {
  const { seed = 1, trace = 'events', without, worldKind = 'sim', acts = [], family = 'ipv4' } = options;
  const params = checkParams(scenario, options.set ?? {});
  const world = simulateOn(platform, { seed, trace, ...(options.vary && { vary: options.vary }) }, options.onEvent);
  checkOneOf('family', family, ['ipv4', 'ipv6']);
  const stage = new Stage(world, scenario, params, options, family);
  stage.planFaults(without);
  const planned = stage.planActs(acts);
  stage.startPrograms();
  const { runFor } = scenario;
  const ended =
    acts.length === 0
      ? await world.run(runFor === undefined ? {} : { for: runFor })
      : await runWithActs(world, runFor, planned);
  const result = resultOf(world, params, family, ended);
  const expectations = scenario.expect
    .filter(({ worlds }) => worlds.includes(worldKind))
    .map((expectation) => ({
      story: expectation.story,
      text: expectation.text,
      ok: holds(expectation, result, acts.length > 0),
    }));
  return { world, params, ended, result, expectations };
}

/** Each act is done between two occurrences, and a limit in time begins anew with it. */
async function runWithActs(
  world: World,
  runFor: string | number | undefined,
  { due, last }: { readonly due: readonly DueAct[]; readonly last: Nanoseconds },
): Promise<RunResult> {
  const lasting = runFor === undefined ? undefined : parseDuration('runFor', runFor);
  const now = () => Math.floor(world.now * MILLISECOND + 0.5);
  const endAfter = (at: Nanoseconds) => (lasting === undefined ? 0 : Math.min(at + lasting, LONGEST_RUN));
  let end = endAfter(last);
  let next = 0;
  const { events } = world.trace;
  const until = () => {
    for (let head = due[next]; head !== undefined && events.length >= head.after; head = due[next]) {
      next += 1;
      head.act();
      end = Math.max(end, endAfter(now()));
    }
    return false;
  };
  for (;;) {
    const ended = await world.run(lasting === undefined ? { until } : { until, for: `${end - now()}ns` });
    if (ended.ended !== 'for' || now() >= end) return ended;
  }
}

/** `changed`: a person took part, so that a process which the expectation asks for may never have started. */
function holds<P>(expectation: Expectation<P>, result: ScenarioResult<P>, changed: boolean): boolean {
  try {
    return expectation.holds(result) === true;
  } catch (error) {
    if (changed) return false;
    throw error;
  }
}

/** Defaults, and what was set, checked against type, range and choices. */
export function checkParams<P extends Params>(scenario: Scenario<P>, set: Params): P {
  const known: Readonly<Record<string, Parameter>> = scenario.params;
  for (const name of Object.keys(set)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known).join(', ');
      throw new TypeError(
        `set: '${name}' is no parameter of scenario '${scenario.name}'; allowed is ${names || 'none'}`,
      );
    }
  }
  const values: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(known)) {
    values[name] = checkParameter(name, parameter, set[name] ?? parameter.default);
  }
  // Each value was checked to be of its default's type, which is what P says.
  return values as P;
}

function checkParameter(name: string, parameter: Parameter, value: Json): Json {
  if (typeof value !== typeof parameter.default) {
    throw new TypeError(`set.${name}: ${shown(value)} is wrong; allowed is a ${typeof parameter.default}`);
  }
  const { min, max, oneOf } = parameter;
  if (oneOf !== undefined && !oneOf.includes(value)) {
    throw new RangeError(`set.${name}: ${shown(value)} is not known; allowed is ${oneOf.map(shown).join(', ')}`);
  }
  if (typeof value !== 'number') return value;
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
    throw new RangeError(`set.${name}: ${value} is out of range; allowed is ${min ?? 'any'} to ${max ?? 'any'}`);
  }
  return value;
}

function resultOf<P extends Params>(world: World, params: P, family: Family, ended: RunResult): ScenarioResult<P> {
  const { events } = world.trace;
  const processes = reportProcesses(events);
  const over = ended.waiting.length === 0 && world.isIdle;
  // When all programs have ended and nothing is left to happen, the scenario is over, whatever time it was given.
  const last = events.at(-1)?.at ?? 0;
  const process = (name: string) => {
    const found = processes.findLast((report) => report.name === name);
    if (found !== undefined) return found;
    const known = processes.map((report) => report.name).join(', ');
    throw new RangeError(`process: '${name}' never started; allowed is ${known}`);
  };
  return {
    params,
    family,
    virtualMs: over ? last / MILLISECOND : world.now,
    processes,
    breaks: breaksOf(world),
    ledger: world.ledger(),
    ledgerAt: (ms) => LedgerFold.at(events, ms),
    process,
    calls: (name, call) => process(name).calls.filter((report) => call === undefined || report.call === call),
    events: (kind, host) =>
      // Every event is JSON; the union of their types does not say so of its members.
      events.filter(
        (event) => event.kind === kind && (host === undefined || event.host === host),
      ) as unknown as JsonObject[],
  };
}

function breaksOf(world: World): BreakReport[] {
  return world.breaks().map(({ kind, target, at, noticed }) => ({
    kind,
    target,
    atMs: at,
    noticed: noticed.map(({ process, call, result, after }) => ({ process, call, result, afterMs: after })),
  }));
}
