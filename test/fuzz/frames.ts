/**
 * What must be true of the frames that hosts send, read from a trace that kept them whole, by arithmetic that shares
 * nothing with the stack: every checksum is right, and no RST answers an RST.
 */
import type { World } from '../../src/index.ts';
import type { Event, EventOf } from '../../src/trace/event.ts';
import { Violation } from './programs.ts';

const ETHERNET = 14;
const RST = 4;
const PROTOCOL_NAMES: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' };

/** @throws Violation. `hosts`: whose frames are looked at; a router passes on what was damaged on the way. */
export function checkFrames(world: World, hosts: ReadonlySet<string>): void {
  const resets = new Set<number>();
  const { events } = world.trace;
  for (const event of events) {
    if (event.kind !== 'frame.sent') continue;
    const bytes = Buffer.from(event.bytes, 'base64');
    if (bytes.readUInt16BE(12) !== 0x0800) continue;
    const problem = hosts.has(event.host) ? problemOf(bytes) : undefined;
    if (problem !== undefined) throw new Violation(`frame ${event.n} of ${event.host}: ${problem}`);
    if (!isReset(bytes)) continue;
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

function isReset(bytes: Buffer): boolean {
  const header = headerLength(bytes);
  return bytes[ETHERNET + 9] === 6 && ((bytes[ETHERNET + header + 13] ?? 0) & RST) !== 0;
}

function headerLength(bytes: Buffer): number {
  return ((bytes[ETHERNET] ?? 0) & 15) * 4;
}

function problemOf(bytes: Buffer): string | undefined {
  const header = headerLength(bytes);
  const total = bytes.readUInt16BE(ETHERNET + 2);
  const ip = bytes.subarray(ETHERNET, ETHERNET + header);
  if (sumOf(ip) !== 0xffff) return 'IP header checksum';
  const fragment = bytes.readUInt16BE(ETHERNET + 6) & 0x3fff;
  if (fragment !== 0) return undefined; // a part of a datagram has no checksum of its own
  const payload = bytes.subarray(ETHERNET + header, ETHERNET + total);
  const protocol = bytes[ETHERNET + 9] ?? 0;
  const name = PROTOCOL_NAMES[protocol];
  if (name === undefined) return `protocol ${protocol}`;
  const pseudo = Buffer.alloc(12);
  if (protocol !== 1) {
    ip.copy(pseudo, 0, 12, 20);
    pseudo[9] = protocol;
    pseudo.writeUInt16BE(payload.length, 10);
  }
  return sumOf(Buffer.concat([pseudo, payload])) === 0xffff ? undefined : `${name} checksum`;
}

/** The ones' complement sum of 16-bit words, RFC 1071: 0xffff if the checksum among them is right. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += i % 2 === 0 ? (bytes[i] ?? 0) * 256 : (bytes[i] ?? 0);
  while (sum > 0xffff) sum = Math.floor(sum / 0x10000) + (sum % 0x10000);
  return sum;
}
