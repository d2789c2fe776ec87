/**
 * How many bytes a sender is rid of when the receiver never reads: our buffers against those of the real kernel, whose
 * figures are in docs/measurements/accounting.md (there with TCP_NODELAY, automatic sizes and more).
 */
import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';

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

/** Bytes in both buffers when `send` has been blocked for long, with nobody reading. */
async function accepted(link: 'veth' | 'loopback', [sndbuf, rcvbuf, write]: Row): Promise<number> {
  const world = simulate({ seed: 1, trace: 'off' });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b, { delay: '20us' });
  const server = link === 'veth' ? b : a;
  const buffers = [0, 0];
  server.spawn('server', async (os) => {
    const listener = await os.listen(7000, { options: { SO_RCVBUF: rcvbuf } });
    const socket = await listener.accept();
    await os.sleep('20s');
    buffers[0] = socket.status().receiveBuffer.bytes;
  });
  a.spawn('client', async (os) => {
    await os.sleep('1ms');
    const options = { SO_SNDBUF: sndbuf, SO_RCVBUF: rcvbuf };
    const socket = await os.connect(link === 'veth' ? '10.0.0.2' : '127.0.0.1', 7000, { options });
    const bytes = new Uint8Array(write);
    const give = os.timeout('10s');
    while (!give.aborted) await socket.send(bytes, { signal: give }).catch(() => 0);
    buffers[1] = socket.status().sendBuffer.bytes;
  });
  await world.run({ for: '30s' });
  return (buffers[0] ?? 0) + (buffers[1] ?? 0);
}

for (const [link, rows] of [
  ['veth', VETH],
  ['loopback', LOOPBACK],
] as const) {
  test.each(rows)(`${link}: SO_SNDBUF %i, SO_RCVBUF %i, writes of %i: as the kernel's %i bytes`, async (...row) => {
    const bytes = await accepted(link, row);
    // The smallest buffers hold but two or three segments: there a segment more or less is more than a tenth.
    const tolerance = Math.max(row[3] / 10, row[0] === 4096 ? 2 * 1448 : 0);
    expect(Math.abs(bytes - row[3])).toBeLessThanOrEqual(tolerance);
  });
}
