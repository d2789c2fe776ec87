/**
 * Packets of a script that come in, as frames.
 *
 * Source: RFC 9293, 3.1; RFC 768; RFC 792 and RFC 4443 for ICMP's errors, which quote our packet's IP header and 8 bytes more.
 * Calls it: `run.ts`.
 */
import type { IpAddress } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import { ICMP_TIME_EXCEEDED, ICMP_UNREACHABLE, icmpErrorLength, writeIcmpError } from '../wire/icmp.ts';
import {
  finishIcmpv6Checksum,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_TIME_EXCEEDED,
  ICMPV6_UNREACHABLE,
  icmpv6ErrorLength,
  writeIcmpv6Error,
} from '../wire/icmpv6.ts';
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, writeIpv4 } from '../wire/ipv4.ts';
import { PROTOCOL_ICMPV6, writeIpv6 } from '../wire/ipv6.ts';
import { ACK, finishTcpChecksum, TCP_HEADER_LENGTH, writeTcpHeader } from '../wire/tcp.ts';
import { finishUdpChecksum, UDP_HEADER_LENGTH, writeUdpHeader } from '../wire/udp.ts';
import type { Flow } from './flow.ts';
import type { Kernel } from './kernel.ts';
import { bytesOfOptions } from './option-bytes.ts';
import { AE } from './parse-packet.ts';
import {
  type IcmpPacket,
  type IpInfo,
  ScriptError,
  type ScriptPacket,
  type TcpOption,
  type TcpPacket,
} from './script.ts';

const NO_FLAGS = 0;
const TTL = 255;

/** The packet as a frame whose IP header is written. @throws ScriptError for what cannot be built */
export function frameOf(packet: ScriptPacket, flow: Flow, kernel: Kernel, line: number): Frame {
  switch (packet.protocol) {
    case 'tcp':
      return tcpFrame(packet, flow, kernel);
    case 'udp': {
      const { local, localPort, remote, remotePort } = flow.ends;
      const frame = kernel.frame(remote.family, UDP_HEADER_LENGTH + packet.length);
      frame.end = frame.transport + UDP_HEADER_LENGTH + packet.length;
      writeUdpHeader(frame, packet.ports?.source ?? remotePort, localPort);
      frame.bytes.fill(0, frame.payload, frame.end);
      finishUdpChecksum(frame, remote, local);
      return withIp(frame, packet.ip, PROTOCOL_UDP, remote, local);
    }
    case 'icmp':
      return icmpFrame(packet, flow, kernel, line);
  }
}

function tcpFrame(packet: TcpPacket, flow: Flow, kernel: Kernel): Frame {
  const { local, localPort, remote, remotePort } = flow.ends;
  const options = bytesOfOptions((packet.options ?? []).map((option) => live(option, flow)));
  const { length, control } = packet;
  const frame = kernel.frame(remote.family, TCP_HEADER_LENGTH + options.length + length);
  const ack = (control & ACK) === 0 ? packet.ack : flow.toLive(packet.ack);
  const source = packet.ports?.source ?? remotePort;
  const window = packet.window ?? 0;
  writeTcpHeader(frame, source, localPort, packet.seq, ack, control & 0xff, window, packet.urgent, options.length);
  if ((control & AE) !== NO_FLAGS) frame.bytes[frame.transport + 12] = (frame.bytes[frame.transport + 12] ?? 0) | 1;
  frame.bytes.set(options, frame.transport + TCP_HEADER_LENGTH);
  frame.bytes.fill(0, frame.payload, frame.payload + length);
  close(frame, length);
  finishTcpChecksum(frame, remote, local);
  return withIp(frame, packet.ip, PROTOCOL_TCP, remote, local);
}

/** Blocks and echoes are about our numbers. */
function live(option: TcpOption, flow: Flow): TcpOption {
  if (option.kind === 'TS') return { ...option, ecr: option.ecr === 0 ? 0 : flow.stampToLive(option.ecr) };
  if (option.kind !== 'sack') return option;
  return { ...option, blocks: option.blocks.map(([left, right]) => [flow.toLive(left), flow.toLive(right)] as const) };
}

const UNREACHABLE: Readonly<Record<string, number>> = {
  net_unreachable: 0,
  host_unreachable: 1,
  protocol_unreachable: 2,
  port_unreachable: 3,
  frag_needed: 4,
  source_route_failed: 5,
  net_unknown: 6,
  host_unknown: 7,
  source_host_isolated: 8,
  net_prohibited: 9,
  host_prohibited: 10,
  net_unreachable_for_tos: 11,
  host_unreachable_for_tos: 12,
  packet_filtered: 13,
  precedence_violation: 14,
  precedence_cutoff: 15,
};
const TIME_EXCEEDED: Readonly<Record<string, number>> = { exceeded_ttl: 0, exceeded_frag_time: 1 };

function icmpFrame(packet: IcmpPacket, flow: Flow, kernel: Kernel, line: number): Frame {
  const { type, code = '' } = packet;
  if (flow.ends.remote.family === 'ipv6') return icmpv6Frame(packet, flow, kernel, line);
  const codes = type === 'unreachable' ? UNREACHABLE : type === 'time_exceeded' ? TIME_EXCEEDED : undefined;
  const number = codes?.[code];
  if (codes === undefined || number === undefined) {
    const allowed = codes === undefined ? 'unreachable, time_exceeded' : Object.keys(codes).join(', ');
    throw new ScriptError(line, `icmp ${type} ${code} is not known; allowed is ${allowed}`);
  }
  const quote = quotedPacket(packet, flow, kernel);
  const { local, remote } = flow.ends;
  const frame = kernel.frame('ipv4', icmpErrorLength(quote.length));
  const kind = type === 'unreachable' ? ICMP_UNREACHABLE : ICMP_TIME_EXCEEDED;
  writeIcmpError(frame, kind, number, packet.mtu ?? 0, quote);
  return withIp(frame, packet.ip, PROTOCOL_ICMP, remote, local);
}

/** Codes of RFC 4443 by the script's names; those of its type that has none, '', are 0. */
const ICMPV6_KINDS: Readonly<
  Record<string, { readonly type: number; readonly codes: Readonly<Record<string, number>> }>
> = {
  unreachable: {
    type: ICMPV6_UNREACHABLE,
    codes: { no_route: 0, admin_prohibited: 1, not_neighbour: 2, addr_unreachable: 3, port_unreachable: 4 },
  },
  packet_too_big: { type: ICMPV6_PACKET_TOO_BIG, codes: { '': 0 } },
  time_exceeded: { type: ICMPV6_TIME_EXCEEDED, codes: { exceeded_ttl: 0, exceeded_frag_time: 1 } },
};

function icmpv6Frame(packet: IcmpPacket, flow: Flow, kernel: Kernel, line: number): Frame {
  const { type, code = '' } = packet;
  const kind = ICMPV6_KINDS[type];
  const number = kind?.codes[code];
  if (kind === undefined || number === undefined) {
    const allowed = Object.keys(kind === undefined ? ICMPV6_KINDS : kind.codes).join(', ');
    throw new ScriptError(line, `icmp ${type} ${code} is not known in IPv6; allowed is ${allowed}`);
  }
  const quote = quotedPacket(packet, flow, kernel);
  const { local, remote } = flow.ends;
  const frame = kernel.frame('ipv6', icmpv6ErrorLength(quote.length));
  writeIcmpv6Error(frame, kind.type, number, packet.mtu ?? 0, quote, 0, quote.length);
  if (remote.family === 'ipv6' && local.family === 'ipv6') finishIcmpv6Checksum(frame, remote, local);
  return withIp(frame, packet.ip, PROTOCOL_ICMPV6, remote, local);
}

/** The beginning of a packet of ours, from its IP header on. */
function quotedPacket({ quoted }: IcmpPacket, flow: Flow, kernel: Kernel): Uint8Array {
  const { local, localPort, remote, remotePort } = flow.ends;
  const isTcp = quoted.protocol === 'tcp';
  const header = isTcp ? TCP_HEADER_LENGTH : UDP_HEADER_LENGTH;
  const frame = kernel.frame(local.family, header + quoted.length);
  frame.end = frame.transport + header + quoted.length;
  if (isTcp) writeTcpHeader(frame, localPort, remotePort, flow.toLive(quoted.seq), 0, ACK, 0, 0, 0);
  else writeUdpHeader(frame, localPort, remotePort);
  frame.bytes.fill(0, frame.payload, frame.end);
  const noInfo = { ecn: undefined, tos: undefined, ttl: undefined };
  withIp(frame, noInfo, isTcp ? PROTOCOL_TCP : PROTOCOL_UDP, local, remote);
  const bytes = frame.bytes.slice(frame.network, frame.transport + 8);
  frame.release();
  return bytes;
}

function close(frame: Frame, length: number): void {
  frame.end = frame.payload + length;
  frame.payloadEnd = frame.end;
}

function withIp(frame: Frame, ip: IpInfo, protocol: number, source: IpAddress, destination: IpAddress): Frame {
  const fields = {
    tos: ip.tos ?? (typeof ip.ecn === 'number' ? ip.ecn : 0),
    identification: 0,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: ip.ttl ?? TTL,
    protocol,
  };
  if (source.family === 'ipv6' && destination.family === 'ipv6') writeIpv6(frame, { ...fields, source, destination });
  if (source.family === 'ipv4' && destination.family === 'ipv4') writeIpv4(frame, { ...fields, source, destination });
  return frame;
}
