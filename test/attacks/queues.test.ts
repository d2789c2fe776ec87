/**
 * Attacks on queues and their cost: V4 (SACK Panic), V5 (SegmentSmack), V9 and V10 (fragments), V14 (a receiver that
 * lies), V15 (windows), V16 (MSS and path MTU). What is counted is entries, bytes held, and segments that leave.
 */
import { expect, test } from 'vitest';
import { assert } from '../../src/base/assert.ts';
import { Rng } from '../../src/base/rng.ts';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { checksumOf } from '../../src/wire/checksum.ts';
import { ACK, PSH, SYN } from '../../src/wire/tcp.ts';
import { OneEnd } from '../support/one-end.ts';
import { OneHost, packetTo } from '../support/one-host.ts';

test('V4 SACK Panic: a peer with MSS 48 and 100,000 ACKs of alternating blocks: entries, memory and answers are bounded', () => {
  const end = OneEnd.established({ peer: 'mss 48,sackOK,wscale 7', window: 1000, rtt: 10 * MILLISECOND });
  end.tcp.setOptions({ sendBuffer: 65_536 }, end.now);
  while (end.tcp.room >= 1000) end.write(1000);
  const { tcb } = end.tcp;
  const rng = new Rng(4);
  let [entries, memory, drawn] = [0, 0, 0];
  for (let i = 0; i < 100_000; i++) {
    const flight = Math.max(4, tcb.outstanding);
    const left = 2 + 2 * rng.below(flight >> 1);
    drawn += end.arrive(`. 1:1(0) ack 1 win 1000 <sack ${left}:${left + 1}>`).length;
    entries = Math.max(entries, tcb.recovery.sacked.count);
    memory = Math.max(memory, end.tcp.status().sendBuffer.charge);
    if (i % 1000 === 0) end.run(1 * MILLISECOND);
    end.take();
  }
  expect(end.state).toBe('ESTABLISHED');
  expect(entries, 'one range at most for two bytes in flight').toBeLessThanOrEqual(tcb.outstanding / 2);
  expect(memory).toBeLessThanOrEqual(2 * 65_536);
  expect(drawn, 'segments drawn by 100,000 ACKs').toBeLessThan(10_000);
});

test('V4 SACK Panic: an MSS option of 0 to 8 makes no full segment below 36 bytes', () => {
  for (let mss = 0; mss <= 8; mss++) {
    const end = OneEnd.established({ peer: `mss ${mss}` });
    end.write(400);
    const lengths = end.take().map(({ length }) => length);
    expect(Math.min(...lengths.slice(0, -1)), `mss ${mss}`).toBeGreaterThanOrEqual(36);
    expect(lengths.length, `mss ${mss}`).toBeLessThanOrEqual(12);
  }
});

/** An established connection of a host, and where the peer goes on. */
function served() {
  const host = new OneHost({ silent: true });
  const listen = host.listen(80);
  const [answer] = host.arrive(packetTo(host, { control: SYN, seq: 0 }));
  const ack = ((answer?.seq ?? 0) + 1) >>> 0;
  host.arrive(packetTo(host, { seq: 1, ack }));
  const connection = listen.accept();
  assert(connection !== undefined, 'it is accepted');
  host.take();
  return { host, connection, ack };
}

test('V5 SegmentSmack: of 100,000 one-byte segments behind random holes 160 are held at most; one ACK each; then the stream goes on', () => {
  const { host, connection, ack } = served();
  const rng = new Rng(5);
  const { receiveBuffer } = connection.tcb;
  let [frames, charged] = [0, 0];
  host.blind = true;
  for (let i = 0; i < 100_000; i++) {
    host.arrive(packetTo(host, { seq: 3 + 2 * rng.below(30_000), ack, data: new Uint8Array(1) }));
    frames = Math.max(frames, host.framesHeld);
    charged = Math.max(charged, receiveBuffer.charged);
  }
  host.blind = false;
  expect(frames).toBeLessThanOrEqual(160);
  expect(charged).toBeLessThanOrEqual(receiveBuffer.limit + 1000);
  expect(host.counted).toBeLessThanOrEqual(100_000);
  expect(connection.tcb.receiveBuffer.outOfOrder.count).toBeGreaterThan(100);
  // What is expected still enters: what lies behind the holes gives way.
  const [reply] = host.arrive(packetTo(host, { seq: 1, ack, data: new Uint8Array(2) }));
  expect(reply?.ack ?? 0).toBeGreaterThanOrEqual(3);
  expect(connection.readable).toBeGreaterThanOrEqual(2);
});

test('V5 SegmentSmack: 50,000 one-byte segments in order, never read: 40 frames hold what is kept, and it reads as it was sent', () => {
  const { host, connection, ack } = served();
  host.blind = true;
  for (let i = 0; i < 50_000; i++) {
    host.arrive(packetTo(host, { control: ACK | PSH, seq: 1 + i, ack, data: new Uint8Array([i & 255]) }));
  }
  const { receiveBuffer } = connection.tcb;
  expect(host.framesHeld).toBeLessThanOrEqual(40);
  expect(receiveBuffer.charged).toBeLessThanOrEqual(receiveBuffer.limit + 1000);
  const count = connection.readable;
  const into = new Uint8Array(count);
  expect(connection.receive(into, 0, count, false, host.now)).toBe(count);
  expect(into.findIndex((byte, i) => byte !== (i & 255))).toBe(-1);
  expect([count > 40_000, host.framesHeld]).toEqual([true, 0]);
});

/** An IPv4 fragment of UDP. */
function fragment(id: number, offset: number, data: Uint8Array, more: boolean): Uint8Array {
  const bytes = new Uint8Array(20 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, bytes.length);
  view.setUint16(4, id);
  view.setUint16(6, (more ? 0x2000 : 0) | (offset >> 3));
  view.setUint8(8, 64);
  view.setUint8(9, 17);
  view.setUint32(12, 0x0a00_0002);
  view.setUint32(16, 0x0a00_0001);
  view.setUint16(10, checksumOf(bytes, 0, 20, 0));
  bytes.set(data, 20);
  return bytes;
}

test('V9 overlapping segments: of 2,000 overlaps with other bytes those that came first are read, each byte once', () => {
  const rng = new Rng(9);
  const end = OneEnd.established({ peer: 'mss 1000,sackOK' });
  const first = new Map<number, number>();
  for (let i = 0; i < 2000; i++) {
    const at = 2 + rng.below(500);
    const length = 1 + rng.below(40);
    const data = new Uint8Array(length).fill(i & 255);
    end.arrive(`. ${at}:${at + length}(${length}) ack 1`, data);
    for (let j = at; j < at + length; j++) if (!first.has(j)) first.set(j, i & 255);
  }
  end.arrive('. 1:2(1) ack 1', new Uint8Array([255]));
  const read = end.readBytes();
  expect(read.length).toBeGreaterThan(400);
  expect(read).toEqual([255, ...read.slice(1).map((_, i) => first.get(i + 2))]);
});

test('V9 overlapping fragments (teardrop): no datagram of any two that overlap is delivered, nor what comes of it later', () => {
  const host = new OneHost();
  let id = 0;
  for (let first = 8; first <= 64; first += 8) {
    for (let offset = 8; offset < first; offset += 8) {
      id++;
      host.arrive(fragment(id, 0, new Uint8Array(first), true));
      host.arrive(fragment(id, offset, new Uint8Array(first - offset + 8).fill(7), false));
      host.arrive(fragment(id, first, new Uint8Array(8), false));
    }
  }
  const overlaps = host.drops.filter((reason) => reason === 'fragment-overlap').length;
  const later = host.drops.filter((reason) => reason === 'fragment-of-discarded').length;
  expect([overlaps, later]).toEqual([id, id]);
  expect(host.drops.length).toBe(2 * id);
});

test('V10 FragmentSmack: 50,000 datagrams of which a piece is missing hold no frame, and nothing after 30 s', () => {
  const host = new OneHost();
  const before = host.stack.pollTimeout();
  const piece = new Uint8Array(1400);
  for (let i = 0; i < 50_000; i++) {
    host.arrive(fragment(i & 0xffff, 1400, piece, true));
    host.take();
  }
  expect(host.framesHeld, 'pieces are copied, at most 4 MiB of them').toBe(0);
  expect(host.connections.length).toBe(0);
  host.blind = true;
  host.run(31 * SECOND);
  expect(host.counted, 'no ICMP without the first piece').toBe(0);
  expect(before).toBeGreaterThan(31 * SECOND);
  expect(host.stack.pollTimeout(), 'no piece is waited for').toBe(before);
});

test('V14 ACK division: 1,448 ACKs of one byte each open the window by one segment, as one ACK of all would', () => {
  const grown = (step: number): number => {
    const end = OneEnd.established({ peer: 'mss 1448', rtt: 10 * MILLISECOND });
    end.tcp.setOptions({ sendBuffer: 1 << 20 }, end.now);
    end.write(100_000);
    const before = end.tcp.status().info.sndCwnd;
    for (let ack = 1 + step; ack <= 1449; ack += step) end.arrive(`. 1:1(0) ack ${ack}`);
    return end.tcp.status().info.sndCwnd - before;
  };
  expect(grown(1)).toBeLessThanOrEqual(grown(1448));
});

test('V14 optimistic ACK: of 10,000 ACKs beyond SND.NXT none acknowledges, opens the window, or draws more than 2 answers a second', () => {
  const end = OneEnd.established({ peer: 'mss 1000' });
  end.write(20_000);
  const before = end.tcp.status().info.sndCwnd;
  end.take();
  for (let i = 0; i < 10_000; i++) {
    end.arrive(`. 1:1(0) ack ${30_000 + i}`);
    if (i % 1000 === 0) end.run(1 * MILLISECOND);
  }
  expect(end.take().length).toBeLessThanOrEqual(1);
  expect([end.tcp.figures().acknowledged, end.tcp.status().info.sndCwnd]).toEqual([0, before]);
});

test('V14 spoofed duplicate ACKs: 10,000 of them draw one retransmission and at most a window of new data', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK' });
  end.tcp.setOptions({ sendBuffer: 1 << 20 }, end.now);
  end.write(60_000);
  end.take();
  for (let i = 0; i < 10_000; i++) end.arrive('. 1:1(0) ack 1');
  expect(end.take().length, 'with SACK an ACK without a block is no news').toBe(0);
});

test('V15 tiny windows: a window of 1 byte, opened 1,000 times, draws no segment below half of the largest but the persist timer', () => {
  const end = OneEnd.established({ peer: 'mss 1000', window: 4000 });
  end.write(10_000);
  end.arrive('. 1:1(0) ack 4001 win 0');
  end.take();
  for (let i = 1; i <= 1000; i++) end.arrive(`. 1:1(0) ack 4001 win ${i % 2}`);
  expect(end.take()).toEqual([]);
  expect(end.arrive('. 1:1(0) ack 4001 win 4000').length).toBeGreaterThan(0);
});

test('V15 window scale 255 counts as 14, and a window that shrinks brings no livelock: 1,000 shrinkings draw 1,000 segments at most', () => {
  const end = OneEnd.established({ peer: 'mss 1000,wscale 255', window: 65_535 });
  expect(end.tcp.tcb.snd.scale).toBe(14);
  end.write(20_000);
  end.take();
  for (let i = 0; i < 1000; i++) end.arrive(`. 1:1(0) ack 1 win ${i % 2}`);
  expect(end.take().length).toBeLessThanOrEqual(1000);
  end.arrive('. 1:1(0) ack 10001 win 100');
  expect(end.tcp.figures().acknowledged).toBe(10_000);
});

/** "Fragmentation needed", as from a router, about a segment of the host's connection. */
function tooBig(connectionSeq: number, mtu: number, quotedPort = 5000): Uint8Array {
  const bytes = new Uint8Array(20 + 8 + 28);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, bytes.length);
  view.setUint8(8, 64);
  view.setUint8(9, 1);
  view.setUint32(12, 0x0a00_00fe);
  view.setUint32(16, 0x0a00_0001);
  view.setUint16(10, checksumOf(bytes, 0, 20, 0));
  view.setUint8(20, 3);
  view.setUint8(21, 4);
  view.setUint16(26, mtu);
  view.setUint8(28, 0x45);
  view.setUint16(30, 1500);
  view.setUint8(36, 64);
  view.setUint8(37, 6);
  view.setUint32(40, 0x0a00_0001);
  view.setUint32(44, 0x0a00_0002);
  view.setUint16(48, 80);
  view.setUint16(50, quotedPort);
  view.setUint32(52, connectionSeq >>> 0);
  view.setUint16(22, checksumOf(bytes, 20, bytes.length, 0));
  return bytes;
}

test('V16 spoofed path MTU: of 10,000 guesses over the whole sequence space none counts; the true one stops at 552', () => {
  const { host, connection, ack } = served();
  connection.send(new Uint8Array(5000), 0, 5000, host.now);
  host.stack.flush(host.now);
  const { tcb } = connection;
  const before = tcb.effectiveMss;
  const rng = new Rng(16);
  for (let i = 0; i < 10_000; i++) {
    const seq = rng.uint32();
    if ((seq - ack) >>> 0 <= 5000) continue;
    host.arrive(tooBig(seq, 68));
  }
  expect(tcb.effectiveMss).toBe(before);
  host.arrive(tooBig(ack, 68));
  expect(tcb.effectiveMss).toBe(552 - 40);
  expect(connection.state).toBe('ESTABLISHED');
  expect(host.arrive(packetTo(host, { control: ACK, seq: 1, ack: (ack + 5000) >>> 0 })).length).toBe(0);
});
