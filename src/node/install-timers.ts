/**
 * The functions of `node:timers`, `node:timers/promises` and the globals of the same names.
 *
 * Calls it: `install.ts`.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { currentProcess } from './context.ts';
import type { EventLoop } from './event-loop.ts';
import { GLOBALS } from './realm.ts';
import { delayOf, timerOfNumber, VirtualImmediate, VirtualTimeout } from './timers.ts';

type Callback = (this: unknown, ...values: unknown[]) => void;

interface Waiting {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

export function installTimers(): void {
  const real = { ...timers };
  const place = (name: string, value: unknown): void => {
    Object.assign(timers, { [name]: value });
    for (const global of GLOBALS) {
      Object.defineProperty(global, name, { value, writable: true, enumerable: true, configurable: true });
    }
  };
  const setter =
    (name: 'setTimeout' | 'setInterval') =>
    (callback: Callback, delay?: number, ...values: unknown[]) => {
      const process = currentProcess();
      if (process === undefined) return real[name](callback, delay, ...values);
      check(callback);
      return new VirtualTimeout(process.loop, bound(callback, values), delayOf(delay), name === 'setInterval');
    };
  const clearer = (name: 'clearTimeout' | 'clearInterval') => (timer: unknown) => {
    const own = virtual(timer);
    if (own !== undefined) own.close();
    else real[name](timer as NodeJS.Timeout);
  };
  const setTimeout = setter('setTimeout');
  Object.defineProperty(setTimeout, promisify.custom, {
    value: promisedTimeout(timersPromises.setTimeout),
    enumerable: true,
  });
  place('setTimeout', setTimeout);
  place('setInterval', setter('setInterval'));
  place('clearTimeout', clearer('clearTimeout'));
  place('clearInterval', clearer('clearInterval'));
  place('setImmediate', (callback: Callback, ...values: unknown[]) => {
    const process = currentProcess();
    if (process === undefined) return real.setImmediate(callback, ...values);
    check(callback);
    return new VirtualImmediate(process.loop, bound(callback, values));
  });
  place('clearImmediate', (timer: unknown) => {
    if (timer instanceof VirtualImmediate) timer.close();
    else real.clearImmediate(timer as NodeJS.Immediate);
  });
  installPromised();
  syncBuiltinESMExports();
}

/** `this` is the timer. */
function bound(callback: Callback, values: readonly unknown[]): (this: unknown) => void {
  return function (this: unknown) {
    callback.apply(this, [...values]);
  };
}

/** The timer, or the one of that number; undefined: it is Node's. */
function virtual(timer: unknown): VirtualTimeout | undefined {
  if (timer instanceof VirtualTimeout) return timer;
  return typeof timer === 'number' || typeof timer === 'string' ? timerOfNumber(Number(timer)) : undefined;
}

/** `timers/promises`: those of Node's library measure by timers of its own. */
function installPromised(): void {
  const { setTimeout, setInterval, scheduler } = timersPromises;
  const sleep = promisedTimeout(setTimeout);
  Object.assign(timersPromises, {
    setTimeout: sleep,
    setInterval: <T>(delay?: number, value?: T, options?: Waiting) => {
      const process = currentProcess();
      if (process === undefined) return setInterval(delay, value, options);
      return ticks(process.loop, delayOf(delay), value as T, options ?? {});
    },
  });
  const wait = scheduler.wait.bind(scheduler);
  Object.assign(scheduler, {
    wait: (delay: number, options?: Waiting) =>
      currentProcess() === undefined ? wait(delay, options) : sleep(delay, undefined, options),
  });
}

type Sleep = <T>(delay?: number, value?: T, options?: Waiting) => Promise<T>;

function promisedTimeout(real: Sleep): Sleep {
  return <T>(delay?: number, value?: T, options?: Waiting): Promise<T> => {
    const process = currentProcess();
    if (process === undefined) return real(delay, value, options);
    return new Promise<T>((resolve, reject) => {
      const { signal } = options ?? {};
      if (signal?.aborted) {
        reject(aborted(signal));
        return;
      }
      const timer = new VirtualTimeout(process.loop, () => resolve(value as T), delayOf(delay), false);
      if (options?.ref === false) timer.unref();
      signal?.addEventListener('abort', () => {
        timer.close();
        reject(aborted(signal));
      });
    });
  };
}

/** What was not taken yet is kept, and brought at once. */
async function* ticks<T>(loop: EventLoop, delay: number, value: T, { signal, ref }: Waiting): AsyncGenerator<T> {
  let due = 0;
  let wake = () => {};
  const timer = new VirtualTimeout(loop, told, delay, true);
  if (ref === false) timer.unref();
  function told(): void {
    due += 1;
    wake();
  }
  const stop = () => {
    timer.close();
    wake();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      if (signal?.aborted) throw aborted(signal);
      if (due === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      due -= 1;
      yield value;
    }
  } finally {
    timer.close();
    signal?.removeEventListener('abort', stop);
  }
}

function check(callback: unknown): void {
  if (typeof callback === 'function') return;
  const error = new TypeError(`The "callback" argument must be of type function. Received ${String(callback)}`);
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

function aborted(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}
