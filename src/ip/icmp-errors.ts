/**
 * ICMP errors: when one may be sent, how many, and what a received one means.
 *
 * Source: RFC 1122, 3.2.2 (never about an ICMP error, a broadcast, a fragment but the first, a source that is no single
 * host); RFC 4443, 2.4 (the same in IPv6); RFC 1812, 4.3.2.8 (rate); RFC 1191; the rate as Linux has it (net.ipv4.icmp_ratelimit 1000 ms per
 * destination with bursts of 6, icmp_msgs_per_sec 10000 with icmp_msgs_burst 50 for all), meanings as in its
 * icmp_err_convert.
 * Left out on purpose: building the packet (`wire/icmp.ts`, `host/icmp-output.ts`).
 */
import { type Nanoseconds, SECOND } from '../base/time.ts';
import { type AddressKey, type IpAddress, isMulticast, isUnspecified } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import {
  ICMP_PARAMETER_PROBLEM,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  type IcmpHeader,
  isIcmpError,
  UNREACHABLE_FRAGMENTATION_NEEDED,
} from '../wire/icmp.ts';
import { isIcmpv6Error } from '../wire/icmpv6.ts';
import type { IpHeader } from '../wire/ip.ts';
import { PROTOCOL_ICMP } from '../wire/ipv4.ts';
import { PROTOCOL_ICMPV6 } from '../wire/ipv6.ts';

/** 240.0.0.0/4: nobody may have such an address. */
function isReserved(address: IpAddress): boolean {
  return address.family === 'ipv4' && address.bits >>> 28 === 15;
}

/**
 * Whether the address can be that of one station (RFC 1122, 3.2.1.3; RFC 4291, 2.5.2 and 2.7). A directed broadcast is
 * for the caller to know.
 */
export function isSingleHost(address: IpAddress): boolean {
  const isNone = address.family === 'ipv4' ? address.bits >>> 24 === 0 : isUnspecified(address);
  return !isNone && !isMulticast(address) && !isReserved(address);
}

/**
 * Whether an error about this packet (parsed, header at frame.network) may be sent at all. `groupDelivery`: it came as
 * a link-layer broadcast or multicast, or to a directed broadcast address.
 */
export function mayReport(frame: Frame, ip: IpHeader, groupDelivery: boolean): boolean {
  if (groupDelivery || ip.fragmentOffset !== 0) return false;
  if (!isSingleHost(ip.source)) return false;
  if (isMulticast(ip.destination) || isReserved(ip.destination)) return false;
  if (ip.protocol !== PROTOCOL_ICMP && ip.protocol !== PROTOCOL_ICMPV6) return true;
  // An ICMP message so short that its type is missing draws nothing either.
  const type = frame.bytes[frame.transport] ?? 0;
  const isError = ip.protocol === PROTOCOL_ICMP ? isIcmpError(type) : isIcmpv6Error(type);
  return frame.payloadEnd > frame.transport && !isError;
}

/** That many errors to one destination may come at once; then one for each interval. */
const PER_TARGET_BURST = 6;
const ALL_PER_SECOND = 10_000;
const ALL_BURST = 50;
/** Destinations whose bucket is remembered; the longest unused is forgotten. */
const TARGETS = 1024;

interface Bucket {
  tokens: number;
  at: Nanoseconds;
}

/** Two token buckets in a row: one for all errors, one for each destination. */
export class IcmpRate {
  readonly #interval: Nanoseconds;
  readonly #targets = new Map<AddressKey, Bucket>();
  readonly #all: Bucket = { tokens: ALL_BURST, at: 0 };

  /** `interval`: between errors to one destination, net.ipv4.icmp_ratelimit; 0: no limit for one destination. */
  constructor(interval: Nanoseconds = 1 * SECOND) {
    this.#interval = interval;
  }

  /** Takes a token; false: this error is not to be sent. "Fragmentation needed" is never held back, as in Linux. */
  allows(to: IpAddress, type: number, code: number, now: Nanoseconds): boolean {
    if (type === ICMP_UNREACHABLE && code === UNREACHABLE_FRAGMENTATION_NEEDED) return true;
    let bucket = this.#targets.get(to.key);
    if (bucket === undefined) bucket = { tokens: PER_TARGET_BURST, at: now };
    else this.#targets.delete(to.key);
    this.#targets.set(to.key, bucket); // youngest last
    if (this.#targets.size > TARGETS) {
      for (const oldest of this.#targets.keys()) {
        this.#targets.delete(oldest);
        break;
      }
    }
    return this.#take(bucket, now);
  }

  #take(bucket: Bucket, now: Nanoseconds): boolean {
    refill(this.#all, now, SECOND / ALL_PER_SECOND, ALL_BURST);
    if (this.#interval > 0) refill(bucket, now, this.#interval, PER_TARGET_BURST);
    else bucket.tokens = PER_TARGET_BURST;
    if (this.#all.tokens < 1 || bucket.tokens < 1) return false;
    this.#all.tokens -= 1;
    bucket.tokens -= 1;
    return true;
  }
}

/** Whole tokens only, so that no rounding ever decides. */
function refill(bucket: Bucket, now: Nanoseconds, interval: Nanoseconds, burst: number): void {
  const earned = Math.floor((now - bucket.at) / interval);
  if (earned <= 0) return;
  bucket.tokens = Math.min(burst, bucket.tokens + earned);
  bucket.at += earned * interval;
}

/** What a received error says to a transport: the fields of tcp's IcmpNotice. undefined: nothing (source quench, redirect). */
export function noticeOf(icmp: IcmpHeader): { type: number; code: number; sequence: number; mtu: number } | undefined {
  const { type, code } = icmp;
  // MUST-55: source quench is silently discarded. Redirects are not followed (Linux hosts do; RFC 1122 says SHOULD).
  if (type !== ICMP_UNREACHABLE && type !== ICMP_TIME_EXCEEDED && type !== ICMP_PARAMETER_PROBLEM) return undefined;
  const mtu = isFragmentationNeeded(icmp) ? icmp.rest & 0xffff : 0;
  return { type, code, sequence: icmp.embedded.sequence, mtu };
}

export function isFragmentationNeeded(icmp: IcmpHeader): boolean {
  return icmp.type === ICMP_UNREACHABLE && icmp.code === UNREACHABLE_FRAGMENTATION_NEEDED;
}

/** What a connected datagram socket is told; a subset of tcp's failures, by the same words. */
export type DatagramFailure =
  | 'refused'
  | 'host-unreachable'
  | 'net-unreachable'
  | 'protocol-unreachable'
  | 'message-too-long';

/**
 * What a datagram socket that is connected reports, undefined for errors that it keeps to itself: Linux reports
 * "fatal" codes only (icmp_err_convert), so a host that is unreachable for the moment is not told.
 */
export function datagramFailureOf(icmp: IcmpHeader): DatagramFailure | undefined {
  if (icmp.type !== ICMP_UNREACHABLE) return undefined;
  switch (icmp.code) {
    case 2:
      return 'protocol-unreachable';
    case 3:
      return 'refused';
    case 4:
      return 'message-too-long';
    case 6:
    case 9:
      return 'net-unreachable';
    case 7: // EHOSTDOWN and ENONET in Linux; nobody sends them today
    case 8:
    case 10:
    case 13:
    case 14:
    case 15:
      return 'host-unreachable';
    default:
      return undefined;
  }
}
