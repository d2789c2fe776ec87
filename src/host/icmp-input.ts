/**
 * ICMP messages of both families that come in: echoes are answered, errors go to the flow that they quote (RFC 1122,
 * 3.2.2; RFC 4443, 2.4; RFC 5927), neighbours' messages to `neighbor-discovery.ts`.
 *
 * Calls it: `stack.ts`, for packets that `ip-input.ts` found to be ICMP's.
 */
import { datagramFailureOf, isFragmentationNeeded, noticeOf } from '../ip/icmp-errors.ts';
import { translateIcmpv6 } from '../ip/icmp-problems.ts';
import { formatAddress, formatEndpoint, type IpAddress } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import {
  emptyIcmpHeader,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_PARAMETER_PROBLEM,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  type IcmpHeader,
  parseIcmp,
} from '../wire/icmp.ts';
import { checkIcmpv6, ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST, parseIcmpv6 } from '../wire/icmpv6.ts';
import type { IpHeader } from '../wire/ip.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ipv4.ts';
import { NEIGHBOR_ADVERTISEMENT, NEIGHBOR_SOLICITATION } from '../wire/ndp.ts';
import type { HostContext } from './context.ts';
import type { Datagrams } from './datagrams.ts';
import type { DropReason } from './drop-reason.ts';
import type { IcmpOutput } from './icmp-output.ts';
import type { Interface } from './interface.ts';
import type { NeighborDiscovery } from './neighbor-discovery.ts';
import type { TcpHost } from './tcp-host.ts';

/** Who sent echo requests: a ping. */
export interface EchoUser {
  /** `rest`: identifier * 65536 + sequence number. */
  replied(from: IpAddress, rest: number, bytes: number): void;
}

export class IcmpInput {
  echoUser: EchoUser | undefined;
  readonly #context: HostContext;
  readonly #output: IcmpOutput;
  readonly #tcp: TcpHost;
  readonly #datagrams: Datagrams;
  readonly #discovery: NeighborDiscovery;
  readonly #header: IcmpHeader = emptyIcmpHeader();

  constructor(
    context: HostContext,
    output: IcmpOutput,
    tcp: TcpHost,
    datagrams: Datagrams,
    discovery: NeighborDiscovery,
  ) {
    this.#context = context;
    this.#output = output;
    this.#tcp = tcp;
    this.#datagrams = datagrams;
    this.#discovery = discovery;
  }

  /** A PacketTaker: ICMP of IPv6. */
  handleIcmpv6(from: Interface, frame: Frame, ip: IpHeader, group: boolean): DropReason | undefined {
    const wrong = checkIcmpv6(frame, ip);
    if (wrong !== undefined) return wrong;
    const type = frame.view.getUint8(frame.transport);
    if (type === NEIGHBOR_SOLICITATION || type === NEIGHBOR_ADVERTISEMENT) {
      return this.#discovery.handleMessage(from, frame, ip);
    }
    const header = this.#header;
    const refusal = parseIcmpv6(frame, header);
    if (refusal !== undefined) return refusal;
    this.#tell(ip);
    if (header.type === ICMPV6_ECHO_REQUEST) return this.#answerEcho(frame, ip, group);
    if (header.type === ICMPV6_ECHO_REPLY) return this.#takeReply(ip);
    translateIcmpv6(header);
    return this.#handleError(header);
  }

  /** A PacketTaker: ICMP of IPv4. */
  handleIcmp(frame: Frame, ip: IpHeader, group: boolean): DropReason | undefined {
    const header = this.#header;
    const refusal = parseIcmp(frame, frame.payloadEnd, header);
    if (refusal !== undefined) return refusal;
    this.#tell(ip);
    switch (header.type) {
      case ICMP_ECHO_REQUEST:
        return this.#answerEcho(frame, ip, group);
      case ICMP_ECHO_REPLY:
        return this.#takeReply(ip);
      case ICMP_UNREACHABLE:
      case ICMP_TIME_EXCEEDED:
      case ICMP_PARAMETER_PROBLEM:
        return this.#handleError(header);
      default:
        return 'icmp-type-unknown'; // source quench (MUST-55) and redirects
    }
  }

  #takeReply({ source }: IpHeader): undefined {
    const { rest, dataStart, dataEnd } = this.#header;
    this.echoUser?.replied(source, rest, dataEnd - dataStart);
  }

  #answerEcho(frame: Frame, ip: IpHeader, group: boolean): DropReason | undefined {
    const { sysctl } = this.#context;
    if (group && ip.source.family === 'ipv4' && sysctl.flag('net.ipv4.icmp_echo_ignore_broadcasts'))
      return 'icmp-broadcast';
    if (sysctl.flag('net.ipv4.icmp_echo_ignore_all')) return 'icmp-type-unknown';
    const { rest, dataStart, dataEnd } = this.#header;
    // RFC 1122, 3.2.2.6: from the address that was asked.
    const from = this.#context.isLocal(ip.destination) ? ip.destination : undefined;
    this.#output.sendEcho('reply', from, ip.source, rest, frame.bytes, dataStart, dataEnd);
    return undefined;
  }

  #handleError(header: IcmpHeader): DropReason | undefined {
    const { embedded } = header;
    // Only what we sent can have failed.
    if (!this.#context.isLocal(embedded.source)) return 'icmp-no-flow';
    if (embedded.protocol === PROTOCOL_TCP) {
      const notice = noticeOf(header);
      return notice !== undefined && this.#tcp.handleIcmp(embedded, notice) ? undefined : 'icmp-no-flow';
    }
    if (embedded.protocol === PROTOCOL_UDP) {
      const mtu = isFragmentationNeeded(header) ? header.rest & 0xffff : undefined;
      return this.#datagrams.handleIcmp(embedded, datagramFailureOf(header), mtu) ? undefined : 'icmp-no-flow';
    }
    return 'icmp-no-flow';
  }

  #tell(ip: IpHeader): void {
    const { sink } = this.#context;
    if (!sink.on) return;
    const { type, code, error, embedded } = this.#header;
    const from = formatAddress(ip.source);
    if (!error) {
      sink.emit({ kind: 'icmp.received', from, type, code });
      return;
    }
    const { source, sourcePort, destination, destinationPort } = embedded;
    const [local, remote] = [
      { address: source, port: sourcePort },
      { address: destination, port: destinationPort },
    ];
    const about = `${formatEndpoint(local)}>${formatEndpoint(remote)}`;
    sink.emit({ kind: 'icmp.received', from, type, code, about });
  }
}
