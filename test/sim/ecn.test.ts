/** ECN across a router whose queue grows: marks instead of losses (RFC 3168). */
import { expect, test } from 'vitest';
import { fromBase64 } from '../../src/base/bytes.ts';
import { simulate } from '../../src/index.ts';
import { checkInvariants } from '../../src/sim/invariants.ts';
import { echo, PORT } from './worlds.ts';

const TOTAL = 400_000;

/** B sends to A by way of a router; the router's cable to A is the bottleneck. */
async function transfer(tcpEcn: number, family: 'ipv4' | 'ipv6', mark?: number) {
  const world = simulate({ seed: 3, trace: 'frames' });
  const [addressOfA, addressOfB] = family === 'ipv4' ? ['10.0.0.1', '10.0.1.2'] : ['fd00:0:0:1::1', 'fd00:0:0:2::2'];
  const a = world.host('A', { address: addressOfA });
  const b = world.host('B', { address: addressOfB, sysctl: { 'net.ipv4.tcp_ecn': tcpEcn } });
  const r = world.router('R');
  world.cable(b, r, { delay: '5ms' });
  world.cable(r, a, { delay: '5ms', rate: '10Mbit/s', queue: 30, ...(mark === undefined ? {} : { mark }) });
  const server = a.spawn('server', async (os) => {
    const socket = await (await os.listen(PORT)).accept();
    const buffer = new Uint8Array(10_000);
    let total = 0;
    for (let count = await socket.recv(buffer); count > 0; count = await socket.recv(buffer)) total += count;
    return total;
  });
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await socket.send(new Uint8Array(TOTAL));
    await socket.close();
  });
  await world.run({ for: '60s' });
  expect(await server.exited).toMatchObject({ value: TOTAL });
  const { trace } = world;
  return {
    trace,
    marked: trace.find({ kind: 'frame.delivered' }).filter(({ marked }) => marked === true),
    lost: trace.find({ kind: 'frame.dropped' }).filter(({ reason }) => reason === 'queue-full'),
    again: trace.find({ kind: 'tcp.retransmit' }),
  };
}

test.each(['ipv4', 'ipv6'] as const)(
  '%s: with ECN a full router marks, nothing is lost, and nothing goes twice',
  async (family) => {
    const { trace, marked, lost, again } = await transfer(1, family, 8);
    expect(marked.length).toBeGreaterThan(0);
    const phases = trace.find({ kind: 'tcp.congestion', host: 'B' }).map(({ phase }) => phase);
    expect(new Set(phases)).toEqual(new Set(['open', 'marked']));
    expect([lost.length, again.length]).toEqual([0, 0]);
  },
);

test('without ECN the same queue loses what it cannot hold, and marks nothing', async () => {
  const { marked, lost, again } = await transfer(2, 'ipv4', 8);
  expect(marked).toEqual([]);
  expect(lost.length).toBeGreaterThan(0);
  expect(again.length).toBeGreaterThanOrEqual(lost.length);
});

test('a cable that was not told to mark loses what may be marked too', async () => {
  const { marked, lost } = await transfer(1, 'ipv4');
  expect(marked).toEqual([]);
  expect(lost.length).toBeGreaterThan(0);
});

test('the capture at the receiver has the mark, and the right checksum; the one at the router has it not', async () => {
  const { trace, marked } = await transfer(1, 'ipv4', 8);
  const [first] = marked;
  const [sent] = trace.find({ kind: 'frame.sent' }).filter(({ n }) => n === first?.frame);
  expect((fromBase64(sent?.bytes ?? '')[15] ?? 0) & 3).toBe(2);
  const codepoints = (host: string): Set<number> => {
    const file = trace.toPcap({ host });
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const seen = new Set<number>();
    for (let at = 24; at < file.length; at += 16 + view.getUint32(at + 8, true)) {
      const ip = at + 16 + 14;
      if (view.getUint16(at + 16 + 12) !== 0x0800) continue;
      seen.add(view.getUint8(ip + 1) & 3);
      let sum = 0;
      for (let i = 0; i < 20; i += 2) sum += view.getUint16(ip + i);
      while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
      expect(sum).toBe(0xffff);
    }
    return seen;
  };
  expect([...codepoints('A')].sort()).toEqual([0, 2, 3]);
  expect([...codepoints('R')].sort()).toEqual([0, 2]);
});

test('the trace tells the mark in words', async () => {
  const { trace } = await transfer(1, 'ipv4', 8);
  expect(trace.toText()).toMatch(/frame \d+, marked \(ECN\)/);
  expect(trace.toText('ko')).toMatch(/혼잡 표시됨\(ECN\)/);
});

test('marks among losses, duplicates and late frames: all bytes arrive, and the invariants hold after each event', async () => {
  let marks = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const profile = seed % 2 === 0 ? 'rfc' : 'linux';
    const world = simulate({ seed, profile, trace: 'events' });
    const sysctl = { 'net.ipv4.tcp_ecn': 1, 'net.ipv4.tcp_sack': seed % 3 === 0 ? 0 : 1 };
    const a = world.host('A', { address: '10.0.0.1', sysctl });
    const b = world.host('B', { address: '10.0.1.2', sysctl });
    const r = world.router('R');
    world.cable(b, r, { delay: '3ms', reorder: 0.01, duplicate: 0.01 });
    world.cable(r, a, { delay: '5ms', rate: '5Mbit/s', queue: 40, mark: 2 * seed, loss: 0.01 });
    const server = a.spawn('server', echo);
    const client = b.spawn('client', async (os) => {
      const socket = await os.connect('A', PORT);
      const buffer = new Uint8Array(20_000);
      for (let i = 0; i < 5; i++) {
        await socket.send(new Uint8Array(20_000).fill(i));
        await socket.recv(buffer, { waitAll: true });
        if (!buffer.every((byte) => byte === i)) return `another byte in round ${i}`;
      }
      await socket.close();
      return 'done';
    });
    await world.run({
      for: '10min',
      until: () => {
        checkInvariants(world);
        return false;
      },
    });
    expect([await server.exited, await client.exited], `seed ${seed}`).toMatchObject([
      { value: 100_000 },
      { value: 'done' },
    ]);
    marks += world.trace.find({ kind: 'frame.delivered' }).filter(({ marked }) => marked === true).length;
  }
  expect(marks).toBeGreaterThan(20);
});
