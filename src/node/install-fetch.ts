/**
 * `fetch`: each simulated process has a dispatcher of its own, so that no host sends through another's connection.
 *
 * Node keeps one for the whole process under a symbol of undici's; its class makes the others.
 * Source: undici's lib/global.js; node's lib/internal/process/pre_execution.js.
 * Calls it: `install.ts`.
 */
import { currentProcess } from './context.ts';
import type { NodeProcess } from './node-process.ts';
import { NODE_GLOBAL } from './realm.ts';

/** The newer one first: since Node 26 the older holds a wrapper, whose class makes no dispatcher. */
const DISPATCHERS = ['undici.globalDispatcher.2', 'undici.globalDispatcher.1'].map((name) => Symbol.for(name));

type MakeDispatcher = new () => unknown;

export function installFetch(): void {
  const real = globalThis.fetch;
  const own = new WeakMap<NodeProcess, unknown>();
  const dispatcherOf = (process: NodeProcess): unknown => {
    const known = own.get(process);
    if (known !== undefined) return known;
    // Node loads undici when one of its classes is first asked for.
    void NODE_GLOBAL.Response;
    const shared: unknown = DISPATCHERS.map((symbol) => Reflect.get(NODE_GLOBAL, symbol)).find(
      (dispatcher) => dispatcher !== undefined,
    );
    if (typeof shared !== 'object' || shared === null) return undefined;
    const made: unknown = new (shared.constructor as MakeDispatcher)();
    own.set(process, made);
    return made;
  };
  globalThis.fetch = (input, init) => {
    const process = currentProcess();
    if (process === undefined || (init !== undefined && 'dispatcher' in init)) return real(input, init);
    return real(input, { ...init, dispatcher: dispatcherOf(process) } as RequestInit);
  };
}
