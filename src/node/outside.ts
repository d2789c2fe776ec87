/**
 * What a simulated process asks of the real system: files, crypto's threads. Virtual time stands still until it is
 * answered, so the answer comes at the virtual moment of the question. In which order several answers come is the real
 * system's affair.
 *
 * Node tells each such request by its async hooks: `init` with its kind, and `after` once its callback has run or its
 * promise is settled.
 * Source: node's src/async_wrap.h (names of kinds).
 * Leaves out: zlib's streams, child processes, worker threads, real sockets and pipes: virtual time passes while they work.
 * Calls it: `install.ts`.
 */
import { createHook } from 'node:async_hooks';
import { currentProcess } from './context.ts';
import type { NodeProcess } from './node-process.ts';

/** Requests that are answered once. */
const KINDS: ReadonlySet<string> = new Set([
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'GETNAMEINFOREQWRAP',
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
  const waiting = new Map<number, NodeProcess>();
  const end = (id: number) => {
    const process = waiting.get(id);
    if (process === undefined) return;
    waiting.delete(id);
    process.loop.outsideEnded();
  };
  // One that was given up is never answered. A `destroy` hook would tell of it too, at the price of a weak reference for
  // each async resource of the whole program.
  const givenUp = new FinalizationRegistry(end);
  createHook({
    init: (id, kind, _trigger, resource) => {
      const process = KINDS.has(kind) ? currentProcess() : undefined;
      if (process === undefined) return;
      waiting.set(id, process);
      givenUp.register(resource, id);
      process.loop.outsideBegan();
    },
    after: end,
  }).enable();
  holdCompiler();
}

/** WebAssembly is compiled by threads that no hook tells of; fetch's parser of answers is, in Node 20. */
function holdCompiler(): void {
  const place = Reflect.get(globalThis, 'WebAssembly') as { compile(bytes: unknown): Promise<unknown> };
  const real = place.compile;
  place.compile = async (bytes) => {
    const process = currentProcess();
    if (process === undefined) return real(bytes);
    process.loop.outsideBegan();
    try {
      return await real(bytes);
    } finally {
      process.loop.outsideEnded();
    }
  };
}
