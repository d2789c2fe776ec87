/**
 * A program of this Node process as a process of a live host: the socket calls of `os`, in real time. Its turn never
 * ends, since Node itself schedules it; when the host is closed its calls never settle, as those of a process whose
 * machine lost power.
 * Calls it: serve.ts, through LiveHost.
 */

import type { Sink } from '../base/sink.ts';
import { MILLISECOND, type Nanoseconds } from '../base/time.ts';
import { linux } from '../host/profiles.ts';
import type { Stack } from '../host/stack.ts';
import { connect, listen, socket } from '../socket/calls.ts';
import type { Descriptor } from '../socket/descriptor.ts';
import type { SocketEnvironment } from '../socket/environment.ts';
import type { SocketEvent } from '../socket/events.ts';
import type { ListenSocket } from '../socket/listener.ts';
import { datagramSettings, defaultSettings, type OptionLimits, type Settings } from '../socket/options.ts';
import type { StreamSocket } from '../socket/socket.ts';
import type { Task } from '../socket/task.ts';
import type { Timer } from '../socket/waiters.ts';
import type { DatagramSocket, SocketOptions, System } from '../system/system.ts';
import { type IpAddress, parseAddress } from '../wire/address.ts';
import type { LiveHost } from './live.ts';

class LiveTask implements Task {
  readonly name: string;
  readonly #sink: Sink<SocketEvent>;
  alive = true;

  constructor(name: string, sink: Sink<SocketEvent>) {
    this.name = name;
    this.#sink = sink;
  }

  get running(): boolean {
    return this.alive;
  }

  enter(call: string, about: string | undefined, args: Parameters<Task['enter']>[2]): number {
    if (!this.#sink.on) return 0;
    const { name: process } = this;
    return this.#sink.emit({
      kind: 'call.entered',
      process,
      call,
      ...(about === undefined ? {} : { socket: about }),
      args,
    });
  }

  leave(entered: number, call: string, outcome: Parameters<Task['leave']>[2]): void {
    if (this.#sink.on) this.#sink.emit({ kind: 'call.returned', process: this.name, call, entered, ...outcome });
  }

  /** Only a closed host parks a call, and that for ever. */
  later<T>(): Promise<T> {
    return new Promise(() => {});
  }
}

export class LiveProcess implements SocketEnvironment {
  readonly task: LiveTask;
  readonly stack: Stack;
  readonly profile = linux;
  readonly sink: Sink<SocketEvent>;
  readonly limits: OptionLimits;
  readonly streamDefaults: Settings;
  readonly datagramDefaults: Settings;
  readonly #host: LiveHost;
  readonly #open = new Set<Descriptor>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #numbers = 2;

  /** Made by LiveHost. */
  constructor(host: LiveHost, name: string, limits: OptionLimits) {
    this.#host = host;
    this.stack = host.stack;
    this.sink = host.sink;
    this.task = new LiveTask(name, this.sink);
    this.limits = limits;
    this.streamDefaults = defaultSettings(limits.sysctl);
    this.datagramDefaults = datagramSettings(limits.sysctl);
  }

  // ---- the calls ----

  listen(port: number, options?: Parameters<System['listen']>[1]): Promise<ListenSocket> {
    return listen(this, port, options);
  }

  /** `host` is an address: there are no names here. */
  connect(host: string, port: number, options?: Parameters<System['connect']>[2]): Promise<StreamSocket> {
    return connect(this, host, port, options);
  }

  socket(type?: 'stream', options?: SocketOptions): Promise<StreamSocket>;
  socket(type: 'datagram', options?: SocketOptions): Promise<DatagramSocket>;
  socket(type: 'stream' | 'datagram' = 'stream', options?: SocketOptions): Promise<StreamSocket | DatagramSocket> {
    return socket(this, type, options);
  }

  // ---- SocketEnvironment ----

  get now(): Nanoseconds {
    return this.#host.now();
  }

  schedule(at: Nanoseconds, fire: () => void): Timer {
    const arm = () => {
      const timer = setTimeout(
        () => {
          this.#timers.delete(timer);
          if (this.now < at) {
            current = arm();
            return;
          }
          fire();
        },
        Math.max(0, Math.ceil((at - this.now) / MILLISECOND)),
      );
      this.#timers.add(timer);
      return timer;
    };
    let current = arm();
    return {
      cancel: () => {
        clearTimeout(current);
        this.#timers.delete(current);
      },
    };
  }

  newNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  opened(descriptor: Descriptor): void {
    this.#open.add(descriptor);
  }

  closed(descriptor: Descriptor): void {
    this.#open.delete(descriptor);
  }

  connected(): void {}

  resolve(host: string): IpAddress | undefined {
    try {
      return parseAddress('host', host);
    } catch {
      return undefined;
    }
  }

  /** The host lost its power: no call of this process settles any more. */
  powerOff(): void {
    this.task.alive = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const descriptor of this.#open) descriptor.drop();
    this.#open.clear();
  }
}
