/**
 * libuv's loop over `os`: the phases of one turn in libuv's order, and a wait in epoll for what comes next.
 *
 *        +--> poll: handles that are ready --> check: setImmediate --> closing --> timers --+
 *        |                                                                                  |
 *        +------- epoll.wait(until the next timer; 0 if an immediate is queued) <-----------+
 *
 * Every callback runs in a macrotask of its own, so that ticks and promises are drained behind it as Node drains them.
 * Virtual time stands still while callbacks run: the loop counts as outside of the world until it waits again.
 *
 * Source: libuv's uv_run (since 1.45 timers come last), node's lib/internal/timers.js and MakeCallback.
 * Calls it: `node-process.ts`.
 */
import { setImmediate as macrotask } from 'node:timers';
import { Fifo } from '../base/fifo.ts';
import { DeadlineHeap } from '../base/heap.ts';
import { NEVER } from '../base/time.ts';
import type { Epoll, Interest, NonblockingSocket, PollFlags, System } from '../system/system.ts';

/** The real one, whatever stands in the module later. */
const setRealImmediate = macrotask;

/** Our own immediate is being set. */
let isOurs = false;

function nextMacrotask(then: () => void): void {
  isOurs = true;
  setRealImmediate(then);
  isOurs = false;
}

/** A callback that waits for its time. */
export interface Deadline {
  /** In virtual milliseconds; the heap's entry counts only while they are equal. */
  at: number;
  /** The loop goes on for its sake. */
  readonly isRef: boolean;
  fire(): void;
}

/** Who waits for a socket. */
export interface Watcher {
  ready(flags: PollFlags): void;
}

export class EventLoop {
  readonly #os: System;
  readonly #epoll: Epoll;
  readonly #deadlines = new DeadlineHeap<Deadline>();
  readonly #watchers = new Map<NonblockingSocket, Watcher>();
  #immediates = new Fifo<() => void>();
  readonly #closing = new Fifo<() => void>();
  /** Handles, timers and requests for which the loop goes on. */
  #references = 0;
  #stopped = false;
  /** Requests to the real system that have not been answered. */
  #outside = 0;
  /** Node's library has set an immediate of its own, which no replaced `setImmediate` reaches. */
  #hasRealImmediate = false;
  /** Goes on with a turn that waits for them. */
  #goOn: (() => void) | undefined = undefined;
  readonly #onError: (error: unknown) => void;

  readonly #check: () => void;

  /** `onError` is given what a callback throws; `check` is asked before each turn, and what it throws ends the loop. */
  constructor(os: System, onError: (error: unknown) => void, check: () => void) {
    this.#check = check;
    this.#os = os;
    this.#epoll = os.nonblocking.epoll();
    this.#onError = onError;
  }

  /** Virtual milliseconds since the world began. */
  get now(): number {
    return this.#os.now();
  }

  retain(): void {
    this.#references += 1;
  }

  release(): void {
    this.#references -= 1;
  }

  /** A request to the real system (a file, a thread) is under way: virtual time stands still until it is answered. */
  outsideBegan(): void {
    this.#outside += 1;
  }

  outsideEnded(): void {
    this.#outside -= 1;
    if (this.#outside > 0) return;
    const goOn = this.#goOn;
    this.#goOn = undefined;
    if (goOn !== undefined) nextMacrotask(goOn);
  }

  /** An immediate that is not virtual was set in this process: its turn lasts until that has run. */
  realImmediate(): void {
    if (!isOurs) this.#hasRealImmediate = true;
  }

  /** No callback runs any more. */
  stop(): void {
    this.#stopped = true;
    this.#goOn?.();
  }

  immediate(callback: () => void): void {
    this.#immediates.push(callback);
  }

  close(callback: () => void): void {
    this.#closing.push(callback);
  }

  deadline(deadline: Deadline): void {
    this.#deadlines.push(deadline.at, deadline);
  }

  watch(socket: NonblockingSocket, interest: Interest, watcher: Watcher): void {
    this.#watchers.set(socket, watcher);
    this.#epoll.ctl(socket, interest);
  }

  unwatch(socket: NonblockingSocket): void {
    this.#watchers.delete(socket);
    this.#epoll.ctl(socket, undefined);
  }

  /** Runs `main`, then the loop, until nothing is left that it goes on for; `idle` is called then, and may bring more. */
  async run(main: () => void, idle: () => void): Promise<void> {
    this.#check();
    await this.#turn([main]);
    do {
      while (!this.#stopped && this.#hasWork()) {
        const ready = await this.#epoll.wait(this.#patience());
        this.#check();
        await this.#turn(this.#callbacksOf(ready));
      }
      if (!this.#stopped) await this.#turn([idle]);
    } while (!this.#stopped && this.#hasWork());
  }

  #hasWork(): boolean {
    return this.#references > 0 || this.#immediates.length > 0 || this.#closing.length > 0;
  }

  /** How long to wait for sockets, in milliseconds; undefined: until one is ready. */
  #patience(): number | undefined {
    if (this.#immediates.length > 0 || this.#closing.length > 0) return 0;
    this.#dropStale();
    const next = this.#deadlines.peekAt();
    return next === NEVER ? undefined : Math.max(0, next - this.now);
  }

  *#callbacksOf(ready: Awaited<ReturnType<Epoll['wait']>>): Generator<() => void> {
    for (const { socket, flags } of ready) {
      const watcher = this.#watchers.get(socket as NonblockingSocket);
      if (watcher !== undefined) yield () => watcher.ready(flags);
    }
    const immediates = this.#immediates;
    this.#immediates = new Fifo();
    for (let callback = immediates.shift(); callback !== undefined; callback = immediates.shift()) yield callback;
    for (let callback = this.#closing.shift(); callback !== undefined; callback = this.#closing.shift()) yield callback;
    const { now } = this;
    for (;;) {
      this.#dropStale();
      if (this.#deadlines.peekAt() > now) return;
      const deadline = this.#deadlines.pop();
      if (deadline !== undefined) yield () => deadline.fire();
    }
  }

  /** A deadline that was moved or cancelled leaves its entry behind. */
  #dropStale(): void {
    for (;;) {
      const deadline = this.#deadlines.peek();
      if (deadline === undefined || deadline.at === this.#deadlines.peekAt()) return;
      this.#deadlines.pop();
    }
  }

  /** One callback after the other, each in a macrotask of its own. Virtual time stands still meanwhile. */
  #turn(callbacks: Iterable<() => void>): Promise<void> {
    const left = callbacks[Symbol.iterator]();
    return this.#os.outside(
      () =>
        new Promise<void>((resolve) => {
          const step = () => {
            const { value: callback, done } = left.next();
            if (done && this.#hasRealImmediate && !this.#stopped) {
              this.#hasRealImmediate = false;
              nextMacrotask(step); // behind it
              return;
            }
            if (this.#stopped || (done && this.#outside === 0)) {
              resolve();
              return;
            }
            if (done) {
              this.#goOn = step;
              return;
            }
            // Before the callback, so that it comes next behind the callback's ticks and promises.
            nextMacrotask(step);
            try {
              callback();
            } catch (error) {
              this.#onError(error);
            }
          };
          step();
        }),
    );
  }
}
