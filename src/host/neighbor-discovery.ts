/**
 * Neighbour discovery: IPv6's ARP. Who has an address is asked by multicast and told by the one who has it (RFC 4861,
 * 7.2); tries and times are the cache's, the same as for ARP.
 *
 * Left out on purpose: router discovery, autoconfiguration and duplicate detection (RFC 4862: addresses are given, and the
 * world refuses a second one), redirects, proxies, unsolicited advertisements.
 * Calls it: `icmpv6-input.ts` with messages, `neighbor-work.ts` when a cache has work.
 */
import { formatAddress, formatMac, isGroupMac, isUnspecified, type MacAddress } from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_IPV6, writeEthernet } from '../wire/ethernet.ts';
import { type Frame, NETWORK, TRANSPORT_IPV6 } from '../wire/frame.ts';
import { finishIcmpv6Checksum } from '../wire/icmpv6.ts';
import type { IpHeader } from '../wire/ip.ts';
import { emptyIpv6Header, IPV6_HEADER_LENGTH, PROTOCOL_ICMPV6, writeIpv6 } from '../wire/ipv6.ts';
import { type Ipv6Address, solicitedNode } from '../wire/ipv6-address.ts';
import {
  emptyNdpMessage,
  NDP_HOP_LIMIT,
  NDP_LENGTH,
  type NdpMessage,
  NEIGHBOR_ADVERTISEMENT,
  NEIGHBOR_SOLICITATION,
  parseNdp,
  writeNdp,
} from '../wire/ndp.ts';
import type { HostContext } from './context.ts';
import type { DropReason } from './drop-reason.ts';
import type { Interface } from './interface.ts';
import type { IpOutput } from './ip-output.ts';
import { multicastMac } from './path.ts';

export class NeighborDiscovery {
  readonly #context: HostContext;
  readonly #output: IpOutput;
  readonly #message: NdpMessage = emptyNdpMessage();

  constructor(context: HostContext, output: IpOutput) {
    this.#context = context;
    this.#output = output;
  }

  /** Takes in a message whose checksum is right; the frame stays the caller's. Answers why it was refused. */
  handleMessage(from: Interface, frame: Frame, ip: IpHeader): DropReason | undefined {
    const message = this.#message;
    const refusal = parseNdp(frame, ip, message);
    if (refusal !== undefined) return refusal;
    const { mac } = message;
    if (mac !== undefined && (isGroupMac(mac) || mac === 0)) return 'ndp-martian';
    return message.type === NEIGHBOR_SOLICITATION
      ? this.#handleSolicitation(from, ip, message)
      : this.#handleAdvertisement(from, message);
  }

  /** Asks for an address: the station that is thought to have it, or all that may. */
  ask(through: Interface, target: Ipv6Address, mac: MacAddress | undefined, attempt: number): void {
    const own = through.ownNextTo(target) ?? through.ipv6;
    if (own?.family !== 'ipv6') return;
    const group = solicitedNode(target);
    const to = mac === undefined ? group : target;
    this.#tell(through, 'request', target, attempt);
    this.#send(through, NEIGHBOR_SOLICITATION, own, to, mac ?? multicastMac(group), target);
  }

  /** RFC 4861, 7.2.3 and 7.2.4. */
  #handleSolicitation(from: Interface, ip: IpHeader, { target, mac }: NdpMessage): DropReason | undefined {
    if (!from.has(target)) return 'ndp-not-for-us';
    const { source } = ip;
    // Who looks whether an address is free has none itself, and is not answered (deviation: RFC 4862, 5.4.3).
    if (source.family !== 'ipv6' || isUnspecified(source) || mac === undefined) return 'ndp-not-for-us';
    this.#learn(from, source, mac, false, true);
    this.#tell(from, 'reply', source, 0);
    this.#send(from, NEIGHBOR_ADVERTISEMENT, target, source, mac, target);
    this.#output.release(from, source);
    return undefined;
  }

  /** RFC 4861, 7.2.5: nobody who is not searched for or known is added. */
  #handleAdvertisement(from: Interface, { target, mac, solicited, override }: NdpMessage): DropReason | undefined {
    if (this.#context.isLocal(target)) return 'ndp-martian';
    const known = from.neighbors.find(target);
    const told = mac ?? known?.mac;
    if (known === undefined || told === undefined) return 'ndp-not-for-us';
    // Without "override" it may confirm an address, but not replace it.
    if (known.mac !== undefined && known.mac !== told && !override) return 'ndp-not-for-us';
    this.#learn(from, target, told, solicited, false);
    this.#output.release(from, target);
    return undefined;
  }

  #learn(from: Interface, address: Ipv6Address, mac: MacAddress, solicited: boolean, mayAdd: boolean): void {
    const { sink, now } = this.#context;
    const news = from.neighbors.learn(address, mac, solicited, mayAdd, now);
    if (!news || !sink.on) return;
    sink.emit({ kind: 'ndp.learned', interface: from.name, address: formatAddress(address), mac: formatMac(mac) });
  }

  #send(
    through: Interface,
    type: typeof NEIGHBOR_SOLICITATION | typeof NEIGHBOR_ADVERTISEMENT,
    source: Ipv6Address,
    destination: Ipv6Address,
    to: MacAddress,
    target: Ipv6Address,
  ): void {
    if (!through.up) return;
    const { pool, forward } = this.#context;
    const frame = pool.take(ETHERNET_HEADER_LENGTH + IPV6_HEADER_LENGTH + NDP_LENGTH);
    frame.network = NETWORK;
    frame.transport = TRANSPORT_IPV6;
    writeNdp(frame, type, target, through.mac, { solicited: true, isRouter: forward });
    const protocol = PROTOCOL_ICMPV6;
    writeIpv6(frame, { ...emptyIpv6Header(), ttl: NDP_HOP_LIMIT, protocol, source, destination });
    finishIcmpv6Checksum(frame, source, destination);
    writeEthernet(frame, to, through.mac, ETHERTYPE_IPV6);
    through.transmit(frame);
  }

  #tell(through: Interface, operation: 'request' | 'reply', target: Ipv6Address, attempt: number): void {
    const { sink } = this.#context;
    if (!sink.on || !through.up) return;
    sink.emit({ kind: 'ndp.sent', interface: through.name, operation, target: formatAddress(target), attempt });
  }
}
