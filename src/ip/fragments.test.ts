import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NEVER, SECOND } from '../base/time.ts';
import { ipv4 } from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import { type Frame, FramePool } from '../wire/frame.ts';
import { emptyIpv4Header, PROTOCOL_UDP, parseIpv4, writeIpv4 } from '../wire/ipv4.ts';
import { FRAGMENT_DATAGRAMS, fragmentPacket, LINUX_FRAGMENT_LIMITS, Reassembly } from './fragments.ts';

const pool = new FramePool();

function packet(payload: Uint8Array, { identification = 7, offset = 0, more = false, tos = 0 } = {}): Frame {
  const frame = pool.take(ETHERNET_HEADER_LENGTH + 20 + payload.length);
  frame.bytes.set(payload, frame.transport);
  writeIpv4(frame, {
    tos,
    identification,
    dontFragment: false,
    moreFragments: more,
    fragmentOffset: offset,
    ttl: 64,
    protocol: PROTOCOL_UDP,
    source: ipv4(0x0a00_0001),
    destination: ipv4(0x0a00_0002),
  });
  return frame;
}

function bytes(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);
}

function put(reassembly: Reassembly, frame: Frame, now = 0) {
  const ip = emptyIpv4Header();
  expect(parseIpv4(frame, ip)).toBeUndefined();
  const outcome = reassembly.handleFragment(frame, ip, now);
  frame.release();
  return outcome;
}

function payloadOf(frame: Frame): Uint8Array {
  return frame.bytes.slice(frame.transport, frame.payloadEnd);
}

function cut(payload: Uint8Array, mtu: number): Frame[] {
  const whole = packet(payload);
  const ip = emptyIpv4Header();
  parseIpv4(whole, ip);
  const pieces: Frame[] = [];
  fragmentPacket(whole, ip, mtu, pool, (piece) => pieces.push(piece));
  whole.release();
  return pieces;
}

test('fragments in any order become the packet again, each fitting the MTU with a right header', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 68, max: 1500 }),
      fc.infiniteStream(fc.nat()),
      (length, mtu, order) => {
        const payload = bytes(length, mtu);
        const reassembly = new Reassembly(pool);
        const pieces = cut(payload, mtu);
        for (const piece of pieces) expect(piece.end - piece.network).toBeLessThanOrEqual(mtu);
        let whole: Frame | undefined;
        while (pieces.length > 0) {
          const [piece] = pieces.splice(order.next().value % pieces.length, 1);
          if (piece === undefined) break;
          if (length + 20 <= mtu) {
            expect(payloadOf(piece)).toEqual(payload);
            piece.release();
            return;
          }
          const outcome = put(reassembly, piece);
          if (typeof outcome === 'object') whole = outcome;
          else expect(outcome).toBe('stored');
        }
        expect(whole && payloadOf(whole)).toEqual(payload);
        expect(whole && parseIpv4(whole, emptyIpv4Header())).toBeUndefined();
        whole?.release();
        expect(reassembly.datagrams).toBe(0);
        expect(reassembly.charged).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
  expect(pool.taken).toBe(0);
});

test('the last fragment fills the MTU, whether or not that is a multiple of 8', () => {
  const lengths = (length: number, mtu: number) =>
    cut(bytes(length), mtu).map((piece) => {
      const { length: held } = payloadOf(piece);
      piece.release();
      return held;
    });
  expect(lengths(1473, 1493)).toEqual([1473]);
  expect(lengths(1472 + 1473, 1493)).toEqual([1472, 1473]);
});

test('a fragment can be cut again on the way', () => {
  const payload = bytes(3000);
  const reassembly = new Reassembly(pool);
  let whole: Frame | undefined;
  for (const piece of cut(payload, 1500)) {
    const ip = emptyIpv4Header();
    parseIpv4(piece, ip);
    fragmentPacket(piece, ip, 576, pool, (smaller) => {
      const outcome = put(reassembly, smaller);
      if (typeof outcome === 'object') whole = outcome;
    });
    piece.release();
  }
  expect(whole && payloadOf(whole)).toEqual(payload);
});

test('a datagram that does not become whole goes after 30 s, and its beginning is given back', () => {
  const reassembly = new Reassembly(pool);
  put(reassembly, packet(bytes(16), { more: true }), 5);
  expect(reassembly.pollTimeout()).toBe(5 + 30 * SECOND);
  reassembly.handleTimeout(5 + 30 * SECOND - 1);
  expect(reassembly.pollAbandoned()).toBeUndefined();
  reassembly.handleTimeout(5 + 30 * SECOND);
  const gone = reassembly.pollAbandoned();
  expect(gone?.why).toBe('timeout');
  expect(gone?.first?.length).toBe(28);
  expect(reassembly.pollTimeout()).toBe(NEVER);
  expect(reassembly.charged).toBe(0);
});

test('without its first fragment nothing is given back', () => {
  const reassembly = new Reassembly(pool);
  put(reassembly, packet(bytes(16), { offset: 16 }));
  reassembly.handleTimeout(30 * SECOND);
  expect(reassembly.pollAbandoned()?.first).toBeUndefined();
});

test('V9: any overlap discards the datagram, and what comes of it later', () => {
  for (const [offset, length] of [
    [8, 16],
    [0, 8],
    [8, 8],
    [0, 64],
    [16, 32],
  ] as const) {
    const reassembly = new Reassembly(pool);
    expect(put(reassembly, packet(bytes(24), { more: true }))).toBe('stored');
    expect(put(reassembly, packet(bytes(length, 9), { offset, more: true }))).toBe('fragment-overlap');
    expect(reassembly.pollAbandoned()?.why).toBe('overlap');
    expect(put(reassembly, packet(bytes(24), { more: true }))).toBe('fragment-of-discarded');
    expect(put(reassembly, packet(bytes(8), { offset: 24 }))).toBe('fragment-of-discarded');
    reassembly.handleTimeout(30 * SECOND);
    expect(reassembly.charged).toBe(0);
  }
});

test('an exact copy changes nothing; the same place with other bytes is an overlap', () => {
  const reassembly = new Reassembly(pool);
  put(reassembly, packet(bytes(24), { more: true }));
  expect(put(reassembly, packet(bytes(24), { more: true }))).toBe('fragment-duplicate');
  const whole = put(reassembly, packet(bytes(8), { offset: 24 }));
  expect(typeof whole).toBe('object');
  const again = new Reassembly(pool);
  put(again, packet(bytes(24), { more: true }));
  expect(put(again, packet(bytes(24, 2), { more: true }))).toBe('fragment-overlap');
});

test('two ends, or bytes behind the end, discard the datagram', () => {
  const twice = new Reassembly(pool);
  put(twice, packet(bytes(8), { offset: 24 }));
  expect(put(twice, packet(bytes(8), { offset: 40 }))).toBe('fragment-end-conflict');
  const behind = new Reassembly(pool);
  put(behind, packet(bytes(8), { offset: 24 }));
  expect(put(behind, packet(bytes(8), { offset: 32, more: true }))).toBe('fragment-end-conflict');
  const before = new Reassembly(pool);
  put(before, packet(bytes(8), { offset: 32, more: true }));
  expect(put(before, packet(bytes(8), { offset: 24 }))).toBe('fragment-end-conflict');
});

test('V10: memory and number of incomplete datagrams are bounded; the oldest go first', () => {
  const reassembly = new Reassembly(pool);
  const payload = bytes(8000);
  let [most, count] = [0, 0];
  for (let identification = 0; identification < 2000; identification++) {
    put(reassembly, packet(payload, { identification, more: true, offset: 8000 }));
    most = Math.max(most, reassembly.charged);
    count = Math.max(count, reassembly.datagrams);
  }
  expect(most).toBeLessThanOrEqual(LINUX_FRAGMENT_LIMITS.bytes);
  expect(count).toBeLessThanOrEqual(FRAGMENT_DATAGRAMS);
  expect(reassembly.pollAbandoned()?.why).toBe('evicted');
  expect(put(reassembly, packet(payload, { identification: 1999, offset: 16_000 }))).toBe('stored');
  expect(typeof put(reassembly, packet(payload, { identification: 1999, more: true }))).toBe('object');
});

test.each([
  [[2, 2], 2],
  [[2, 3], 3],
  [[3, 2], 3],
  [[1, 3], 3],
  [[2, 1], 2],
  [[0, 2], 0],
  [[0xb8, 0xb8], 0xb8],
  [[0xba, 0xbb], 0xbb],
  [[0, 3], 'fragment-marked-in-part'],
  [[3, 0], 'fragment-marked-in-part'],
])('RFC 3168, 5.3: of pieces with ECN %j the whole has %s', (tos, expected) => {
  const reassembly = new Reassembly(pool);
  const [first = 0, second = 0] = tos;
  expect(put(reassembly, packet(bytes(8), { more: true, tos: first }))).toBe('stored');
  const whole = put(reassembly, packet(bytes(8), { offset: 8, tos: second }));
  if (typeof whole === 'string') {
    expect(whole).toBe(expected);
    expect(reassembly.datagrams).toBe(0);
    return;
  }
  const ip = emptyIpv4Header();
  expect(parseIpv4(whole, ip)).toBeUndefined();
  expect(ip.tos).toBe(expected);
  whole.release();
});
