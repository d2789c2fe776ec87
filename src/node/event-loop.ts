/**
 * libuv's loop over `os`: the phases of one turn in libuv's order, and a wait in epoll for what comes next.
 *
 *        +--> poll: handles that are ready --> pending --> check: setImmediate --> closing --> timers --+
 *        |                                                                                              |
 *        +--- epoll.wait(until the next timer; 0 if anything is queued) <-- pending <-------------------+
 *
 * What is watched for is told to epoll right before the wait, as libuv does it: a socket that was connected meanwhile stands
 * behind those that were ready before.
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

/** So often libuv looks for pending callbacks behind a poll; those left come before the next one. */
const PENDING_ROUNDS = 8;

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

interface Watch {
  readonly interest: Interest;
  readonly watcher: Watcher;
}

export class EventLoop {
  readonly #os: System;
  readonly #epoll: Epoll;
  readonly #deadlines = new DeadlineHeap<Deadline>();
  readonly #watches = new Map<NonblockingSocket, Watch>();
  /** Those of which epoll has to be told. */
  readonly #changed = new Set<NonblockingSocket>();
  #pending: (() => void)[] = [];
  readonly #followers = new Fifo<() => void>();
  #immediates = new Fifo<() => void>();
  #closing: (() => void)[] = [];
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

  /** Behind what is ready now, or before it is asked again who is (uv__io_feed). */
  pending(callback: () => void): void {
    this.#pending.push(callback);
  }

  /** Behind the handle's callback that is running now, before other handles have theirs. */
  follow(callback: () => void): void {
    this.#followers.push(callback);
  }

  /** Of several the last comes first: libuv's closing handles are a list that grows at its head. */
  close(callback: () => void): void {
    this.#closing.push(callback);
  }

  deadline(deadline: Deadline): void {
    this.#deadlines.push(deadline.at, deadline);
  }

  watch(socket: NonblockingSocket, interest: Interest, watcher: Watcher): void {
    this.#watches.set(socket, { interest, watcher });
    this.#changed.add(socket);
  }

  unwatch(socket: NonblockingSocket): void {
    this.#watches.delete(socket);
    this.#changed.add(socket);
  }

  /** Runs `main`, then the loop, until nothing is left that it goes on for; `idle` is called then, and may bring more. */
  async run(main: () => void, idle: () => void): Promise<void> {
    this.#check();
    await this.#turn([main]);
    do {
      while (!this.#stopped && this.#hasWork()) await this.#iterate();
      if (!this.#stopped) await this.#turn([idle]);
    } while (!this.#stopped && this.#hasWork());
  }

  async #iterate(): Promise<void> {
    if (this.#pending.length > 0) return this.#turn(this.#takePending());
    for (const socket of this.#changed) this.#epoll.ctl(socket, this.#watches.get(socket)?.interest);
    this.#changed.clear();
    const ready = await this.#epoll.wait(this.#patience());
    this.#check();
    return this.#turn(this.#callbacksOf(ready));
  }

  #hasWork(): boolean {
    return this.#references > 0 || this.#hasQueued();
  }

  #takePending(): (() => void)[] {
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }

  #hasQueued(): boolean {
    return this.#pending.length > 0 || this.#immediates.length > 0 || this.#closing.length > 0;
  }

  /** How long to wait for sockets, in milliseconds; undefined: until one is ready. */
  #patience(): number | undefined {
    if (this.#hasQueued()) return 0;
    this.#dropStale();
    const next = this.#deadlines.peekAt();
    return next === NEVER ? undefined : Math.max(0, next - this.now);
  }

  *#callbacksOf(ready: Awaited<ReturnType<Epoll['wait']>>): Generator<() => void> {
    for (const { socket, flags } of ready) {
      const watcher = this.#watches.get(socket as NonblockingSocket)?.watcher;
      if (watcher === undefined) continue;
      yield () => watcher.ready(flags);
      for (let next = this.#followers.shift(); next !== undefined; next = this.#followers.shift()) yield next;
    }
    for (let round = 0; round < PENDING_ROUNDS && this.#pending.length > 0; round++) yield* this.#takePending();
    const immediates = this.#immediates;
    this.#immediates = new Fifo();
    for (let callback = immediates.shift(); callback !== undefined; callback = immediates.shift()) yield callback;
    const closing = this.#closing;
    this.#closing = [];
    yield* closing.reverse();
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
