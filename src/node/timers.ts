/**
 * setTimeout, setInterval and setImmediate in virtual time, for simulated processes; for everybody else Node's own.
 *
 * Source: node's lib/timers.js and lib/internal/timers.js: a delay is a whole number of milliseconds from 1 to
 * 2^31 - 1, anything else is 1; timers of one moment fire in the order in which they were set.
 * Calls it: `install.ts`.
 */
import { AsyncResource } from 'node:async_hooks';
import type { Deadline, EventLoop } from './event-loop.ts';

const LONGEST = 2 ** 31 - 1;

export function delayOf(given: unknown): number {
  const delay = Number(given);
  return delay >= 1 && delay <= LONGEST ? Math.trunc(delay) : 1;
}

/** Those whose number a program has asked for: `clearTimeout` takes it as well. */
const numbered = new Map<number, VirtualTimeout>();

export function timerOfNumber(id: number): VirtualTimeout | undefined {
  return numbered.get(id);
}

/** NodeJS.Timeout, of a simulated process. */
export class VirtualTimeout extends AsyncResource implements Deadline {
  /** When it fires, in virtual milliseconds; NaN: it does not. */
  at = Number.NaN;
  readonly #loop: EventLoop;
  readonly #delay: number;
  readonly #repeats: boolean;
  /** Called on the timer, as Node does it. */
  readonly #callback: (this: unknown) => void;
  #isRef = true;
  /** It was cleared, and is never set again. */
  #isClosed = false;

  constructor(loop: EventLoop, callback: (this: unknown) => void, delay: number, repeats: boolean) {
    super('Timeout');
    this.#loop = loop;
    this.#callback = callback;
    this.#delay = delay;
    this.#repeats = repeats;
    this.#arm();
  }

  get isRef(): boolean {
    return this.#isRef;
  }

  #arm(): void {
    if (Number.isNaN(this.at) && this.#isRef) this.#loop.retain();
    this.at = this.#loop.now + this.#delay;
    this.#loop.deadline(this);
  }

  fire(): void {
    this.#disarm();
    if (this.#repeats) this.#arm();
    else numbered.delete(this.asyncId());
    this.runInAsyncScope(this.#callback, this);
  }

  #disarm(): void {
    if (Number.isNaN(this.at)) return;
    this.at = Number.NaN;
    if (this.#isRef) this.#loop.release();
  }

  close(): this {
    this.#disarm();
    this.#isClosed = true;
    numbered.delete(this.asyncId());
    return this;
  }

  refresh(): this {
    if (!this.#isClosed) this.#arm();
    return this;
  }

  ref(): this {
    if (!this.#isRef && !Number.isNaN(this.at)) this.#loop.retain();
    this.#isRef = true;
    return this;
  }

  unref(): this {
    if (this.#isRef && !Number.isNaN(this.at)) this.#loop.release();
    this.#isRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  /** Not documented by Node, and looked at all the same: it does not fire any more. */
  get _destroyed(): boolean {
    return Number.isNaN(this.at);
  }

  /** Its delay; -1 once it was cleared. */
  get _idleTimeout(): number {
    return this.#isClosed ? -1 : this.#delay;
  }

  [Symbol.toPrimitive](): number {
    if (!Number.isNaN(this.at)) numbered.set(this.asyncId(), this);
    return this.asyncId();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** NodeJS.Immediate, of a simulated process. */
export class VirtualImmediate extends AsyncResource {
  #callback: ((this: unknown) => void) | undefined;
  #isRef = true;

  constructor(loop: EventLoop, callback: (this: unknown) => void) {
    super('Immediate');
    this.#callback = callback;
    loop.immediate(() => this.#fire());
  }

  #fire(): void {
    const callback = this.#callback;
    this.#callback = undefined;
    if (callback !== undefined) this.runInAsyncScope(callback, this);
  }

  close(): this {
    this.#callback = undefined;
    return this;
  }

  ref(): this {
    this.#isRef = true;
    return this;
  }

  unref(): this {
    this.#isRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isRef;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
