/**
 * The fields of a captured frame: where each stands, its name as the RFC has it, its value, and what it means.
 *
 *     Ethernet (IEEE 802.3) | IPv4 (RFC 791) | TCP (RFC 9293, 3.1), UDP (RFC 768), ICMP (RFC 792) | data
 *                           IPv6 (RFC 8200)  ICMPv6 (RFC 4443; RFC 4861, 4.3 and 4.4)
 *
 * Only what was captured is told. Left out: what lies in the data. Calls it: `selected.tsx`.
 */
import { address6 } from '../../trace/headers-ipv6.ts';
import type { Text } from '../language.ts';
import { MEANINGS } from './meanings.ts';

export interface Field {
  readonly layer: 'Ethernet' | 'ARP' | 'IPv4' | 'IPv6' | 'TCP' | 'UDP' | 'ICMP' | 'ICMPv6' | 'data';
  readonly name: string;
  /** Bytes [from, to) of the frame. */
  readonly from: number;
  readonly to: number;
  readonly value: string;
  readonly meaning: Text | undefined;
}

const ETHERNET = 14;
const ARP_TYPE = 0x0806;
const IPV4_TYPE = 0x0800;
const IPV6_TYPE = 0x86dd;

/** Next headers of IPv6 that stand before the transport's; the fragment's has 8 bytes, the others tell their length. */
const FRAGMENT = 44;
const EXTENSIONS = [0, 43, FRAGMENT, 60];

/** In the order in which they stand; a field of which not all bytes are there is left out. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const reader = new Reader(bytes);
  reader.layer = 'Ethernet';
  reader.take('destination', 0, 6, mac);
  reader.take('source', 6, 6, mac);
  const type = reader.take('type', 12, 2, hex);
  if (type === ARP_TYPE) readArp(reader);
  else if (type === IPV4_TYPE) readIpv4(reader);
  else if (type === IPV6_TYPE) readIpv6(reader);
  return reader.fields;
}

type Show = (bytes: Uint8Array) => string;

class Reader {
  readonly fields: Field[] = [];
  layer: Field['layer'] = 'Ethernet';
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Notes a field; its value as a number, undefined if it was not captured whole. */
  take(name: string, from: number, length: number, show: Show = decimal): number | undefined {
    const part = this.bytes.subarray(from, from + length);
    if (part.length < length || length === 0) return undefined;
    const meaning = MEANINGS[`${this.layer} ${name}`];
    this.fields.push({ layer: this.layer, name, from, to: from + length, value: show(part), meaning });
    return numberOf(part);
  }
}

function readArp(reader: Reader): void {
  reader.layer = 'ARP';
  const at = ETHERNET;
  reader.take('operation', at + 6, 2, (part) => (numberOf(part) === 1 ? '1 (request)' : '2 (reply)'));
  reader.take('sender hardware address', at + 8, 6, mac);
  reader.take('sender protocol address', at + 14, 4, dotted);
  reader.take('target hardware address', at + 18, 6, mac);
  reader.take('target protocol address', at + 24, 4, dotted);
}

function readIpv4(reader: Reader): void {
  reader.layer = 'IPv4';
  const at = ETHERNET;
  const first = reader.take('version, IHL', at, 1, (part) => `4, ${((part[0] ?? 0) & 15) * 4} bytes`) ?? 0;
  const total = reader.take('total length', at + 2, 2) ?? 0;
  reader.take('identification', at + 4, 2);
  reader.take('flags, fragment offset', at + 6, 2, fragment);
  reader.take('time to live', at + 8, 1);
  const protocol = reader.take('protocol', at + 9, 1, protocolName);
  reader.take('header checksum', at + 10, 2, hex);
  reader.take('source address', at + 12, 4, dotted);
  reader.take('destination address', at + 16, 4, dotted);
  const next = at + (first & 15) * 4;
  const end = Math.min(reader.bytes.length, at + total);
  readTransport(reader, protocol, next, end);
}

function readIpv6(reader: Reader): void {
  reader.layer = 'IPv6';
  const at = ETHERNET;
  reader.take('version, traffic class, flow label', at, 4, hex);
  const length = reader.take('payload length', at + 4, 2) ?? 0;
  let next = reader.take('next header', at + 6, 1, protocolName);
  reader.take('hop limit', at + 7, 1);
  reader.take('source address', at + 8, 16, colons);
  reader.take('destination address', at + 24, 16, colons);
  let from = at + 40;
  while (next !== undefined && EXTENSIONS.includes(next)) {
    const kind = next;
    next = reader.take('next header', from, 1, protocolName);
    const size = kind === FRAGMENT ? 8 : ((reader.bytes[from + 1] ?? 0) + 1) * 8;
    if (kind !== FRAGMENT) {
      reader.take('options', from + 1, size - 1, hex);
    } else {
      const offset = reader.take('fragment offset, more', from + 2, 2, fragment6) ?? 0;
      reader.take('identification', from + 4, 4);
      // What lies behind a fragment but the first is no header.
      if (offset > 1) next = undefined;
    }
    from += size;
  }
  readTransport(reader, next, from, Math.min(reader.bytes.length, at + 40 + length));
}

function readTransport(reader: Reader, protocol: number | undefined, next: number, end: number): void {
  if (protocol === 6) readTcp(reader, next, end);
  else if (protocol === 17) readUdp(reader, next, end);
  else if (protocol === 1) readIcmp(reader, 'ICMP', next, end);
  else if (protocol === 58) readIcmp(reader, 'ICMPv6', next, end);
}

function readTcp(reader: Reader, at: number, end: number): void {
  reader.layer = 'TCP';
  reader.take('source port', at, 2);
  reader.take('destination port', at + 2, 2);
  reader.take('sequence number', at + 4, 4);
  reader.take('acknowledgment number', at + 8, 4);
  const offset = reader.take('data offset', at + 12, 1, (part) => `${((part[0] ?? 0) >> 4) * 4} bytes`) ?? 0x50;
  reader.take('control bits', at + 13, 1, (part) => flags(part[0] ?? 0));
  reader.take('window', at + 14, 2);
  reader.take('checksum', at + 16, 2, hex);
  reader.take('urgent pointer', at + 18, 2);
  const data = at + (offset >> 4) * 4;
  readOptions(reader, at + 20, Math.min(data, end));
  readData(reader, data, end);
}

const OPTIONS: Readonly<Record<number, readonly [name: string, show: Show]>> = {
  2: ['option: maximum segment size', (part) => String(numberOf(part.subarray(2)))],
  3: ['option: window scale', (part) => `× 2^${part[2] ?? 0}`],
  4: ['option: SACK permitted', () => ''],
  5: ['option: SACK', (part) => blocks(part.subarray(2))],
  8: ['option: timestamps', (part) => `${numberOf(part.subarray(2, 6))}, echo ${numberOf(part.subarray(6, 10))}`],
};

function readOptions(reader: Reader, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const kind = reader.bytes[at] ?? 0;
    if (kind === 0) return;
    if (kind === 1) {
      reader.take('option: no-operation', at, 1, () => '');
      at += 1;
      continue;
    }
    const length = reader.bytes[at + 1] ?? 0;
    if (length < 2 || at + length > end) return;
    const [name, show] = OPTIONS[kind] ?? [`option ${kind}`, hex];
    reader.take(name, at, length, show);
    at += length;
  }
}

function readUdp(reader: Reader, at: number, end: number): void {
  reader.layer = 'UDP';
  reader.take('source port', at, 2);
  reader.take('destination port', at + 2, 2);
  reader.take('length', at + 4, 2);
  reader.take('checksum', at + 6, 2, hex);
  readData(reader, at + 8, end);
}

function readIcmp(reader: Reader, layer: 'ICMP' | 'ICMPv6', at: number, end: number): void {
  reader.layer = layer;
  const type = reader.take('type', at, 1);
  reader.take('code', at + 1, 1);
  reader.take('checksum', at + 2, 2, hex);
  reader.take('rest of header', at + 4, 4, hex);
  const isNeighbors = layer === 'ICMPv6' && (type === 135 || type === 136);
  if (isNeighbors) reader.take('target address', at + 8, 16, colons);
  readData(reader, at + (isNeighbors ? 24 : 8), end);
}

function readData(reader: Reader, from: number, end: number): void {
  reader.layer = 'data';
  reader.take('bytes', from, Math.max(0, end - from), (part) => String(part.length));
}

function numberOf(part: Uint8Array): number {
  return part.reduce((value, byte) => value * 256 + byte, 0);
}

function decimal(part: Uint8Array): string {
  return String(numberOf(part));
}

function hexOf(part: Uint8Array): string[] {
  return Array.from(part, (byte) => byte.toString(16).padStart(2, '0'));
}

function hex(part: Uint8Array): string {
  return `0x${hexOf(part).join('')}`;
}

function mac(part: Uint8Array): string {
  return hexOf(part).join(':');
}

function dotted(part: Uint8Array): string {
  return part.join('.');
}

function colons(part: Uint8Array): string {
  return address6(new DataView(part.buffer, part.byteOffset, part.byteLength), 0);
}

function fragment6(part: Uint8Array): string {
  const value = numberOf(part);
  return `${value & 0xfff8}, ${(value & 1) !== 0 ? 'more' : 'last'}`;
}

function fragment(part: Uint8Array): string {
  const value = numberOf(part);
  const bits = [(value & 0x4000) !== 0 ? 'DF' : '', (value & 0x2000) !== 0 ? 'MF' : ''].filter((bit) => bit !== '');
  return `${bits.join(' ') || '–'}, ${(value & 0x1fff) * 8}`;
}

const NEXT_HEADERS: Readonly<Record<number, string>> = {
  0: 'options',
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  43: 'routing',
  44: 'fragment',
  58: 'ICMPv6',
  60: 'options',
};

function protocolName(part: Uint8Array): string {
  const number = numberOf(part);
  return `${number} (${NEXT_HEADERS[number] ?? '?'})`;
}

function flags(control: number): string {
  const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
  return names.filter((_, bit) => (control & (1 << bit)) !== 0).join(' ') || '–';
}

function blocks(part: Uint8Array): string {
  const all: string[] = [];
  for (let at = 0; at + 8 <= part.length; at += 8) {
    all.push(`${numberOf(part.subarray(at, at + 4))}–${numberOf(part.subarray(at + 4, at + 8))}`);
  }
  return all.join(', ');
}
