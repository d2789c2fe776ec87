/**
 * What a simulated process asks of the real system: files, the threads of crypto and zlib, and immediates that Node's own
 * library sets (TLS over a stream does). Virtual time stands still until it is answered, so the answer comes at the virtual moment of the question. In which order several answers come is the real
 * system's affair.
 *
 * Node tells each such request by its async hooks: `init` with its kind, and `after` once its callback has run or its
 * promise is settled.
 * Source: node's src/async_wrap.h (names of kinds), src/node_zlib.cc.
 * Leaves out: child processes, worker threads, real sockets and pipes: virtual time passes while they work.
 * Calls it: `install.ts`.
 */
import { createHook } from 'node:async_hooks';
import zlib from 'node:zlib';
import { currentProcess } from './context.ts';
import type { NodeProcess } from './node-process.ts';
import { GLOBALS } from './realm.ts';
import { VirtualImmediate } from './timers.ts';

/** Requests that are answered once. */
const REQUESTS: ReadonlySet<string> = new Set([
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'GETNAMEINFOREQWRAP',
]);

/** Jobs of crypto, for its threads or done at once. */
const JOBS: ReadonlySet<string> = new Set([
  'PBKDF2REQUEST',
  'SCRYPTREQUEST',
  'ARGON2REQUEST',
  'RANDOMBYTESREQUEST',
  'RANDOMPRIMEREQUEST',
  'CHECKPRIMEREQUEST',
  'KEYGENREQUEST',
  'KEYPAIRGENREQUEST',
  'KEYEXPORTREQUEST',
  'SIGNREQUEST',
  'VERIFYREQUEST',
  'CIPHERREQUEST',
  'DERIVEBITSREQUEST',
  'HASHREQUEST',
]);

export function installOutside(): void {
  /** By the number of the request; of a stream of zlib, one for each write that is under way. */
  const waiting = new Map<number, NodeProcess[]>();
  const begin = (id: number, process: NodeProcess) => {
    const others = waiting.get(id);
    if (others === undefined) waiting.set(id, [process]);
    else others.push(process);
    process.loop.outsideBegan();
  };
  const end = (id: number) => {
    const processes = waiting.get(id);
    const process = processes?.shift();
    if (process === undefined) return;
    if (processes?.length === 0) waiting.delete(id);
    process.loop.outsideEnded();
  };
  // One that was given up is never answered. A `destroy` hook would tell of it too, at the price of a weak reference for
  // each async resource of the whole program.
  const givenUp = new FinalizationRegistry(end);
  createHook({
    init: (id, kind, _trigger, resource) => {
      if (kind === 'Immediate') {
        if (!(resource instanceof VirtualImmediate)) currentProcess()?.loop.realImmediate();
        return;
      }
      const isJob = JOBS.has(kind);
      const process = isJob || REQUESTS.has(kind) ? currentProcess() : undefined;
      if (process === undefined) return;
      begin(id, process);
      givenUp.register(resource, id);
      // One that was done at once has nobody to tell, and never calls back; that is known once its call has returned.
      if (isJob) queueMicrotask(() => 'ondone' in resource || end(id));
    },
    after: end,
  }).enable();
  holdZlib(begin);
  holdCompiler();
}

/** The native object of a stream of zlib. */
interface ZlibHandle {
  write(...values: unknown[]): unknown;
  getAsyncId(): number;
}

/** A stream of zlib is one object for many writes, each done by a thread; `after` is told of each. */
function holdZlib(begin: (id: number, process: NodeProcess) => void): void {
  const makers = [zlib.createGzip, zlib.createBrotliCompress, Reflect.get(zlib, 'createZstdCompress')];
  for (const make of makers) {
    if (typeof make !== 'function') continue; // Zstandard came with Node 22.15
    const stream = make();
    const place = Object.getPrototypeOf(Reflect.get(stream, '_handle')) as ZlibHandle;
    stream.close();
    const { write } = place;
    place.write = function (this: ZlibHandle, ...values) {
      const process = currentProcess();
      if (process !== undefined) begin(this.getAsyncId(), process);
      return write.apply(this, values);
    };
  }
}

/** WebAssembly is compiled by threads that no hook tells of; fetch's parser of answers is, in Node 20. */
function holdCompiler(): void {
  for (const global of GLOBALS) holdCompilerOf(Reflect.get(global, 'WebAssembly'));
}

function holdCompilerOf(place: Record<string, (...values: unknown[]) => Promise<unknown>>): void {
  for (const name of ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming']) {
    const real = place[name];
    if (real === undefined) continue;
    place[name] = async (...values) => {
      const process = currentProcess();
      if (process === undefined) return real(...values);
      process.loop.outsideBegan();
      try {
        return await real(...values);
      } finally {
        process.loop.outsideEnded();
      }
    };
  }
}
