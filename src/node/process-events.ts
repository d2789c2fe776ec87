/**
 * `process` as an emitter: what nothing caught, the end, the signals. A simulated process has listeners of its own for
 * these, and neither the real one, its listeners and its test runner nor another host hears of them.
 *
 * Node tells what nothing caught by `process.emit`, in the async context of the code that failed.
 * Source: node's lib/internal/process/execution.js and promises.js (which event comes first, and what is told).
 * Leaves out: 'warning' and 'message', which stay the real process's; `setUncaughtExceptionCaptureCallback`, domains;
 * `process.exitCode`, which Node lets nobody put another in the place of.
 * Calls it: `install.ts`; `node-process.ts` has one emitter for each process.
 */
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { currentProcess } from './context.ts';
import { Exited } from './exit.ts';
import type { NodeProcess } from './node-process.ts';
import { NODE_GLOBAL } from './realm.ts';

const OWN: ReadonlySet<unknown> = new Set([
  'uncaughtException',
  'uncaughtExceptionMonitor',
  'unhandledRejection',
  'rejectionHandled',
  'multipleResolves',
  'exit',
  'beforeExit',
  ...Object.keys(constants.signals),
]);

/** Of an emitter: the first argument is the event. */
const METHODS = [
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'prependListener',
  'prependOnceListener',
  'removeAllListeners',
  'listeners',
  'rawListeners',
  'listenerCount',
] as const;

type Method = (this: unknown, ...values: unknown[]) => unknown;

export function installProcessEvents(): void {
  for (const place of new Set([NODE_GLOBAL.process, process])) {
    for (const name of METHODS) {
      const real = Reflect.get(place, name) as Method;
      const method: Method = function (this: unknown, ...values) {
        const own = OWN.has(values[0]) ? currentProcess() : undefined;
        if (own === undefined) return real.apply(this, values);
        const answer = (Reflect.get(own.events, name) as Method).apply(own.events, values);
        return answer === own.events ? this : answer;
      };
      Object.assign(place, { [name]: method });
    }
    const real = place.emit as Method;
    const emit: Method = function (this: unknown, event, ...values) {
      const own = OWN.has(event) ? currentProcess() : undefined;
      return own === undefined ? real.call(this, event, ...values) : told(own, event as string, values);
    };
    Object.assign(place, { emit });
  }
  installKill();
}

/** What Node, or the program itself, tells this process. @returns somebody has heard it */
function told(own: NodeProcess, event: string, values: unknown[]): boolean {
  if (event === 'uncaughtExceptionMonitor') return false; // `uncaught` tells it
  if (event === 'unhandledRejection' && own.events.listenerCount(event) === 0) {
    uncaught(own, values[0], 'unhandledRejection');
    return true;
  }
  if (event === 'uncaughtException') {
    uncaught(own, values[0], event);
    return true;
  }
  return own.events.emit(event, ...values);
}

/** Nothing caught this: who listens for it is told, and the program goes on; else it ends. */
export function uncaught(own: NodeProcess, error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
  if (error instanceof Exited) return;
  try {
    own.events.emit('uncaughtExceptionMonitor', error, origin);
    if (!own.events.emit('uncaughtException', error, origin)) own.fail(error);
  } catch (second) {
    if (!(second instanceof Exited)) own.fail(second);
  }
}

/** One emitter for each process, without a warning for many listeners: Node's own has none for what a program adds. */
export function newEvents(): EventEmitter {
  return new EventEmitter();
}

/** A signal to itself; whoever else has that number is no process of this host that a program may signal. */
function installKill(): void {
  const real = process.kill.bind(process);
  process.kill = (pid: number, signal: string | number = 'SIGTERM'): true => {
    const own = currentProcess();
    if (own === undefined) return real(pid, signal);
    const known = Object.entries(constants.signals).find(([name, number]) => signal === name || signal === number);
    // Node's own throws for a name that there is not, before it signals anybody.
    if (known === undefined && typeof signal === 'string') return real(0, signal);
    if (known === undefined && signal !== 0) throw killError('EINVAL');
    if (pid !== own.identity.pid) throw killError('ESRCH');
    if (known === undefined) return true;
    const [name, number] = known;
    if (name !== 'SIGKILL' && own.events.emit(name, name, number)) return true;
    own.exit(128 + number, false);
    throw new Exited();
  };
}

function killError(code: 'EINVAL' | 'ESRCH'): Error {
  return Object.assign(new Error(`kill ${code}`), { errno: -constants.errno[code], code, syscall: 'kill' });
}
