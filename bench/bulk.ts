/**
 * Bulk: bytes through one connection, in megabytes (10^6) per second of wall time.
 *
 * At MTU 1500 our stack writes and verifies every checksum; at 65535 it leaves them out, as the kernel's loopback
 * itself does (MTU 65536). The peer is the same in both.
 */
import { once } from 'node:events';
import { open, withServer } from './loopback.ts';
import { type Benchmark, secondsSince } from './measure.ts';
import { PORT, runPair, type TraceMode } from './world.ts';

const BYTES = 256e6;
/** What a program gives to one `send`, and the size of its buffer for `recv`. */
const PIECE = 65_536;

function ours(trace: TraceMode, cable: { mtu: number; checksums?: 'offloaded' }, share = 1) {
  return async (scale: number): Promise<number> => {
    const bytes = BYTES * scale * share;
    let received = 0;
    const start = performance.now();
    await runPair(
      trace,
      cable,
      async (os) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        const buffer = new Uint8Array(PIECE);
        for (let count = await socket.recv(buffer); count > 0; count = await socket.recv(buffer)) received += count;
      },
      async (os) => {
        const socket = await os.connect('A', PORT);
        const piece = new Uint8Array(PIECE).fill(7);
        for (let sent = 0; sent < bytes; ) sent += await socket.send(piece);
        await socket.close();
      },
    );
    return received / 1e6 / secondsSince(start);
  };
}

async function kernel(scale: number): Promise<number> {
  const bytes = BYTES * scale;
  let received = 0;
  let start = 0;
  await withServer(
    (socket) => socket.on('data', (chunk) => (received += chunk.length)),
    async (port) => {
      start = performance.now();
      const socket = await open(port);
      const piece = new Uint8Array(PIECE).fill(7);
      for (let sent = 0; sent < bytes; sent += PIECE) {
        if (!socket.write(piece)) await once(socket, 'drain');
      }
      socket.end();
      await once(socket, 'close');
    },
  );
  return received / 1e6 / secondsSince(start);
}

export const bulk: readonly Benchmark[] = [
  {
    name: 'bulk-1500',
    title: 'bulk, MTU 1500, checksums verified',
    unit: 'MB/s',
    better: 'more',
    variants: { ours: ours('off', { mtu: 1500 }), events: ours('events', { mtu: 1500 }, 0.1), 'node:net': kernel },
    peer: { variant: 'node:net' },
    floor: { ratio: 0.15 },
  },
  {
    name: 'bulk-65535',
    title: 'bulk, MTU 65535, no checksums',
    unit: 'MB/s',
    better: 'more',
    variants: {
      ours: ours('off', { mtu: 65_535, checksums: 'offloaded' }),
      events: ours('events', { mtu: 65_535, checksums: 'offloaded' }),
      'node:net': kernel,
    },
    peer: { variant: 'node:net' },
    floor: { ratio: 0.9 },
  },
];
