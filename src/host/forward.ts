/**
 * What a router does with a packet for somebody else: one hop less, the next route, errors to the sender.
 *
 * Source: RFC 1812, 5.2 and 5.3.1; RFC 1191, 3; RFC 8200, 3; RFC 4443, 3. `forgetIdle` makes it a middlebox that keeps flows in mind, as a NAT or
 * firewall does: what belongs to no flow that it remembers, and does not begin one, vanishes without a word.
 * Left out on purpose: redirects, translation of addresses, router options.
 * Calls it: `stack.ts`, for packets that `ip-input.ts` found to be no one's here.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { IcmpProblem } from '../ip/icmp-problems.ts';
import type { Frame } from '../wire/frame.ts';
import type { IpHeader } from '../wire/ip.ts';
import { decrementTtl, type Ipv4Header, PROTOCOL_TCP } from '../wire/ipv4.ts';
import { decrementHopLimit, type Ipv6Header } from '../wire/ipv6.ts';
import { SYN } from '../wire/tcp.ts';
import type { HostContext } from './context.ts';
import type { DropReason } from './drop-reason.ts';
import type { IcmpOutput } from './icmp-output.ts';
import type { Interface } from './interface.ts';
import type { IpOutput } from './ip-output.ts';

/** Flows that a forgetting router keeps in mind at most; the one not seen for longest goes. */
const FLOWS = 65_536;
/** Offset of the control bits in a TCP header. */
const CONTROL = 13;

export class Forwarder {
  readonly #context: HostContext;
  readonly #output: IpOutput;
  readonly #icmp: IcmpOutput;
  readonly #forgetIdle: Nanoseconds | undefined;
  /** Flow to when it was last seen; the longest unseen first. */
  readonly #flows = new Map<string, Nanoseconds>();

  constructor(context: HostContext, output: IpOutput, icmp: IcmpOutput, forgetIdle: Nanoseconds | undefined) {
    this.#context = context;
    this.#output = output;
    this.#icmp = icmp;
    this.#forgetIdle = forgetIdle;
  }

  /** Takes the frame; its packet was parsed into `ip`. */
  handlePacket(from: Interface, frame: Frame, ip: Ipv4Header | Ipv6Header): void {
    frame.end = frame.payloadEnd; // Ethernet's padding stays behind
    if (ip.ttl <= 1) {
      this.#refuse(from, frame, ip, 'ip-ttl-exceeded', 'hops-exceeded', 0);
      return;
    }
    const path = this.#output.paths.to(ip.destination);
    if (path === undefined) {
      this.#refuse(from, frame, ip, 'ip-no-route', 'net-unreachable', 0);
      return;
    }
    if (this.#forgetIdle !== undefined && this.#isForgotten(frame, ip, this.#forgetIdle)) {
      this.#context.dropFrame(from, 'forgotten-flow');
      frame.release();
      return;
    }
    const { mtu } = path.through;
    if (ip.dontFragment && ip.totalLength > mtu) {
      this.#refuse(from, frame, ip, 'ip-fragmentation-needed', 'too-long', mtu);
      return;
    }
    if (ip.source.family === 'ipv4') decrementTtl(frame);
    else decrementHopLimit(frame);
    this.#output.sendPacket(frame, ip, path);
  }

  /** The next hop did not answer. The frame stays the caller's. */
  handleUnreachable(frame: Frame, ip: IpHeader): void {
    this.#icmp.sendError(frame, ip, 'host-unreachable', false);
  }

  clear(): void {
    this.#flows.clear();
  }

  #refuse(from: Interface, frame: Frame, ip: IpHeader, reason: DropReason, problem: IcmpProblem, mtu: number): void {
    this.#context.dropFrame(from, reason);
    this.#icmp.sendError(frame, ip, problem, false, mtu);
    frame.release();
  }

  /** Only TCP has flows that begin with a mark; other protocols pass. Notes that the flow was seen. */
  #isForgotten(frame: Frame, ip: IpHeader, forgetIdle: Nanoseconds): boolean {
    if (ip.protocol !== PROTOCOL_TCP || ip.fragmentOffset !== 0 || frame.payloadEnd - frame.transport <= CONTROL)
      return false;
    const { view, transport } = frame;
    const { now } = this.#context;
    const source = `${ip.source.key}:${view.getUint16(transport)}`;
    const destination = `${ip.destination.key}:${view.getUint16(transport + 2)}`;
    const key = source < destination ? `${source} ${destination}` : `${destination} ${source}`;
    const seen = this.#flows.get(key);
    const known = seen !== undefined && now - seen < forgetIdle;
    const begins = (view.getUint8(transport + CONTROL) & SYN) !== 0;
    if (seen !== undefined) this.#flows.delete(key);
    if (!known && !begins) return true;
    this.#flows.set(key, now);
    if (this.#flows.size > FLOWS) {
      for (const oldest of this.#flows.keys()) {
        this.#flows.delete(oldest);
        break;
      }
    }
    return false;
  }
}
