/**
 * What processes need of their world and of their host's operating system, on top of the loop and the machines.
 *
 * Calls it: `host.ts` makes both; `process.ts` uses them.
 */
import { assert } from '../base/assert.ts';
import type { Json } from '../base/json.ts';
import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Profile } from '../host/profiles.ts';
import type { Stack } from '../host/stack.ts';
import type { SocketOptions } from '../socket/api.ts';
import { datagramSettings, defaultSettings, type OptionLimits, type Settings } from '../socket/options.ts';
import type { StreamSocket } from '../socket/socket.ts';
import type { Timer } from '../socket/waiters.ts';
import type { Signal } from '../system/system.ts';
import { accountingOf } from '../tcp/accounting.ts';
import type { LayerEvent } from '../trace/event.ts';
import type { FaultEvent } from '../trace/world-events.ts';
import type { IpAddress } from '../wire/address.ts';
import type { LiveLedger } from './live-ledger.ts';
import type { Loop } from './loop.ts';
import type { Machine } from './machine.ts';
import type { Platform } from './platform.ts';
import type { Process, ProcessHost, ProcessWorld } from './process.ts';
import type { Occurrence, Timeline } from './timeline.ts';

/** What of the fabric both need. */
export interface ProgramFabric {
  readonly timeline: Timeline;
  readonly loop: Loop;
  readonly ledger: LiveLedger;
  readonly platform: Platform;
  resolve(name: string): readonly IpAddress[];
  act(event: FaultEvent, host: string, change: () => void): void;
}

/** The world as its processes see it. One for each world. */
export class ProgramWorld implements ProcessWorld {
  readonly #fabric: ProgramFabric;

  constructor(fabric: ProgramFabric) {
    this.#fabric = fabric;
  }

  now(): Nanoseconds {
    return this.#fabric.timeline.now();
  }

  get turn(): number {
    return this.#fabric.loop.turn;
  }

  wake(): number {
    return this.#fabric.loop.wake();
  }

  countCall(): boolean {
    return this.#fabric.loop.countCall();
  }

  park(): Promise<void> {
    return this.#fabric.loop.park();
  }

  hold(): () => void {
    return this.#fabric.loop.hold();
  }

  schedule(at: Nanoseconds, fire: () => void): Timer {
    const scheduled = new Scheduled(fire);
    this.#fabric.timeline.put(at, scheduled);
    return scheduled;
  }

  fail(error: unknown): void {
    this.#fabric.loop.fail(error);
  }

  resolve(name: string): readonly IpAddress[] {
    return this.#fabric.resolve(name);
  }

  abortController(): { readonly signal: Signal; abort(reason: unknown): void } {
    return this.#fabric.platform.abortController();
  }
}

/** A timer of a program: a sleep, a time-out. */
class Scheduled implements Occurrence, Timer {
  #fire: (() => void) | undefined;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  cancel(): void {
    // What it would have done is let go of too: the entry may stand for long.
    this.#fire = undefined;
  }

  isDue(): boolean {
    return this.#fire !== undefined;
  }

  occur(): void {
    this.#fire?.();
  }
}

/** The operating system of a host from one boot to the next. */
export class OperatingSystem implements ProcessHost {
  readonly name: string;
  readonly profile: Profile;
  readonly sink: Sink<LayerEvent>;
  readonly #fabric: ProgramFabric;
  readonly #machine: Machine;
  #stack: Stack | undefined;
  #settings: { limits: OptionLimits; stream: Settings; datagram: Settings } | undefined;

  constructor(fabric: ProgramFabric, machine: Machine) {
    this.#fabric = fabric;
    this.#machine = machine;
    this.name = machine.name;
    this.profile = machine.plan.profile;
    this.sink = machine.plan.sink;
  }

  /** There is one once the world runs. */
  get stack(): Stack {
    this.#stack ??= this.#machine.stack;
    assert(this.#stack !== undefined, 'a process runs where there is a stack');
    return this.#stack;
  }

  get limits(): OptionLimits {
    return this.#made.limits;
  }

  get streamDefaults(): Settings {
    return this.#made.stream;
  }

  get datagramDefaults(): Settings {
    return this.#made.datagram;
  }

  get #made() {
    const { sysctl } = this.stack;
    this.#settings ??= {
      limits: { accounting: accountingOf(this.#machine.plan.accounting), sysctl },
      stream: defaultSettings(sysctl),
      datagram: datagramSettings(sysctl),
    };
    return this.#settings;
  }

  newNumber(): number {
    return this.#machine.newDescriptor();
  }

  connected(socket: StreamSocket): void {
    this.#fabric.ledger.connected(socket);
  }

  act(kind: 'process.killed' | 'process.stopped' | 'process.continued', process: Process, change: () => void): void {
    this.#fabric.act({ kind, process: process.name }, this.name, () => {
      if (kind === 'process.killed') this.#fabric.ledger.killed(this.name, process.name);
      change();
    });
  }

  typed(process: Process, bytes: number, change: () => void): void {
    this.#fabric.act({ kind: 'process.typed', process: process.name, bytes }, this.name, change);
  }

  configured(process: Process, options: SocketOptions, change: () => void): void {
    const told = { ...options } as Readonly<Record<string, Json>>;
    this.#fabric.act({ kind: 'process.set', process: process.name, options: told }, this.name, change);
  }

  ended(): void {}
}
