/**
 * The IPv4 header, RFC 791 section 3.1; the second byte as RFC 2474 and RFC 3168 have it.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------+-------+-----------+---+-------------------------------+
 *    |Version|  IHL  |   DSCP    |ECN|         Total Length          |  0
 *    +-------+-------+-----------+---+-----+-------------------------+
 *    |        Identification         |0|D|M|     Fragment Offset     |  4
 *    +---------------+---------------+-----+-------------------------+
 *    | Time to Live  |   Protocol    |        Header Checksum        |  8
 *    +---------------+---------------+-------------------------------+
 *    |                        Source Address                         | 12
 *    +---------------------------------------------------------------+
 *    |                      Destination Address                      | 16
 *    +---------------------------------------------------------------+
 *    |                           [Options]                           | 20
 *    +---------------------------------------------------------------+
 *
 * Left out on purpose: writing options (we send none; received ones are skipped, their range is told); whether an
 * address may be a source at all (host/). Called by host/ and ip/.
 */
import { assert } from '../base/assert.ts';
import { ANY, type Ipv4Address, ipv4 } from './address.ts';
import { fold, sum16, sum20, updateChecksum } from './checksum.ts';
import type { Frame } from './frame.ts';
import type { IpFields } from './ip.ts';
import type { Ipv4Refusal } from './refusal.ts';

/** Protocol numbers (IANA). */
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

/** Bytes of the header without options. */
export const IPV4_HEADER_LENGTH = 20;
/** The largest packet: what the total length can say. */
export const IPV4_MAX_LENGTH = 65_535;

const VERSION_IHL = 0;
const TOS = 1;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FLAGS_FRAGMENT = 6;
const TTL = 8;
const PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;

/** What `writeIpv4` is told; the lengths come from the frame. */
export interface Ipv4Fields extends IpFields {
  source: Ipv4Address;
  destination: Ipv4Address;
}

export interface Ipv4Header extends Ipv4Fields {
  /** Header with options, in bytes: 20 to 60. */
  ihl: number;
  /** Header and data, in bytes. */
  totalLength: number;
  /** The options are bytes[optionsStart, optionsEnd) of the frame. */
  optionsStart: number;
  optionsEnd: number;
}

export function emptyIpv4Header(): Ipv4Header {
  return {
    tos: 0,
    identification: 0,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 0,
    protocol: 0,
    source: ANY,
    destination: ANY,
    ihl: IPV4_HEADER_LENGTH,
    totalLength: IPV4_HEADER_LENGTH,
    optionsStart: 0,
    optionsEnd: 0,
  };
}

/**
 * Fills `header` from frame.network on; sets frame.transport behind the header and its options, frame.payloadEnd behind
 * the packet. What the frame holds beyond (Ethernet's padding) is not the packet's. The address objects stay the same
 * ones while their bits are. A refusal leaves `header` in any state.
 */
export function parseIpv4(frame: Frame, header: Ipv4Header): Ipv4Refusal | undefined {
  const { view, network: at } = frame;
  const room = frame.end - at;
  if (room < IPV4_HEADER_LENGTH) return 'ipv4-truncated';
  const versionIhl = view.getUint8(at + VERSION_IHL);
  if (versionIhl >>> 4 !== 4) return 'ipv4-version';
  const ihl = (versionIhl & 15) * 4;
  const totalLength = view.getUint16(at + TOTAL_LENGTH);
  if (ihl < IPV4_HEADER_LENGTH || ihl > room) return 'ipv4-header-length';
  if (totalLength < ihl || totalLength > room) return 'ipv4-total-length';
  if (headerSum(frame, at, ihl) !== 0xffff) return 'ipv4-checksum';
  const flagsFragment = view.getUint16(at + FLAGS_FRAGMENT);
  header.moreFragments = (flagsFragment & MORE_FRAGMENTS) !== 0;
  header.fragmentOffset = (flagsFragment & 0x1fff) * 8;
  if (header.moreFragments || header.fragmentOffset !== 0) {
    const dataLength = totalLength - ihl;
    if (dataLength === 0 || (header.moreFragments && dataLength % 8 !== 0)) return 'ipv4-fragment-length';
    // The "ping of death": reassembled, it would be longer than any packet.
    if (header.fragmentOffset + dataLength > IPV4_MAX_LENGTH - IPV4_HEADER_LENGTH) return 'ipv4-fragment-end';
  }
  header.ihl = ihl;
  header.totalLength = totalLength;
  header.tos = view.getUint8(at + TOS);
  header.identification = view.getUint16(at + IDENTIFICATION);
  header.dontFragment = (flagsFragment & DONT_FRAGMENT) !== 0;
  header.ttl = view.getUint8(at + TTL);
  header.protocol = view.getUint8(at + PROTOCOL);
  const source = view.getUint32(at + SOURCE);
  if (header.source.bits !== source) header.source = ipv4(source);
  const destination = view.getUint32(at + DESTINATION);
  if (header.destination.bits !== destination) header.destination = ipv4(destination);
  header.optionsStart = at + IPV4_HEADER_LENGTH;
  header.optionsEnd = at + ihl;
  frame.transport = at + ihl;
  frame.payloadEnd = at + totalLength;
  return undefined;
}

/**
 * Writes a header of 20 bytes, with its checksum, at frame.network. The packet reaches to frame.end, and the total
 * length says so; frame.transport and frame.payloadEnd are set.
 */
export function writeIpv4(frame: Frame, fields: Readonly<Ipv4Fields>): void {
  const { view, network: at } = frame;
  const totalLength = frame.end - at;
  assert(totalLength >= IPV4_HEADER_LENGTH && totalLength <= IPV4_MAX_LENGTH, 'an IPv4 packet has 20 to 65535 bytes');
  assert((fields.fragmentOffset & 7) === 0 && fields.fragmentOffset <= 0xfff8, 'a fragment starts at a multiple of 8');
  const flags = (fields.dontFragment ? DONT_FRAGMENT : 0) | (fields.moreFragments ? MORE_FRAGMENTS : 0);
  view.setUint8(at + VERSION_IHL, 0x45);
  view.setUint8(at + TOS, fields.tos);
  view.setUint16(at + TOTAL_LENGTH, totalLength);
  view.setUint16(at + IDENTIFICATION, fields.identification);
  view.setUint16(at + FLAGS_FRAGMENT, flags | (fields.fragmentOffset >>> 3));
  view.setUint8(at + TTL, fields.ttl);
  view.setUint8(at + PROTOCOL, fields.protocol);
  view.setUint16(at + CHECKSUM, 0);
  view.setUint32(at + SOURCE, fields.source.bits);
  view.setUint32(at + DESTINATION, fields.destination.bits);
  view.setUint16(at + CHECKSUM, headerSum(frame, at, IPV4_HEADER_LENGTH) ^ 0xffff);
  frame.transport = at + IPV4_HEADER_LENGTH;
  frame.payloadEnd = frame.end;
}

/** The 16-bit sum over the header; almost every one has 20 bytes and lies on a multiple of 4. */
function headerSum(frame: Frame, at: number, ihl: number): number {
  if (ihl === IPV4_HEADER_LENGTH && (at & 3) === 0) return sum20(frame.words, at);
  return fold(sum16(frame.bytes, frame.words, at, at + ihl, 0));
}

/**
 * One hop less, as a router does it: lowers the time to live at frame.network by one and corrects the checksum by the
 * difference (RFC 1624), so that a header that was damaged on the way stays recognizable. The caller has seen that the
 * time to live is above 1.
 */
export function decrementTtl(frame: Frame): void {
  const { view, network: at } = frame;
  const before = view.getUint16(at + TTL); // time to live and protocol are one word under the checksum
  assert(before >= 0x100, 'a time to live of 0 cannot fall');
  view.setUint16(at + TTL, before - 0x100);
  view.setUint16(at + CHECKSUM, updateChecksum(view.getUint16(at + CHECKSUM), before, before - 0x100));
}
