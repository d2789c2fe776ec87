/**
 * The way in: Ethernet, ARP, IPv4, IPv6, fragments, and which part of the host a packet is for. Every refusal ends in a
 * `frame.dropped` event with its reason; nothing throws, whatever the bytes.
 *
 * Source: RFC 1122, 2.3 and 3.2.1; RFC 8200, 4; Linux ip_rcv and ip_route_input: weak host
 * model, source routes refused (accept_source_route=0), other options skipped.
 * Calls it: `stack.ts`.
 */
import { SECOND } from '../base/time.ts';
import { Reassembly } from '../ip/fragments.ts';
import {
  type Family,
  formatAddress,
  type IpAddress,
  isGroupMac,
  isMulticast,
  LIMITED_BROADCAST,
} from '../wire/address.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, emptyEthernetHeader, parseEthernet } from '../wire/ethernet.ts';
import type { Frame } from '../wire/frame.ts';
import { type IpHeader, parseIp } from '../wire/ip.ts';
import {
  emptyIpv4Header,
  type Ipv4Header,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  parseIpv4,
} from '../wire/ipv4.ts';
import { emptyIpv6Header, type Ipv6Header, PROTOCOL_ICMPV6, parseIpv6Header } from '../wire/ipv6.ts';
import { type Ipv6Address, ipv6, isLinkLocal, solicitedNode } from '../wire/ipv6-address.ts';
import type { Arp } from './arp.ts';
import type { HostContext } from './context.ts';
import type { DropReason } from './drop-reason.ts';
import type { IcmpOutput } from './icmp-output.ts';
import type { Interface } from './interface.ts';
import { martian } from './martians.ts';

/**
 * Takes in a packet for this host. The frame stays the caller's (who keeps it retains it). `group`: it was sent to more
 * than us. Answers why it was refused.
 */
export type PacketTaker = (from: Interface, frame: Frame, ip: IpHeader, group: boolean) => DropReason | undefined;

export interface PacketTakers {
  readonly tcp: PacketTaker;
  readonly udp: PacketTaker;
  readonly icmp: PacketTaker;
  readonly icmpv6: PacketTaker;
  /** For a packet to somebody else; takes the frame. */
  readonly forward: (from: Interface, frame: Frame, ip: Ipv4Header | Ipv6Header) => void;
}

/** Options of the IP header (RFC 791, 3.1). */
const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const LOOSE_SOURCE_ROUTE = 131;
const STRICT_SOURCE_ROUTE = 137;

/** ff02::1 (RFC 4291, 2.7.1). */
const ALL_NODES = ipv6(0xff02_0000, 0, 0, 1);

export class IpInput {
  readonly reassembly: Reassembly;
  readonly #context: HostContext;
  readonly #arp: Arp;
  readonly #icmp: IcmpOutput;
  readonly #takers: PacketTakers;
  readonly #ethernet = emptyEthernetHeader();
  readonly #ipv4: Ipv4Header = emptyIpv4Header();
  readonly #ipv6: Ipv6Header = emptyIpv6Header();

  constructor(context: HostContext, arp: Arp, icmp: IcmpOutput, takers: PacketTakers) {
    this.#context = context;
    this.#arp = arp;
    this.#icmp = icmp;
    this.#takers = takers;
    this.reassembly = new Reassembly(context.pool, {
      timeout: context.sysctl.get('net.ipv4.ipfrag_time') * SECOND,
      bytes: context.sysctl.get('net.ipv4.ipfrag_high_thresh'),
    });
  }

  /** A frame from a cable; takes it. */
  handleFrame(from: Interface, frame: Frame): void {
    if (!from.up) {
      this.#refuse(from, frame, 'interface-down');
      return;
    }
    const header = this.#ethernet;
    const refusal = parseEthernet(frame, header);
    if (refusal !== undefined) {
      this.#refuse(from, frame, refusal);
      return;
    }
    const group = header.destination !== from.mac;
    if (group && !isGroupMac(header.destination)) {
      this.#refuse(from, frame, 'ethernet-not-for-us');
      return;
    }
    if (header.type === ETHERTYPE_IPV4) {
      this.#handleIpv4(from, frame, group);
      return;
    }
    if (header.type === ETHERTYPE_IPV6) {
      this.#handleIpv6(from, frame, group);
      return;
    }
    if (header.type !== ETHERTYPE_ARP) {
      this.#refuse(from, frame, 'ethernet-type-unknown');
      return;
    }
    const arpRefusal = this.#arp.handlePacket(from, frame);
    if (arpRefusal !== undefined) this.#context.dropFrame(from, arpRefusal);
    frame.release();
  }

  /** A packet from ourselves to ourselves; takes the frame. */
  handleLooped(frame: Frame): void {
    const from = this.#context.loopback;
    const ip = parseIp(frame, this.#ipv4, this.#ipv6);
    if (typeof ip === 'string') this.#refuse(from, frame, ip);
    else this.#deliver(from, frame, ip, false);
  }

  /** Datagrams whose fragments did not come in time. */
  handleTimeout(): void {
    this.reassembly.handleTimeout(this.#context.now);
    this.#tellAbandoned();
  }

  #handleIpv4(from: Interface, frame: Frame, group: boolean): void {
    const ip = this.#ipv4;
    const refusal = parseIpv4(frame, ip) ?? martian(this.#context, from, ip, group) ?? checkOptions(frame, ip);
    if (refusal !== undefined) {
      this.#refuse(from, frame, refusal);
      return;
    }
    if (this.#context.isLocal(ip.destination)) {
      this.#deliver(from, frame, ip, group);
      return;
    }
    if (this.#isBroadcastOn(from, ip)) {
      this.#deliver(from, frame, ip, true);
      return;
    }
    // RFC 1812, 5.3.4: what came as a link-layer broadcast is not forwarded; RFC 1112: we have joined no group.
    const forwards = this.#context.forward && !group && !isMulticast(ip.destination);
    if (!forwards || this.#context.isBroadcast(ip.destination)) {
      this.#refuse(from, frame, 'ip-not-for-us');
      return;
    }
    this.#takers.forward(from, frame, ip);
  }

  #handleIpv6(from: Interface, frame: Frame, group: boolean): void {
    const ip = this.#ipv6;
    const context = this.#context;
    const refusal = parseIpv6Header(frame, ip) ?? martian(context, from, ip, group);
    const { destination, source } = ip;
    if (refusal !== undefined) this.#refuse(from, frame, refusal);
    else if (context.isLocal(destination)) this.#deliver(from, frame, ip, group);
    else if (isJoined(from, destination)) this.#deliver(from, frame, ip, true);
    else if (!context.forward || group || isMulticast(destination)) this.#refuse(from, frame, 'ip-not-for-us');
    else if (isLinkLocal(destination) || isLinkLocal(source)) this.#refuse(from, frame, 'ip-link-local');
    else this.#takers.forward(from, frame, ip);
  }

  #isBroadcastOn(from: Interface, { destination }: IpHeader): boolean {
    return destination.key === LIMITED_BROADCAST.key || destination.key === from.broadcast?.key;
  }

  /** A packet for us; takes the frame. */
  #deliver(from: Interface, frame: Frame, ip: IpHeader, group: boolean): void {
    if (ip.moreFragments || ip.fragmentOffset !== 0) {
      const whole = this.#reassemble(from, frame, ip);
      if (whole === undefined) return;
      const again = parseIp(whole, this.#ipv4, this.#ipv6);
      if (typeof again === 'string') this.#refuse(from, whole, again);
      else this.#handOver(from, whole, again, group);
      return;
    }
    this.#handOver(from, frame, ip, group);
  }

  #handOver(from: Interface, frame: Frame, ip: IpHeader, group: boolean): void {
    let refusal: DropReason | undefined;
    switch (ip.protocol) {
      case PROTOCOL_TCP:
        refusal = this.#takers.tcp(from, frame, ip, group);
        break;
      case PROTOCOL_UDP:
        refusal = this.#takers.udp(from, frame, ip, group);
        break;
      case icmpOf(ip.source.family):
        refusal =
          ip.protocol === PROTOCOL_ICMP
            ? this.#takers.icmp(from, frame, ip, group)
            : this.#takers.icmpv6(from, frame, ip, group);
        break;
      default:
        // RFC 1122, 3.2.2.1; RFC 4443, 3.4
        this.#icmp.sendError(frame, ip, 'protocol-unreachable', group);
        refusal = 'ip-protocol-unknown';
    }
    if (refusal !== undefined) this.#context.dropFrame(from, refusal);
    frame.release();
  }

  #reassemble(from: Interface, frame: Frame, ip: IpHeader): Frame | undefined {
    const { now, sink } = this.#context;
    const outcome = this.reassembly.handleFragment(frame, ip, now);
    if (typeof outcome === 'string') {
      if (outcome !== 'stored') this.#context.dropFrame(from, outcome);
      frame.release();
      this.#tellAbandoned();
      this.#context.wake(); // there may be a new deadline
      return undefined;
    }
    outcome.n = frame.n;
    frame.release();
    if (sink.on) {
      const bytes = outcome.payloadEnd - outcome.network;
      sink.emit({ kind: 'ip.reassembled', from: formatAddress(ip.source), bytes });
    }
    return outcome;
  }

  #tellAbandoned(): void {
    const { sink } = this.#context;
    for (let gone = this.reassembly.pollAbandoned(); gone !== undefined; gone = this.reassembly.pollAbandoned()) {
      const { source, destination, why, first } = gone;
      if (sink.on) sink.emit({ kind: 'ip.reassembly-failed', from: formatAddress(source), why });
      // RFC 1122, 3.3.2: time exceeded, code 1, if the first fragment has come. It quotes no header behind IP's
      // unless that was all there; and none about a broadcast.
      if (first === undefined || this.#context.isBroadcast(destination)) continue;
      this.#icmp.sendErrorAbout(first, source, destination, 'reassembly-timeout');
    }
  }

  #refuse(from: Interface, frame: Frame, reason: DropReason): void {
    this.#context.dropFrame(from, reason);
    frame.release();
  }
}

/** The groups that every station is in: all nodes, and those of its own addresses (RFC 4291, 2.8). */
function isJoined({ addresses }: Interface, destination: Ipv6Address): boolean {
  if (!isMulticast(destination)) return false;
  return destination.key === ALL_NODES.key || addresses.some(({ address }) => isSolicited(address, destination));
}

function isSolicited(own: IpAddress, destination: Ipv6Address): boolean {
  return own.family === 'ipv6' && solicitedNode(own).key === destination.key;
}

function icmpOf(family: Family): number {
  return family === 'ipv4' ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
}

function checkOptions(frame: Frame, ip: Ipv4Header): DropReason | undefined {
  for (let at = ip.optionsStart; at < ip.optionsEnd; ) {
    const type = frame.bytes[at] ?? END_OF_OPTIONS;
    if (type === END_OF_OPTIONS) return undefined;
    if (type === LOOSE_SOURCE_ROUTE || type === STRICT_SOURCE_ROUTE) return 'ip-source-route';
    // A length that leads nowhere ends the list: we need none of what follows.
    const length = type === NO_OPERATION ? 1 : at + 1 < ip.optionsEnd ? (frame.bytes[at + 1] ?? 0) : 0;
    if (length === 0) return undefined;
    at += length;
  }
  return undefined;
}
