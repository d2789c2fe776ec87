/**
 * How many bytes a sender is rid of when the receiver never reads: our buffers against those of the real kernel, whose
 * figures are in docs/measurements/accounting.md (there with automatic sizes and more).
 */
import { describe, expect, test } from 'vitest';
import { type Socket, type SocketOptions, type System, simulate } from '../../src/index.ts';

type Row = readonly [sndbuf: number, rcvbuf: number, write: number, settled: number];

/** Linux 6.18.44, cubic, Nagle on, "settled": two hosts joined by a veth pair, MTU 1500. */
const VETH: readonly Row[] = [
  [16384, 4096, 1, 28964],
  [16384, 4096, 100, 29312],
  [16384, 4096, 1448, 28960],
  [16384, 4096, 65536, 27512],
  [4096, 4096, 1, 14484],
  [4096, 4096, 100, 14832],
  [4096, 4096, 1448, 14480],
  [4096, 4096, 65536, 13032],
  [65536, 4096, 1, 91228],
  [65536, 4096, 100, 91576],
  [65536, 4096, 1448, 91224],
  [65536, 4096, 65536, 89776],
  [65536, 65536, 100, 255278],
  [65536, 65536, 1448, 251952],
  [65536, 65536, 65536, 277080],
];

/** The same on one host's loopback. */
const LOOPBACK: readonly Row[] = [
  [16384, 4096, 1, 32772],
  [16384, 4096, 100, 31120],
  [16384, 4096, 1448, 31568],
  [16384, 4096, 65536, 30720],
  [4096, 4096, 1, 13508],
  [4096, 4096, 100, 11900],
  [4096, 4096, 1448, 14480],
  [4096, 4096, 65536, 12288],
  [65536, 4096, 1, 102404],
  [65536, 4096, 100, 100752],
  [65536, 4096, 1448, 101200],
  [65536, 4096, 65536, 100352],
];

/** With TCP_NODELAY. Left out: writes of 1 byte where tens of thousands fit, whose figures are of no run but their own. */
const VETH_NODELAY: readonly Row[] = [
  [16384, 4096, 1, 31868],
  [16384, 4096, 100, 33568],
  [16384, 4096, 1448, 28960],
  [16384, 4096, 65536, 27512],
  [4096, 4096, 100, 14456],
  [4096, 4096, 1448, 14480],
  [4096, 4096, 65536, 13032],
  [65536, 4096, 100, 91328],
  [65536, 4096, 1448, 91224],
  [65536, 4096, 65536, 89776],
  [65536, 65536, 100, 269602],
  [65536, 65536, 1448, 251952],
  [65536, 65536, 65536, 277080],
  [16384, 65536, 100, 141556],
  [16384, 65536, 1448, 155176],
  [16384, 65536, 65536, 173242],
];

const LOOPBACK_NODELAY: readonly Row[] = [
  [16384, 4096, 1, 34829],
  [16384, 4096, 100, 34068],
  [16384, 4096, 1448, 33016],
  [16384, 4096, 65536, 30720],
  [4096, 4096, 100, 13200],
  [4096, 4096, 1448, 14480],
  [4096, 4096, 65536, 12288],
  [65536, 4096, 100, 101652],
  [65536, 4096, 1448, 102648],
  [65536, 4096, 65536, 100352],
  [65536, 65536, 100, 269247],
  [65536, 65536, 1448, 242851],
  [65536, 65536, 65536, 269826],
  [16384, 65536, 1448, 160940],
  [16384, 65536, 65536, 176678],
];

/**
 * The first run of all (linux-face.md), SO_SNDBUF 16384 and SO_RCVBUF 4096: taken until the first EAGAIN, or when settled.
 * Beside it what the same kernel takes with cubic, whose window grows as ours does in slow start, instead of bbr.
 */
const FIRST_RUN = [
  [1, 'settled', 36880, undefined],
  [100, 'first', 17984, 19732],
  [1448, 'first', 26872, 26872],
  [65536, 'first', 28672, 28672],
] as const;

type Link = 'veth' | 'loopback';

interface Accepted {
  /** Bytes that `send` had taken when it first said EAGAIN; what lies in both buffers in the end. */
  readonly first: number;
  readonly settled: number;
}

/** What differs between the programs that write: `write` gets a socket, fills it, and says when it found no room first. */
async function withReaderAsleep(
  link: Link,
  [sndbuf, rcvbuf]: Row,
  noDelay: boolean,
  write: (os: System, socket: Socket) => Promise<number>,
): Promise<Accepted> {
  const world = simulate({ seed: 1, trace: 'off' });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b, { delay: '20us' });
  const server = link === 'veth' ? b : a;
  let first = 0;
  let settled = 0;
  let asleep: Socket | undefined;
  server.spawn('server', async (os) => {
    const listener = await os.listen(7000, { options: { SO_RCVBUF: rcvbuf } });
    asleep = await listener.accept();
    await os.sleep('1h');
  });
  a.spawn('client', async (os) => {
    await os.sleep('1ms');
    const options: SocketOptions = { SO_SNDBUF: sndbuf, SO_RCVBUF: rcvbuf, TCP_NODELAY: noDelay };
    const socket = await os.connect(link === 'veth' ? '10.0.0.2' : '127.0.0.1', 7000, { options });
    first = await write(os, socket);
    settled = socket.status().sendBuffer.bytes + (asleep?.status().receiveBuffer.bytes ?? 0);
  });
  await world.run({ for: '30min' });
  return { first, settled };
}

/** A program that blocks in `send`, so that nothing moves before there is no room. */
function blocking(link: Link, row: Row): Promise<Accepted> {
  return withReaderAsleep(link, row, false, async (os, socket) => {
    const bytes = new Uint8Array(row[2]);
    const give = os.timeout('10s');
    while (!give.aborted) await socket.send(bytes, { signal: give }).catch(() => 0);
    return 0;
  });
}

/**
 * A program that writes as fast as one does on the kernel, so that segments and ACKs keep pace with it: a call of send
 * that sends takes 2 us and more there. Without room it tries again now and then.
 */
function paced(link: Link, row: Row): Promise<Accepted> {
  return withReaderAsleep(link, row, true, async (os, socket) => {
    const bytes = new Uint8Array(row[2]);
    let taken = 0;
    let first = 0;
    for (let waits = 0; waits < 150; ) {
      const count = await socket.send(bytes, { dontWait: true }).catch(() => 0);
      taken += count;
      waits = count > 0 ? 0 : waits + 1;
      if (count === 0 && first === 0) first = taken;
      await os.sleep(count > 0 ? '2us' : '10ms');
    }
    return first;
  });
}

/** The smallest buffers hold but two or three segments: there a segment more or less is more than a tenth. */
function tolerance([sndbuf, , , expected]: Row): number {
  return Math.max(expected / 10, sndbuf === 4096 ? 2 * 1448 : 0);
}

describe.each([
  ['veth, Nagle', VETH],
  ['loopback, Nagle', LOOPBACK],
  ['veth, TCP_NODELAY', VETH_NODELAY],
  ['loopback, TCP_NODELAY', LOOPBACK_NODELAY],
] as const)('%s', (where, rows) => {
  test.each(rows)("SO_SNDBUF %i, SO_RCVBUF %i, writes of %i: as the kernel's %i bytes", async (...row) => {
    const link = where.startsWith('veth') ? 'veth' : 'loopback';
    const { settled } = await (where.endsWith('Nagle') ? blocking : paced)(link, row);
    expect(Math.abs(settled - row[3])).toBeLessThanOrEqual(tolerance(row));
  });
});

test.each(FIRST_RUN)('writes of %i on loopback, %s: %i bytes, as first measured', async (write, what, bytes, cubic) => {
  const taken = (await paced('loopback', [16384, 4096, write, bytes]))[what];
  expect(Math.abs(taken - bytes)).toBeLessThanOrEqual(bytes / 10);
  if (cubic !== undefined) expect(Math.abs(taken - cubic)).toBeLessThanOrEqual(cubic / 40);
});
