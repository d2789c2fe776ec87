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
import { MILLISECOND } from '../base/time.ts';
import type {
  BreakReport,
  CablePlan,
  Expectation,
  Fault,
  Parameter,
  ProgramPlan,
  Scenario,
  ScenarioResult,
  Text,
  Topology,
  WorldKind,
} from '../system/scenario.ts';
import type { System } from '../system/system.ts';
import { LedgerFold } from '../trace/ledger.ts';
import type { TraceMode } from '../trace/recorder.ts';
import type { Cable, ChangeableOptions } from './cable.ts';
import type { Host } from './host.ts';
import type { Platform } from './platform.ts';
import { reportProcesses } from './report.ts';
import type { Router } from './router.ts';
import { simulateOn } from './simulate.ts';
import type { Switch } from './switch.ts';
import type { RunResult, World } from './world.ts';

type JsonObject = Readonly<Record<string, Json>>;
type Params = JsonObject;

export interface ScenarioRunOptions {
  readonly seed?: number;
  /** Values of parameters that are not to be the default. */
  readonly set?: Params;
  /** The name of a fault that is left out. */
  readonly without?: string;
  /** 'events' (default) or 'frames': the result is folded from events. */
  readonly trace?: TraceMode;
  /** Which world this is: the same simulation runs in the page. */
  readonly worldKind?: WorldKind;
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
  const { seed = 1, trace = 'events', without, worldKind = 'sim' } = options;
  const params = checkParams(scenario, options.set ?? {});
  const world = simulateOn(platform, { seed, trace });
  const stage = new Stage(world, scenario, params);
  stage.planFaults(without);
  stage.startPrograms();
  const limits = scenario.runFor === undefined ? {} : { for: scenario.runFor };
  const ended = await world.run(limits);
  const result = resultOf(world, params, ended);
  const expectations = scenario.expect
    .filter(({ worlds }) => worlds.includes(worldKind))
    .map((expectation) => ({ story: expectation.story, text: expectation.text, ok: holds(expectation, result) }));
  return { world, params, ended, result, expectations };
}

function holds<P>(expectation: Expectation<P>, result: ScenarioResult<P>): boolean {
  return expectation.holds(result) === true;
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

/** A world with the scenario's parts in it, by name. */
class Stage<P extends Params> {
  readonly #world: World;
  readonly #scenario: Scenario<P>;
  readonly #params: P;
  readonly #hosts = new Map<string, Host>();
  readonly #routers = new Map<string, Router>();
  readonly #cables = new Map<string, Cable>();

  constructor(world: World, scenario: Scenario<P>, params: P) {
    this.#world = world;
    this.#scenario = scenario;
    this.#params = params;
    const { topology } = scenario;
    this.#build(typeof topology === 'function' ? topology(params) : topology);
  }

  #build({ hosts, switches = {}, routers = {}, cables }: Topology): void {
    const ends = new Map<string, Host | Router | Switch>();
    for (const [name, plan] of Object.entries(hosts)) {
      const host = this.#world.host(name, plan);
      this.#hosts.set(name, host);
      ends.set(name, host);
    }
    for (const name of Object.keys(switches)) ends.set(name, this.#world.switch(name));
    for (const [name, plan] of Object.entries(routers)) {
      const router = this.#world.router(name, plan);
      this.#routers.set(name, router);
      ends.set(name, router);
    }
    for (const [name, plan] of Object.entries(cables)) this.#lay(name, plan);
  }

  #lay(name: string, { between: [a, b], ...options }: CablePlan): void {
    this.#cables.set(name, this.#world.cable(a, b, { ...options, name }));
  }

  /** Before the programs: of a fault and a program's wake at one moment the fault comes first. */
  planFaults(without: string | undefined): void {
    const { faults = [] } = this.#scenario;
    const all = typeof faults === 'function' ? faults(this.#params) : faults;
    const names = all.map(nameOf);
    if (without !== undefined) checkOneOf('without', without, names);
    for (const fault of all) {
      if (nameOf(fault) !== without) this.#world.at(fault.at, this.#actOf(fault));
    }
  }

  startPrograms(): void {
    for (const [name, plan] of Object.entries(this.#scenario.programs)) {
      this.#start(name, plan, plan.start ?? 0);
      if (plan.onBoot === true) this.#hostOf(name, plan).onBoot(name, this.#main(plan), { onError: 'record' });
    }
  }

  #start(name: string, plan: ProgramPlan<P>, start: string | number): void {
    this.#hostOf(name, plan).spawn(name, this.#main(plan), { start, onError: 'record' });
  }

  #main({ main }: ProgramPlan<P>) {
    return (os: System) => main(os, this.#params);
  }

  #hostOf(name: string, { host }: ProgramPlan<P>): Host {
    const found = this.#hosts.get(host);
    if (found !== undefined) return found;
    throw new RangeError(
      `programs.${name}.host: '${host}' is no host; allowed is ${[...this.#hosts.keys()].join(', ')}`,
    );
  }

  /** What a fault does, its target looked up now so that a wrong name is told before the run. */
  #actOf(fault: Fault): () => void {
    const { target } = fault;
    switch (fault.do) {
      case 'cut': {
        const cable = this.#cable(fault);
        const { direction, carrier } = fault;
        return () => cable.cut({ ...(direction && { direction }), ...(carrier && { carrier }) });
      }
      case 'mend': {
        const cable = this.#cable(fault);
        return () => cable.mend();
      }
      case 'set': {
        const cable = this.#cable(fault);
        return () => cable.set((fault.options ?? {}) as ChangeableOptions);
      }
      case 'power-off':
      case 'power-on': {
        const machine = this.#hosts.get(target) ?? this.#routers.get(target);
        if (machine === undefined) throw unknownTarget(fault, [...this.#hosts.keys(), ...this.#routers.keys()]);
        return () => (fault.do === 'power-off' ? machine.powerOff() : machine.powerOn());
      }
      default:
        return this.#actOnProgram(fault);
    }
  }

  #actOnProgram(fault: Fault): () => void {
    const { programs } = this.#scenario;
    const plan = Object.hasOwn(programs, fault.target) ? programs[fault.target] : undefined;
    if (plan === undefined) throw unknownTarget(fault, Object.keys(programs));
    if (fault.do === 'start') return () => this.#start(fault.target, plan, this.#world.now);
    const host = this.#hostOf(fault.target, plan);
    return () => {
      const process = host.processes.findLast(({ name }) => name === fault.target);
      if (process === undefined) return;
      if (fault.do === 'kill') process.kill();
      else if (fault.do === 'stop') process.stop();
      else process.cont();
    };
  }

  #cable(fault: Fault): Cable {
    const cable = this.#cables.get(fault.target);
    if (cable === undefined) throw unknownTarget(fault, [...this.#cables.keys()]);
    return cable;
  }
}

function nameOf(fault: Fault): string {
  return fault.name ?? fault.do;
}

function unknownTarget(fault: Fault, known: readonly string[]): RangeError {
  return new RangeError(`faults: '${fault.do}' has no target '${fault.target}'; allowed is ${known.join(', ')}`);
}

function resultOf<P extends Params>(world: World, params: P, ended: RunResult): ScenarioResult<P> {
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
