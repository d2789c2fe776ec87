/**
 * The simulated world: hosts, routers, switches and cables, virtual time, and the trace of all that happens.
 *
 * What may be done when: anything between two runs and in a run's `until`; also in the course of a program's own turn,
 * where it happens at that very moment (`cable.cut()` between two calls of a program). Only `run` cannot be called while
 * the world runs.
 *
 * Calls it: users, through `simulate`.
 */
import { shown } from '../base/decimal.ts';
import type { Json } from '../base/json.ts';
import { MILLISECOND, NEVER, parseDuration } from '../base/time.ts';
import type { ProcessHandle } from '../system/process.ts';
import type { ChannelLedger } from '../system/scenario.ts';
import type { Duration } from '../system/system.ts';
import { type Break, findBreaks } from '../trace/noticed.ts';
import { Trace } from '../trace/query.ts';
import { type Place, where } from '../trace/where.ts';
import type { Cable } from './cable.ts';
import type { CableOptions } from './cable-options.ts';
import { type Fabric, hold } from './fabric.ts';
import { type GatewayOptions, Gateways } from './gateway.ts';
import { Host, type HostInterface } from './host.ts';
import type { Ended, RunOptions } from './loop.ts';
import { checkHost, checkRouter, type Defaults, type HostOptions } from './machine-options.ts';
import { Router, type RouterOptions } from './router.ts';
import type { Switch } from './switch.ts';
import type { Occurrence } from './timeline.ts';

/** What a cable can be plugged into; or the name of one. A host means its first free interface. */
export type CableEnd = Host | HostInterface | Router | Switch | string;

export interface RunResult {
  readonly ended: Ended;
  /** The system calls that have not returned. `since` in virtual milliseconds. */
  readonly waiting: readonly { readonly process: string; readonly call: string; readonly since: number }[];
}

/** A cut, a power failure, a kill or a stop. */
export interface WorldBreak {
  readonly kind: Break['kind'];
  /** The cable's, host's or process's name. */
  readonly target: string;
  readonly at: number;
  /** By whom: the first call of each process that told it. `result` is 0 for the end of the stream, or an errno's name. */
  readonly noticed: readonly {
    readonly process: string;
    readonly call: string;
    readonly result: Json;
    readonly after: number;
  }[];
}

export class World implements AsyncDisposable {
  /** What happened; what can be asked of it depends on the mode. */
  readonly trace: Trace;
  readonly #fabric: Fabric;
  readonly #defaults: Defaults;
  readonly #hosts: Host[] = [];
  readonly #gateways: Gateways;
  #disposed = false;

  /** Called by `simulate` only. */
  constructor(fabric: Fabric, defaults: Defaults) {
    this.#fabric = fabric;
    this.#defaults = defaults;
    this.#gateways = new Gateways(fabric);
    this.trace = new Trace(fabric.recorder);
    hold(this, fabric);
  }

  /** Virtual milliseconds since the world began. */
  get now(): number {
    return this.#fabric.timeline.now() / MILLISECOND;
  }

  /** Nothing is left to happen: a run would end at once, but for what is then done to the world. */
  get isIdle(): boolean {
    return this.#fabric.timeline.next() === NEVER;
  }

  /**
   * A new host with one interface, 'eth0', its power on.
   *
   * @throws TypeError, RangeError naming the argument, its value and what is allowed
   */
  host(name: string, options: HostOptions): Host {
    const fabric = this.#open();
    const host = new Host(fabric, checkHost(fabric.newName(name), options, this.#defaults));
    this.#hosts.push(host);
    return host;
  }

  /** A new router. It has one interface for each cable, and the addresses that the topology gives it. */
  router(name: string, options: RouterOptions = {}): Router {
    const fabric = this.#open();
    return new Router(fabric, checkRouter(fabric.newName(name), options, this.#defaults));
  }

  /** A new switch: all that are cabled to it are on one LAN. */
  switch(name: string): Switch {
    const fabric = this.#open();
    return fabric.addSwitch(fabric.newName(name));
  }

  /**
   * Joins two ends by a new cable; 'a' is the first, 'b' the second.
   *
   * @throws TypeError, RangeError for ends that cannot be joined, and for wrong options
   */
  cable(a: CableEnd, b: CableEnd, options: CableOptions = {}): Cable {
    return this.#open().addCable(a, b, options);
  }

  /**
   * Joins a port of a simulated host with a real server of this machine: what connects there talks to it. The process
   * that it answers stands for the server; killed, it takes the connections with it.
   *
   * @throws TypeError, RangeError for wrong options; Error if the host has no power
   */
  gateway(options: GatewayOptions): ProcessHandle {
    this.#open();
    return this.#gateways.add(options, this.#hosts);
  }

  /** Calls `act` at the moment `when`, counted from the world's start, before anything else that is then put in. */
  at(when: Duration, act: () => void): void {
    const fabric = this.#open();
    const moment = parseDuration('when', when);
    if (moment < fabric.timeline.now()) {
      throw new RangeError(`when: ${shown(when)} has passed; allowed is ${this.now} ms or later`);
    }
    if (typeof act !== 'function') throw new TypeError(`act: ${shown(act)} is not a function; allowed is () => void`);
    const { variation } = fabric;
    const then = variation === undefined ? moment : variation.act(moment, fabric.timeline.now());
    if (then !== undefined) fabric.timeline.put(then, new Act(act));
  }

  /**
   * Lets time pass, until one of the bounds is met or nothing is left to happen. It always ends.
   *
   * @throws what a program did not catch, its message extended by the process and the virtual time
   * @throws Error if the world is running already, or was stopped by a failed assertion of ours
   * @throws TypeError, RangeError for wrong options, and beyond 104 days of virtual time
   */
  async run(options: RunOptions = {}): Promise<RunResult> {
    const ended = await this.#open().loop.run(options);
    return { ended, waiting: this.waiting() };
  }

  /** The system calls that have not returned, by host and process; `since` in virtual milliseconds. */
  waiting(): RunResult['waiting'] {
    return this.#hosts.flatMap((host) => host.waiting());
  }

  /** Where the bytes of each channel are, now, as the sockets know it; in the order in which the connections began. */
  ledger(): ChannelLedger[] {
    return this.#fabric.ledger.read();
  }

  /**
   * The places of one byte of a channel ('B:49152>A:7000'; offset 0 is its first), with the events that brought it there.
   *
   * @throws RangeError if there is no such channel or byte; Error if the trace keeps no events
   */
  where(channel: string, offset: number): Place[] {
    return where(this.trace.events, channel, offset);
  }

  /**
   * What was broken so far, and who noticed it, by which call, after how long. Times in virtual milliseconds.
   *
   * @throws Error if the trace keeps no events
   */
  breaks(): WorldBreak[] {
    return findBreaks(this.trace.events).map(({ kind, target, at, noticed }) => ({
      kind,
      target,
      at: at / MILLISECOND,
      noticed: noticed.map(({ process, call, result, after }) => ({
        process,
        call,
        result,
        after: after / MILLISECOND,
      })),
    }));
  }

  /** Ends the world: nothing happens in it any more, no promise of a program settles; real connections are closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#fabric.timeline.clear();
    await this.#gateways.close();
  }

  #open(): Fabric {
    if (this.#disposed) throw new Error('world: it was disposed of; allowed is nothing but to read its trace');
    return this.#fabric;
  }
}

class Act implements Occurrence {
  readonly #act: () => void;

  constructor(act: () => void) {
    this.#act = act;
  }

  isDue(): boolean {
    return true;
  }

  occur(): void {
    this.#act();
  }
}
