/**
 * Round trips: 64 bytes there and back, one after the other, per second of wall time.
 */
import { once } from 'node:events';
import { open, withServer } from './loopback.ts';
import { type Benchmark, secondsSince } from './measure.ts';
import { PORT, runPair, type TraceMode } from './world.ts';

const ROUND_TRIPS = 20_000;
const SIZE = 64;

function ours(trace: TraceMode) {
  return async (scale: number): Promise<number> => {
    const count = Math.round(ROUND_TRIPS * scale);
    let seconds = Number.NaN;
    await runPair(
      trace,
      {},
      async (os) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        const buffer = new Uint8Array(SIZE);
        while ((await socket.recv(buffer, { waitAll: true })) > 0) await socket.send(buffer);
      },
      async (os) => {
        const socket = await os.connect('A', PORT, { options: { TCP_NODELAY: true } });
        const buffer = new Uint8Array(SIZE);
        const start = performance.now();
        for (let n = 0; n < count; n += 1) {
          await socket.send(buffer);
          await socket.recv(buffer, { waitAll: true });
        }
        seconds = secondsSince(start);
        await socket.close();
      },
    );
    return count / seconds;
  };
}

async function kernel(scale: number): Promise<number> {
  const count = Math.round(ROUND_TRIPS * scale);
  return withServer(
    (socket) => {
      socket.setNoDelay(true);
      socket.on('data', (chunk) => socket.write(chunk));
    },
    async (port) => {
      const socket = await open(port);
      socket.setNoDelay(true);
      const message = new Uint8Array(SIZE);
      let left = count;
      const start = performance.now();
      await new Promise<void>((resolve) => {
        socket.on('data', () => {
          left -= 1;
          if (left === 0) resolve();
          else socket.write(message);
        });
        socket.write(message);
      });
      const seconds = secondsSince(start);
      socket.end();
      await once(socket, 'close');
      return count / seconds;
    },
  );
}

export const roundTrips: readonly Benchmark[] = [
  {
    name: 'round-trips',
    title: 'round trips of 64 bytes',
    unit: '/s',
    better: 'more',
    variants: { ours: ours('off'), events: ours('events'), 'node:net': kernel },
    peer: { variant: 'node:net' },
    floor: { ratio: 1.5 },
  },
];
