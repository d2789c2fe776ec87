/**
 * What the stack sent, held against what the script says. Segments that left at one moment and follow one another count as
 * one: the script sees what a system hands to a network card that cuts by itself (TSO), the stack here cuts at once.
 *
 * Calls it: `run.ts`.
 */
import { MICROSECOND, type Nanoseconds } from '../base/time.ts';
import type { Frame } from '../wire/frame.ts';
import { emptyIcmpHeader, parseIcmp } from '../wire/icmp.ts';
import { parseIcmpv6 } from '../wire/icmpv6.ts';
import { parseIp } from '../wire/ip.ts';
import { emptyIpv4Header, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ipv4.ts';
import { emptyIpv6Header, PROTOCOL_ICMPV6 } from '../wire/ipv6.ts';
import { ACK, CWR, emptyTcpHeader, FIN, PSH, parseTcp, TCP_HEADER_LENGTH } from '../wire/tcp.ts';
import { emptyUdpHeader, parseUdp } from '../wire/udp.ts';
import type { Flow } from './flow.ts';
import type { Sent } from './kernel.ts';
import { bytesOfOptions, optionsOfBytes } from './option-bytes.ts';
import { AE } from './parse-packet.ts';
import type { IpInfo, ScriptPacket, TcpOption, TcpPacket } from './script.ts';

export interface Seen {
  readonly at: Nanoseconds;
  readonly packet: ScriptPacket;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A frame of ours as the script would write it, with live numbers; undefined: nothing that scripts speak of. */
export function seenIn({ at, frame }: Sent): Seen | undefined {
  const ip = parseIp(frame, emptyIpv4Header(), emptyIpv6Header());
  if (typeof ip === 'string') return undefined;
  const info: IpInfo = { ecn: ip.tos & 3, tos: ip.tos, ttl: ip.ttl };
  const { view, transport } = frame;
  const ports = { sourcePort: view.getUint16(transport), destinationPort: view.getUint16(transport + 2) };
  switch (ip.protocol) {
    case PROTOCOL_TCP: {
      const header = emptyTcpHeader();
      if (parseTcp(frame, ip, header) !== undefined) return undefined;
      return { at, packet: tcpOf(frame, header, info), ...ports };
    }
    case PROTOCOL_UDP: {
      const header = emptyUdpHeader();
      if (parseUdp(frame, ip, header) !== undefined) return undefined;
      return { at, packet: { protocol: 'udp', ip: info, ports: undefined, length: header.length - 8 }, ...ports };
    }
    case PROTOCOL_ICMP: {
      const header = emptyIcmpHeader();
      if (parseIcmp(frame, frame.payloadEnd, header) !== undefined) return undefined;
      const type = header.type === 3 ? 'unreachable' : header.type === 11 ? 'time_exceeded' : String(header.type);
      const quoted = { protocol: 'tcp', seq: 0, length: 0 } as const;
      const packet = { protocol: 'icmp', ip: info, type, code: String(header.code), mtu: undefined, quoted } as const;
      return { at, packet, sourcePort: 0, destinationPort: 0 };
    }
    case PROTOCOL_ICMPV6: {
      const header = emptyIcmpHeader();
      if (parseIcmpv6(frame, header) !== undefined) return undefined;
      const type = ICMPV6_TYPES.get(header.type) ?? String(header.type);
      const quoted = { protocol: 'tcp', seq: 0, length: 0 } as const;
      const packet = { protocol: 'icmp', ip: info, type, code: String(header.code), mtu: undefined, quoted } as const;
      return { at, packet, sourcePort: 0, destinationPort: 0 };
    }
    default:
      return undefined;
  }
}

const ICMPV6_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'unreachable'],
  [2, 'packet_too_big'],
  [3, 'time_exceeded'],
]);

function tcpOf(frame: Frame, header: ReturnType<typeof emptyTcpHeader>, ip: IpInfo): TcpPacket {
  const { bytes, transport, payload, payloadEnd } = frame;
  const high = (bytes[transport + 12] ?? 0) & 1;
  return {
    protocol: 'tcp',
    ip,
    ports: undefined,
    control: header.control | (high * AE),
    seq: header.seq,
    length: payloadEnd - payload,
    ack: header.ack,
    window: header.window,
    urgent: header.urgentPointer,
    options: optionsOfBytes(bytes.slice(transport + TCP_HEADER_LENGTH, payload)),
  };
}

/** Two segments as one, if the second follows the first at the same moment; undefined if it does not. */
export function joined(first: Seen, second: Seen): Seen | undefined {
  const a = first.packet;
  const b = second.packet;
  if (a.protocol !== 'tcp' || b.protocol !== 'tcp' || first.at !== second.at) return undefined;
  if (second.sourcePort !== first.sourcePort || second.destinationPort !== first.destinationPort) return undefined;
  const follows = (a.seq + a.length) >>> 0 === b.seq && a.length > 0 && (a.control & FIN) === 0;
  // Linux: what was sent again and what is new are not cut out of one, nor is what tells of a reduction (CWR) not the first.
  if (!follows || a.ip.ecn !== b.ip.ecn || (b.control & CWR) !== 0) return undefined;
  const packet = { ...a, length: a.length + b.length, control: (a.control & ~PSH) | (b.control & (PSH | FIN)) };
  return { ...first, packet };
}

/** With the script's numbers. */
export function inScript(packet: ScriptPacket, flow: Flow): ScriptPacket {
  if (packet.protocol !== 'tcp') return packet;
  const { control, ack, options = [] } = packet;
  return {
    ...packet,
    seq: flow.toScript(packet.seq),
    ack: (control & ACK) === 0 ? 0 : ack,
    options: options.map((option) =>
      option.kind === 'TS' ? { ...option, val: flow.stampToScript(option.val) } : option,
    ),
  };
}

/** What is wrong with `got`, in the script's numbers; undefined: nothing. */
export function mismatch(expected: ScriptPacket, got: ScriptPacket): string | undefined {
  if (expected.protocol !== got.protocol) return `the protocol is ${got.protocol}`;
  if (expected.protocol !== 'tcp' || got.protocol !== 'tcp') return mismatchOfOthers(expected, got);
  const { ip } = expected;
  if (ip.ecn === 'ect01' ? got.ip.ecn !== 1 && got.ip.ecn !== 2 : ip.ecn !== undefined && ip.ecn !== got.ip.ecn)
    return 'ECN differs';
  if (ip.tos !== undefined && ip.tos !== got.ip.tos) return `TOS is ${got.ip.tos}`;
  if (ip.ttl !== undefined && ip.ttl !== got.ip.ttl) return `TTL is ${got.ip.ttl}`;
  if (expected.control !== got.control) return 'the flags differ';
  if (expected.seq !== got.seq) return 'the sequence number differs';
  if (expected.length !== got.length) return 'the length differs';
  if ((expected.control & ACK) !== 0 && expected.ack !== got.ack) return 'the acknowledgment number differs';
  if (expected.window !== undefined && expected.window !== got.window) return 'the window differs';
  if (expected.urgent !== got.urgent) return 'the urgent pointer differs';
  if (expected.options === undefined) return undefined;
  return sameOptions(expected.options, got.options ?? []) ? undefined : 'the options differ';
}

function mismatchOfOthers(expected: ScriptPacket, got: ScriptPacket): string | undefined {
  if (expected.protocol === 'udp' && got.protocol === 'udp' && expected.length !== got.length)
    return 'the length differs';
  if (expected.protocol === 'icmp' && got.protocol === 'icmp' && expected.type !== got.type) return 'the type differs';
  return undefined;
}

/** The stamp that the script calls by a name of its own is whatever was sent; see `Flow.learnStamp`. */
function sameOptions(expected: readonly TcpOption[], got: readonly TcpOption[]): boolean {
  const plain = (options: readonly TcpOption[]) =>
    bytesOfOptions(options.map((option) => (option.kind === 'TS' ? { ...option, val: 0 } : option))).join(' ');
  return plain(expected) === plain(got);
}

/** '0.100' of a moment: seconds, as scripts write them. */
export function shownTime(at: Nanoseconds): string {
  return (Math.round(at / MICROSECOND) / 1e6).toFixed(6).replace(/0{1,3}$/, '');
}
