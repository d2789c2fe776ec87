/**
 * Blocked calls. Each kind of call (send, recv, accept, connect, close) that a socket can block in has one queue,
 * first in, first out. A queue is served only while its task runs: a stopped process's bytes stay in the buffer, and
 * when it goes on, each call is tried again. A dead process's calls are forgotten, and their promises never settle.
 *
 * Calls it: `send-calls.ts`, `receive-calls.ts`, `socket.ts`, `listener.ts`, `datagram.ts`.
 */
import type { Json } from '../base/json.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Signal } from './api.ts';
import { type ErrnoCode, SocketError } from './errno.ts';
import { type Task, UNTOLD } from './task.ts';

/** A timer of the world that the socket lives in. */
export interface Timer {
  cancel(): void;
}

export interface Timers {
  readonly now: Nanoseconds;
  schedule(at: Nanoseconds, fire: () => void): Timer;
}

/** A call that blocks, as a run's report names it. */
export interface BlockedCall {
  readonly call: string;
  readonly since: Nanoseconds;
}

/** One blocked call and its promise. */
export class Waiter<T> implements BlockedCall {
  readonly call: string;
  readonly entered: number;
  readonly since: Nanoseconds;
  readonly promise: Promise<T>;
  /** Its time-out passed or its signal was aborted while the task was stopped. */
  interrupted: ErrnoCode | undefined = undefined;

  #settle: (value: unknown) => void;
  #fail: (error: unknown) => void;
  #timer: Timer | undefined = undefined;
  #signal: Signal | undefined = undefined;
  #onAbort: (() => void) | undefined = undefined;

  constructor(call: string, entered: number, since: Nanoseconds) {
    this.call = call;
    this.entered = entered;
    this.since = since;
    this.#settle = forget;
    this.#fail = forget;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#settle = resolve as (value: unknown) => void;
      this.#fail = reject;
    });
  }

  /** The call returns `value`; `told` is what the trace says of it, asked for only if somebody listens. */
  resolve(task: Task, value: T, told: Json | undefined): void {
    this.unwatch();
    task.leave(this.entered, this.call, told === undefined ? UNTOLD : { result: told });
    this.#settle(value);
  }

  reject(task: Task, code: ErrnoCode): void {
    this.unwatch();
    task.leave(this.entered, this.call, { error: code });
    this.#fail(new SocketError(code, this.call));
  }

  /** Watches a time-out (0: none) and a signal; `interrupt` is called at most once for each. */
  watch(
    timers: Timers,
    timeout: Nanoseconds,
    onTimeout: ErrnoCode,
    signal: Signal | undefined,
    queue: Interruptible,
  ): void {
    if (timeout > 0) {
      this.watchTimer(timers.schedule(timers.now + timeout, () => queue.interrupt(this, onTimeout)));
    }
    this.watchSignal(signal, queue);
  }

  /** The timer is cancelled when the call ends. */
  watchTimer(timer: Timer): void {
    this.#timer = timer;
  }

  watchSignal(signal: Signal | undefined, queue: Interruptible): void {
    if (signal === undefined) return;
    this.#signal = signal;
    this.#onAbort = () => queue.interrupt(this, 'ECANCELED');
    signal.addEventListener('abort', this.#onAbort);
  }

  /** Lets go of time-out and signal. */
  unwatch(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#onAbort = undefined;
  }
}

function forget(): void {}

/** Who ends a call whose wait is interrupted. */
export interface Interruptible {
  interrupt(waiter: Waiter<unknown>, code: ErrnoCode): void;
}

export abstract class WaitQueue<W extends Waiter<unknown>> implements Interruptible {
  protected readonly task: Task;
  /** Oldest first; short, as programs have few calls open on one socket. */
  #waiting: W[] = NONE;

  constructor(task: Task) {
    this.task = task;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** The oldest call does what it can now; true if that settled it. */
  protected abstract advance(waiter: W): boolean;
  /** Settles a call whose wait ends without what it waited for: by time-out, signal or close. */
  protected abstract giveUp(waiter: W, code: ErrnoCode): void;

  /** Puts a call into the queue; it waits from now on. */
  wait(waiter: W): W {
    if (this.#waiting.length === 0) this.#waiting = [waiter];
    else this.#waiting.push(waiter);
    return waiter;
  }

  /** Serves as many calls as possible, oldest first. */
  serve(): void {
    while (this.#waiting.length > 0 && this.task.running) {
      const head = this.#waiting[0] as W;
      if (!this.advance(head)) return;
      this.#waiting.shift();
    }
  }

  /** The task goes on after it was stopped: serves, then ends what was interrupted meanwhile. */
  resume(): void {
    if (this.#waiting.length === 0) return;
    this.serve();
    for (const waiter of this.#waiting.filter((waiter) => waiter.interrupted !== undefined)) {
      if (waiter.interrupted !== undefined) this.#end(waiter, waiter.interrupted);
    }
  }

  /** A time-out passed or a signal was aborted. */
  interrupt(waiter: Waiter<unknown>, code: ErrnoCode): void {
    if (!this.task.alive) return;
    if (!this.task.running) waiter.interrupted ??= code;
    else this.#end(waiter as W, code);
  }

  /** Ends all calls, each with `code` (or with what it did so far). */
  end(code: ErrnoCode): void {
    const ended = this.#waiting;
    this.#waiting = NONE;
    for (const waiter of ended) this.giveUp(waiter, code);
  }

  /** Forgets all calls: their promises never settle. */
  drop(): void {
    for (const waiter of this.#waiting) waiter.unwatch();
    this.#waiting = NONE;
  }

  /** The calls in the queue, oldest first. */
  blocked(): readonly W[] {
    return this.#waiting;
  }

  #end(waiter: W, code: ErrnoCode): void {
    const place = this.#waiting.indexOf(waiter);
    if (place < 0) return; // it was settled in the same moment
    this.#waiting.splice(place, 1);
    this.giveUp(waiter, code);
    // Whoever stood behind it may be able to go on now.
    if (place === 0) this.serve();
  }
}

/** Shared by all empty queues: an idle socket owns none. Never written to. */
const NONE: never[] = [];
