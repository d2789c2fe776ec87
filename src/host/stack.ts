/**
 * One host's network stack, whole and without a clock: frames and time go in, frames and deadlines come out.
 *
 *     driver: stack.now = now; handleFrame / handleTimeout / a program's calls;  then flush;  then pollTimeout
 *
 *     frame -> ip-input -> arp | icmp-input | datagrams | tcp-host | forward -> ip-output -> interface.transmit
 *                                              ^ our own addresses: loopback queue, emptied in the same flush
 *
 * `flush` drains in this order, until nothing is left: connections (segments out, notices to users, deadlines),
 * datagrams, packets to ourselves. Users are told only there, never inside of a handle.
 * Left out on purpose: DHCP, IPv6 autoconfiguration, multicast groups, raw sockets.
 * Calls it: drivers (`sim/machine.ts`, a TAP device, tests); `socket/` makes the user calls.
 */
import type { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Routes } from '../ip/routes.ts';
import type { TcpUserOptions } from '../tcp/config.ts';
import type { Connection, ConnectionUser } from '../tcp/connection.ts';
import type { Listen } from '../tcp/listen.ts';
import { anyOf, type Endpoint, type Family, type IpAddress } from '../wire/address.ts';
import type { Frame, FramePool } from '../wire/frame.ts';
import { ANY6 } from '../wire/ipv6-address.ts';
import { Arp } from './arp.ts';
import { HostContext } from './context.ts';
import { type DatagramPort, Datagrams } from './datagrams.ts';
import type { StackEvent } from './events.ts';
import { Forwarder } from './forward.ts';
import { type EchoUser, IcmpInput } from './icmp-input.ts';
import { IcmpOutput } from './icmp-output.ts';
import type { Interface, InterfaceOptions } from './interface.ts';
import { IpInput } from './ip-input.ts';
import { IpOutput } from './ip-output.ts';
import { NeighborDiscovery } from './neighbor-discovery.ts';
import { NeighborWork } from './neighbor-work.ts';
import { Paths } from './path.ts';
import type { Binding } from './ports.ts';
import type { Profile } from './profiles.ts';
import type { StackRefusal } from './refusal.ts';
import { Sysctl } from './sysctl.ts';
import { TcpHost } from './tcp-host.ts';

export type { DatagramPort } from './datagrams.ts';
export type { StackEvent } from './events.ts';
export type { Binding as PortBinding } from './ports.ts';
export type { StackRefusal } from './refusal.ts';
export type { ConnectionUser as StreamUser };

export interface StackOptions {
  readonly name: string;
  readonly profile: Profile;
  /** Linux's names and units; what is not given is the profile's. */
  readonly sysctl?: Readonly<Record<string, number | string>>;
  readonly accounting: 'linux' | 'payload';
  readonly sink: Sink<StackEvent>;
  readonly rng: Rng;
  readonly pool: FramePool;
  /** A router. */
  readonly forward?: boolean;
  /** A router that forgets TCP flows that were idle for so long. */
  readonly forgetIdle?: Nanoseconds;
}

export interface PortFlags {
  readonly reuseAddress?: boolean;
  /** Of one bound to '::': IPv4 is left to others. */
  readonly v6only?: boolean;
}

export class Stack {
  /** Told once when there is something to flush, until the next flush. */
  onWork: (() => void) | undefined = undefined;
  readonly #context: HostContext;
  readonly #paths: Paths;
  readonly #output: IpOutput;
  readonly #tcp: TcpHost;
  readonly #datagrams: Datagrams;
  readonly #forwarder: Forwarder;
  readonly #icmpOutput: IcmpOutput;
  readonly #icmpInput: IcmpInput;
  readonly #input: IpInput;
  readonly #neighborWork: NeighborWork;
  #hasWork = false;

  /** @throws TypeError, RangeError for a wrong sysctl name or value */
  constructor(options: StackOptions) {
    const { name, profile, sysctl, accounting, sink, rng, pool, forward = false, forgetIdle } = options;
    const settings = new Sysctl(profile.sysctl, sysctl);
    const context = new HostContext(name, sink, pool, rng, profile, settings, forward, () => this.#wake());
    this.#context = context;
    this.#paths = new Paths(context);
    const output = new IpOutput(context, this.#paths);
    this.#output = output;
    const arp = new Arp(context, output);
    const discovery = new NeighborDiscovery(context, output);
    this.#tcp = new TcpHost(context, output, accounting);
    const icmp = new IcmpOutput(context, output);
    this.#icmpOutput = icmp;
    this.#datagrams = new Datagrams(context, output, icmp, accounting);
    this.#forwarder = new Forwarder(context, output, icmp, forgetIdle);
    this.#icmpInput = new IcmpInput(context, icmp, this.#tcp, this.#datagrams, discovery);
    this.#input = new IpInput(context, arp, icmp, {
      tcp: (from, frame, ip, group) => this.#tcp.handlePacket(from, frame, ip, group),
      udp: (_from, frame, ip, group) => this.#datagrams.handlePacket(frame, ip, group),
      icmp: (_from, frame, ip, group) => this.#icmpInput.handleIcmp(frame, ip, group),
      icmpv6: (from, frame, ip, group) => this.#icmpInput.handleIcmpv6(from, frame, ip, group),
      forward: (from, frame, ip) => this.#forwarder.handlePacket(from, frame, ip),
    });
    this.#neighborWork = new NeighborWork(context, arp, discovery, this.#tcp, this.#datagrams, this.#forwarder);
    output.onNeighborWork = (through) => this.#serveNeighbors(through);
  }

  // ---- getters ----

  get name(): string {
    return this.#context.name;
  }
  get profile(): Profile {
    return this.#context.profile;
  }
  get sysctl(): Sysctl {
    return this.#context.sysctl;
  }

  /**
   * Settings that change while the host runs. TCP's hold for what its connections do from then on, but for what each of
   * them took when it was made (its buffers, what its SYN offered, its RTO's bounds); ports and neighbours keep theirs.
   *
   * @throws TypeError, RangeError for a wrong name or value
   */
  changeSysctl(values: Readonly<Record<string, number | string>>): void {
    this.sysctl.set(values);
    this.#tcp.reconfigure();
  }
  get interfaces(): readonly Interface[] {
    return this.#context.interfaces;
  }
  /** May be changed at any time. Networks of interfaces have metric 0. */
  get routes(): Routes<Interface> {
    return this.#context.routes;
  }
  /** Whether it has an address of that family, beside the loopback's. */
  speaks(family: Family): boolean {
    return this.#context.speaks(family);
  }
  /** An address of this host: what is sent there never leaves it. */
  isLocal(address: IpAddress): boolean {
    return this.#context.isLocal(address);
  }
  /** What a socket is bound to that is bound to no address of ours: '::' for both families, or 0.0.0.0. */
  get any(): IpAddress {
    return anyOf(this.speaks('ipv6') ? 'ipv6' : 'ipv4');
  }
  /** All that are not deleted, TIME-WAIT too; oldest first. */
  connections(): Iterable<Connection> {
    return this.#tcp.connections();
  }
  listeners(): Iterable<Listen> {
    return this.#tcp.listeners();
  }
  datagramPorts(): Iterable<DatagramPort> {
    return this.#datagrams.all();
  }

  /** The present, set by the driver before any call. */
  get now(): Nanoseconds {
    return this.#context.now;
  }
  set now(now: Nanoseconds) {
    this.#context.now = now;
  }

  // ---- what it is made of ----

  /** An interface, up, with a route to its network. The driver sets its `transmit`. */
  addInterface(name: string, options: InterfaceOptions): Interface {
    return this.#context.addInterface(name, options);
  }

  /** Forgets everything without a word, as a host that loses power. Not to be used afterwards. */
  powerOff(): void {
    this.onWork = undefined;
    this.#tcp.clear();
    this.#datagrams.clear();
    this.#forwarder.clear();
    this.#input.reassembly.clear();
    for (const { neighbors } of this.#context.interfaces) neighbors.flush();
    const { looped } = this.#output;
    for (let frame = looped.shift(); frame !== undefined; frame = looped.shift()) frame.release();
  }

  // ---- handle ----

  /** A frame came in by an interface; takes it. Never throws, whatever the bytes. */
  handleFrame(from: Interface, frame: Frame, now: Nanoseconds): void {
    this.#context.now = now;
    this.#input.handleFrame(from, frame);
  }

  handleTimeout(now: Nanoseconds): void {
    this.#context.now = now;
    for (const through of this.#context.interfaces) {
      if (through.neighbors.pollTimeout() > now) continue;
      through.neighbors.handleTimeout(now);
      this.#serveNeighbors(through);
    }
    if (this.#input.reassembly.pollTimeout() <= now) this.#input.handleTimeout();
    this.#tcp.handleTimeout();
  }

  // ---- poll ----

  /**
   * The next deadline of anything, NEVER if there is none. What is due at `now` is exact; a later answer may be too
   * early (never too late): ask again then.
   */
  pollTimeout(now: Nanoseconds = this.#context.now): Nanoseconds {
    let next = this.#tcp.pollTimeout(now);
    const fragments = this.#input.reassembly.pollTimeout();
    if (fragments < next) next = fragments;
    for (const { neighbors } of this.#context.interfaces) {
      const at = neighbors.pollTimeout();
      if (at < next) next = at;
    }
    return next;
  }

  /** Sends all that is to be sent and tells all users. The driver calls it after each handle and each program's turn. */
  flush(now: Nanoseconds): void {
    this.#context.now = now;
    const { sink } = this.#context;
    const { cause } = sink;
    const { looped } = this.#output;
    // What happens meanwhile is drained here; nobody needs to be told.
    this.#hasWork = true;
    for (;;) {
      const worked = this.#tcp.flush();
      if (this.#datagrams.flush() || worked) continue;
      const frame = looped.shift();
      if (frame === undefined) break;
      sink.cause = frame.n;
      this.#input.handleLooped(frame);
    }
    sink.cause = cause;
    this.#hasWork = false;
  }

  // ---- user calls: streams ----

  /** Holds a local address (0.0.0.0, ::: any) and port (0: a free one) until `unbindStream`. */
  bindStream(local: Endpoint, flags: PortFlags = {}): Binding | StackRefusal {
    return this.#tcp.bind(local, flags.reuseAddress === true, isDual(local.address, flags));
  }

  unbindStream(binding: Binding): void {
    this.#tcp.unbind(binding);
  }

  /** SO_REUSEADDR was changed after bind. */
  setReuseAddress(binding: Binding, reuse: boolean): void {
    binding.reuse = reuse;
  }

  /** Active OPEN; the SYN leaves with the next flush. `local` undefined: address by route, port ephemeral. */
  connect(
    local: Binding | undefined,
    remote: Endpoint,
    options: TcpUserOptions,
    flags: PortFlags = {},
  ): Connection | StackRefusal {
    return this.#tcp.connect(local, remote, options, flags.reuseAddress === true);
  }

  /** Passive OPEN. The listener holds the binding too, until `closeListen`. */
  listen(local: Binding, backlog: number, options: TcpUserOptions): Listen | StackRefusal {
    return this.#tcp.listen(local, backlog, options);
  }

  /** Connections that nobody accepted are aborted (row 13). */
  closeListen(listen: Listen): void {
    this.#tcp.closeListen(listen);
  }

  // ---- user calls: datagrams, echo ----

  bindDatagram(local: Partial<Endpoint> | undefined, flags: PortFlags = {}): DatagramPort | StackRefusal {
    return this.#datagrams.bind(local, flags.reuseAddress === true, isDual(local?.address, flags));
  }

  connectDatagram(port: DatagramPort, remote: Endpoint): StackRefusal | undefined {
    return this.#datagrams.connect(port, remote);
  }

  /** Bytes sent: all of data[start, end). `to` undefined: the peer that the port is connected to. */
  sendDatagram(port: DatagramPort, data: Uint8Array, start: number, end: number, to?: Endpoint): number | StackRefusal {
    return this.#datagrams.send(port, data, start, end, to);
  }

  closeDatagram(port: DatagramPort): void {
    this.#datagrams.close(port);
  }

  /** Sends an echo request at once; `rest` is identifier * 65536 + sequence number. False: no route. */
  sendEcho(to: IpAddress, rest: number, data: Uint8Array): boolean {
    return this.#icmpOutput.sendEcho('request', undefined, to, rest, data, 0, data.length);
  }

  /** Who is told of echo replies. */
  set echoUser(user: EchoUser | undefined) {
    this.#icmpInput.echoUser = user;
  }

  /** Who is told of each new connection, accepted or not. */
  set onConnection(told: (connection: Connection) => void) {
    this.#tcp.onConnection = told;
  }

  /** Who is told of each connection that its user has let go and that has no byte to move any more; once, or more often. */
  set onEnded(told: (connection: Connection) => void) {
    this.#tcp.onEnded = told;
  }

  #wake(): void {
    if (this.#hasWork) return;
    this.#hasWork = true;
    this.onWork?.();
  }

  #serveNeighbors(through: Interface): void {
    this.#neighborWork.serve(through);
    this.#wake(); // there may be a new deadline
  }
}

/** RFC 3493, 5.3: '::' is any address of IPv4 too, unless its socket wants IPv6 alone. */
function isDual(address: IpAddress | undefined, { v6only }: PortFlags): boolean {
  return address?.key === ANY6.key && v6only !== true;
}
