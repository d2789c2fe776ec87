/** The thread that makes attempts: one after the other, as it is asked. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { UserError } from '../user-error.ts';
import { Watch } from '../watch.ts';
import { prepare } from './attempt.ts';
import type { Answer, Attempt, Quarry } from './protocol.ts';

assert(parentPort !== null, 'hunt-worker.ts runs in a worker');
const port = parentPort;
const { quarry, memory } = workerData as { quarry: Quarry; memory: SharedArrayBuffer };
const watch = new Watch(memory);
watch.beat();
const make = prepare(quarry, watch);
// Told to whoever asks for the first attempt; until then nobody awaits it, and Node would end the thread.
make.catch(() => {});

async function answer(attempt: Attempt): Promise<Answer> {
  try {
    return { kind: 'verdict', verdict: await (await make)(attempt) };
  } catch (error) {
    if (error instanceof UserError) return { kind: 'misuse', message: error.message };
    const failure = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
    return { kind: 'verdict', verdict: { failure, acts: 0, faults: [] } };
  }
}

port.on('message', async (attempt: Attempt) => port.postMessage(await answer(attempt)));
