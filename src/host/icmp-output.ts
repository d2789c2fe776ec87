/**
 * ICMP messages that we send: errors under the rules of `ip/icmp-errors.ts`, echo requests and replies.
 *
 * Calls it: `ip-input.ts`, `icmp-input.ts`, `forward.ts`, `datagrams.ts`, `stack.ts`.
 */
import { MILLISECOND } from '../base/time.ts';
import { IcmpRate, mayReport } from '../ip/icmp-errors.ts';
import { formatAddress, type IpAddress, ipv4 } from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import type { Frame } from '../wire/frame.ts';
import {
  type ICMP_ECHO_REPLY,
  type ICMP_ECHO_REQUEST,
  ICMP_HEADER_LENGTH,
  icmpErrorLength,
  writeIcmpEcho,
  writeIcmpError,
} from '../wire/icmp.ts';
import { IPV4_HEADER_LENGTH, type Ipv4Header, PROTOCOL_ICMP } from '../wire/ipv4.ts';
import type { HostContext } from './context.ts';
import type { IpOutput } from './ip-output.ts';

/** Precedence 6, internetwork control (RFC 1812, 4.3.2.5). */
const ERROR_TOS = 0xc0;

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
   * not sent to us alone. The frame stays the caller's.
   */
  sendError(frame: Frame, ip: Ipv4Header, type: number, code: number, rest: number, group: boolean): void {
    if (!mayReport(frame, ip, group || this.#context.isBroadcast(ip.destination))) return;
    if (this.#context.isBroadcast(ip.source)) return;
    this.#sendQuote(ip.source, ip.destination, type, code, rest, frame.bytes, frame.network, frame.payloadEnd);
  }

  /** The same for a packet of which only the beginning was kept. */
  sendErrorAbout(quote: Uint8Array, source: IpAddress, destination: IpAddress, type: number, code: number): void {
    this.#sendQuote(source, destination, type, code, 0, quote, 0, quote.length);
  }

  /** `rest`: identifier * 65536 + sequence number. `from` undefined: the path's address. False: there is no route. */
  sendEcho(
    type: typeof ICMP_ECHO_REPLY | typeof ICMP_ECHO_REQUEST,
    from: IpAddress | undefined,
    to: IpAddress,
    rest: number,
    data: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const path = this.#output.paths.to(to);
    if (path === undefined) return false;
    const frame = this.#context.pool.take(
      ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH + ICMP_HEADER_LENGTH + end - start,
    );
    writeIcmpEcho(frame, type, rest, data, start, end);
    this.#send(frame, from ?? ipv4(path.source), to, type, 0, 0);
    return true;
  }

  #sendQuote(
    to: IpAddress,
    about: IpAddress,
    type: number,
    code: number,
    rest: number,
    quote: Uint8Array,
    start: number,
    end: number,
  ): void {
    const path = this.#output.paths.to(to);
    if (path === undefined) return;
    const { now, loopback } = this.#context;
    if (path.through !== loopback && !this.#rate.allows(to, type, code, now)) return;
    const frame = this.#context.pool.take(ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH + icmpErrorLength(end - start));
    writeIcmpError(frame, type, code, rest, quote, start, end);
    // RFC 1122, 3.2.2: from the address that the packet was sent to, if it is ours; a router speaks for itself.
    this.#send(frame, this.#context.isLocal(about) ? about : ipv4(path.source), to, type, code, ERROR_TOS);
  }

  #send(frame: Frame, from: IpAddress, to: IpAddress, type: number, code: number, tos: number): void {
    const { sink } = this.#context;
    if (sink.on) sink.emit({ kind: 'icmp.sent', to: formatAddress(to), type, code });
    this.#output.send(frame, PROTOCOL_ICMP, from, to, false, tos);
  }
}
