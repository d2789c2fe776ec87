/**
 * ICMP messages that come in: echoes are answered, errors go to the flow that they quote (RFC 1122, 3.2.2; RFC 5927).
 *
 * Calls it: `stack.ts`, for packets that `ip-input.ts` found to be ICMP's.
 */
import { datagramFailureOf, isFragmentationNeeded, noticeOf } from '../ip/icmp-errors.ts';
import { formatAddress, type IpAddress } from '../wire/address.ts';
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
import { type Ipv4Header, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ipv4.ts';
import type { HostContext } from './context.ts';
import type { Datagrams } from './datagrams.ts';
import type { DropReason } from './drop-reason.ts';
import type { IcmpOutput } from './icmp-output.ts';
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
  readonly #header: IcmpHeader = emptyIcmpHeader();

  constructor(context: HostContext, output: IcmpOutput, tcp: TcpHost, datagrams: Datagrams) {
    this.#context = context;
    this.#output = output;
    this.#tcp = tcp;
    this.#datagrams = datagrams;
  }

  /** A PacketTaker. */
  handlePacket(frame: Frame, ip: Ipv4Header, group: boolean): DropReason | undefined {
    const header = this.#header;
    const refusal = parseIcmp(frame, frame.payloadEnd, header);
    if (refusal !== undefined) return refusal;
    this.#tell(ip);
    switch (header.type) {
      case ICMP_ECHO_REQUEST:
        return this.#answerEcho(frame, ip, group);
      case ICMP_ECHO_REPLY:
        this.echoUser?.replied(ip.source, header.rest, header.dataEnd - header.dataStart);
        return undefined;
      case ICMP_UNREACHABLE:
      case ICMP_TIME_EXCEEDED:
      case ICMP_PARAMETER_PROBLEM:
        return this.#handleError(header);
      default:
        return 'icmp-type-unknown'; // source quench (MUST-55) and redirects
    }
  }

  #answerEcho(frame: Frame, ip: Ipv4Header, group: boolean): DropReason | undefined {
    const { sysctl } = this.#context;
    if (group && sysctl.flag('net.ipv4.icmp_echo_ignore_broadcasts')) return 'icmp-broadcast';
    if (sysctl.flag('net.ipv4.icmp_echo_ignore_all')) return 'icmp-type-unknown';
    const { rest, dataStart, dataEnd } = this.#header;
    // RFC 1122, 3.2.2.6: from the address that was asked.
    const from = this.#context.isLocal(ip.destination) ? ip.destination : undefined;
    this.#output.sendEcho(ICMP_ECHO_REPLY, from, ip.source, rest, frame.bytes, dataStart, dataEnd);
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

  #tell(ip: Ipv4Header): void {
    const { sink } = this.#context;
    if (!sink.on) return;
    const { type, code, error, embedded } = this.#header;
    const from = formatAddress(ip.source);
    if (!error) {
      sink.emit({ kind: 'icmp.received', from, type, code });
      return;
    }
    const { source, sourcePort, destination, destinationPort } = embedded;
    const about = `${formatAddress(source)}:${sourcePort}>${formatAddress(destination)}:${destinationPort}`;
    sink.emit({ kind: 'icmp.received', from, type, code, about });
  }
}
