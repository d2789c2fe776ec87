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
import { GLOBALS } from './realm.ts';
import { delayOf, VirtualImmediate, VirtualTimeout } from './timers.ts';

type Callback = (...values: unknown[]) => void;

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
      return new VirtualTimeout(process.loop, () => callback(...values), delayOf(delay), name === 'setInterval');
    };
  const clearer = (name: 'clearTimeout' | 'clearInterval') => (timer: unknown) => {
    if (timer instanceof VirtualTimeout) timer.close();
    else real[name](timer as NodeJS.Timeout);
  };
  const setTimeout = setter('setTimeout');
  Object.defineProperty(setTimeout, promisify.custom, { value: virtualSleep, enumerable: true });
  place('setTimeout', setTimeout);
  place('setInterval', setter('setInterval'));
  place('clearTimeout', clearer('clearTimeout'));
  place('clearInterval', clearer('clearInterval'));
  place('setImmediate', (callback: Callback, ...values: unknown[]) => {
    const process = currentProcess();
    if (process === undefined) return real.setImmediate(callback, ...values);
    check(callback);
    return new VirtualImmediate(process.loop, () => callback(...values));
  });
  place('clearImmediate', (timer: unknown) => {
    if (timer instanceof VirtualImmediate) timer.close();
    else real.clearImmediate(timer as NodeJS.Immediate);
  });
  const realSleep = timersPromises.setTimeout;
  function virtualSleep<T>(delay?: number, value?: T, options?: { signal?: AbortSignal; ref?: boolean }): Promise<T> {
    const process = currentProcess();
    if (process === undefined) return realSleep(delay, value, options);
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
  }
  Object.assign(timersPromises, { setTimeout: virtualSleep });
  syncBuiltinESMExports();
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
