/**
 * What nothing caught in a simulated process: a throw in a callback, a rejection that nobody handles. It ends that
 * process; the real one, its listeners and its test runner hear nothing of it.
 *
 * Node tells both by `process.emit`, in the async context of the code that failed.
 * Calls it: `install.ts`.
 */
import { currentProcess } from './context.ts';
import { NODE_GLOBAL } from './realm.ts';

const TOLD = new Set<unknown>(['uncaughtException', 'unhandledRejection']);

export function installErrors(): void {
  const { process } = NODE_GLOBAL;
  const real = process.emit as (this: NodeJS.Process, event: string | symbol, ...values: unknown[]) => boolean;
  const emit = function (this: NodeJS.Process, event: string | symbol, ...values: unknown[]): boolean {
    const own = TOLD.has(event) ? currentProcess() : undefined;
    if (own === undefined) return real.call(this, event, ...values);
    own.fail(values[0]);
    return true;
  };
  Object.assign(process, { emit });
}
