/**
 * UDP: ports, datagrams in and out, ICMP errors (RFC 768; RFC 1122, 4.1).
 *
 * A datagram that finds no room in its port's queue is dropped, with an event: nobody is told otherwise. Sending never
 * waits: what the link does not take is lost as on a real host whose queue is full.
 * Linux: a connected port reports "fatal" ICMP errors only, once; a datagram longer than the path's MTU is cut, a
 * shorter one goes out with DF (IP_PMTUDISC_WANT).
 * Left out on purpose: multicast groups, broadcasts (EACCES, as without SO_BROADCAST), checksums switched off.
 * Calls it: `stack.ts`; sockets hold a DatagramPort.
 */
import { Fifo } from '../base/fifo.ts';
import type { DatagramFailure } from '../ip/icmp-errors.ts';
import { ANY, type Endpoint, formatEndpoint, type IpAddress, ipv4, isMulticast } from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import type { Frame } from '../wire/frame.ts';
import { type EmbeddedPacket, ICMP_UNREACHABLE, UNREACHABLE_PORT } from '../wire/icmp.ts';
import { IPV4_HEADER_LENGTH, type Ipv4Header, PROTOCOL_UDP } from '../wire/ipv4.ts';
import { emptyUdpHeader, finishUdpChecksum, parseUdp, UDP_HEADER_LENGTH, writeUdpHeader } from '../wire/udp.ts';
import type { HostContext } from './context.ts';
import type { DropReason } from './drop-reason.ts';
import type { IcmpOutput } from './icmp-output.ts';
import type { IpOutput } from './ip-output.ts';
import { type Binding, Ports } from './ports.ts';
import type { StackRefusal } from './refusal.ts';

/** 65535 less the headers of IP and UDP. */
export const DATAGRAM_MAX = 65_507;

/** What Linux charges for a datagram beside its bytes: sk_buff, room for headers, shared info. */
const DATAGRAM_OVERHEAD = 832;

interface Queued {
  /** Retained; the data is frame.bytes[start, end). */
  readonly frame: Frame;
  readonly start: number;
  readonly end: number;
  readonly from: Endpoint;
  readonly charge: number;
}

interface Outgoing {
  readonly frame: Frame;
  readonly from: IpAddress;
  readonly to: IpAddress;
  readonly cause: number;
}

/** A datagram socket's end in the stack. */
export class DatagramPort {
  /** Told by the stack's flush when there is something to read, or a failure. */
  user: { notice(): void } | undefined = undefined;
  /** The only peer, once connected. */
  remote: Endpoint | undefined = undefined;
  /** As the accounting holds it. */
  receiveLimit: number;
  failure: DatagramFailure | undefined = undefined;
  readonly binding: Binding;
  /** Our address; any (0.0.0.0) unless bound to one or connected. */
  address: IpAddress;
  readonly queue: Fifo<Queued> = new Fifo();
  charged = 0;
  changed = false;
  closed = false;

  constructor(binding: Binding, receiveLimit: number) {
    this.binding = binding;
    this.address = ipv4(binding.address);
    this.receiveLimit = receiveLimit;
  }

  get local(): Endpoint {
    return { address: this.address, port: this.binding.port };
  }

  /** Whether a receive call has something to take. */
  get readable(): boolean {
    return this.queue.length > 0 || this.failure !== undefined;
  }

  /** Bytes of data that wait. */
  get bytes(): number {
    let bytes = 0;
    for (const { start, end } of this.queue) bytes += end - start;
    return bytes;
  }

  /** The pending failure, once. */
  takeFailure(): DatagramFailure | undefined {
    const { failure } = this;
    this.failure = undefined;
    return failure;
  }

  /**
   * Copies the oldest datagram into into[start, end); what does not fit is lost, as POSIX has it. `length` is its whole
   * length. undefined if there is none. `peek`: it stays.
   */
  receive(
    into: Uint8Array,
    start: number,
    end: number,
    peek: boolean,
  ): { count: number; length: number; from: Endpoint } | undefined {
    const oldest = peek ? this.queue.peek() : this.queue.shift();
    if (oldest === undefined) return undefined;
    const { frame, from, charge } = oldest;
    const length = oldest.end - oldest.start;
    const count = Math.min(length, end - start);
    into.set(frame.bytes.subarray(oldest.start, oldest.start + count), start);
    if (!peek) {
      this.charged -= charge;
      frame.release();
    }
    return { count, length, from };
  }
}

export class Datagrams {
  readonly #context: HostContext;
  readonly #output: IpOutput;
  readonly #icmp: IcmpOutput;
  readonly #accounting: 'linux' | 'payload';
  readonly #ports: Ports;
  readonly #bound = new Map<number, DatagramPort[]>();
  readonly #header = emptyUdpHeader();
  readonly #changed: Fifo<DatagramPort> = new Fifo();
  readonly #outgoing: Fifo<Outgoing> = new Fifo();

  constructor(context: HostContext, output: IpOutput, icmp: IcmpOutput, accounting: 'linux' | 'payload') {
    this.#context = context;
    this.#output = output;
    this.#icmp = icmp;
    this.#accounting = accounting;
    const range = 'net.ipv4.ip_local_port_range';
    const { sysctl, rng, profile } = context;
    this.#ports = new Ports(
      sysctl.get(range, 0),
      sysctl.get(range, 1),
      rng.fork('udp ports'),
      profile.reuseAddress === 'steal',
    );
  }

  *all(): Iterable<DatagramPort> {
    for (const ports of this.#bound.values()) yield* ports;
  }

  /** Port 0: any free one. */
  bind(local: Partial<Endpoint> | undefined, reuse: boolean): DatagramPort | StackRefusal {
    const address = local?.address ?? ANY;
    if (address.bits !== 0 && !this.#context.isLocal(address)) return 'address-not-available';
    const binding = this.#ports.bind(address.bits, local?.port ?? 0, reuse);
    if (binding === undefined) return 'address-in-use';
    // Linux: net.core.rmem_default is a limit already, not doubled again.
    const port = new DatagramPort(binding, this.#context.sysctl.get('net.core.rmem_default'));
    const others = this.#bound.get(binding.port);
    if (others === undefined) this.#bound.set(binding.port, [port]);
    else others.unshift(port); // the newest gets what several could have
    return port;
  }

  /** Fixes the peer: only its datagrams are taken, and its host's errors are told. */
  connect(port: DatagramPort, remote: Endpoint): StackRefusal | undefined {
    const path = this.#output.paths.to(remote.address);
    if (path === undefined) return 'net-unreachable';
    if (this.#context.isBroadcast(remote.address)) return 'access';
    if (port.address.bits === 0) port.address = ipv4(path.source);
    port.remote = remote;
    return undefined;
  }

  /** Bytes sent: all of data[start, end), or why it was refused. The frame leaves at the next flush. */
  send(
    port: DatagramPort,
    data: Uint8Array,
    start: number,
    end: number,
    to: Endpoint | undefined = port.remote,
  ): number | StackRefusal {
    if (to === undefined) return 'address-not-available';
    const length = end - start;
    if (length > DATAGRAM_MAX) return 'message-too-long';
    const { address } = to;
    if (this.#context.isBroadcast(address)) return 'access';
    const path = this.#output.paths.to(address);
    if (path === undefined || isMulticast(address)) return 'net-unreachable';
    const from = port.address.bits === 0 ? ipv4(path.source) : port.address;
    const frame = this.#context.pool.take(ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH + UDP_HEADER_LENGTH + length);
    frame.bytes.set(data.subarray(start, end), frame.transport + UDP_HEADER_LENGTH);
    writeUdpHeader(frame, port.binding.port, to.port);
    if (path.through.offload) frame.offloaded = true;
    else finishUdpChecksum(frame, from, address);
    this.#outgoing.push({ frame, from, to: address, cause: this.#context.sink.cause });
    this.#context.wake();
    return length;
  }

  close(port: DatagramPort): void {
    if (port.closed) return;
    port.closed = true;
    port.user = undefined;
    for (let queued = port.queue.shift(); queued !== undefined; queued = port.queue.shift()) queued.frame.release();
    const others = this.#bound.get(port.binding.port);
    const at = others?.indexOf(port) ?? -1;
    if (others !== undefined && at >= 0) others.splice(at, 1);
    if (others?.length === 0) this.#bound.delete(port.binding.port);
    this.#ports.release(port.binding);
  }

  /** A PacketTaker. */
  handlePacket(frame: Frame, ip: Ipv4Header, group: boolean): DropReason | undefined {
    const header = this.#header;
    const refusal = parseUdp(frame, ip, header);
    if (refusal !== undefined) return refusal;
    const port = this.#find(ip.destination, header.destinationPort, ip.source, header.sourcePort, group);
    if (port === undefined) {
      this.#icmp.sendError(frame, ip, ICMP_UNREACHABLE, UNREACHABLE_PORT, 0, group);
      return 'udp-no-port';
    }
    const from: Endpoint = { address: ip.source, port: header.sourcePort };
    const bytes = frame.payloadEnd - frame.payload;
    const charge = this.#accounting === 'linux' ? bytes + DATAGRAM_OVERHEAD : bytes;
    // Linux, __udp_enqueue_schedule_skb: an empty queue takes anything.
    const empty = port.queue.length === 0 && this.#accounting === 'linux';
    if (port.charged + charge > port.receiveLimit && !empty) {
      const { sink } = this.#context;
      if (sink.on) {
        const local = formatEndpoint(port.local);
        sink.emit({ kind: 'udp.dropped', local, from: formatEndpoint(from), bytes, reason: 'receive-buffer-full' });
      }
      return undefined;
    }
    frame.retain();
    port.queue.push({ frame, start: frame.payload, end: frame.payloadEnd, from, charge });
    port.charged += charge;
    this.#notify(port);
    return undefined;
  }

  /** An ICMP error quotes a datagram of ours. `mtu`: a router's, if it says that. False: no port of ours sent that. */
  handleIcmp(quoted: EmbeddedPacket, failure: DatagramFailure | undefined, mtu: number | undefined): boolean {
    const { source, sourcePort, destination, destinationPort } = quoted;
    const port = this.#find(source, sourcePort, destination, destinationPort, false);
    if (port === undefined) return false;
    if (mtu !== undefined) this.#output.paths.learn(destination, mtu);
    if (failure !== undefined) this.#fail(port, failure);
    return true;
  }

  /** ARP failed for a datagram of ours. */
  handleUnreachable(from: IpAddress, fromPort: number, to: IpAddress, toPort: number): void {
    const port = this.#find(from, fromPort, to, toPort, false);
    if (port !== undefined) this.#fail(port, 'host-unreachable');
  }

  /** Sends what was given to `send`, tells users. True if there was anything. */
  flush(): boolean {
    const { sink } = this.#context;
    let worked = false;
    for (let next = this.#outgoing.shift(); next !== undefined; next = this.#outgoing.shift()) {
      worked = true;
      sink.cause = next.cause;
      this.#output.send(next.frame, PROTOCOL_UDP, next.from, next.to, this.#fits(next));
    }
    for (let port = this.#changed.shift(); port !== undefined; port = this.#changed.shift()) {
      worked = true;
      port.changed = false;
      port.user?.notice();
    }
    return worked;
  }

  clear(): void {
    for (const port of [...this.all()]) this.close(port);
    for (let next = this.#outgoing.shift(); next !== undefined; next = this.#outgoing.shift()) next.frame.release();
    this.#changed.clear();
  }

  /** DF only where nothing has to be cut here. */
  #fits({ frame, to }: Outgoing): boolean {
    return frame.end - frame.network <= this.#output.paths.mtu(to);
  }

  #fail(port: DatagramPort, failure: DatagramFailure): void {
    if (port.remote === undefined) return;
    port.failure = failure;
    this.#notify(port);
  }

  #notify(port: DatagramPort): void {
    if (port.changed) return;
    port.changed = true;
    this.#changed.push(port);
    this.#context.wake();
  }

  /** The best match: connected to that peer, then bound to the address, then bound to any. */
  #find(
    local: IpAddress,
    port: number,
    remote: IpAddress,
    remotePort: number,
    group: boolean,
  ): DatagramPort | undefined {
    let best: DatagramPort | undefined;
    let bestScore = -1;
    for (const candidate of this.#bound.get(port) ?? []) {
      const { address, remote: peer } = candidate;
      if (address.bits !== 0 && address.bits !== local.bits) continue;
      if (address.bits !== 0 && group) continue;
      if (peer !== undefined && (peer.port !== remotePort || peer.address.bits !== remote.bits)) continue;
      const score = (peer !== undefined ? 2 : 0) + (address.bits !== 0 ? 1 : 0);
      if (score > bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    return best;
  }
}
