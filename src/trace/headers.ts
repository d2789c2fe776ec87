/**
 * Reads the headers of a captured frame, of which only the first bytes may be there.
 *
 * It shares no code with `wire/`, on purpose: the ledger that is folded from a trace must not repeat a fault of the
 * stack that it is held against. It checks no checksum (whether a host took a frame stands in the trace) and follows
 * RFC 826, 791, 792, 768 and 9293 only as far as the reports of the trace need.
 *
 * Calls it: `decode.ts`, `ledger.ts`, `where.ts`, `noticed.ts`.
 */
import { fromBase64 } from '../base/bytes.ts';
import { type EventOf, SNAP_LENGTH } from './event.ts';
import { ndpTarget, readIpv6 } from './headers-ipv6.ts';

export interface ArpHeaders {
  readonly protocol: 'arp';
  readonly request: boolean;
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetAddress: string;
}

/** Fields that all packets of IP have. */
export interface IpFields {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  /** Bytes of the packet's payload, as its total length says. */
  readonly length: number;
}

export interface TcpHeaders extends IpFields {
  readonly protocol: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly control: number;
  readonly window: number;
  readonly urgent: number;
  readonly options: readonly TcpOption[];
  /** Bytes of segment text, also when they were not captured. */
  readonly text: number;
}

export interface UdpHeaders extends IpFields {
  readonly protocol: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly text: number;
}

export interface IcmpHeaders extends IpFields {
  readonly protocol: 'icmp';
  readonly type: number;
  readonly code: number;
  /** The second word of the message: identifier and sequence of an echo, MTU in its low half. */
  readonly rest: number;
  /** The packet that an error is about, as far as it is there. */
  readonly about: IpHeaders | undefined;
}

/** ICMP of IPv6, with its own numbers of types and codes. */
export interface Icmpv6Headers extends IpFields {
  readonly protocol: 'icmpv6';
  readonly type: number;
  readonly code: number;
  readonly rest: number;
  readonly about: IpHeaders | undefined;
  /** Of neighbour discovery: whose MAC address is asked for or told. */
  readonly target: string | undefined;
}

/** A fragment that is not the first, or a protocol that is not read. */
export interface OtherIpHeaders extends IpFields {
  readonly protocol: 'other';
  readonly number: number;
  readonly fragmentOffset: number;
}

export type IpHeaders = TcpHeaders | UdpHeaders | IcmpHeaders | Icmpv6Headers | OtherIpHeaders;
export type Headers = ArpHeaders | IpHeaders;

export type TcpOption =
  | { readonly name: 'eol' | 'nop' | 'sackOK' }
  | { readonly name: 'mss' | 'wscale'; readonly value: number }
  | { readonly name: 'TS'; readonly val: number; readonly ecr: number }
  | { readonly name: 'sack'; readonly blocks: readonly (readonly [number, number])[] }
  | { readonly name: 'unknown'; readonly kind: number };

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;
export const URG = 32;
export const ECE = 64;
export const CWR = 128;

const ETHERNET = 14;
const TYPE_IPV4 = 0x0800;
const TYPE_ARP = 0x0806;
const TYPE_IPV6 = 0x86dd;

/** All headers with all options fit into these: SNAP_LENGTH bytes as base64, whole groups of it. */
const HEAD_OF_BASE64 = Math.floor((SNAP_LENGTH + 2) / 3) * 4;

let last: { readonly event: EventOf<'frame.sent'>; readonly headers: Headers | undefined } | undefined;

/** The headers of a frame that was sent. Several folds look at each event in turn: the last answer is kept for them. */
export function headersOf(event: EventOf<'frame.sent'>): Headers | undefined {
  if (last?.event === event) return last.headers;
  const { bytes } = event;
  const headers = readHeaders(fromBase64(bytes.length > HEAD_OF_BASE64 ? bytes.slice(0, HEAD_OF_BASE64) : bytes));
  last = { event, headers };
  return headers;
}

/** The headers of an Ethernet frame; undefined if it is no ARP, IPv4 or IPv6, or too little of it is there. */
export function readHeaders(frame: Uint8Array): Headers | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.byteLength < ETHERNET) return undefined;
  const type = view.getUint16(12);
  if (type === TYPE_ARP) return readArp(view);
  return type === TYPE_IPV4 || type === TYPE_IPV6 ? readIp(view, ETHERNET) : undefined;
}

function readArp(view: DataView): ArpHeaders | undefined {
  if (view.byteLength < ETHERNET + 28) return undefined;
  return {
    protocol: 'arp',
    request: view.getUint16(ETHERNET + 6) === 1,
    senderMac: mac(view, ETHERNET + 8),
    senderAddress: address(view, ETHERNET + 14),
    targetAddress: address(view, ETHERNET + 24),
  };
}

function readIp(view: DataView, at: number): IpHeaders | undefined {
  if (view.byteLength < at + 20) return undefined;
  const version = view.getUint8(at) >> 4;
  if (version === 6) return readSix(view, at);
  if (version !== 4) return undefined;
  const headerLength = (view.getUint8(at) & 15) * 4;
  const length = view.getUint16(at + 2) - headerLength;
  if (headerLength < 20 || length < 0) return undefined;
  const fields: IpFields = {
    source: address(view, at + 12),
    destination: address(view, at + 16),
    ttl: view.getUint8(at + 8),
    length,
  };
  const fragmentOffset = (view.getUint16(at + 6) & 0x1fff) * 8;
  const number = view.getUint8(at + 9);
  const transport = at + headerLength;
  const read = fragmentOffset === 0 ? readTransport(view, transport, number, fields) : undefined;
  return read ?? { ...fields, protocol: 'other', number, fragmentOffset };
}

function readSix(view: DataView, at: number): IpHeaders | undefined {
  const six = readIpv6(view, at);
  if (six === undefined) return undefined;
  const { number, transport, fragmentOffset, ...fields } = six;
  const read = fragmentOffset === 0 ? readTransport(view, transport, number, fields) : undefined;
  return read ?? { ...fields, protocol: 'other', number, fragmentOffset };
}

function readTransport(view: DataView, at: number, number: number, fields: IpFields): IpHeaders | undefined {
  if (view.byteLength < at + 8) return undefined;
  switch (number) {
    case 1:
      return readIcmp(view, at, fields);
    case 6:
      return readTcp(view, at, fields);
    case 58:
      return readIcmpv6(view, at, fields);
    case 17:
      return {
        ...fields,
        protocol: 'udp',
        sourcePort: view.getUint16(at),
        destinationPort: view.getUint16(at + 2),
        text: view.getUint16(at + 4) - 8,
      };
    default:
      return undefined;
  }
}

function readIcmp(view: DataView, at: number, fields: IpFields): IcmpHeaders {
  const type = view.getUint8(at);
  const isError = type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
  return {
    ...fields,
    protocol: 'icmp',
    type,
    code: view.getUint8(at + 1),
    rest: view.getUint32(at + 4),
    about: isError ? readIp(view, at + 8) : undefined,
  };
}

function readIcmpv6(view: DataView, at: number, fields: IpFields): Icmpv6Headers {
  const type = view.getUint8(at);
  return {
    ...fields,
    protocol: 'icmpv6',
    type,
    code: view.getUint8(at + 1),
    rest: view.getUint32(at + 4),
    about: type < 128 ? readIp(view, at + 8) : undefined, // RFC 4443, 2.1
    target: ndpTarget(view, at),
  };
}

/** The packet in an ICMP error may hold only the first eight bytes of a TCP header: ports and sequence number. */
function readTcp(view: DataView, at: number, fields: IpFields): TcpHeaders | undefined {
  const isWhole = view.byteLength >= at + 20;
  const dataOffset = isWhole ? (view.getUint8(at + 12) >> 4) * 4 : fields.length;
  const text = fields.length - dataOffset;
  if (isWhole && (dataOffset < 20 || text < 0)) return undefined;
  // Each field by its name: this is done for every frame of a recording, and a spread takes four times as long.
  return {
    protocol: 'tcp',
    source: fields.source,
    destination: fields.destination,
    ttl: fields.ttl,
    length: fields.length,
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    seq: view.getUint32(at + 4),
    ack: isWhole ? view.getUint32(at + 8) : 0,
    control: isWhole ? view.getUint8(at + 13) : 0,
    window: isWhole ? view.getUint16(at + 14) : 0,
    urgent: isWhole ? view.getUint16(at + 18) : 0,
    options: isWhole ? readOptions(view, at + 20, Math.min(at + dataOffset, view.byteLength)) : [],
    text,
  };
}

function readOptions(view: DataView, start: number, end: number): TcpOption[] {
  const options: TcpOption[] = [];
  for (let at = start; at < end; ) {
    const kind = view.getUint8(at);
    if (kind === 0) {
      options.push({ name: 'eol' });
      break;
    }
    if (kind === 1) {
      options.push({ name: 'nop' });
      at += 1;
      continue;
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) break;
    options.push(readOption(view, at, kind, length));
    at += length;
  }
  return options;
}

function readOption(view: DataView, at: number, kind: number, length: number): TcpOption {
  if (kind === 2 && length === 4) return { name: 'mss', value: view.getUint16(at + 2) };
  if (kind === 3 && length === 3) return { name: 'wscale', value: view.getUint8(at + 2) };
  if (kind === 4 && length === 2) return { name: 'sackOK' };
  if (kind === 8 && length === 10) return { name: 'TS', val: view.getUint32(at + 2), ecr: view.getUint32(at + 6) };
  if (kind === 5 && length > 2 && (length - 2) % 8 === 0) {
    const blocks: [number, number][] = [];
    for (let block = at + 2; block < at + length; block += 8) {
      blocks.push([view.getUint32(block), view.getUint32(block + 4)]);
    }
    return { name: 'sack', blocks };
  }
  return { name: 'unknown', kind };
}

function address(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

function mac(view: DataView, at: number): string {
  let text = '';
  for (let byte = 0; byte < 6; byte++) {
    text += `${byte === 0 ? '' : ':'}${view
      .getUint8(at + byte)
      .toString(16)
      .padStart(2, '0')}`;
  }
  return text;
}
