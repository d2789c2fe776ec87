/**
 * The simulator itself: data segments that cross a cable of 1 Gbit/s with a round trip of 20 ms, per second of wall
 * time. ACKs are simulated too and not counted. Checksums are left out, as ns-3 leaves them out unless told otherwise
 * (its ChecksumEnabled); unlike there, true bytes are copied. ns-3's figures are published constants: it is no part of
 * this run.
 */
import type { CableOptions, Socket } from 'halfopen';
import { type Benchmark, secondsSince } from './measure.ts';
import { PORT, runPair, type TraceMode } from './world.ts';

const CABLE: CableOptions = { rate: '1Gbit/s', delay: '10ms', checksums: 'offloaded' };
const PIECE = 65_536;

/** Packets per wall second of ns-3 (C++, CUBIC + SACK) for the same cable; measured on a 2-core x86-64 machine. */
const NS3 = { oneFlow: 20_000, thousandFlows: 33_000, onePercentLoss: 112_000 };
const SOURCE = 'ns-3, published';

interface Load {
  readonly flows: number;
  /** Of each flow, at full scale. */
  readonly bytes: number;
  readonly loss: number;
}

function ours(trace: TraceMode, load: Load) {
  return async (scale: number): Promise<number> => {
    const bytes = Math.max(PIECE, Math.round(load.bytes * scale));
    let segments = 0;
    const start = performance.now();
    await runPair(
      trace,
      { ...CABLE, loss: load.loss },
      async (os) => {
        const listener = await os.listen(PORT, { backlog: 1024 });
        const drain = async (socket: Socket) => {
          const buffer = new Uint8Array(PIECE);
          while ((await socket.recv(buffer)) > 0);
          await socket.close();
        };
        const ends: Promise<void>[] = [];
        for (let n = 0; n < load.flows; n += 1) ends.push(drain(await listener.accept()));
        await Promise.all(ends);
      },
      async (os) => {
        const piece = new Uint8Array(PIECE).fill(7);
        const flow = async () => {
          const socket = await os.connect('A', PORT);
          let sent = 0;
          while (sent < bytes) sent += await socket.send(piece.subarray(0, Math.min(PIECE, bytes - sent)));
          await socket.shutdown('write');
          await socket.recv(new Uint8Array(1));
          const { sndMss, totalRetrans } = socket.status().info;
          segments += Math.ceil(bytes / sndMss) + totalRetrans;
          await socket.close();
        };
        await Promise.all(Array.from({ length: load.flows }, flow));
      },
    );
    return segments / secondsSince(start);
  };
}

const segmentsOf = (name: string, title: string, load: Load, published: number, floor?: number): Benchmark => ({
  name,
  title,
  unit: 'segments/s',
  better: 'more',
  variants: { ours: ours('off', load), events: ours('events', { ...load, bytes: load.bytes / 4 }) },
  peer: { published, source: SOURCE },
  ...(floor !== undefined && { floor: { ratio: floor } }),
});

export const segments: readonly Benchmark[] = [
  segmentsOf('segments-1', '1 Gbit/s × 20 ms, 1 flow', { flows: 1, bytes: 200e6, loss: 0 }, NS3.oneFlow, 6),
  segmentsOf(
    'segments-1000',
    '1 Gbit/s × 20 ms, 1000 flows',
    { flows: 1000, bytes: 262_144, loss: 0 },
    NS3.thousandFlows,
    3,
  ),
  segmentsOf(
    'segments-loss',
    '1 Gbit/s × 20 ms, 1 flow, 1 % loss',
    { flows: 1, bytes: 50e6, loss: 0.01 },
    NS3.onePercentLoss,
  ),
];
