/**
 * Neighbour solicitation and advertisement, RFC 4861 sections 4.3 and 4.4, with the option that tells a MAC address
 * (4.6.1).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |  Type 135/136 |   Code (0)    |           Checksum            |  0
 *    +-+-+-+---------+---------------+-------------------------------+
 *    |R|S|O|                      Reserved                           |  4   (advertisement: router, solicited, override)
 *    +-+-+-+---------------------------------------------------------+
 *    |                      Target Address (16)                      |  8
 *    +---------------+---------------+-------------------------------+
 *    |  Option 1, 2  |  Length (1)   |         MAC address (6)       | 24
 *    +---------------+---------------+-------------------------------+
 *
 * The message is taken only with a hop limit of 255, so that it cannot have come through a router (7.1.1, 7.1.2).
 * Left out on purpose: router solicitation and advertisement, redirects, other options (skipped).
 * Called by host/neighbor-discovery.ts.
 */
import type { MacAddress } from './address.ts';
import { readMac, writeMac } from './ethernet.ts';
import type { Frame } from './frame.ts';
import type { IpHeader } from './ip.ts';
import { ANY6, type Ipv6Address, isMulticast6, readIpv6, writeIpv6Address } from './ipv6-address.ts';
import type { NdpRefusal } from './refusal.ts';

export const NEIGHBOR_SOLICITATION = 135;
export const NEIGHBOR_ADVERTISEMENT = 136;

/** Hop limit of all messages of neighbour discovery. */
export const NDP_HOP_LIMIT = 255;

/** Bytes of a message with the one option that we send. */
export const NDP_LENGTH = 32;

const FLAGS = 4;
const TARGET = 8;
const OPTIONS = 24;

const ROUTER = 0x80;
const SOLICITED = 0x40;
const OVERRIDE = 0x20;

const SOURCE_MAC = 1;
const TARGET_MAC = 2;

export interface NdpMessage {
  /** NEIGHBOR_SOLICITATION or NEIGHBOR_ADVERTISEMENT. */
  type: number;
  target: Ipv6Address;
  /** Of an advertisement: it answers a solicitation; its MAC address replaces another. */
  solicited: boolean;
  override: boolean;
  /** The sender of a solicitation, or who has the target of an advertisement; undefined if it does not say. */
  mac: MacAddress | undefined;
}

export function emptyNdpMessage(): NdpMessage {
  return { type: 0, target: ANY6, solicited: false, override: false, mac: undefined };
}

/** Fills `message` from frame.transport on, whose checksum was verified. A refusal leaves `message` in any state. */
export function parseNdp(frame: Frame, ip: IpHeader, message: NdpMessage): NdpRefusal | undefined {
  const { view, transport: at, payloadEnd: end } = frame;
  if (ip.ttl !== NDP_HOP_LIMIT) return 'ndp-hop-limit';
  if (view.getUint8(at + 1) !== 0) return 'ndp-code';
  if (end - at < OPTIONS) return 'ndp-truncated';
  message.type = view.getUint8(at);
  const flags = view.getUint8(at + FLAGS);
  const isAnswer = message.type === NEIGHBOR_ADVERTISEMENT;
  message.solicited = isAnswer && (flags & SOLICITED) !== 0;
  message.override = isAnswer && (flags & OVERRIDE) !== 0;
  message.target = readIpv6(view, at + TARGET, message.target);
  message.mac = undefined;
  if (isMulticast6(message.target)) return 'ndp-target';
  const wanted = isAnswer ? TARGET_MAC : SOURCE_MAC;
  for (let option = at + OPTIONS; option < end; ) {
    const length = option + 1 < end ? view.getUint8(option + 1) * 8 : 0;
    // 7.1.1: a length of 0 spoils the message.
    if (length === 0 || option + length > end) return 'ndp-option-length';
    if (view.getUint8(option) === wanted && length === 8) message.mac = readMac(view, option + 2);
    option += length;
  }
  return undefined;
}

/** Writes a message with the sender's MAC address at frame.transport, its checksum 0, and sets frame.end behind it. */
export function writeNdp(
  frame: Frame,
  type: typeof NEIGHBOR_SOLICITATION | typeof NEIGHBOR_ADVERTISEMENT,
  target: Ipv6Address,
  mac: MacAddress,
  { solicited, isRouter }: { solicited: boolean; isRouter: boolean },
): void {
  const { view, transport: at } = frame;
  const isAnswer = type === NEIGHBOR_ADVERTISEMENT;
  view.setUint32(at, type << 24);
  const flags = (isRouter ? ROUTER : 0) | (solicited ? SOLICITED : 0) | OVERRIDE;
  view.setUint32(at + FLAGS, isAnswer ? (flags << 24) >>> 0 : 0);
  writeIpv6Address(view, at + TARGET, target);
  view.setUint8(at + OPTIONS, isAnswer ? TARGET_MAC : SOURCE_MAC);
  view.setUint8(at + OPTIONS + 1, 1);
  writeMac(view, at + OPTIONS + 2, mac);
  frame.end = at + NDP_LENGTH;
  frame.payloadEnd = frame.end;
}
