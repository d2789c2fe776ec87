/**
 * Connections per second of wall time: connect, FIN from the client, FIN from the server, both ends closed. One after
 * the other, and 64 at once.
 */
import { once } from 'node:events';
import { open, withServer } from './loopback.ts';
import { type Benchmark, secondsSince } from './measure.ts';
import { PORT, runPair, type TraceMode } from './world.ts';

const CONNECTIONS = 3000;

/** `lanes` loops share the work. */
async function inLanes(count: number, lanes: number, work: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function ours(trace: TraceMode, lanes: number) {
  return async (scale: number): Promise<number> => {
    const count = Math.round(CONNECTIONS * scale);
    let seconds = Number.NaN;
    await runPair(
      trace,
      {},
      async (os) => {
        const listener = await os.listen(PORT, { backlog: 511 });
        const ends: Promise<void>[] = [];
        const untilEnd = async (socket: Awaited<ReturnType<typeof listener.accept>>) => {
          await socket.recv(new Uint8Array(1));
          await socket.close();
        };
        for (let n = 0; n < count; n += 1) ends.push(untilEnd(await listener.accept()));
        await Promise.all(ends);
      },
      async (os) => {
        const start = performance.now();
        await inLanes(count, lanes, async () => {
          const socket = await os.connect('A', PORT);
          await socket.shutdown('write');
          await socket.recv(new Uint8Array(1));
          await socket.close();
        });
        seconds = secondsSince(start);
      },
    );
    return count / seconds;
  };
}

function kernel(lanes: number) {
  return (scale: number): Promise<number> => {
    const count = Math.round(CONNECTIONS * scale);
    return withServer(
      (socket) => socket.resume(),
      async (port) => {
        const start = performance.now();
        await inLanes(count, lanes, async () => {
          const socket = await open(port);
          socket.resume();
          socket.end();
          await once(socket, 'close');
        });
        return count / secondsSince(start);
      },
    );
  };
}

const connectsWith = (name: string, title: string, lanes: number): Benchmark => ({
  name,
  title,
  unit: '/s',
  better: 'more',
  variants: { ours: ours('off', lanes), events: ours('events', lanes), 'node:net': kernel(lanes) },
  peer: { variant: 'node:net' },
  floor: { ratio: 4 },
});

export const connects: readonly Benchmark[] = [
  connectsWith('connects', 'connect + close, one by one', 1),
  connectsWith('connects-64', 'connect + close, 64 at once', 64),
];
