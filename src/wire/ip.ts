/**
 * What the headers of both families have in common: all that the parts of a host above them ask for. `dontFragment` is
 * always set in IPv6, where no router cuts (RFC 8200 4.5).
 *
 * Called by host/ and ip/, which make the one or the other by the packet's version.
 */
import { type Family, type IpAddress, ipv4 } from './address.ts';
import { type Frame, TRANSPORT, TRANSPORT_IPV6 } from './frame.ts';
import { IPV4_HEADER_LENGTH, type Ipv4Header, parseIpv4 } from './ipv4.ts';
import { IPV6_HEADER_LENGTH, type Ipv6Header, parseIpv6Header } from './ipv6.ts';
import { ANY6, readIpv6 } from './ipv6-address.ts';
import type { Ipv4Refusal, Ipv6Refusal } from './refusal.ts';

/** What a packet is sent with, in either family. */
export interface IpFields {
  /** DSCP in the upper six bits, ECN in the lower two. */
  tos: number;
  identification: number;
  dontFragment: boolean;
  moreFragments: boolean;
  /** In bytes, a multiple of 8. */
  fragmentOffset: number;
  /** Time to live, or hop limit. */
  ttl: number;
  protocol: number;
  source: IpAddress;
  destination: IpAddress;
}

export interface IpHeader extends IpFields {
  /** Headers and data, in bytes. */
  totalLength: number;
}

/** The header of whichever family the packet at frame.network is of, into one of the two given. */
export function parseIp(
  frame: Frame,
  four: Ipv4Header,
  six: Ipv6Header,
): Ipv4Header | Ipv6Header | Ipv4Refusal | Ipv6Refusal {
  return frame.view.getUint8(frame.network) >>> 4 === 6
    ? (parseIpv6Header(frame, six) ?? six)
    : (parseIpv4(frame, four) ?? four);
}

/** Bytes of a header without options or extension headers. */
export function ipHeaderLength(family: Family): number {
  return family === 'ipv4' ? IPV4_HEADER_LENGTH : IPV6_HEADER_LENGTH;
}

/** Where the transport header starts in a frame that we build. */
export function transportOf(family: Family): number {
  return family === 'ipv4' ? TRANSPORT : TRANSPORT_IPV6;
}

/** Who a packet of ours is from and to, and its protocol, as they stand in the frame: for the trace. */
export function addressesOf({ view, network: at }: Frame): {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
} {
  if (view.getUint8(at) >>> 4 === 6) {
    const [source, destination] = [readIpv6(view, at + 8, ANY6), readIpv6(view, at + 24, ANY6)];
    return { source, destination, protocol: view.getUint8(at + 6) };
  }
  const [source, destination] = [ipv4(view.getUint32(at + 12)), ipv4(view.getUint32(at + 16))];
  return { source, destination, protocol: view.getUint8(at + 9) };
}
