import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionFailed } from '../base/assert.ts';
import { fromHex, text, toHex, utf8 } from '../base/bytes.ts';
import { parseIpv4Address } from './address.ts';
import { FramePool, NETWORK, TRANSPORT } from './frame.ts';
import { emptyIpv4Header, PROTOCOL_UDP, parseIpv4, writeIpv4 } from './ipv4.ts';
import { emptyUdpHeader, finishUdpChecksum, parseUdp, writeUdpHeader } from './udp.ts';

const pool = new FramePool();
const A = parseIpv4Address('A', '10.0.0.1');
const B = parseIpv4Address('B', '10.0.0.2');
const ETHERNET = '0200000000020200000000010800';
/** Three bytes, 'odd', from port 40000 to 53: as Linux 6.18 sent them through a TAP device. */
const LINUX = '4500001f01444000401125880a0000010a000002' + '9c400035000b7bfb6f6464';

function ipOf(hex: string) {
  const frame = pool.from(fromHex(ETHERNET + hex));
  const ip = emptyIpv4Header();
  expect(parseIpv4(frame, ip)).toBe(undefined);
  return { frame, ip };
}

test('a datagram of Linux', () => {
  const { frame, ip } = ipOf(LINUX);
  const header = emptyUdpHeader();
  expect(parseUdp(frame, ip, header)).toBe(undefined);
  expect(header).toEqual({ sourcePort: 40_000, destinationPort: 53, length: 11 });
  expect(text(frame.bytes.subarray(frame.payload, frame.payloadEnd))).toBe('odd');
});

test('we write the same bytes as Linux', () => {
  const frame = pool.take(14 + 31);
  writeUdpHeader(frame, 40_000, 53);
  frame.bytes.set(utf8('odd'), frame.payload);
  finishUdpChecksum(frame, A, B);
  const fields = { ...emptyIpv4Header(), identification: 0x0144, dontFragment: true, ttl: 64, protocol: PROTOCOL_UDP };
  writeIpv4(frame, { ...fields, source: A, destination: B });
  expect(toHex(frame.bytes.subarray(NETWORK, frame.end))).toBe(LINUX);
});

test('a checksum of 0 is none and is not verified; any other wrong one is refused', () => {
  const { frame, ip } = ipOf(LINUX);
  frame.view.setUint16(TRANSPORT + 6, 0);
  expect(parseUdp(frame, ip, emptyUdpHeader())).toBe(undefined);
  frame.view.setUint16(TRANSPORT + 6, 1);
  expect(parseUdp(frame, ip, emptyUdpHeader())).toBe('udp-checksum');
  frame.offloaded = true;
  expect(parseUdp(frame, ip, emptyUdpHeader())).toBe(undefined);
});

test('a checksum that comes out as 0 is sent as ffff, and is right', () => {
  const frame = pool.take(14 + 20 + 10);
  writeUdpHeader(frame, 0, 0);
  for (let word = 0; word <= 0xffff; word++) {
    frame.view.setUint16(frame.payload, word);
    finishUdpChecksum(frame, A, B);
    if (frame.view.getUint16(TRANSPORT + 6) === 0xffff) break;
  }
  expect(frame.view.getUint16(TRANSPORT + 6)).toBe(0xffff);
  const ip = { ...emptyIpv4Header(), source: A, destination: B };
  expect(parseUdp(frame, ip, emptyUdpHeader())).toBe(undefined);
});

test('a length below the header or past the packet is refused; a shorter one cuts the data', () => {
  const { frame, ip } = ipOf(LINUX);
  frame.view.setUint16(TRANSPORT + 6, 0);
  for (const length of [0, 7, 12, 65_535]) {
    frame.view.setUint16(TRANSPORT + 4, length);
    expect(parseUdp(frame, ip, emptyUdpHeader())).toBe('udp-length');
  }
  frame.view.setUint16(TRANSPORT + 4, 9);
  expect(parseUdp(frame, ip, emptyUdpHeader())).toBe(undefined);
  expect(frame.payloadEnd - frame.payload).toBe(1);
});

test('every truncation is refused', () => {
  for (let end = TRANSPORT; end < TRANSPORT + 11; end++) {
    const { frame, ip } = ipOf(LINUX);
    frame.payloadEnd = end;
    expect(parseUdp(frame, ip, emptyUdpHeader())).toBe(end < TRANSPORT + 8 ? 'udp-truncated' : 'udp-length');
  }
});

test('what is written is read back', () => {
  const port = fc.nat({ max: 65_535 });
  fc.assert(
    fc.property(port, port, fc.uint8Array({ maxLength: 80 }), (sourcePort, destinationPort, data) => {
      const frame = pool.take(14 + 20 + 8 + data.length);
      writeUdpHeader(frame, sourcePort, destinationPort);
      frame.bytes.set(data, frame.payload);
      finishUdpChecksum(frame, A, B);
      const ip = { ...emptyIpv4Header(), source: A, destination: B };
      const header = emptyUdpHeader();
      expect(parseUdp(frame, ip, header)).toBe(undefined);
      expect(header).toEqual({ sourcePort, destinationPort, length: 8 + data.length });
      expect(frame.bytes.subarray(frame.payload, frame.payloadEnd)).toEqual(data);
      frame.release();
    }),
  );
});

test('any bytes are refused or read, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, offloaded) => {
      const frame = pool.take(14 + 20 + bytes.length);
      frame.bytes.set(bytes, TRANSPORT);
      frame.payloadEnd = frame.end;
      frame.offloaded = offloaded;
      if (parseUdp(frame, emptyIpv4Header(), emptyUdpHeader()) === undefined) {
        expect(frame.payload).toBeLessThanOrEqual(frame.payloadEnd);
        expect(frame.payloadEnd).toBeLessThanOrEqual(frame.end);
      }
      frame.release();
    }),
    { numRuns: 300 },
  );
});

test('a datagram that no header can describe is a bug', () => {
  const frame = pool.take(14 + 20 + 65_536);
  expect(() => writeUdpHeader(frame, 1, 2)).toThrow(AssertionFailed);
});
