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
import {
  ANY,
  type Endpoint,
  type Family,
  formatEndpoint,
  type IpAddress,
  isMulticast,
  isUnspecified,
} from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import type { Frame } from '../wire/frame.ts';
import type { EmbeddedPacket } from '../wire/icmp.ts';
import { type IpHeader, ipHeaderLength, transportOf } from '../wire/ip.ts';
import { PROTOCOL_UDP } from '../wire/ipv4.ts';
import { emptyUdpHeader, finishUdpChecksum, parseUdp, UDP_HEADER_LENGTH, writeUdpHeader } from '../wire/udp.ts';
import type { HostContext } from './context.ts';
import type { DropReason } from './drop-reason.ts';
import type { IcmpOutput } from './icmp-output.ts';
import type { IpOutput } from './ip-output.ts';
import { type Binding, coversAny, Ports } from './ports.ts';
import type { StackRefusal } from './refusal.ts';

/** 65535 less the headers of UDP and, in IPv4, of IP (RFC 8200, 3: a payload length does not count the header). */
export const DATAGRAM_MAX: Readonly<Record<Family, number>> = { ipv4: 65_507, ipv6: 65_527 };

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
    this.address = binding.local.address;
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

  /** Port 0: any free one. `dual`: any address of both families. */
  bind(local: Partial<Endpoint> | undefined, reuse: boolean, dual: boolean): DatagramPort | StackRefusal {
    const address = local?.address ?? ANY;
    if (!isUnspecified(address) && !this.#context.isLocal(address)) return 'address-not-available';
    if (!this.#context.speaks(address.family)) return 'family-unsupported';
    const binding = this.#ports.bind(address, local?.port ?? 0, reuse, dual);
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
    if (isUnspecified(port.address)) port.address = path.source;
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
    const { address } = to;
    const { family } = address;
    if (length > DATAGRAM_MAX[family]) return 'message-too-long';
    if (this.#context.isBroadcast(address)) return 'access';
    const path = this.#output.paths.to(address);
    if (path === undefined || isMulticast(address)) return 'net-unreachable';
    const from = isUnspecified(port.address) ? path.source : port.address;
    if (from.family !== family) return 'net-unreachable';
    const headers = ETHERNET_HEADER_LENGTH + ipHeaderLength(family) + UDP_HEADER_LENGTH;
    const frame = this.#context.pool.take(headers + length);
    frame.transport = transportOf(family);
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
  handlePacket(frame: Frame, ip: IpHeader, group: boolean): DropReason | undefined {
    const header = this.#header;
    const refusal = parseUdp(frame, ip, header);
    if (refusal !== undefined) return refusal;
    const port = this.#find(ip.destination, header.destinationPort, ip.source, header.sourcePort, group);
    if (port === undefined) {
      this.#icmp.sendError(frame, ip, 'port-unreachable', group);
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

  /** The next hop of a datagram of ours did not answer. */
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
      const { address, remote: peer, binding } = candidate;
      const isOne = !isUnspecified(address);
      if (isOne ? group || address.key !== local.key : !coversAny(address, binding.dual, local)) continue;
      if (peer !== undefined && (peer.port !== remotePort || peer.address.key !== remote.key)) continue;
      const score = (peer !== undefined ? 2 : 0) + (isOne ? 1 : 0);
      if (score > bestScore) {
        best = candidate;
        bestScore = score;
      }
    }
    return best;
  }
}
