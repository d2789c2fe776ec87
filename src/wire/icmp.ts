/**
 * ICMP, RFC 792; the next-hop MTU of RFC 1191 section 4.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |     Type      |     Code      |           Checksum            |  0
 *    +---------------+---------------+-------------------------------+
 *    |  rest: identifier and sequence number (0, 8), gateway (5),    |  4
 *    |  pointer (12), 0 and next-hop MTU (3, code 4), unused         |
 *    +---------------------------------------------------------------+
 *    |  errors (3, 4, 5, 11, 12): the IP header that caused it and   |  8
 *    |  at least 8 bytes behind it; echo: data                       |
 *    +---------------------------------------------------------------+
 *
 * Left out on purpose: timestamp, information and address mask messages, router discovery (type not handled, dropped as
 * RFC 1122 3.2.2 asks); multi-part extensions (RFC 4884), which lie behind what is read here.
 * Whether an error may be sent, and what a received one means: ip/icmp-errors.ts, which calls this.
 */
import { assert } from '../base/assert.ts';
import { ANY, type IpAddress, ipv4 } from './address.ts';
import { fold, sum16 } from './checksum.ts';
import type { Frame } from './frame.ts';
import { IPV4_HEADER_LENGTH } from './ipv4.ts';
import type { IcmpRefusal } from './refusal.ts';

export const ICMP_ECHO_REPLY = 0;
export const ICMP_UNREACHABLE = 3;
export const ICMP_SOURCE_QUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO_REQUEST = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETER_PROBLEM = 12;

/** Codes of ICMP_UNREACHABLE (RFC 792; 9, 10, 13 RFC 1812 5.2.7.1). */
export const UNREACHABLE_NET = 0;
export const UNREACHABLE_HOST = 1;
export const UNREACHABLE_PROTOCOL = 2;
export const UNREACHABLE_PORT = 3;
export const UNREACHABLE_FRAGMENTATION_NEEDED = 4;
export const UNREACHABLE_SOURCE_ROUTE_FAILED = 5;
export const UNREACHABLE_NET_PROHIBITED = 9;
export const UNREACHABLE_HOST_PROHIBITED = 10;
export const UNREACHABLE_COMMUNICATION_PROHIBITED = 13;

export const ICMP_HEADER_LENGTH = 8;

/** RFC 1812 4.3.2.3: an error quotes as much as fits into a packet of 576 bytes. */
const ERROR_PACKET_MAX = 576;
const QUOTE_MAX = ERROR_PACKET_MAX - IPV4_HEADER_LENGTH - ICMP_HEADER_LENGTH;
/** Of what lies behind the quoted IP header RFC 792 promises this much: ports and sequence number. */
const QUOTED_TRANSPORT = 8;

const TYPE = 0;
const CODE = 1;
const CHECKSUM = 2;
const REST = 4;

/** What an error quotes: the packet that caused it, as it left its sender. */
export interface EmbeddedPacket {
  source: IpAddress;
  destination: IpAddress;
  protocol: number;
  identification: number;
  totalLength: number;
  /** The first eight bytes behind its IP header, as TCP has them. For UDP `sequence` is length and checksum. */
  sourcePort: number;
  destinationPort: number;
  sequence: number;
}

export interface IcmpHeader {
  type: number;
  code: number;
  /** The second word, unsigned 32 bits. */
  rest: number;
  /** Whether it is one of the errors: only then `embedded` is filled. */
  error: boolean;
  /** What lies behind the 8 bytes: bytes[dataStart, dataEnd) of the frame; an echo's data, an error's quote. */
  dataStart: number;
  dataEnd: number;
  readonly embedded: EmbeddedPacket;
}

export function emptyIcmpHeader(): IcmpHeader {
  return {
    type: 0,
    code: 0,
    rest: 0,
    error: false,
    dataStart: 0,
    dataEnd: 0,
    embedded: {
      source: ANY,
      destination: ANY,
      protocol: 0,
      identification: 0,
      totalLength: 0,
      sourcePort: 0,
      destinationPort: 0,
      sequence: 0,
    },
  };
}

/** Whether messages of that type report about another packet; none is ever sent about one of them (RFC 1122 3.2.2). */
export function isIcmpError(type: number): boolean {
  switch (type) {
    case ICMP_UNREACHABLE:
    case ICMP_SOURCE_QUENCH:
    case ICMP_REDIRECT:
    case ICMP_TIME_EXCEEDED:
    case ICMP_PARAMETER_PROBLEM:
      return true;
    default:
      return false;
  }
}

/**
 * Fills `header` from frame.transport up to `end` (the packet's: frame.payloadEnd); the checksum is verified always.
 * A refusal leaves `header` in any state.
 */
export function parseIcmp(frame: Frame, end: number, header: IcmpHeader): IcmpRefusal | undefined {
  const { view, transport: at } = frame;
  if (end - at < ICMP_HEADER_LENGTH) return 'icmp-truncated';
  if (fold(sum16(frame.bytes, frame.words, at, end, 0)) !== 0xffff) return 'icmp-checksum';
  header.type = view.getUint8(at + TYPE);
  header.code = view.getUint8(at + CODE);
  header.rest = view.getUint32(at + REST);
  header.error = isIcmpError(header.type);
  header.dataStart = at + ICMP_HEADER_LENGTH;
  header.dataEnd = end;
  if (header.error) return parseEmbedded(view, header.dataStart, end, header.embedded);
  return header.type === ICMP_ECHO_REPLY || header.type === ICMP_ECHO_REQUEST ? undefined : 'icmp-type';
}

/** The quoted header is not asked for its checksum: routers have changed it on the way, not all of them correctly. */
function parseEmbedded(view: DataView, at: number, end: number, embedded: EmbeddedPacket): IcmpRefusal | undefined {
  if (end - at < IPV4_HEADER_LENGTH + QUOTED_TRANSPORT) return 'icmp-embedded-truncated';
  const versionIhl = view.getUint8(at);
  const ihl = (versionIhl & 15) * 4;
  const totalLength = view.getUint16(at + 2);
  if (versionIhl >>> 4 !== 4 || ihl < IPV4_HEADER_LENGTH || totalLength < ihl) return 'icmp-embedded-header';
  if (end - at < ihl + QUOTED_TRANSPORT) return 'icmp-embedded-truncated';
  if ((view.getUint16(at + 6) & 0x1fff) !== 0) return 'icmp-embedded-fragment';
  embedded.totalLength = totalLength;
  embedded.identification = view.getUint16(at + 4);
  embedded.protocol = view.getUint8(at + 9);
  const source = view.getUint32(at + 12);
  if (embedded.source.key !== source) embedded.source = ipv4(source);
  const destination = view.getUint32(at + 16);
  if (embedded.destination.key !== destination) embedded.destination = ipv4(destination);
  embedded.sourcePort = view.getUint16(at + ihl);
  embedded.destinationPort = view.getUint16(at + ihl + 2);
  embedded.sequence = view.getUint32(at + ihl + 4);
  return undefined;
}

/** Bytes of an ICMP error (header and quote) about a packet of that length: what the frame needs behind IP's header. */
export function icmpErrorLength(originalLength: number): number {
  return ICMP_HEADER_LENGTH + Math.min(originalLength, QUOTE_MAX);
}

/**
 * Writes an echo request or reply at frame.transport and sets frame.end: `rest` is identifier * 65536 + sequence number,
 * the data data[start, end).
 */
export function writeIcmpEcho(
  frame: Frame,
  type: typeof ICMP_ECHO_REPLY | typeof ICMP_ECHO_REQUEST,
  rest: number,
  data: Uint8Array,
  start = 0,
  end: number = data.length,
): void {
  write(frame, type, 0, rest, data, start, end);
}

/**
 * Writes an error at frame.transport and sets frame.end. It quotes original[start, end): the packet that caused it, from
 * its IP header on; cut where the error would pass 576 bytes.
 */
export function writeIcmpError(
  frame: Frame,
  type: number,
  code: number,
  rest: number,
  original: Uint8Array,
  start = 0,
  end: number = original.length,
): void {
  assert(isIcmpError(type), 'an error has the type of an error');
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
  view.setUint8(at + TYPE, type);
  view.setUint8(at + CODE, code);
  view.setUint16(at + CHECKSUM, 0);
  view.setUint32(at + REST, rest);
  frame.bytes.set(data.subarray(start, end), at + ICMP_HEADER_LENGTH);
  frame.end = at + ICMP_HEADER_LENGTH + (end - start);
  frame.payloadEnd = frame.end;
  view.setUint16(at + CHECKSUM, fold(sum16(frame.bytes, frame.words, at, frame.end, 0)) ^ 0xffff);
}
