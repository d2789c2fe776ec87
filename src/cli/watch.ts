/**
 * What the worker tells the watchdog while it runs programs: that something happens, and whose turn it is. A program
 * that loops for ever leaves its worker deaf, so this goes through shared memory; one that waits in `os.outside` does
 * not, so a worker that hears is no standstill.
 */
import type { Scenario } from '../system/scenario.ts';

/** Wall-clock milliseconds; a fraction of the watchdog's patience. */
const BEAT = 500;

const PROGRESS = 0;
const TURN = 1;

export class Watch {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory = new SharedArrayBuffer(8)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Changes whenever something happens. */
  get progress(): number {
    return Atomics.load(this.#words, PROGRESS);
  }

  /** Index of the program whose turn it is; -1: none. */
  get turn(): number {
    return Atomics.load(this.#words, TURN) - 1;
  }

  /** Something happened in the world. */
  step(): void {
    Atomics.add(this.#words, PROGRESS, 1);
  }

  /** From now on it is told that this thread is not deaf. It keeps nothing alive. */
  beat(): void {
    setInterval(() => this.step(), BEAT).unref();
  }

  /** The program of that index runs now; -1: it went back into `os`. */
  give(program: number): void {
    Atomics.store(this.#words, TURN, program + 1);
  }
}

/** Whether the progress that is looked at stood still for too long. Times are wall-clock milliseconds. */
export class Patience {
  readonly #most: number;
  #progress = 0;
  #since: number;

  constructor(most: number, now: number) {
    this.#most = most;
    this.#since = now;
  }

  /** It begins anew. */
  restart(now: number): void {
    this.#since = now;
  }

  /** True once `progress` was the same for so long. */
  isOver(progress: number, now: number): boolean {
    if (progress !== this.#progress) [this.#progress, this.#since] = [progress, now];
    return now - this.#since >= this.#most;
  }
}

/**
 * The scenario with programs that tell the watch when their turn begins and ends, and `failed` what they did not catch.
 * What they do is not changed.
 */
export function watched(scenario: Scenario, watch: Watch, failed: (program: string, error: unknown) => void): Scenario {
  const programs = Object.entries(scenario.programs).map(([name, program], index) => {
    const main: typeof program.main = (os, params) => {
      watchCalls(os, index, watch);
      watch.give(index);
      const result = program.main(os, params);
      watch.give(-1);
      result.catch((error: unknown) => failed(name, error));
      return result;
    };
    return [name, { ...program, main }] as const;
  });
  return { ...scenario, programs: Object.fromEntries(programs) };
}

const seen = new WeakSet<object>();

/**
 * Puts a watched method before each of the object's own kind: `os`, and the sockets and listeners that its calls give.
 * The promises stay the same ones, so no program runs earlier or later than it would unwatched.
 */
function watchCalls(object: object, index: number, watch: Watch): void {
  if (seen.has(object) || !Object.isExtensible(object)) return;
  seen.add(object);
  for (let kind: object = object; kind !== Object.prototype; kind = Object.getPrototypeOf(kind)) {
    for (const key of Reflect.ownKeys(kind)) {
      const method: unknown = Object.getOwnPropertyDescriptor(kind, key)?.value;
      if (typeof method !== 'function' || key === 'constructor' || Object.hasOwn(object, key)) continue;
      const value = (...values: unknown[]): unknown => {
        const result: unknown = method.apply(object, values);
        if (result instanceof Promise) watchPromise(result, index, watch);
        return result;
      };
      Object.defineProperty(object, key, { value });
    }
  }
}

function watchPromise(promise: Promise<unknown>, index: number, watch: Watch): void {
  watch.give(-1);
  // This reaction is the promise's first, so it runs just before the program goes on.
  promise.then(
    (value) => {
      if (typeof value === 'object' && value !== null) watchCalls(value, index, watch);
      watch.give(index);
    },
    () => watch.give(index),
  );
}
