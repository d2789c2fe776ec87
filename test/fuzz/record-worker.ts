/** One of the threads behind `npm run fuzz -- --record`: runs the blocks that it is given, one after the other. */
import { parentPort } from 'node:worker_threads';
import { nodePlatform } from '../../src/node-platform.ts';
import { runBlock } from './recorded.ts';
import type { Size } from './schedule.ts';

const port = parentPort;
if (port === null) throw new Error('this is a worker');
port.on('message', async ({ block, size }: { block: number; size: Size }) => {
  const { digest, events, failures } = await runBlock(nodePlatform, block, size);
  port.postMessage({
    block,
    digest,
    events,
    failed: failures.map(({ seed, error }) => ({ seed, text: String(error) })),
  });
});
