import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionFailed } from '../base/assert.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { ipv4, parseIpv4Address } from './address.ts';
import { FRAME_START, type Frame, FramePool, NETWORK, TRANSPORT } from './frame.ts';
import { emptyIpv4Header, PROTOCOL_TCP, parseIpv4, writeIpv4 } from './ipv4.ts';
import {
  ACK,
  emptyTcpHeader,
  finishTcpChecksum,
  PSH,
  parseTcp,
  RST,
  SYN,
  type TcpHeader,
  writeTcpHeader,
} from './tcp.ts';
import { emptyTcpOptions, parseTcpOptions, writeTcpOptions } from './tcp-options.ts';

const pool = new FramePool();
const A = parseIpv4Address('A', '10.0.0.1');
const B = parseIpv4Address('B', '10.0.0.2');
const ETHERNET = '0200000000020200000000010800';

// Segments that Linux 6.18 sent through a TAP device, which asks the kernel for true checksums. A is Linux.
const LINUX_SYN =
  '4500003c3b5040004006eb690a0000010a000002' +
  'e04e1b583dc616fb00000000a002faf0cde80000020405b40402080ab92c618c000000000103030a';
const LINUX_HELLO =
  '450000393b5240004006eb6a0a0000010a000002' +
  'e04e1b583dc616fc111111128018003f915500000101080ab92c618d0000000168656c6c6f';
const LINUX_RST = '4500002800004000400626ce0a0000010a000002' + '000904d200000000000000065014000096ed0000';

function read(hex: string): { frame: Frame; header: TcpHeader; refusal: string | undefined } {
  const frame = pool.from(fromHex(ETHERNET + hex));
  const ip = emptyIpv4Header();
  const header = emptyTcpHeader();
  const refusal = parseIpv4(frame, ip) ?? parseTcp(frame, ip, header);
  return { frame, header, refusal };
}

test('a SYN of Linux', () => {
  const { frame, header, refusal } = read(LINUX_SYN);
  expect(refusal).toBe(undefined);
  expect(header).toEqual({
    sourcePort: 57_422,
    destinationPort: 7000,
    seq: 0x3dc6_16fb,
    ack: 0,
    dataOffset: 40,
    control: SYN,
    window: 64_240,
    urgentPointer: 0,
  });
  expect([frame.payload, frame.payloadEnd]).toEqual([TRANSPORT + 40, TRANSPORT + 40]);
});

test('data of Linux', () => {
  const { frame, header, refusal } = read(LINUX_HELLO);
  expect(refusal).toBe(undefined);
  expect([header.control, header.window, header.dataOffset]).toEqual([PSH | ACK, 63, 32]);
  expect(toHex(frame.bytes.subarray(frame.payload, frame.payloadEnd))).toBe('68656c6c6f');
});

test('an RST of Linux', () => {
  const { header, refusal } = read(LINUX_RST);
  expect(refusal).toBe(undefined);
  expect([header.control, header.seq, header.ack, header.window]).toEqual([RST | ACK, 0, 6, 0]);
});

test('we write the same bytes as Linux', () => {
  const frame = pool.take(1514);
  const options = emptyTcpOptions();
  options.timestamps = true;
  options.tsval = 0xb92c_618d;
  options.tsecr = 1;
  writeTcpHeader(frame, 57_422, 7000, 0x3dc6_16fc, 0x1111_1112, PSH | ACK, 63, 0, 12);
  expect(writeTcpOptions(frame.bytes, frame.view, TRANSPORT + 20, options)).toBe(12);
  frame.bytes.set(fromHex('68656c6c6f'), frame.payload);
  frame.end = frame.payload + 5;
  finishTcpChecksum(frame, A, B);
  const fields = { ...emptyIpv4Header(), dontFragment: true, identification: 0x3b52, ttl: 64, protocol: PROTOCOL_TCP };
  writeIpv4(frame, { ...fields, source: A, destination: B });
  expect(toHex(frame.bytes.subarray(NETWORK, frame.end))).toBe(LINUX_HELLO);
});

test('V7: a data offset below 5 words or past the segment is refused', () => {
  for (let words = 0; words < 16; words++) {
    const frame = pool.from(fromHex(ETHERNET + LINUX_SYN));
    const ip = emptyIpv4Header();
    expect(parseIpv4(frame, ip)).toBe(undefined);
    frame.view.setUint8(TRANSPORT + 12, words * 16);
    finishTcpChecksum(frame, A, B);
    expect(parseTcp(frame, ip, emptyTcpHeader())).toBe(words < 5 || words > 10 ? 'tcp-data-offset' : undefined);
  }
});

test('V7: a segment with any one bit changed is refused; a checksum of 0 is a wrong one', () => {
  const bits = fromHex(LINUX_HELLO).length * 8;
  for (let bit = 160; bit < bits; bit++) {
    const frame = pool.from(fromHex(ETHERNET + LINUX_HELLO));
    const at = NETWORK + (bit >>> 3);
    frame.bytes[at] = (frame.bytes[at] ?? 0) ^ (1 << (bit & 7));
    const ip = emptyIpv4Header();
    expect(parseIpv4(frame, ip) ?? parseTcp(frame, ip, emptyTcpHeader()), `bit ${bit}`).toBeDefined();
    frame.release();
  }
  const frame = pool.from(fromHex(ETHERNET + LINUX_HELLO));
  const ip = emptyIpv4Header();
  parseIpv4(frame, ip);
  frame.view.setUint16(TRANSPORT + 16, 0);
  expect(parseTcp(frame, ip, emptyTcpHeader())).toBe('tcp-checksum');
});

test('the addresses are under the checksum: a segment for another host is refused', () => {
  const frame = pool.from(fromHex(ETHERNET + LINUX_HELLO));
  const ip = emptyIpv4Header();
  parseIpv4(frame, ip);
  ip.destination = ipv4(B.bits + 1);
  expect(parseTcp(frame, ip, emptyTcpHeader())).toBe('tcp-checksum');
});

test('every truncation of the segment is refused', () => {
  const length = fromHex(LINUX_HELLO).length;
  for (let end = NETWORK + 20; end < NETWORK + length; end++) {
    const frame = pool.from(fromHex(ETHERNET + LINUX_HELLO));
    const ip = emptyIpv4Header();
    parseIpv4(frame, ip);
    frame.payloadEnd = end;
    const expected = end < TRANSPORT + 20 ? 'tcp-truncated' : end < TRANSPORT + 32 ? 'tcp-data-offset' : 'tcp-checksum';
    expect(parseTcp(frame, ip, emptyTcpHeader())).toBe(expected);
  }
});

test('the checksum of an offloaded frame is not asked for; finishing it makes a frame like any other', () => {
  const frame = pool.take(14 + 20 + 25);
  writeTcpHeader(frame, 1, 2, 3, 4, ACK, 5, 0, 0);
  frame.bytes.fill(7, frame.payload, frame.end);
  const fields = { ...emptyIpv4Header(), protocol: PROTOCOL_TCP, source: A, destination: B };
  writeIpv4(frame, fields);
  frame.offloaded = true;
  const ip = emptyIpv4Header();
  expect(parseIpv4(frame, ip) ?? parseTcp(frame, ip, emptyTcpHeader())).toBe(undefined);
  frame.offloaded = false;
  expect(parseTcp(frame, ip, emptyTcpHeader())).toBe('tcp-checksum');
  finishTcpChecksum(frame, A, B);
  expect(parseTcp(frame, ip, emptyTcpHeader())).toBe(undefined);
  const bytes = toHex(frame.bytes.subarray(FRAME_START, frame.end));
  frame.offloaded = true;
  finishTcpChecksum(frame, A, B);
  expect([toHex(frame.bytes.subarray(FRAME_START, frame.end)), frame.offloaded]).toEqual([bytes, false]);
});

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const uint16 = fc.nat({ max: 0xffff });

test('what is written is read back, with any options and any data', () => {
  fc.assert(
    fc.property(
      fc.tuple(uint16, uint16, uint32, uint32, fc.nat({ max: 255 }), uint16, uint16),
      fc.nat({ max: 10 }),
      fc.uint8Array({ maxLength: 100 }),
      ([sourcePort, destinationPort, seq, ack, control, window, urgentPointer], optionWords, data) => {
        const frame = pool.take(14 + 20 + 20 + optionWords * 4 + data.length);
        writeTcpHeader(frame, sourcePort, destinationPort, seq, ack, control, window, urgentPointer, optionWords * 4);
        frame.bytes.fill(1, TRANSPORT + 20, frame.payload);
        frame.bytes.set(data, frame.payload);
        finishTcpChecksum(frame, A, B);
        writeIpv4(frame, { ...emptyIpv4Header(), protocol: PROTOCOL_TCP, source: A, destination: B });
        const ip = emptyIpv4Header();
        const header = emptyTcpHeader();
        expect(parseIpv4(frame, ip) ?? parseTcp(frame, ip, header)).toBe(undefined);
        const dataOffset = 20 + optionWords * 4;
        expect(header).toEqual({ sourcePort, destinationPort, seq, ack, dataOffset, control, window, urgentPointer });
        expect(frame.bytes.subarray(frame.payload, frame.payloadEnd)).toEqual(data);
        frame.release();
      },
    ),
  );
});

test('any bytes behind an IP header, with any checksum, are refused or read, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 90 }), fc.boolean(), (bytes, offloaded) => {
      const frame = pool.take(14 + 20 + bytes.length);
      frame.bytes.set(bytes, TRANSPORT);
      frame.payloadEnd = frame.end;
      frame.offloaded = offloaded;
      const ip = emptyIpv4Header();
      const header = emptyTcpHeader();
      if (parseTcp(frame, ip, header) === undefined) {
        expect(frame.payload).toBeLessThanOrEqual(frame.payloadEnd);
        parseTcpOptions(frame.bytes, TRANSPORT + 20, frame.payload, emptyTcpOptions());
      }
      frame.release();
    }),
    { numRuns: 500 },
  );
});

test('options that do not fit, or a window of more than 16 bits, are bugs', () => {
  const frame = pool.take(1514);
  for (const optionsLength of [2, 44, -4]) {
    expect(() => writeTcpHeader(frame, 1, 2, 3, 4, ACK, 5, 0, optionsLength)).toThrow(AssertionFailed);
  }
  expect(() => writeTcpHeader(frame, 1, 2, 3, 4, ACK, 65_536, 0, 0)).toThrow(AssertionFailed);
});
