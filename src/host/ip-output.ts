/**
 * The way out for packets: IP header, path, fragments, next hop, Ethernet header. Packets to our own addresses go into
 * the loopback queue, which `stack.ts` empties in the same flush.
 *
 *     transport bytes at TRANSPORT  --send-->  IP header  --link-->  neighbour known:   Ethernet header, interface.transmit
 *                                                                   neighbour unknown: waits in its queue
 *                                                                   own address: loopback queue
 *
 * Source: RFC 1122, 3.2.1 and 3.3; RFC 6864 (identification); RFC 8200.
 * Calls it: whatever sends: `tcp-host.ts`, `datagrams.ts`, `icmp-output.ts`, `forward.ts`.
 */
import { assert } from '../base/assert.ts';
import { Fifo } from '../base/fifo.ts';
import { halfSipHash } from '../base/siphash.ts';
import { fragmentPacket } from '../ip/fragments.ts';
import { fragmentIpv6 } from '../ip/fragments-ipv6.ts';
import { formatAddress, type IpAddress, wordsOf } from '../wire/address.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, writeEthernet } from '../wire/ethernet.ts';
import { type Frame, NETWORK } from '../wire/frame.ts';
import { addressesOf, type IpHeader } from '../wire/ip.ts';
import { emptyIpv4Header, type Ipv4Header, PROTOCOL_TCP, PROTOCOL_UDP, writeIpv4 } from '../wire/ipv4.ts';
import { emptyIpv6Header, type Ipv6Header, writeIpv6 } from '../wire/ipv6.ts';
import { finishTcpChecksum } from '../wire/tcp.ts';
import { finishUdpChecksum } from '../wire/udp.ts';
import type { HostContext } from './context.ts';
import type { Interface } from './interface.ts';
import type { Path, Paths } from './path.ts';

/** Frames that may lie in the loopback queue; a storm ends there (Linux: the backlog, net.core.netdev_max_backlog). */
const LOOPBACK_QUEUE = 16_384;
/** Counters for the identification of packets that may be cut, shared by destinations (Linux ip_idents). */
const IDENTIFICATIONS = 256;

export class IpOutput {
  readonly paths: Paths;
  /** Packets to ourselves, oldest first. */
  readonly looped: Fifo<Frame> = new Fifo();
  /** A neighbour has requests to send or failures to tell. Set by `stack.ts`. */
  onNeighborWork: (through: Interface) => void = () => {};
  readonly #context: HostContext;
  readonly #ipv4: Ipv4Header = emptyIpv4Header();
  readonly #ipv6: Ipv6Header = emptyIpv6Header();
  /** The one of the two that was written last. */
  #written: Ipv4Header | Ipv6Header = this.#ipv4;
  readonly #ttl: number;
  readonly #identifications = new Uint16Array(IDENTIFICATIONS);
  readonly #key: number;

  constructor(context: HostContext, paths: Paths) {
    this.#context = context;
    this.paths = paths;
    this.#ttl = context.sysctl.get('net.ipv4.ip_default_ttl');
    this.#key = context.rng.uint32();
    for (let i = 0; i < IDENTIFICATIONS; i++) this.#identifications[i] = context.rng.uint32();
  }

  /**
   * Sends what stands in frame[TRANSPORT, end); takes the frame. Too long a packet is cut, unless `dontFragment`.
   */
  send(
    frame: Frame,
    protocol: number,
    source: IpAddress,
    destination: IpAddress,
    dontFragment: boolean,
    tos = 0,
  ): void {
    const path = this.paths.to(destination);
    if (path === undefined) {
      this.#context.dropPacket(destination, 'ip-no-route');
      frame.release();
      return;
    }
    this.writeHeader(
      frame,
      protocol,
      source,
      destination,
      dontFragment && path.dontFragment,
      this.#identify(destination),
      tos,
    );
    this.sendPacket(frame, this.#written, path);
  }

  /** Sends a packet whose header was written last by `writeHeader`; takes the frame. */
  sendWritten(frame: Frame, path: Path): void {
    if (frame.payloadEnd - frame.network <= path.mtu) this.link(frame, path);
    else this.sendPacket(frame, this.#written, path);
  }

  /** Writes the IP header of a packet whose transport bytes are in place. */
  writeHeader(
    frame: Frame,
    protocol: number,
    source: IpAddress,
    destination: IpAddress,
    dontFragment: boolean,
    identification: number,
    tos: number,
  ): void {
    frame.network = NETWORK;
    if (source.family === 'ipv4' && destination.family === 'ipv4') {
      const header = this.#ipv4;
      header.source = source;
      header.destination = destination;
      this.#fill(header, protocol, dontFragment, identification, tos);
      writeIpv4(frame, header);
    } else if (source.family === 'ipv6' && destination.family === 'ipv6') {
      const header = this.#ipv6;
      header.source = source;
      header.destination = destination;
      this.#fill(header, protocol, dontFragment, identification, tos);
      writeIpv6(frame, header);
    } else {
      assert(false, 'both addresses of a packet are of one family');
    }
  }

  #fill(
    header: Ipv4Header | Ipv6Header,
    protocol: number,
    dontFragment: boolean,
    identification: number,
    tos: number,
  ): void {
    header.tos = tos;
    header.identification = identification;
    header.dontFragment = dontFragment;
    header.ttl = this.#ttl;
    header.protocol = protocol;
    this.#written = header;
  }

  /** Sends a packet with its header, cut if it must and may be; takes the frame. `ip`: its header, parsed. */
  sendPacket(frame: Frame, ip: Ipv4Header | Ipv6Header, path: Path): void {
    const length = frame.payloadEnd - frame.network;
    if (length <= path.mtu) {
      this.link(frame, path);
      return;
    }
    if (ip.dontFragment) {
      this.#context.dropPacket(ip.destination, 'ip-fragmentation-needed');
      frame.release();
      return;
    }
    if (frame.offloaded) finishChecksum(frame, ip);
    const { sink, pool } = this.#context;
    const out = (piece: Frame) => this.link(piece, path);
    const fragments = isFour(ip)
      ? fragmentPacket(frame, ip, path.mtu, pool, out)
      : fragmentIpv6(frame, ip, path.mtu, pool, out);
    if (sink.on) {
      sink.emit({ kind: 'ip.fragmented', to: formatAddress(ip.destination), bytes: length, fragments });
    }
    frame.release();
  }

  /** Hands a packet with its header to the link; takes the frame. */
  link(frame: Frame, path: Path): void {
    const { through } = path;
    if (through === this.#context.loopback) {
      this.#loop(frame, path);
      return;
    }
    const { now } = this.#context;
    let { mac, neighbor } = path;
    if (mac === undefined) {
      if (neighbor?.usable(now) !== true) {
        neighbor = through.neighbors.find(path.nextHop);
        path.neighbor = neighbor;
        mac = neighbor === undefined ? undefined : through.neighbors.use(neighbor, now);
      } else {
        mac = neighbor.mac;
      }
    }
    if (mac === undefined) {
      this.#wait(frame, path);
      return;
    }
    writeEthernet(frame, mac, through.mac, typeOf(path.nextHop));
    this.#transmit(frame, through);
  }

  /** The neighbour answered: what waited for it goes now. */
  release(through: Interface, address: IpAddress): void {
    const mac = through.neighbors.find(address)?.mac;
    if (mac === undefined) return;
    for (
      let frame = through.neighbors.release(address);
      frame !== undefined;
      frame = through.neighbors.release(address)
    ) {
      writeEthernet(frame, mac, through.mac, typeOf(address));
      this.#transmit(frame, through);
    }
  }

  /** Sends a finished Ethernet frame. */
  #transmit(frame: Frame, through: Interface): void {
    if (through.up) {
      through.transmit(frame);
      return;
    }
    const { sink } = this.#context;
    if (sink.on) sink.emit({ kind: 'frame.dropped', interface: through.name, reason: 'interface-down' });
    frame.release();
  }

  #wait(frame: Frame, path: Path): void {
    const { through, nextHop } = path;
    const displaced = through.neighbors.enqueue(frame, nextHop, this.#context.now);
    if (displaced !== undefined) {
      this.#context.dropFrame(through, 'neighbor-queue-full');
      displaced.release();
    }
    this.onNeighborWork(through);
  }

  #loop(frame: Frame, path: Path): void {
    if (this.looped.length >= LOOPBACK_QUEUE) {
      this.#context.dropFrame(path.through, 'loopback-queue-full');
      frame.release();
      return;
    }
    const { sink } = this.#context;
    if (sink.on) {
      const { source, destination, protocol } = addressesOf(frame);
      frame.n = sink.emit({
        kind: 'ip.looped',
        from: formatAddress(source),
        to: formatAddress(destination),
        protocol,
        bytes: frame.payloadEnd - frame.network,
      });
    }
    this.looped.push(frame);
    this.#context.wake();
  }

  #identify(destination: IpAddress): number {
    const index = halfSipHash(this.#key, 0, wordsOf(destination)) % IDENTIFICATIONS;
    const identification = ((this.#identifications[index] ?? 0) + 1) & 0xffff;
    this.#identifications[index] = identification;
    return identification;
  }
}

function isFour(ip: Ipv4Header | Ipv6Header): ip is Ipv4Header {
  return ip.source.family === 'ipv4';
}

function typeOf({ family }: IpAddress): number {
  return family === 'ipv4' ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
}

/** A packet whose checksum was left out is about to be cut: it gets its true one. */
function finishChecksum(frame: Frame, ip: IpHeader): void {
  if (ip.protocol === PROTOCOL_TCP) finishTcpChecksum(frame, ip.source, ip.destination);
  if (ip.protocol === PROTOCOL_UDP) finishUdpChecksum(frame, ip.source, ip.destination);
}
