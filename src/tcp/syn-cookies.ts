/**
 * SYN cookies (RFC 4987, 3.6): while the queue of half-open connections is full, what a SYN said is not kept but put
 * into the number and the timestamp of the SYN-ACK, and read again out of the ACK that echoes them. So a flood of SYNs costs
 * no memory, and who is really there still connects.
 *
 *     ISS = H1(4-tuple) + IRS + (minute << 24) + (H2(4-tuple, minute) + index of the MSS) mod 2^24
 *
 *     low 6 bits of TSval    -  ECN  SACK  window scale (15: none)      only where both sides use timestamps
 *
 * A cookie cannot tell an ACK from one that is up to three octets further on: that looks as if the SYN had named a smaller
 * MSS. So a connection may begin without its first one to three octets, if their segment and the ACK before it are lost,
 * and nobody is told. Linux: the same, by the same arithmetic.
 *
 * Source: Linux net/ipv4/syncookies.c for the layout, the table of MSS and the ages; the hash is ours.
 * Calls it: `listen.ts`.
 */
import { MINUTE, type Nanoseconds } from '../base/time.ts';
import type { Endpoint } from '../wire/address.ts';
import { CWR, ECE } from '../wire/tcp.ts';
import type { TcpEnvironment } from './config.ts';
import type { Segment } from './segment.ts';
import type { Tcb } from './tcb.ts';

/** Linux msstab, for IPv4 and for IPv6: the largest that is not above the peer's is meant. */
const SIZES = { ipv4: [536, 1300, 1440, 1460], ipv6: [1220, 1420, 1440, 8940] } as const;
/** TCP_SYNCOOKIE_PERIOD: the count goes up so often. */
const PERIOD: Nanoseconds = 1 * MINUTE;
/** MAX_SYNCOOKIE_AGE: a cookie of so many periods ago is too old. */
const MAX_AGE = 2;
/** TCP_SYNCOOKIE_VALID: how long after the last flood an ACK may still be a cookie's. */
export const COOKIE_VALID: Nanoseconds = MAX_AGE * PERIOD;
const DATA_MASK = 0xff_ffff;

const OPTION_BITS = 0x3f;
const ECN_BIT = 0x20;
const SACK_BIT = 0x10;
const SCALE_BITS = 0x0f;
const NO_SCALE = 0x0f;

type Hash = TcpEnvironment['cookieHash'];

/** The number of the SYN-ACK. `mss`: the peer's, or what stands for it. */
export function cookieFor(hash: Hash, local: Endpoint, remote: Endpoint, irs: number, mss: number, now: Nanoseconds) {
  const sizes = SIZES[remote.address.family];
  let index = sizes.length - 1;
  while (index > 0 && (sizes[index] ?? 0) > mss) index--;
  const count = Math.floor(now / PERIOD);
  const data = (hash(local, remote, count) + index) & DATA_MASK;
  return (hash(local, remote, -1) + irs + (count << 24) + data) >>> 0;
}

/** The MSS that a cookie of ours holds; undefined: it is none, or too old. */
export function cookieMss(
  hash: Hash,
  local: Endpoint,
  remote: Endpoint,
  irs: number,
  cookie: number,
  now: Nanoseconds,
): number | undefined {
  const rest = (cookie - hash(local, remote, -1) - irs) >>> 0;
  const count = Math.floor(now / PERIOD);
  const age = (count - (rest >>> 24)) & 0xff;
  if (age >= MAX_AGE) return undefined;
  const index = ((rest & DATA_MASK) - hash(local, remote, count - age)) & DATA_MASK;
  return SIZES[remote.address.family][index];
}

/** The timestamp of the SYN-ACK: the clock, its low bits saying which options the SYN had; never ahead of the clock. */
export function stampOptions(tcb: Tcb, clock: number): number {
  let bits = tcb.windowScaling ? tcb.snd.scale & SCALE_BITS : NO_SCALE;
  if (tcb.sackPermitted) bits |= SACK_BIT;
  if (tcb.ecn.ok) bits |= ECN_BIT;
  const stamped = Math.floor(clock / 64) * 64 + bits;
  return stamped > clock ? stamped - 64 : stamped;
}

/**
 * Makes of the ACK that brought a cookie back the SYN that it answers, as far as the cookie holds it. False: the
 * timestamp says options that this host does not use, so it is not ours (Linux cookie_timestamp_decode).
 */
export function recoverSyn(syn: Segment, ack: Segment, mss: number, offset: number, config: TcpEnvironment['config']) {
  const { options } = ack;
  syn.local = ack.local;
  syn.remote = ack.remote;
  syn.seq = (ack.seq - 1) >>> 0;
  syn.wnd = ack.wnd;
  syn.options.mss = mss;
  const stamped = options.timestamps && config.timestamps;
  syn.options.timestamps = stamped;
  syn.options.tsval = stamped ? options.tsval : 0;
  const bits = stamped ? (options.tsecr - offset) & OPTION_BITS : NO_SCALE;
  syn.options.sackPermitted = (bits & SACK_BIT) !== 0;
  syn.control = (bits & ECN_BIT) !== 0 ? ECE | CWR : 0;
  const scale = bits & SCALE_BITS;
  syn.options.windowScale = scale === NO_SCALE ? undefined : scale;
  if (syn.options.sackPermitted && !config.sack) return false;
  return scale === NO_SCALE || config.windowScaling;
}
