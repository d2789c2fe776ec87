import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionFailed } from '../base/assert.ts';
import { fromHex, text, toHex, utf8 } from '../base/bytes.ts';
import { parseIpv4Address } from './address.ts';
import { type Frame, FramePool, NETWORK, TRANSPORT } from './frame.ts';
import {
  emptyIcmpHeader,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_UNREACHABLE,
  icmpErrorLength,
  isIcmpError,
  parseIcmp,
  UNREACHABLE_FRAGMENTATION_NEEDED,
  UNREACHABLE_PORT,
  writeIcmpEcho,
  writeIcmpError,
} from './icmp.ts';
import { emptyIpv4Header, PROTOCOL_UDP, parseIpv4 } from './ipv4.ts';

const pool = new FramePool();
const A = parseIpv4Address('A', '10.0.0.1');
const B = parseIpv4Address('B', '10.0.0.2');
const ETHERNET = '0200000000020200000000010800';
/** An echo reply of Linux 6.18: identifier 0x1234, sequence number 1, data 'abcdefgh'. */
const ECHO_REPLY = '45000024b67600004001b0600a0000010a000002' + '00005c35123400016162636465666768';
/** A port unreachable of Linux 6.18, about a datagram from 10.0.0.2 port 5353 to 10.0.0.1 port 9. */
const DATAGRAM = '4500002212344000401114950a0000020a000001' + '14e90009000ea1856e6f626f6479';
const PORT_UNREACHABLE = `45c0003eb66100004001af9b0a0000010a000002${'0303111f00000000'}${DATAGRAM}`;

function frameOf(hex: string): Frame {
  const frame = pool.from(fromHex(ETHERNET + hex));
  expect(parseIpv4(frame, emptyIpv4Header())).toBe(undefined);
  return frame;
}

/** A message with these bytes behind IP's header, its checksum made right. */
function message(hex: string): Frame {
  const bytes = fromHex(hex);
  const frame = pool.take(14 + 20 + bytes.length);
  frame.bytes.set(bytes, TRANSPORT);
  frame.payloadEnd = frame.end;
  if (bytes.length >= 4) {
    let sum = 0;
    bytes.forEach((byte, i) => {
      if (i !== 2 && i !== 3) sum += i % 2 === 0 ? byte * 256 : byte;
    });
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    frame.view.setUint16(TRANSPORT + 2, sum ^ 0xffff);
  }
  return frame;
}

test('an echo reply of Linux', () => {
  const frame = frameOf(ECHO_REPLY);
  const header = emptyIcmpHeader();
  expect(parseIcmp(frame, frame.payloadEnd, header)).toBe(undefined);
  expect([header.type, header.code, header.rest, header.error]).toEqual([ICMP_ECHO_REPLY, 0, 0x1234_0001, false]);
  expect(text(frame.bytes.subarray(header.dataStart, header.dataEnd))).toBe('abcdefgh');
});

test('we write the same echo reply as Linux', () => {
  const frame = pool.take(1514);
  writeIcmpEcho(frame, ICMP_ECHO_REPLY, 0x1234_0001, utf8('abcdefgh'));
  expect(toHex(frame.bytes.subarray(TRANSPORT, frame.end))).toBe(ECHO_REPLY.slice(40));
});

test('a port unreachable of Linux: what it quotes', () => {
  const frame = frameOf(PORT_UNREACHABLE);
  const header = emptyIcmpHeader();
  expect(parseIcmp(frame, frame.payloadEnd, header)).toBe(undefined);
  expect([header.type, header.code, header.rest, header.error]).toEqual([ICMP_UNREACHABLE, UNREACHABLE_PORT, 0, true]);
  expect(header.embedded).toEqual({
    source: B,
    destination: A,
    protocol: PROTOCOL_UDP,
    identification: 0x1234,
    totalLength: 34,
    sourcePort: 5353,
    destinationPort: 9,
    sequence: 0x000e_a185,
  });
});

test('we write the same port unreachable as Linux', () => {
  const original = pool.from(fromHex(ETHERNET + DATAGRAM));
  const frame = pool.take(1514);
  writeIcmpError(frame, ICMP_UNREACHABLE, UNREACHABLE_PORT, 0, original.bytes, NETWORK, original.end);
  expect(toHex(frame.bytes.subarray(TRANSPORT, frame.end))).toBe(PORT_UNREACHABLE.slice(40));
  expect(frame.end - TRANSPORT).toBe(icmpErrorLength(34));
});

test('an error quotes no more than fits into 576 bytes', () => {
  const frame = pool.take(1514);
  const original = fromHex(DATAGRAM + '11'.repeat(1400));
  writeIcmpError(frame, ICMP_UNREACHABLE, UNREACHABLE_FRAGMENTATION_NEEDED, 1280, original);
  expect(frame.end - NETWORK).toBe(576);
  expect(icmpErrorLength(original.length)).toBe(576 - 20);
  const header = emptyIcmpHeader();
  expect(parseIcmp(frame, frame.end, header)).toBe(undefined);
  expect([header.rest, header.embedded.destinationPort]).toEqual([1280, 9]);
});

test('only reports about other packets are errors', () => {
  const errors = Array.from({ length: 256 }, (_, type) => type).filter(isIcmpError);
  expect(errors).toEqual([3, 4, 5, 11, 12]);
  expect(() => writeIcmpError(pool.take(100), ICMP_ECHO_REQUEST, 0, 0, new Uint8Array(28))).toThrow(AssertionFailed);
});

test('types that are not handled are refused (RFC 1122 3.2.2)', () => {
  for (let type = 0; type < 256; type++) {
    const frame = message(`${type.toString(16).padStart(2, '0')}00000000000000${DATAGRAM}`);
    const handled = [0, 3, 4, 5, 8, 11, 12].includes(type);
    expect(parseIcmp(frame, frame.end, emptyIcmpHeader())).toBe(handled ? undefined : 'icmp-type');
  }
});

test('a message with any one bit changed is refused', () => {
  for (let bit = 160; bit < PORT_UNREACHABLE.length * 4; bit++) {
    const frame = frameOf(PORT_UNREACHABLE);
    const at = NETWORK + (bit >>> 3);
    frame.bytes[at] = (frame.bytes[at] ?? 0) ^ (1 << (bit & 7));
    expect(parseIcmp(frame, frame.payloadEnd, emptyIcmpHeader())).toBe('icmp-checksum');
    frame.release();
  }
});

test('what an error quotes must be an IP header and eight bytes of a first fragment', () => {
  const refusal = (quote: string) => {
    const frame = message(`0301000000000000${quote}`);
    return parseIcmp(frame, frame.end, emptyIcmpHeader());
  };
  for (let length = 0; length < 28; length++) {
    expect(refusal(DATAGRAM.slice(0, length * 2))).toBe('icmp-embedded-truncated');
  }
  expect(refusal(DATAGRAM.slice(0, 56))).toBe(undefined);
  expect(refusal(`46${DATAGRAM.slice(2, 56)}`)).toBe('icmp-embedded-truncated');
  expect(refusal(`46${DATAGRAM.slice(2)}`)).toBe(undefined);
  expect(refusal(`44${DATAGRAM.slice(2)}`)).toBe('icmp-embedded-header');
  expect(refusal(`65${DATAGRAM.slice(2)}`)).toBe('icmp-embedded-header');
  expect(refusal(`45000013${DATAGRAM.slice(8)}`)).toBe('icmp-embedded-header');
  expect(refusal(`${DATAGRAM.slice(0, 12)}0001${DATAGRAM.slice(16)}`)).toBe('icmp-embedded-fragment');
});

test('every truncation is refused', () => {
  const whole = frameOf(PORT_UNREACHABLE);
  for (let end = TRANSPORT; end < whole.payloadEnd; end++) {
    expect(parseIcmp(whole, end, emptyIcmpHeader())).toBe(end < TRANSPORT + 8 ? 'icmp-truncated' : 'icmp-checksum');
  }
});

test('an echo that is written is read back', () => {
  const rest = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(fc.constantFrom(ICMP_ECHO_REPLY, ICMP_ECHO_REQUEST), rest, fc.uint8Array(), (type, word, data) => {
      const frame = pool.take(1514);
      writeIcmpEcho(frame, type, word, data);
      const header = emptyIcmpHeader();
      expect(parseIcmp(frame, frame.payloadEnd, header)).toBe(undefined);
      expect([header.type, header.rest]).toEqual([type, word]);
      expect(frame.bytes.subarray(header.dataStart, header.dataEnd)).toEqual(data);
      frame.release();
    }),
  );
});

test('any bytes with a right checksum are refused or read, never thrown at', () => {
  const type = fc.constantFrom('03', '05', '0b', '0c', '00', '08', 'ff');
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 60 }), fc.boolean(), (first, bytes, looksLikeIp) => {
      if (looksLikeIp && bytes.length > 7) bytes[7] = 0x45;
      const frame = message(first + toHex(bytes));
      parseIcmp(frame, frame.end, emptyIcmpHeader());
      frame.release();
    }),
    { numRuns: 500 },
  );
});
