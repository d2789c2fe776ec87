/**
 * A process's own modules: what a program loads is loaded anew for each spawn, so that a variable of a module is another
 * one on each host, and begins afresh after a kill.
 *
 *     server.js?halfopen=3 --imports--> store.js?halfopen=3      ES modules: the process's number goes from URL to URL
 *     require('./store.cjs') --> the process's own cache         CommonJS: one cache for each process
 *
 * Node's own modules stay what they are. What was loaded so stays in memory, for ES modules until the real process ends.
 * Source: node's lib/internal/modules (Module._cache; module.registerHooks since 22.15, module.register before).
 * Calls it: `program.ts`.
 */
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { currentProcess } from './context.ts';
import * as hooks from './module-hooks.ts';
import type { NodeProcess } from './node-process.ts';

type Cache = Record<string, unknown>;

/** The caches of processes that have modules of their own. */
const caches = new WeakMap<NodeProcess, Cache>();
/** The file that such a process was started with. */
const mains = new WeakMap<NodeProcess, string>();

let installed = false;
let processes = 0;

/** The file that a program is told as. @throws TypeError */
export function programUrl(program: URL | string): URL {
  const url =
    program instanceof URL ? program : program.startsWith('file:') ? new URL(program) : pathToFileURL(program);
  if (url.protocol === 'file:') return url;
  throw new TypeError(
    `nodeProgram: '${url.href}' is no file; allowed is the path or file: URL of a module, or a function`,
  );
}

/** Runs the module's top level in that process, in which it is called, with modules of its own. @throws what it throws */
export async function runModule(url: URL, process: NodeProcess): Promise<void> {
  install();
  processes += 1;
  caches.set(process, {});
  mains.set(process, fileURLToPath(url));
  const own = new URL(url);
  own.searchParams.set(hooks.MARK, String(processes));
  // Files are read and compiled meanwhile: virtual time stands still.
  process.loop.outsideBegan();
  try {
    await import(own.href);
  } catch (error) {
    throw explained(error, url);
  } finally {
    process.loop.outsideEnded();
  }
}

function explained(error: unknown, url: URL): unknown {
  const isUnknown = error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
  if (!isUnknown || !/\.[cm]?ts$/.test(url.pathname)) return error;
  return new Error(
    `nodeProgram: ${fileURLToPath(url)}: Node ${globalThis.process.version} loads no TypeScript; allowed is a .js, .mjs or .cjs file, or Node 22.18 and later`,
    { cause: error },
  );
}

function install(): void {
  if (installed) return;
  installed = true;
  // Node 22.15 and later run hooks in place; Node 20 only in a thread of their own.
  const inPlace: unknown = Reflect.get(nodeModule, 'registerHooks');
  if (typeof inPlace === 'function') inPlace({ resolve: hooks.resolve });
  else nodeModule.register('./module-hooks.js', import.meta.url);
  installMain();
  const { Module } = nodeModule as unknown as { Module: { _cache: Cache } };
  const shared = Module._cache;
  const cache = (): Cache => {
    const process = currentProcess();
    return (process && caches.get(process)) ?? shared;
  };
  Module._cache = new Proxy(shared, {
    get: (_target, key) => Reflect.get(cache(), key),
    set: (_target, key, value) => Reflect.set(cache(), key, value),
    has: (_target, key) => Reflect.has(cache(), key),
    deleteProperty: (_target, key) => Reflect.deleteProperty(cache(), key),
    ownKeys: () => Reflect.ownKeys(cache()),
    getOwnPropertyDescriptor: (_target, key) => {
      const found = Reflect.getOwnPropertyDescriptor(cache(), key);
      return found === undefined ? undefined : { ...found, configurable: true };
    },
  });
}

/** `require.main`, which is `process.mainModule`: the module that its process was started with, while it is CommonJS. */
function installMain(): void {
  let real: unknown = process.mainModule;
  Object.defineProperty(process, 'mainModule', {
    get: () => {
      const own = currentProcess();
      const main = own && mains.get(own);
      return own === undefined || main === undefined ? real : caches.get(own)?.[main];
    },
    set: (value: unknown) => {
      real = value;
    },
    enumerable: true,
    configurable: true,
  });
}
