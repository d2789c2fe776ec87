/**
 * A scenario's parts in a world, by name: hosts and cables, its programs, its faults, and what a person does to them.
 *
 * An act that says `after` is done between two occurrences, as soon as the trace has that many events; so all that the
 * trace had by then is what it would have without the act. An act whose moment never comes is left out.
 *
 * Calls it: `scenario-run.ts`.
 */
import { fromBase64 } from '../base/bytes.ts';
import { checkInteger, checkKeys, checkOneOf } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import type { Json } from '../base/json.ts';
import { type Nanoseconds, parseDuration } from '../base/time.ts';
import { type Family, topologyIn } from '../system/family.ts';
import type { CablePlan, Fault, ProgramPlan, Scenario, Topology } from '../system/scenario.ts';
import type { System } from '../system/system.ts';
import type { Act, CableChanges, HostChanges } from '../system/timetable.ts';
import type { Cable, ChangeableOptions } from './cable.ts';
import { CHANGEABLE } from './cable-options.ts';
import type { Host } from './host.ts';
import type { Router } from './router.ts';
import type { Switch } from './switch.ts';
import type { World } from './world.ts';

type Params = Readonly<Record<string, Json>>;
type FaultLike = Omit<Fault, 'at' | 'name'>;

/** An act that waits for the trace to have so many events. */
export interface DueAct {
  readonly after: number;
  act(): void;
}

/** What a person gives to hosts and cables in place of what the scenario says. */
export interface TopologyChanges {
  readonly hosts?: Readonly<Record<string, HostChanges>>;
  readonly cables?: Readonly<Record<string, CableChanges>>;
}

/** The topology with those changes. @throws TypeError, RangeError for a name that it does not have, or another field */
export function withChanges(topology: Topology, { hosts = {}, cables = {} }: TopologyChanges): Topology {
  const [changedHosts, changedCables] = [{ ...topology.hosts }, { ...topology.cables }];
  for (const [name, changes] of Object.entries(hosts)) {
    const plan = ownOf('hosts', name, topology.hosts);
    checkKeys(`hosts.${name}`, changes, ['profile', 'accounting', 'sysctl']);
    changedHosts[name] = { ...plan, ...changes, sysctl: { ...plan.sysctl, ...changes.sysctl } };
  }
  for (const [name, changes] of Object.entries(cables)) {
    const plan = ownOf('cables', name, topology.cables);
    checkKeys(`cables.${name}`, changes, CHANGEABLE);
    changedCables[name] = { ...plan, ...changes };
  }
  return { ...topology, hosts: changedHosts, cables: changedCables };
}

function ownOf<T>(where: string, name: string, all: Readonly<Record<string, T>>): T {
  const own = Object.hasOwn(all, name) ? all[name] : undefined;
  if (own !== undefined) return own;
  throw new RangeError(
    `${where}: ${shown(name)} is not there; allowed is ${Object.keys(all).map(shown).join(', ') || 'none'}`,
  );
}

/** A world with the scenario's parts in it, by name. */
export class Stage<P extends Params> {
  readonly #world: World;
  readonly #scenario: Scenario<P>;
  readonly #params: P;
  readonly #hosts = new Map<string, Host>();
  readonly #routers = new Map<string, Router>();
  readonly #cables = new Map<string, Cable>();

  constructor(world: World, scenario: Scenario<P>, params: P, changes: TopologyChanges = {}, family: Family = 'ipv4') {
    this.#world = world;
    this.#scenario = scenario;
    this.#params = params;
    const { topology } = scenario;
    const given = typeof topology === 'function' ? topology(params) : topology;
    this.#build(withChanges(topologyIn(family, given), changes));
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
      if (nameOf(fault) !== without) this.#world.at(fault.at, this.#actOf(fault, 'faults'));
    }
  }

  /**
   * Puts in the acts of a moment; answers those that wait for a number of events, in the order in which they come, and
   * the moment of the last of the others.
   *
   * @throws TypeError, RangeError for a target, a time or a text that is wrong
   */
  planActs(acts: readonly Act[]): { readonly due: readonly DueAct[]; readonly last: Nanoseconds } {
    const due: DueAct[] = [];
    let last: Nanoseconds = 0;
    for (const act of acts) {
      const does = this.#actOfPerson(act);
      if (act.after === undefined) {
        this.#world.at(act.at, does);
        last = Math.max(last, parseDuration('acts.at', act.at));
      } else {
        const after = checkInteger('acts.after', act.after, 0, Number.MAX_SAFE_INTEGER);
        due.push({ after, act: does });
      }
    }
    // Acts at the same event stay in their order: the sort is stable.
    return { due: due.sort((a, b) => a.after - b.after), last };
  }

  #actOfPerson(act: Act): () => void {
    if (act.do === 'option') {
      const host = this.#hostOf(act.target, this.#programOf(act, 'acts'));
      const options = host.checkOptions(act.options);
      return () => host.setOptions(act.target, options);
    }
    if (act.do !== 'type') {
      const does = this.#actOf(act, 'acts');
      if (act.do !== 'start') return does;
      const plan = this.#programOf(act, 'acts');
      // A hand may press a button whose time has passed.
      return () => {
        const host = this.#hostOf(act.target, plan);
        const lives = host.processes.some(({ name, alive }) => name === act.target && alive);
        if (host.powered && !lives) does();
      };
    }
    const host = this.#hostOf(act.target, this.#programOf(act, 'acts'));
    const bytes = fromBase64(act.data);
    return () => host.processes.findLast(({ name }) => name === act.target)?.type(bytes);
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
  #actOf(fault: FaultLike, where: string): () => void {
    const { target } = fault;
    switch (fault.do) {
      case 'cut': {
        const cable = this.#cable(fault, where);
        const { direction, carrier } = fault;
        return () => cable.cut({ ...(direction && { direction }), ...(carrier && { carrier }) });
      }
      case 'mend': {
        const cable = this.#cable(fault, where);
        return () => cable.mend();
      }
      case 'set': {
        const cable = this.#cable(fault, where);
        // Told now, before the run, and not in its midst.
        cable.check(fault.options ?? {});
        return () => cable.set((fault.options ?? {}) as ChangeableOptions, fault.direction);
      }
      case 'power-off':
      case 'power-on': {
        const machine = this.#hosts.get(target) ?? this.#routers.get(target);
        if (machine === undefined) throw unknownTarget(where, fault, [...this.#hosts.keys(), ...this.#routers.keys()]);
        return () => (fault.do === 'power-off' ? machine.powerOff() : machine.powerOn());
      }
      default:
        return this.#actOnProgram(fault, where);
    }
  }

  #programOf(act: { readonly do: string; readonly target: string }, where: string): ProgramPlan<P> {
    const { programs } = this.#scenario;
    const plan = Object.hasOwn(programs, act.target) ? programs[act.target] : undefined;
    if (plan === undefined) throw unknownTarget(where, act, Object.keys(programs));
    return plan;
  }

  #actOnProgram(fault: FaultLike, where: string): () => void {
    const plan = this.#programOf(fault, where);
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

  #cable(fault: FaultLike, where: string): Cable {
    const cable = this.#cables.get(fault.target);
    if (cable === undefined) throw unknownTarget(where, fault, [...this.#cables.keys()]);
    return cable;
  }
}

function nameOf(fault: Fault): string {
  return fault.name ?? fault.do;
}

function unknownTarget(
  where: string,
  act: { readonly do: string; readonly target: string },
  known: readonly string[],
): RangeError {
  return new RangeError(`${where}: '${act.do}' has no target '${act.target}'; allowed is ${known.join(', ')}`);
}
