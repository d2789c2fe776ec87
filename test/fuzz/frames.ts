/**
 * What must be true of the frames that hosts send, read from a trace that kept them whole, by arithmetic that shares
 * nothing with the stack: every checksum is right, and no RST answers an RST.
 */
import type { World } from '../../src/index.ts';
import type { Event, EventOf } from '../../src/trace/event.ts';
import { Violation } from './programs.ts';

const ETHERNET = 14;
const RST = 4;
const ICMP = 1;
const TCP = 6;
const PROTOCOL_NAMES: Readonly<Record<number, string>> = { [ICMP]: 'ICMP', [TCP]: 'TCP', 17: 'UDP', 58: 'ICMPv6' };

/** What a frame carries, whichever version of IP it is. */
interface Packet {
  /** The IPv4 header, which has a checksum of its own; empty for IPv6. */
  readonly header: Buffer;
  readonly addresses: Buffer;
  readonly protocol: number;
  readonly payload: Buffer;
}

/** @throws Violation. `hosts`: whose frames are looked at; a router passes on what was damaged on the way. */
export function checkFrames(world: World, hosts: ReadonlySet<string>): void {
  const resets = new Set<number>();
  const { events } = world.trace;
  for (const event of events) {
    if (event.kind !== 'frame.sent') continue;
    const packet = packetIn(Buffer.from(event.bytes, 'base64'));
    if (packet === undefined) continue;
    const problem = hosts.has(event.host) ? problemOf(packet) : undefined;
    if (problem !== undefined) throw new Violation(`frame ${event.n} of ${event.host}: ${problem}`);
    if (packet.protocol !== TCP || ((packet.payload[13] ?? 0) & RST) === 0) continue;
    resets.add(event.n);
    if (hosts.has(event.host) && answersReset(event, events, resets)) {
      throw new Violation(`frame ${event.n} of ${event.host} is a RST that answers a RST`);
    }
  }
}

function answersReset(event: EventOf<'frame.sent'>, events: readonly Event[], resets: ReadonlySet<number>): boolean {
  const cause = events[event.cause - 1];
  return cause?.kind === 'frame.delivered' && resets.has(cause.frame);
}

/** undefined: no IP, or a part of a datagram, which has no checksum of its own. */
function packetIn(frame: Buffer): Packet | undefined {
  switch (frame.readUInt16BE(12)) {
    case 0x0800:
      return ipv4In(frame.subarray(ETHERNET));
    case 0x86dd:
      return ipv6In(frame.subarray(ETHERNET));
    default:
      return undefined;
  }
}

function ipv4In(bytes: Buffer): Packet | undefined {
  if ((bytes.readUInt16BE(6) & 0x3fff) !== 0) return undefined;
  const length = ((bytes[0] ?? 0) & 15) * 4;
  return {
    header: bytes.subarray(0, length),
    addresses: bytes.subarray(12, 20),
    protocol: bytes[9] ?? 0,
    payload: bytes.subarray(length, bytes.readUInt16BE(2)),
  };
}

/** No extension header but that of a fragment is ever sent. */
function ipv6In(bytes: Buffer): Packet | undefined {
  const protocol = bytes[6] ?? 0;
  if (protocol === 44) return undefined;
  return {
    header: Buffer.alloc(0),
    addresses: bytes.subarray(8, 40),
    protocol,
    payload: bytes.subarray(40, 40 + bytes.readUInt16BE(4)),
  };
}

function problemOf({ header, addresses, protocol, payload }: Packet): string | undefined {
  if (header.length > 0 && sumOf(header) !== 0xffff) return 'IP header checksum';
  const name = PROTOCOL_NAMES[protocol];
  if (name === undefined) return `protocol ${protocol}`;
  const rest = Buffer.alloc(4);
  rest[1] = protocol;
  rest.writeUInt16BE(payload.length, 2);
  const pseudo = protocol === ICMP ? [] : [addresses, rest];
  return sumOf(Buffer.concat([...pseudo, payload])) === 0xffff ? undefined : `${name} checksum`;
}
/** The ones' complement sum of 16-bit words, RFC 1071: 0xffff if the checksum among them is right. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += i % 2 === 0 ? (bytes[i] ?? 0) * 256 : (bytes[i] ?? 0);
  while (sum > 0xffff) sum = Math.floor(sum / 0x10000) + (sum % 0x10000);
  return sum;
}
