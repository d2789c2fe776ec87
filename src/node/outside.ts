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
  const waiting = new Map<number, NodeProcess>();
  const end = (id: number) => {
    const process = waiting.get(id);
    if (process === undefined) return;
    waiting.delete(id);
    process.loop.outsideEnded();
  };
  createHook({
    init: (id, kind, _trigger, job) => {
      const isJob = JOBS.has(kind);
      const process = isJob || REQUESTS.has(kind) ? currentProcess() : undefined;
      if (process === undefined) return;
      waiting.set(id, process);
      process.loop.outsideBegan();
      // One that was done at once has nobody to tell, and never calls back; that is known once its call has returned.
      if (isJob) queueMicrotask(() => 'ondone' in job || end(id));
    },
    after: end,
    // One that was given up is never answered.
    destroy: end,
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
