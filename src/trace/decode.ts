/**
 * Says in tcpdump's words what a frame is: '10.0.1.2.49152 > 10.0.0.1.7000: Flags [S], seq 17, win 64240, …, length 0'.
 *
 * As tcpdump does, it shows the sequence numbers of a SYN as they are and all later ones of that connection relative
 * to them; a decoder therefore remembers each connection's first numbers, and wants the frames in order.
 *
 * Calls it: `format.ts`, the command, the page.
 */
import { fromBase64 } from '../base/bytes.ts';
import {
  ACK,
  type ArpHeaders,
  CWR,
  ECE,
  FIN,
  type IcmpHeaders,
  type Icmpv6Headers,
  type IpHeaders,
  PSH,
  RST,
  readHeaders,
  SYN,
  type TcpHeaders,
  type TcpOption,
  URG,
} from './headers.ts';

const FLAGS: readonly (readonly [number, string])[] = [
  [FIN, 'F'],
  [SYN, 'S'],
  [RST, 'R'],
  [PSH, 'P'],
  [ACK, '.'],
  [URG, 'U'],
  [ECE, 'E'],
  [CWR, 'W'],
];

/** tcpdump's letters for a segment's control bits: 'S.', 'P.', '.'; 'none' for none. */
export function flagsOf(control: number): string {
  let text = '';
  for (const [bit, letter] of FLAGS) if ((control & bit) !== 0) text += letter;
  return text === '' ? 'none' : text;
}

export class FrameDecoder {
  /** First sequence number of a direction, by 'source.port > destination.port'. */
  readonly #first = new Map<string, number>();

  /** One line for a frame whose first bytes (at least the headers) are given in base64. */
  describe(bytes: string): string {
    return this.describeBytes(fromBase64(bytes));
  }

  /** As `describe`, for bytes. */
  describeBytes(bytes: Uint8Array): string {
    const headers = readHeaders(bytes);
    if (headers === undefined) return `a frame of ${bytes.length} bytes that is neither ARP nor IPv4`;
    switch (headers.protocol) {
      case 'arp':
        return describeArp(headers);
      case 'tcp':
        return this.#describeTcp(headers);
      case 'udp':
        return `${ends(headers)}: UDP, length ${headers.text}`;
      case 'icmp':
        return `${headers.source} > ${headers.destination}: ICMP ${icmpText(headers)}, length ${headers.length}`;
      case 'icmpv6':
        return `${headers.source} > ${headers.destination}: ICMP6, ${icmpv6Text(headers)}, length ${headers.length}`;
      case 'other':
        return `${headers.source} > ${headers.destination}: ${otherText(headers.number, headers.fragmentOffset)}, length ${headers.length}`;
    }
  }

  #describeTcp(tcp: TcpHeaders): string {
    const forth = `${tcp.source}.${tcp.sourcePort} > ${tcp.destination}.${tcp.destinationPort}`;
    const back = `${tcp.destination}.${tcp.destinationPort} > ${tcp.source}.${tcp.sourcePort}`;
    const isSyn = (tcp.control & SYN) !== 0;
    const hasAck = (tcp.control & ACK) !== 0;
    if (isSyn) this.#first.set(forth, tcp.seq);
    const first = isSyn ? 0 : (this.#first.get(forth) ?? 0);
    const firstBack = isSyn ? 0 : (this.#first.get(back) ?? 0);
    let text = `${forth}: Flags [${flagsOf(tcp.control)}]`;
    const seq = (tcp.seq - first) >>> 0;
    if (tcp.text > 0) text += `, seq ${seq}:${(seq + tcp.text) >>> 0}`;
    else if ((tcp.control & (SYN | FIN | RST)) !== 0) text += `, seq ${seq}`;
    if (hasAck) text += `, ack ${(tcp.ack - firstBack) >>> 0}`;
    text += `, win ${tcp.window}`;
    if ((tcp.control & URG) !== 0) text += `, urg ${tcp.urgent}`;
    const options = tcp.options.map((option) => optionText(option, firstBack));
    if (options.length > 0) text += `, options [${options.join(',')}]`;
    return `${text}, length ${tcp.text}`;
  }
}

function optionText(option: TcpOption, first: number): string {
  switch (option.name) {
    case 'mss':
    case 'wscale':
      return `${option.name} ${option.value}`;
    case 'TS':
      return `TS val ${option.val} ecr ${option.ecr}`;
    case 'sack': {
      const blocks = option.blocks.map(([left, right]) => `{${(left - first) >>> 0}:${(right - first) >>> 0}}`);
      return `sack ${blocks.length} ${blocks.join('')}`;
    }
    case 'unknown':
      return `unknown-${option.kind}`;
    default:
      return option.name;
  }
}

function ends(packet: { source: string; sourcePort: number; destination: string; destinationPort: number }): string {
  return `${packet.source}.${packet.sourcePort} > ${packet.destination}.${packet.destinationPort}`;
}

function describeArp(arp: ArpHeaders): string {
  return arp.request
    ? `ARP, Request who-has ${arp.targetAddress} tell ${arp.senderAddress}`
    : `ARP, Reply ${arp.senderAddress} is-at ${arp.senderMac}`;
}

function icmpText(icmp: IcmpHeaders): string {
  const echo = `id ${icmp.rest >>> 16}, seq ${icmp.rest & 0xffff}`;
  switch (icmp.type) {
    case 0:
      return `echo reply, ${echo}`;
    case 8:
      return `echo request, ${echo}`;
    case 3:
      return unreachableText(icmp.code, icmp.rest & 0xffff, icmp.about);
    case 11:
      return icmp.code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded';
    default:
      return `type ${icmp.type}, code ${icmp.code}`;
  }
}

function icmpv6Text(icmp: Icmpv6Headers): string {
  const { type, code, rest, about, target } = icmp;
  const destination = about?.destination ?? '?';
  const known = about?.protocol === 'tcp' || about?.protocol === 'udp' ? about : undefined;
  switch (type) {
    case 1:
      if (code === 4)
        return `destination unreachable, ${destination} ${known?.protocol ?? 'ip'} port ${known?.destinationPort ?? '?'}`;
      return `destination unreachable, unreachable ${code === 0 ? 'route' : 'address'} ${destination}`;
    case 2:
      return `packet too big, mtu ${rest}`;
    case 3:
      return code === 0 ? 'time exceeded in-transit' : 'time exceeded in reassembly';
    case 128:
    case 129:
      return `echo ${type === 128 ? 'request' : 'reply'}, id ${rest >>> 16}, seq ${rest & 0xffff}`;
    case 135:
      return `neighbor solicitation, who has ${target}`;
    case 136:
      return `neighbor advertisement, tgt is ${target}`;
    default:
      return `type ${type}, code ${code}`;
  }
}

function unreachableText(code: number, mtu: number, about: IpHeaders | undefined): string {
  const destination = about?.destination ?? '?';
  switch (code) {
    case 0:
      return `net ${destination} unreachable`;
    case 1:
      return `host ${destination} unreachable`;
    case 2:
      return `${destination} protocol unreachable`;
    case 3: {
      const known = about?.protocol === 'tcp' || about?.protocol === 'udp' ? about : undefined;
      return `${destination} ${known?.protocol ?? 'ip'} port ${known?.destinationPort ?? '?'} unreachable`;
    }
    case 4:
      return `${destination} unreachable - need to frag (mtu ${mtu})`;
    case 13:
      return `host ${destination} unreachable - admin prohibited`;
    default:
      return `${destination} unreachable, code ${code}`;
  }
}

function otherText(number: number, fragmentOffset: number): string {
  const name = new Map([
    [1, 'icmp'],
    [6, 'tcp'],
    [17, 'udp'],
    [58, 'icmp6'],
  ]).get(number);
  const protocol = name ?? `ip-proto-${number}`;
  return fragmentOffset === 0 ? protocol : `${protocol} fragment at ${fragmentOffset}`;
}
