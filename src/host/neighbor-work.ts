/**
 * What the neighbour cache of an interface wants done: questions are asked, by ARP or by neighbour discovery, and those
 * who waited for an address that nobody has are told, here or by ICMP.
 *
 * Calls it: `stack.ts`.
 */
import { formatAddress } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import { parseIp } from '../wire/ip.ts';
import { emptyIpv4Header, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ipv4.ts';
import { emptyIpv6Header } from '../wire/ipv6.ts';
import type { Arp } from './arp.ts';
import type { HostContext } from './context.ts';
import type { Datagrams } from './datagrams.ts';
import type { Forwarder } from './forward.ts';
import type { Interface } from './interface.ts';
import type { NeighborDiscovery } from './neighbor-discovery.ts';
import type { TcpHost } from './tcp-host.ts';

export class NeighborWork {
  readonly #context: HostContext;
  readonly #arp: Arp;
  readonly #discovery: NeighborDiscovery;
  readonly #tcp: TcpHost;
  readonly #datagrams: Datagrams;
  readonly #forwarder: Forwarder;
  /** For packets that come back from a neighbour's queue. */
  readonly #ipv4 = emptyIpv4Header();
  readonly #ipv6 = emptyIpv6Header();

  constructor(
    context: HostContext,
    arp: Arp,
    discovery: NeighborDiscovery,
    tcp: TcpHost,
    datagrams: Datagrams,
    forwarder: Forwarder,
  ) {
    this.#context = context;
    this.#arp = arp;
    this.#discovery = discovery;
    this.#tcp = tcp;
    this.#datagrams = datagrams;
    this.#forwarder = forwarder;
  }

  serve(through: Interface): void {
    const { neighbors, name } = through;
    for (let due = neighbors.pollRequest(); due !== undefined; due = neighbors.pollRequest()) {
      const { address, mac, attempt } = due;
      if (address.family === 'ipv4') this.#arp.ask(through, address, mac, attempt);
      else this.#discovery.ask(through, address, mac, attempt);
    }
    const { sink } = this.#context;
    for (let failed = neighbors.pollFailed(); failed !== undefined; failed = neighbors.pollFailed()) {
      const { address, frames } = failed;
      if (sink.on) {
        const kind = address.family === 'ipv4' ? 'arp.failed' : 'ndp.failed';
        sink.emit({ kind, interface: name, address: formatAddress(address), dropped: frames.length });
      }
      for (const frame of frames) {
        this.#handleUnreachable(frame);
        frame.release();
      }
    }
  }

  /** A packet's next hop did not answer. */
  #handleUnreachable(frame: Frame): void {
    const ip = parseIp(frame, this.#ipv4, this.#ipv6);
    if (typeof ip === 'string') return;
    const { source, destination, protocol } = ip;
    if (!this.#context.isLocal(source)) {
      this.#forwarder.handleUnreachable(frame, ip);
      return;
    }
    const hasPorts = protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP;
    if (!hasPorts || ip.fragmentOffset !== 0) return;
    const from = frame.view.getUint16(frame.transport);
    const to = frame.view.getUint16(frame.transport + 2);
    if (protocol === PROTOCOL_TCP) this.#tcp.handleUnreachable(source, from, destination, to);
    else this.#datagrams.handleUnreachable(source, from, destination, to);
  }
}
