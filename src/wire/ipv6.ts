/**
 * The IPv6 header, RFC 8200 section 3, and the extension headers behind it (section 4).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------+---------------+---------------------------------------+
 *    |Version| Traffic Class |              Flow Label               |  0
 *    +-------+---------------+-------+---------------+---------------+
 *    |        Payload Length         |  Next Header  |   Hop Limit   |  4
 *    +-------------------------------+---------------+---------------+
 *    |                      Source Address (16)                      |  8
 *    +---------------------------------------------------------------+
 *    |                   Destination Address (16)                    | 24
 *    +---------------------------------------------------------------+
 *    |  [Extension headers: Next Header, Length in eights less one]  | 40
 *    +---------------------------------------------------------------+
 *
 * Hop-by-hop and destination options are skipped, unless one asks that who does not know it drops the packet; a routing
 * header with segments left is refused (RFC 5095); a fragment header fills the header's fields.
 * Left out on purpose: writing extension headers but the fragment's, jumbograms (RFC 2675), flow labels (sent as 0),
 * authentication and encryption (a next header that is not known).
 * Called by `ip.ts`, host/ and ip/.
 */
import { assert } from '../base/assert.ts';
import type { Frame } from './frame.ts';
import type { IpFields } from './ip.ts';
import { ANY6, type Ipv6Address, readIpv6, writeIpv6Address } from './ipv6-address.ts';
import type { Ipv6Refusal } from './refusal.ts';

/** Next headers (IANA): ICMPv6, and those that are skipped or read here. */
export const PROTOCOL_ICMPV6 = 58;
const HOP_BY_HOP = 0;
const ROUTING = 43;
export const NEXT_FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;

/** Bytes of the header without extension headers. */
export const IPV6_HEADER_LENGTH = 40;
/** What the payload length can say, and the header. */
export const IPV6_MAX_LENGTH = 65_535 + IPV6_HEADER_LENGTH;
/** Every link carries so much (RFC 8200 5). */
export const IPV6_MIN_MTU = 1280;
/** Bytes of a fragment header (RFC 8200 4.5). */
export const FRAGMENT_HEADER_LENGTH = 8;

const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
const SOURCE = 8;
const DESTINATION = 24;

/** The type of an option that is one byte of padding (RFC 8200 4.2). */
const PAD1 = 0;
/** The two upper bits of an option's type: 0 to skip it, else the packet is dropped. */
const ACTION = 0xc0;

/** What `writeIpv6` is told; the length comes from the frame. A fragment's fields are written by ip/fragments-ipv6.ts. */
export interface Ipv6Fields extends IpFields {
  source: Ipv6Address;
  destination: Ipv6Address;
}

export interface Ipv6Header extends Ipv6Fields {
  /** Headers and data, in bytes. */
  totalLength: number;
}

export function emptyIpv6Header(): Ipv6Header {
  return {
    tos: 0,
    identification: 0,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 0,
    protocol: 0,
    source: ANY6,
    destination: ANY6,
    totalLength: IPV6_HEADER_LENGTH,
  };
}

/**
 * Fills `header` from frame.network on; sets frame.transport behind all headers of IP, frame.payloadEnd behind the
 * packet. The address objects stay the same ones while their bits are. A refusal leaves `header` in any state.
 */
export function parseIpv6Header(frame: Frame, header: Ipv6Header): Ipv6Refusal | undefined {
  const { view, network: at } = frame;
  const room = frame.end - at;
  if (room < IPV6_HEADER_LENGTH) return 'ipv6-truncated';
  const first = view.getUint16(at);
  if (first >>> 12 !== 6) return 'ipv6-version';
  const totalLength = IPV6_HEADER_LENGTH + view.getUint16(at + PAYLOAD_LENGTH);
  if (totalLength > room) return 'ipv6-payload-length';
  header.tos = (first >>> 4) & 0xff;
  header.totalLength = totalLength;
  header.ttl = view.getUint8(at + HOP_LIMIT);
  header.protocol = view.getUint8(at + NEXT_HEADER);
  header.source = readIpv6(view, at + SOURCE, header.source);
  header.destination = readIpv6(view, at + DESTINATION, header.destination);
  header.moreFragments = false;
  header.fragmentOffset = 0;
  header.identification = 0;
  frame.transport = at + IPV6_HEADER_LENGTH;
  frame.payloadEnd = at + totalLength;
  return isExtension(header.protocol) ? skipExtensions(frame, header) : undefined;
}

function isExtension(next: number): boolean {
  return next === HOP_BY_HOP || next === ROUTING || next === NEXT_FRAGMENT || next === DESTINATION_OPTIONS;
}

function skipExtensions(frame: Frame, header: Ipv6Header): Ipv6Refusal | undefined {
  const { view, payloadEnd: end } = frame;
  for (let isFirst = true; isExtension(header.protocol); isFirst = false) {
    const at = frame.transport;
    if (end - at < 8) return 'ipv6-extension-truncated';
    const kind = header.protocol;
    header.protocol = view.getUint8(at);
    if (kind === NEXT_FRAGMENT) {
      frame.transport = at + FRAGMENT_HEADER_LENGTH;
      const refusal = readFragment(frame, header, at);
      if (refusal !== undefined) return refusal;
      // What lies behind a fragment but the first is no header.
      if (header.fragmentOffset !== 0) return undefined;
      continue;
    }
    const length = (view.getUint8(at + 1) + 1) * 8;
    if (at + length > end) return 'ipv6-extension-truncated';
    // RFC 8200 4.1: it stands behind the IPv6 header only.
    if (kind === HOP_BY_HOP && !isFirst) return 'ipv6-extension-order';
    if (kind === ROUTING && view.getUint8(at + 3) !== 0) return 'ipv6-routing-header';
    if (kind !== ROUTING && hasUnknownOption(view, at + 2, at + length)) return 'ipv6-option';
    frame.transport = at + length;
  }
  return undefined;
}

/** RFC 8200 4.5. */
function readFragment(frame: Frame, header: Ipv6Header, at: number): Ipv6Refusal | undefined {
  const { view, payloadEnd } = frame;
  const offset = view.getUint16(at + 2);
  header.fragmentOffset = offset & 0xfff8;
  header.moreFragments = (offset & 1) !== 0;
  header.identification = view.getUint32(at + 4);
  if (!header.moreFragments && header.fragmentOffset === 0) return undefined; // RFC 6946: an atomic fragment is whole
  const length = payloadEnd - frame.transport;
  if (length === 0 || (header.moreFragments && length % 8 !== 0)) return 'ipv6-fragment-length';
  return header.fragmentOffset + length > 65_535 ? 'ipv6-fragment-end' : undefined;
}

/** Whether an option asks that who does not know it drops the packet: we know none but padding. */
function hasUnknownOption(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const type = view.getUint8(at);
    if (type === PAD1) {
      at += 1;
      continue;
    }
    const next = at + 1 < end ? at + 2 + view.getUint8(at + 1) : end + 1;
    if (next > end || (type & ACTION) !== 0) return true;
    at = next;
  }
  return false;
}

/**
 * Writes a header of 40 bytes at frame.network. The packet reaches to frame.end, and the payload length says so;
 * frame.transport and frame.payloadEnd are set.
 */
export function writeIpv6(frame: Frame, fields: Readonly<Ipv6Fields>): void {
  const { view, network: at } = frame;
  const length = frame.end - at - IPV6_HEADER_LENGTH;
  assert(length >= 0 && length <= 0xffff, 'an IPv6 payload has up to 65535 bytes');
  view.setUint32(at, ((6 << 28) | (fields.tos << 20)) >>> 0);
  view.setUint16(at + PAYLOAD_LENGTH, length);
  view.setUint8(at + NEXT_HEADER, fields.protocol);
  view.setUint8(at + HOP_LIMIT, fields.ttl);
  writeIpv6Address(view, at + SOURCE, fields.source);
  writeIpv6Address(view, at + DESTINATION, fields.destination);
  frame.transport = at + IPV6_HEADER_LENGTH;
  frame.payloadEnd = frame.end;
}

/** One hop less, as a router does it (RFC 8200 3). The caller has seen that the hop limit is above 1. */
export function decrementHopLimit(frame: Frame): void {
  const at = frame.network + HOP_LIMIT;
  frame.view.setUint8(at, frame.view.getUint8(at) - 1);
}
