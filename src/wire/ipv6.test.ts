import { expect, test } from 'vitest';
import { formatAddress } from './address.ts';
import { pseudoHeaderSum } from './checksum.ts';
import { ETHERNET_HEADER_LENGTH } from './ethernet.ts';
import { type Frame, FramePool, NETWORK, TRANSPORT_IPV6 } from './frame.ts';
import { emptyIcmpHeader } from './icmp.ts';
import {
  checkIcmpv6,
  finishIcmpv6Checksum,
  ICMPV6_ECHO_REQUEST,
  parseIcmpv6,
  writeIcmpv6Echo,
  writeIcmpv6Error,
} from './icmpv6.ts';
import {
  decrementHopLimit,
  emptyIpv6Header,
  type Ipv6Header,
  PROTOCOL_ICMPV6,
  parseIpv6Header,
  writeIpv6,
} from './ipv6.ts';
import { ipv6 } from './ipv6-address.ts';
import { emptyNdpMessage, NEIGHBOR_ADVERTISEMENT, NEIGHBOR_SOLICITATION, parseNdp, writeNdp } from './ndp.ts';
import { emptyUdpHeader, parseUdp } from './udp.ts';

const pool = new FramePool();
const A = ipv6(0xfd00_0000, 0, 0, 1);
const B = ipv6(0xfd00_0000, 0, 0, 2);

/** A frame whose packet is these bytes in hexadecimal. */
function packet(text: string): Frame {
  const bytes = text.match(/[0-9a-f]{2}/g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  const frame = pool.take(ETHERNET_HEADER_LENGTH + bytes.length);
  frame.bytes.set(bytes, NETWORK);
  return frame;
}

const ADDRESSES = 'fd000000000000000000000000000001 fd000000000000000000000000000002';

/** A header of `length` bytes behind it with that next header, and what follows. */
function behind(next: string, length: string, rest: string): Frame {
  return packet(`60000000 ${length} ${next} 40 ${ADDRESSES} ${rest}`);
}

function read(frame: Frame): Ipv6Header | string {
  const header = emptyIpv6Header();
  return parseIpv6Header(frame, header) ?? header;
}

test('a header is read as it stands, and written so again', () => {
  const frame = packet(`6b8abcde 0004 3b 07 ${ADDRESSES} 01020304 ffff`);
  const header = emptyIpv6Header();
  expect(parseIpv6Header(frame, header)).toBeUndefined();
  expect([header.tos, header.ttl, header.protocol, header.totalLength]).toEqual([0xb8, 7, 59, 44]);
  expect([formatAddress(header.source), formatAddress(header.destination)]).toEqual(['fd00::1', 'fd00::2']);
  expect([frame.transport, frame.payloadEnd, frame.end]).toEqual([56, 60, 62]);
  const written = pool.take(ETHERNET_HEADER_LENGTH + 44);
  writeIpv6(written, header);
  // All but the flow label, which is sent as 0.
  const expected = frame.bytes.slice(NETWORK, NETWORK + 40);
  expected.set([0x6b, 0x80, 0, 0]);
  expect(written.bytes.slice(NETWORK, NETWORK + 40)).toEqual(expected);
});

test('a stream of packets makes no address objects', () => {
  const header = emptyIpv6Header();
  parseIpv6Header(behind('3b', '0000', ''), header);
  const { source, destination } = header;
  parseIpv6Header(behind('3b', '0000', ''), header);
  expect(header.source).toBe(source);
  expect(header.destination).toBe(destination);
});

test.each([
  ['ipv6-truncated', packet(`60000000 0000 3b 40 ${ADDRESSES}`.slice(0, -4))],
  ['ipv6-version', packet(`45000000 0000 3b 40 ${ADDRESSES}`)],
  ['ipv6-payload-length', behind('3b', '0001', '')],
  ['ipv6-extension-truncated', behind('00', '0007', '3b 00 01 04 00 00 00')],
  ['ipv6-extension-truncated', behind('3c', '0008', '3b 01 01 04 00000000')],
  ['ipv6-extension-order', behind('3c', '0010', '00 00 01 04 00000000 3b 00 01 04 00000000')],
  ['ipv6-routing-header', behind('2b', '0008', '3b 00 00 01 00000000')],
  ['ipv6-option', behind('00', '0008', '3b 00 c2 04 00000000')],
  ['ipv6-option', behind('00', '0008', '3b 00 01 05 00000000')],
  ['ipv6-fragment-length', behind('2c', '000c', '3b 00 0001 00000007 01020304')],
  ['ipv6-fragment-length', behind('2c', '0008', '3b 00 0008 00000007')],
  ['ipv6-fragment-end', behind('2c', '0010', '3b 00 fff8 00000007 0102030405060708')],
])('%s is refused', (reason, frame) => {
  expect(read(frame)).toBe(reason);
});

test('RFC 8200 4: options and a spent routing header are skipped, in any number', () => {
  const frame = behind('00', '001a', '3c 00 01 04 00000000 2b 00 3e 04 00000000 11 00 00 00 00000000 0102');
  const header = read(frame);
  expect(header).toMatchObject({ protocol: 17, totalLength: 66 });
  expect(frame.payloadEnd - frame.transport).toBe(2);
});

test('RFC 8200 4.5: a fragment header tells offset, more, and the identification', () => {
  expect(read(behind('2c', '0010', '11 00 0009 01234567 0102030405060708'))).toMatchObject({
    protocol: 17,
    fragmentOffset: 8,
    moreFragments: true,
    identification: 0x0123_4567,
  });
  // RFC 6946: one that is alone is whole.
  expect(read(behind('2c', '000a', '11 00 0000 01234567 0102'))).toMatchObject({
    fragmentOffset: 0,
    moreFragments: false,
  });
});

test('a router takes one hop away', () => {
  const frame = behind('3b', '0000', '');
  decrementHopLimit(frame);
  expect(read(frame)).toMatchObject({ ttl: 63 });
});

test('RFC 8200 8.1: the pseudo header is both addresses, the length and the next header', () => {
  const words = [0xfd00, 0, 0, 0, 0, 0, 0, 1, 0xfd00, 0, 0, 0, 0, 0, 0, 2, 20, 6];
  const sum = words.reduce((a, b) => a + b, 0);
  expect(pseudoHeaderSum(A, B, 6, 20) % 0xffff).toBe(sum % 0xffff);
});

test('RFC 8200 8.1: over IPv6 a UDP datagram without a checksum is refused', () => {
  const frame = behind('11', '0008', '0035 0035 0008 0000');
  const ip = read(frame);
  expect(typeof ip === 'string' ? ip : parseUdp(frame, ip, emptyUdpHeader())).toBe('udp-checksum');
});

/** `write` puts a message at frame.transport; it gets its checksum, and a header that is parsed. */
function message(write: (frame: Frame) => void, ttl = 255): { frame: Frame; ip: Ipv6Header } {
  const frame = pool.take(1400);
  frame.transport = TRANSPORT_IPV6;
  write(frame);
  finishIcmpv6Checksum(frame, A, B);
  writeIpv6(frame, { ...emptyIpv6Header(), ttl, protocol: PROTOCOL_ICMPV6, source: A, destination: B });
  const ip = emptyIpv6Header();
  expect(parseIpv6Header(frame, ip)).toBeUndefined();
  return { frame, ip };
}

test('RFC 4443: an echo is read as it was written, and a wrong bit is seen', () => {
  const data = new Uint8Array([1, 2, 3]);
  const { frame, ip } = message((to) => writeIcmpv6Echo(to, ICMPV6_ECHO_REQUEST, 0x0007_0001, data, 0, 3));
  const header = emptyIcmpHeader();
  expect(checkIcmpv6(frame, ip)).toBeUndefined();
  expect(parseIcmpv6(frame, header)).toBeUndefined();
  expect(header).toMatchObject({ type: 128, code: 0, rest: 0x0007_0001, error: false });
  expect(frame.bytes.slice(header.dataStart, header.dataEnd)).toEqual(data);
  frame.bytes[header.dataStart] = 0;
  expect(checkIcmpv6(frame, ip)).toBe('icmp-checksum');
});

test('RFC 4443 2.4 (c): an error quotes a packet, no more of it than 1280 bytes hold', () => {
  const original = behind('06', '0500', `c350 0050 00000007 ${'00'.repeat(1272)}`);
  const quote = original.bytes.subarray(NETWORK, original.end);
  const { frame } = message((to) => writeIcmpv6Error(to, 2, 0, 1400, quote, 0, quote.length));
  expect(frame.payloadEnd - frame.network).toBe(1280);
  const header = emptyIcmpHeader();
  expect(parseIcmpv6(frame, header)).toBeUndefined();
  expect(header).toMatchObject({ type: 2, rest: 1400, error: true });
  expect(header.embedded).toMatchObject({ protocol: 6, sourcePort: 50_000, destinationPort: 80, sequence: 7 });
  expect(formatAddress(header.embedded.source)).toBe('fd00::1');
});

test('RFC 4861: a solicitation and its answer are read as they were written', () => {
  const mac = 0x0200_0000_0009;
  const flags = { solicited: true, isRouter: true };
  const got = emptyNdpMessage();
  const asked = message((to) => writeNdp(to, NEIGHBOR_SOLICITATION, B, mac, flags));
  expect(checkIcmpv6(asked.frame, asked.ip)).toBeUndefined();
  expect(parseNdp(asked.frame, asked.ip, got)).toBeUndefined();
  expect(got).toEqual({ type: 135, target: B, solicited: false, override: false, mac });
  const told = message((to) => writeNdp(to, NEIGHBOR_ADVERTISEMENT, B, mac, flags));
  expect(parseNdp(told.frame, told.ip, got)).toBeUndefined();
  expect(got).toEqual({ type: 136, target: B, solicited: true, override: true, mac });
  expect(told.frame.view.getUint8(told.frame.transport + 4)).toBe(0xe0);
});

test('RFC 4861 7.1: what came through a router, or has an option without length, is refused', () => {
  const write = (to: Frame) => writeNdp(to, NEIGHBOR_SOLICITATION, B, 2, { solicited: true, isRouter: false });
  const far = message(write, 64);
  expect(parseNdp(far.frame, far.ip, emptyNdpMessage())).toBe('ndp-hop-limit');
  const endless = message((to) => {
    write(to);
    to.bytes[to.transport + 25] = 0;
  });
  expect(parseNdp(endless.frame, endless.ip, emptyNdpMessage())).toBe('ndp-option-length');
  const group = message((to) =>
    writeNdp(to, NEIGHBOR_SOLICITATION, ipv6(0xff02_0000, 0, 0, 1), 2, { solicited: true, isRouter: false }),
  );
  expect(parseNdp(group.frame, group.ip, emptyNdpMessage())).toBe('ndp-target');
});
