/**
 * ICMPv6, RFC 4443: errors and echo. The messages of neighbour discovery, which share its header, are in `ndp.ts`.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |     Type      |     Code      |           Checksum            |  0
 *    +---------------+---------------+-------------------------------+
 *    |  rest: MTU (2), pointer (4), identifier and sequence number   |  4
 *    |  (128, 129), unused                                           |
 *    +---------------------------------------------------------------+
 *    |  errors (below 128): as much of the packet that caused it as  |  8
 *    |  fits into 1280 bytes; echo: data                             |
 *    +---------------------------------------------------------------+
 *
 * The checksum includes a pseudo header, which ICMP's of IPv4 does not (section 2.3). What is read is `icmp.ts`'s header,
 * with the numbers of this family.
 * Left out on purpose: multicast listeners (types 130 to 132, 143), router discovery and redirects (133, 134, 137): types
 * that are not handled.
 * Whether an error may be sent, and what a received one means: ip/icmpv6-errors.ts.
 */
import { assert } from '../base/assert.ts';
import { fold, pseudoHeaderSum, sum16 } from './checksum.ts';
import type { Frame } from './frame.ts';
import { type EmbeddedPacket, ICMP_HEADER_LENGTH, type IcmpHeader } from './icmp.ts';
import type { IpHeader } from './ip.ts';
import { FRAGMENT_HEADER_LENGTH, IPV6_HEADER_LENGTH, IPV6_MIN_MTU, NEXT_FRAGMENT, PROTOCOL_ICMPV6 } from './ipv6.ts';
import { ANY6, type Ipv6Address, readIpv6 } from './ipv6-address.ts';
import type { IcmpRefusal } from './refusal.ts';

export const ICMPV6_UNREACHABLE = 1;
export const ICMPV6_PACKET_TOO_BIG = 2;
export const ICMPV6_TIME_EXCEEDED = 3;
export const ICMPV6_PARAMETER_PROBLEM = 4;
export const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;

/** Codes of ICMPV6_UNREACHABLE (RFC 4443 3.1). */
export const UNREACHABLE6_NO_ROUTE = 0;
export const UNREACHABLE6_ADDRESS = 3;
export const UNREACHABLE6_PORT = 4;
/** Code of ICMPV6_PARAMETER_PROBLEM: a next header that is not known (RFC 4443 3.4). */
export const PARAMETER6_NEXT_HEADER = 1;

/** RFC 4443 2.4 (c): an error fits into the smallest MTU. */
const QUOTE_MAX = IPV6_MIN_MTU - IPV6_HEADER_LENGTH - ICMP_HEADER_LENGTH;
/** Ports and sequence number. */
const QUOTED_TRANSPORT = 8;

const CHECKSUM = 2;

/** RFC 4443 2.1: the high bit is 0. */
export function isIcmpv6Error(type: number): boolean {
  return type < 128;
}

/** Why the message at frame.transport is none, or undefined. Its type is the byte there. */
export function checkIcmpv6(frame: Frame, ip: IpHeader): IcmpRefusal | undefined {
  const { transport: at, payloadEnd: end } = frame;
  if (end - at < ICMP_HEADER_LENGTH) return 'icmp-truncated';
  const pseudo = pseudoHeaderSum(ip.source, ip.destination, PROTOCOL_ICMPV6, end - at);
  return fold(sum16(frame.bytes, frame.words, at, end, pseudo)) === 0xffff ? undefined : 'icmp-checksum';
}

/** Fills `header` from frame.transport on, whose checksum was verified. A refusal leaves `header` in any state. */
export function parseIcmpv6(frame: Frame, header: IcmpHeader): IcmpRefusal | undefined {
  const { view, transport: at, payloadEnd: end } = frame;
  header.type = view.getUint8(at);
  header.code = view.getUint8(at + 1);
  header.rest = view.getUint32(at + 4);
  header.error = isIcmpv6Error(header.type);
  header.dataStart = at + ICMP_HEADER_LENGTH;
  header.dataEnd = end;
  if (header.error) {
    if (header.type < ICMPV6_UNREACHABLE || header.type > ICMPV6_PARAMETER_PROBLEM) return 'icmp-type';
    return parseEmbedded(view, header.dataStart, end, header.embedded);
  }
  return header.type === ICMPV6_ECHO_REQUEST || header.type === ICMPV6_ECHO_REPLY ? undefined : 'icmp-type';
}

function parseEmbedded(view: DataView, at: number, end: number, embedded: EmbeddedPacket): IcmpRefusal | undefined {
  if (end - at < IPV6_HEADER_LENGTH + QUOTED_TRANSPORT) return 'icmp-embedded-truncated';
  if (view.getUint8(at) >>> 4 !== 6) return 'icmp-embedded-header';
  embedded.totalLength = IPV6_HEADER_LENGTH + view.getUint16(at + 4);
  embedded.identification = 0;
  embedded.protocol = view.getUint8(at + 6);
  const { source, destination } = embedded;
  embedded.source = readIpv6(view, at + 8, source.family === 'ipv6' ? source : ANY6);
  embedded.destination = readIpv6(view, at + 24, destination.family === 'ipv6' ? destination : ANY6);
  let transport = at + IPV6_HEADER_LENGTH;
  if (embedded.protocol === NEXT_FRAGMENT) {
    if (view.getUint16(transport + 2) >>> 3 !== 0) return 'icmp-embedded-fragment';
    embedded.protocol = view.getUint8(transport);
    transport += FRAGMENT_HEADER_LENGTH;
    if (end - transport < QUOTED_TRANSPORT) return 'icmp-embedded-truncated';
  }
  embedded.sourcePort = view.getUint16(transport);
  embedded.destinationPort = view.getUint16(transport + 2);
  embedded.sequence = view.getUint32(transport + 4);
  return undefined;
}

/** Bytes of an error (header and quote) about a packet of that length: what the frame needs behind IP's header. */
export function icmpv6ErrorLength(originalLength: number): number {
  return ICMP_HEADER_LENGTH + Math.min(originalLength, QUOTE_MAX);
}

/** Writes an echo at frame.transport and sets frame.end; `rest` is identifier * 65536 + sequence number. */
export function writeIcmpv6Echo(
  frame: Frame,
  type: typeof ICMPV6_ECHO_REPLY | typeof ICMPV6_ECHO_REQUEST,
  rest: number,
  data: Uint8Array,
  start: number,
  end: number,
): void {
  write(frame, type, 0, rest, data, start, end);
}

/** Writes an error at frame.transport and sets frame.end. It quotes original[start, end), from its IP header on. */
export function writeIcmpv6Error(
  frame: Frame,
  type: number,
  code: number,
  rest: number,
  original: Uint8Array,
  start: number,
  end: number,
): void {
  assert(isIcmpv6Error(type), 'an error has the type of an error');
  write(frame, type, code, rest, original, start, Math.min(end, start + QUOTE_MAX));
}

function write(
  frame: Frame,
  type: number,
  code: number,
  rest: number,
  data: Uint8Array,
  start: number,
  end: number,
): void {
  const { view, transport: at } = frame;
  view.setUint8(at, type);
  view.setUint8(at + 1, code);
  view.setUint32(at + 4, rest);
  frame.bytes.set(data.subarray(start, end), at + ICMP_HEADER_LENGTH);
  frame.end = at + ICMP_HEADER_LENGTH + (end - start);
  frame.payloadEnd = frame.end;
}

/** Writes the checksum of bytes[frame.transport, frame.end) and their pseudo header (RFC 4443 2.3). */
export function finishIcmpv6Checksum(frame: Frame, source: Ipv6Address, destination: Ipv6Address): void {
  const { view, transport: at, end } = frame;
  view.setUint16(at + CHECKSUM, 0);
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL_ICMPV6, end - at);
  view.setUint16(at + CHECKSUM, fold(sum16(frame.bytes, frame.words, at, end, pseudo)) ^ 0xffff);
}
