import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionFailed } from '../base/assert.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { ipv4, parseIpv4Address } from './address.ts';
import { FRAME_START, type Frame, FramePool, NETWORK } from './frame.ts';
import {
  decrementTtl,
  emptyIpv4Header,
  type Ipv4Fields,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  parseIpv4,
  writeIpv4,
} from './ipv4.ts';

const pool = new FramePool();
const A = parseIpv4Address('A', '10.0.0.1');
const B = parseIpv4Address('B', '10.0.0.2');
const ETHERNET = '020000000002 020000000001 0800';

/** The first 20 bytes of a SYN of Linux 6.18, captured from a TAP device; 40 bytes of TCP follow. */
const SYN = '4500003c3b5040004006eb690a0000010a000002';
/** The first of two fragments of Linux 6.18: 1480 bytes follow; more fragments, offset 0. */
const FIRST_FRAGMENT = '450005dc0170200040113f9f0a0000010a000002';
/** The second: 64 bytes at offset 1480. */
const SECOND_FRAGMENT = '45000054017000b94011646e0a0000010a000002';

function packet(header: string, dataLength: number): Frame {
  return pool.from(fromHex(ETHERNET + header + '00'.repeat(dataLength)));
}

/** A header with other bytes at some offsets and a checksum that is right for them. */
function changed(header: string, dataLength: number, bytes: Record<number, number>): Frame {
  const frame = packet(header, dataLength);
  const length = Math.min(((bytes[0] ?? 0x45) & 15) * 4 || 20, frame.end - NETWORK);
  for (const [offset, byte] of Object.entries(bytes)) frame.bytes[NETWORK + Number(offset)] = byte;
  frame.view.setUint16(NETWORK + 10, 0);
  let sum = 0;
  for (let i = 0; i + 1 < length; i += 2) sum += frame.view.getUint16(NETWORK + i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  frame.view.setUint16(NETWORK + 10, sum ^ 0xffff);
  return frame;
}

test("a SYN's header as Linux sent it", () => {
  const header = emptyIpv4Header();
  const frame = packet(SYN, 40);
  expect(parseIpv4(frame, header)).toBe(undefined);
  expect(header).toEqual({
    tos: 0,
    identification: 0x3b50,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol: PROTOCOL_TCP,
    source: A,
    destination: B,
    ihl: 20,
    totalLength: 60,
    optionsStart: 36,
    optionsEnd: 36,
  });
  expect([frame.transport, frame.payloadEnd]).toEqual([36, 76]);
});

test('we write the same bytes as Linux', () => {
  const frame = pool.take(14 + 60);
  const fields = {
    ...emptyIpv4Header(),
    identification: 0x3b50,
    dontFragment: true,
    ttl: 64,
    protocol: 6,
    source: A,
    destination: B,
  };
  writeIpv4(frame, fields);
  expect(toHex(frame.bytes.subarray(NETWORK, NETWORK + 20))).toBe(SYN);
});

test('fragments as Linux made them: offset in bytes', () => {
  const header = emptyIpv4Header();
  expect(parseIpv4(packet(FIRST_FRAGMENT, 1480), header)).toBe(undefined);
  expect([header.moreFragments, header.fragmentOffset, header.protocol]).toEqual([true, 0, PROTOCOL_UDP]);
  expect(parseIpv4(packet(SECOND_FRAGMENT, 64), header)).toBe(undefined);
  expect([header.moreFragments, header.fragmentOffset]).toEqual([false, 1480]);
});

test("Ethernet's padding is not the packet's", () => {
  const frame = packet(SYN, 100);
  expect(parseIpv4(frame, emptyIpv4Header())).toBe(undefined);
  expect(frame.payloadEnd).toBe(NETWORK + 60);
});

test('options are skipped and their range is told', () => {
  // Router alert (RFC 2113): 24 bytes of header.
  const frame = changed(`46${SYN.slice(2)}94040000`, 36, { 0: 0x46 });
  const header = emptyIpv4Header();
  expect(parseIpv4(frame, header)).toBe(undefined);
  expect([header.ihl, header.optionsStart, header.optionsEnd, frame.transport]).toEqual([24, 36, 40, 40]);
});

test('V7: each lie of a header has its refusal', () => {
  const header = emptyIpv4Header();
  expect(parseIpv4(changed(SYN, 40, { 0: 0x65 }), header)).toBe('ipv4-version');
  expect(parseIpv4(changed(SYN, 40, { 0: 0x44 }), header)).toBe('ipv4-header-length');
  expect(parseIpv4(changed(SYN, 8, { 0: 0x4f, 3: 28 }), header)).toBe('ipv4-header-length');
  expect(parseIpv4(changed(SYN, 40, { 3: 19 }), header)).toBe('ipv4-total-length');
  expect(parseIpv4(changed(SYN, 40, { 0: 0x46, 3: 23 }), header)).toBe('ipv4-total-length');
  expect(parseIpv4(changed(SYN, 40, { 3: 61 }), header)).toBe('ipv4-total-length');
  expect(parseIpv4(changed(SYN, 40, { 2: 0xff, 3: 0xff }), header)).toBe('ipv4-total-length');
  expect(parseIpv4(changed(SYN, 40, {}), header)).toBe(undefined);
});

test('a header with any one bit changed is refused', () => {
  for (let bit = 0; bit < 160; bit++) {
    const frame = packet(SYN, 40);
    const at = NETWORK + (bit >>> 3);
    frame.bytes[at] = (frame.bytes[at] ?? 0) ^ (1 << (bit & 7));
    expect(parseIpv4(frame, emptyIpv4Header()), `bit ${bit}`).toBeDefined();
    frame.release();
  }
});

test('a checksum of 0 is a wrong one', () => {
  const frame = packet(SYN, 40);
  frame.view.setUint16(NETWORK + 10, 0);
  expect(parseIpv4(frame, emptyIpv4Header())).toBe('ipv4-checksum');
});

test('fragments that cannot be put together are refused', () => {
  const header = emptyIpv4Header();
  expect(parseIpv4(changed(SYN, 0, { 3: 20, 6: 0x20 }), header)).toBe('ipv4-fragment-length');
  expect(parseIpv4(changed(SYN, 40, { 3: 59, 6: 0x20 }), header)).toBe('ipv4-fragment-length');
  expect(parseIpv4(changed(SYN, 40, { 3: 59, 6: 0x00, 7: 0x01 }), header)).toBe(undefined);
  // The ping of death: 65528 + 40 bytes.
  expect(parseIpv4(changed(SYN, 40, { 6: 0x1f, 7: 0xff }), header)).toBe('ipv4-fragment-end');
});

test('every truncation of a packet is refused', () => {
  const bytes = fromHex(ETHERNET + SYN + '00'.repeat(40));
  for (let length = 14; length < bytes.length; length++) {
    const refusal = parseIpv4(pool.from(bytes.subarray(0, length)), emptyIpv4Header());
    expect(refusal).toBe(length < 34 ? 'ipv4-truncated' : 'ipv4-total-length');
  }
});

const fields: fc.Arbitrary<Ipv4Fields> = fc.record({
  tos: fc.nat({ max: 255 }),
  identification: fc.nat({ max: 65_535 }),
  dontFragment: fc.boolean(),
  moreFragments: fc.boolean(),
  fragmentOffset: fc.nat({ max: 8000 }).map((n) => n * 8),
  ttl: fc.nat({ max: 255 }),
  protocol: fc.nat({ max: 255 }),
  source: fc.integer({ min: 0, max: 0xffff_ffff }).map(ipv4),
  destination: fc.integer({ min: 0, max: 0xffff_ffff }).map(ipv4),
});

test('what is written is read back, and the address objects stay while their bits do', () => {
  fc.assert(
    fc.property(fields, fc.integer({ min: 1, max: 184 }), (given, eighths) => {
      const frame = pool.take(14 + 20 + eighths * 8);
      writeIpv4(frame, given);
      expect([frame.transport, frame.payloadEnd]).toEqual([NETWORK + 20, frame.end]);
      const header = emptyIpv4Header();
      expect(parseIpv4(frame, header)).toBe(undefined);
      expect(header).toMatchObject(given);
      expect(header.totalLength).toBe(20 + eighths * 8);
      const { source, destination } = header;
      parseIpv4(frame, header);
      expect(header.source).toBe(source);
      expect(header.destination).toBe(destination);
      frame.release();
    }),
  );
});

test('a hop less leaves a header whose checksum is right, down to 0', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const frame = pool.take(14 + 28);
      writeIpv4(frame, { ...given, ttl: 255 });
      const header = emptyIpv4Header();
      for (let ttl = 254; ttl >= 0; ttl--) {
        decrementTtl(frame);
        if (parseIpv4(frame, header) !== undefined || header.ttl !== ttl) throw new Error(`at ${ttl}`);
      }
      expect(() => decrementTtl(frame)).toThrow(AssertionFailed);
      frame.release();
    }),
    { numRuns: 20 },
  );
});

test('a packet that no header can describe is a bug', () => {
  const frame = pool.take(14 + 65_536);
  expect(() => writeIpv4(frame, emptyIpv4Header())).toThrow(AssertionFailed);
  frame.end = FRAME_START + 14 + 19;
  expect(() => writeIpv4(frame, emptyIpv4Header())).toThrow(AssertionFailed);
  frame.end = FRAME_START + 14 + 28;
  expect(() => writeIpv4(frame, { ...emptyIpv4Header(), fragmentOffset: 4 })).toThrow(AssertionFailed);
});
