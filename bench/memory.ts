/**
 * Memory of an idle pair: what stays on the heap (typed arrays included) for each two connected sockets that have
 * said nothing. Each count has a child process of its own, since a heap that has been used tells nothing.
 *
 * Of the peer this sees what Node holds; the kernel's own memory for the pair comes on top (8.7 KB of slab, measured
 * on another machine).
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Socket as HalfopenSocket } from 'halfopen';
import { open, withServer } from './loopback.ts';
import type { Benchmark } from './measure.ts';
import { PORT, runPair } from './world.ts';

const PAIRS = 1000;

/** This file is also the child: `node --expose-gc memory.js ours 1000`. */
const HERE = fileURLToPath(import.meta.url);
if (process.argv[1] === HERE) {
  const [who, pairs] = process.argv.slice(2);
  const bytes = await (who === 'ours' ? ours(Number(pairs)) : kernel(Number(pairs)));
  process.stdout.write(String(bytes));
  process.exit(0);
}

function inChild(who: 'ours' | 'node:net') {
  return async (scale: number): Promise<number> => {
    const pairs = Math.max(100, Math.round(PAIRS * scale));
    return Number(execFileSync(process.execPath, ['--expose-gc', HERE, who, String(pairs)], { encoding: 'utf8' }));
  };
}

function heap(): number {
  for (let n = 0; n < 4; n += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Opens one pair first, so that what is made once is not counted. */
async function ours(pairs: number): Promise<number> {
  let perPair = Number.NaN;
  await runPair(
    'off',
    {},
    async (os) => {
      const listener = await os.listen(PORT, { backlog: 511 });
      const sockets: HalfopenSocket[] = [];
      while (sockets.length < pairs + 1) sockets.push(await listener.accept());
      await os.sleep('1h');
    },
    async (os) => {
      const sockets = [await os.connect('A', PORT)];
      await os.sleep('10s');
      const before = heap();
      while (sockets.length < pairs + 1) sockets.push(await os.connect('A', PORT));
      await os.sleep('10s');
      perPair = (heap() - before) / (sockets.length - 1);
    },
  );
  return perPair;
}

function kernel(pairs: number): Promise<number> {
  const accepted: unknown[] = [];
  return withServer(
    (socket) => accepted.push(socket),
    async (port) => {
      const sockets = [await open(port)];
      const before = heap();
      while (sockets.length < pairs + 1) sockets.push(await open(port));
      while (accepted.length < pairs + 1) await new Promise(setImmediate);
      return (heap() - before) / (sockets.length - 1);
    },
  );
}

export const memory: readonly Benchmark[] = [
  {
    name: 'idle-pair',
    title: 'heap of an idle pair',
    unit: 'B',
    better: 'less',
    variants: { ours: inChild('ours'), 'node:net': inChild('node:net') },
    peer: { variant: 'node:net' },
    floor: { absolute: 8000 },
  },
];
