/**
 * ICMP messages that we send: errors under the rules of `ip/icmp-errors.ts`, echo requests and replies.
 *
 * Calls it: `ip-input.ts`, `icmp-input.ts`, `forward.ts`, `datagrams.ts`, `stack.ts`.
 */
import { MILLISECOND } from '../base/time.ts';
import { IcmpRate, mayReport } from '../ip/icmp-errors.ts';
import { type IcmpProblem, numbersOf } from '../ip/icmp-problems.ts';
import { formatAddress, type IpAddress } from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import type { Frame } from '../wire/frame.ts';
import {
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_HEADER_LENGTH,
  icmpErrorLength,
  writeIcmpEcho,
  writeIcmpError,
} from '../wire/icmp.ts';
import {
  finishIcmpv6Checksum,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_PARAMETER_PROBLEM,
  icmpv6ErrorLength,
  writeIcmpv6Echo,
  writeIcmpv6Error,
} from '../wire/icmpv6.ts';
import { type IpHeader, ipHeaderLength, transportOf } from '../wire/ip.ts';
import { PROTOCOL_ICMP } from '../wire/ipv4.ts';
import { PROTOCOL_ICMPV6 } from '../wire/ipv6.ts';
import type { HostContext } from './context.ts';
import type { IpOutput } from './ip-output.ts';

/** Precedence 6, internetwork control (RFC 1812, 4.3.2.5). */
const ERROR_TOS = 0xc0;
/** Where the next header that is not known stands in a packet without extension headers (RFC 4443, 3.4). */
const NEXT_HEADER_POINTER = 6;

export class IcmpOutput {
  readonly #context: HostContext;
  readonly #output: IpOutput;
  readonly #rate: IcmpRate;

  constructor(context: HostContext, output: IpOutput) {
    this.#context = context;
    this.#output = output;
    this.#rate = new IcmpRate(context.sysctl.get('net.ipv4.icmp_ratelimit') * MILLISECOND);
  }

  /**
   * Tells the sender of a packet (parsed, header at frame.network) that it failed, if that may be told. `group`: it was
   * not sent to us alone. `mtu`: of the link that it was too long for. The frame stays the caller's.
   */
  sendError(frame: Frame, ip: IpHeader, problem: IcmpProblem, group: boolean, mtu = 0): void {
    if (!mayReport(frame, ip, group || this.#context.isBroadcast(ip.destination))) return;
    if (this.#context.isBroadcast(ip.source)) return;
    const { network, payloadEnd } = frame;
    this.#sendQuote(ip.source, ip.destination, problem, mtu, frame.bytes, network, payloadEnd);
  }

  /** The same for a packet of which only the beginning was kept. */
  sendErrorAbout(quote: Uint8Array, source: IpAddress, destination: IpAddress, problem: IcmpProblem): void {
    this.#sendQuote(source, destination, problem, 0, quote, 0, quote.length);
  }

  /** `rest`: identifier * 65536 + sequence number. `from` undefined: the path's address. False: there is no route. */
  sendEcho(
    what: 'request' | 'reply',
    from: IpAddress | undefined,
    to: IpAddress,
    rest: number,
    data: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const path = this.#output.paths.to(to);
    if (path === undefined) return false;
    const frame = this.#take(to, ICMP_HEADER_LENGTH + end - start);
    const isReply = what === 'reply';
    const type = isReply ? ICMP_ECHO_REPLY : ICMP_ECHO_REQUEST;
    const type6 = isReply ? ICMPV6_ECHO_REPLY : ICMPV6_ECHO_REQUEST;
    if (to.family === 'ipv4') writeIcmpEcho(frame, type, rest, data, start, end);
    else writeIcmpv6Echo(frame, type6, rest, data, start, end);
    this.#send(frame, from ?? path.source, to, to.family === 'ipv4' ? type : type6, 0, 0);
    return true;
  }

  #sendQuote(
    to: IpAddress,
    about: IpAddress,
    problem: IcmpProblem,
    mtu: number,
    quote: Uint8Array,
    start: number,
    end: number,
  ): void {
    const path = this.#output.paths.to(to);
    if (path === undefined) return;
    const { now, loopback } = this.#context;
    const isFour = to.family === 'ipv4';
    const { type, code } = numbersOf(problem, to.family);
    // Linux's rate masks: neither family holds back what a sender needs for its path's MTU.
    if (path.through !== loopback && problem !== 'too-long' && !this.#rate.allows(to, type, code, now)) return;
    const rest = type === ICMPV6_PARAMETER_PROBLEM && !isFour ? NEXT_HEADER_POINTER : mtu;
    const length = end - start;
    const frame = this.#take(to, isFour ? icmpErrorLength(length) : icmpv6ErrorLength(length));
    if (isFour) writeIcmpError(frame, type, code, rest, quote, start, end);
    else writeIcmpv6Error(frame, type, code, rest, quote, start, end);
    // RFC 1122, 3.2.2; RFC 4443, 2.2: from the address that the packet was sent to, if it is ours; a router speaks for
    // itself.
    const from = this.#context.isLocal(about) ? about : path.source;
    this.#send(frame, from, to, type, code, isFour ? ERROR_TOS : 0);
  }

  #take(to: IpAddress, length: number): Frame {
    const frame = this.#context.pool.take(ETHERNET_HEADER_LENGTH + ipHeaderLength(to.family) + length);
    frame.transport = transportOf(to.family);
    return frame;
  }

  #send(frame: Frame, from: IpAddress, to: IpAddress, type: number, code: number, tos: number): void {
    const { sink } = this.#context;
    if (sink.on) sink.emit({ kind: 'icmp.sent', to: formatAddress(to), type, code });
    if (from.family === 'ipv6' && to.family === 'ipv6') finishIcmpv6Checksum(frame, from, to);
    this.#output.send(frame, to.family === 'ipv4' ? PROTOCOL_ICMP : PROTOCOL_ICMPV6, from, to, false, tos);
  }
}
