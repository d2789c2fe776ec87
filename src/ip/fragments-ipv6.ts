/**
 * Fragments of an IPv6 packet that this host sends: routers cut none (RFC 8200, 4.5).
 *
 *     IPv6 header | fragment header (8) | a part of what was behind the IPv6 header
 *                   Next Header | 0 | Offset (13), 0 (2), M | Identification (32)
 *
 * Left out on purpose: packets with extension headers, which we do not build. Putting together: `fragments.ts`.
 * Calls it: `host/ip-output.ts`.
 */
import { assert } from '../base/assert.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import type { Frame, FramePool } from '../wire/frame.ts';
import {
  FRAGMENT_HEADER_LENGTH,
  IPV6_HEADER_LENGTH,
  IPV6_MIN_MTU,
  type Ipv6Header,
  NEXT_FRAGMENT,
  writeIpv6,
} from '../wire/ipv6.ts';

/**
 * Cuts a packet of ours (header at frame.network, up to frame.payloadEnd) into fragments that fit `mtu`, each a new frame
 * of one owner, without an Ethernet header. The frame stays the caller's.
 */
export function fragmentIpv6(
  frame: Frame,
  ip: Ipv6Header,
  mtu: number,
  pool: FramePool,
  out: (piece: Frame) => void,
): number {
  assert(mtu >= IPV6_MIN_MTU, 'an MTU is at least 1280');
  const end = frame.payloadEnd;
  const headers = IPV6_HEADER_LENGTH + FRAGMENT_HEADER_LENGTH;
  const most = (mtu - headers) & ~7;
  let count = 0;
  for (let at = frame.transport; at < end; count++) {
    const length = end - at <= mtu - headers ? end - at : most;
    const piece = pool.take(ETHERNET_HEADER_LENGTH + headers + length);
    const { bytes, view } = piece;
    writeIpv6(piece, { ...ip, protocol: NEXT_FRAGMENT });
    const start = piece.transport;
    const isLast = at + length === end;
    view.setUint8(start, ip.protocol);
    view.setUint8(start + 1, 0);
    view.setUint16(start + 2, (at - frame.transport) | (isLast ? 0 : 1));
    view.setUint32(start + 4, ip.identification);
    bytes.set(frame.bytes.subarray(at, at + length), start + FRAGMENT_HEADER_LENGTH);
    at += length;
    out(piece);
  }
  return count;
}
