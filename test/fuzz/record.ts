/** `npm run fuzz -- --record`: runs the blocks of `recorded.ts` on several threads, and brings what they did. */
import { Worker } from 'node:worker_threads';
import type { Size } from './schedule.ts';

/** What a worker tells of a block. */
interface Told {
  readonly block: number;
  readonly digest: number;
  readonly events: number;
  readonly failed: readonly { readonly seed: number; readonly text: string }[];
}

/** Runs the blocks 0 to `blocks` - 1. `told` is called for each, in the order in which they end. */
export async function recordBlocks(
  blocks: number,
  size: Size,
  jobs: number,
  told: (done: number, block: Told) => void,
): Promise<Uint32Array> {
  const digests = new Uint32Array(blocks);
  let next = 0;
  let done = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./record-worker.js', import.meta.url));
      const give = () => {
        if (next < blocks) worker.postMessage({ block: next++, size });
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on('error', reject);
      worker.on('message', (answer: Told) => {
        digests[answer.block] = answer.digest;
        done += 1;
        told(done, answer);
        give();
      });
      give();
    });
  await Promise.all(Array.from({ length: jobs }, work));
  return digests;
}
