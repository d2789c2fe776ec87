/**
 * TCP of one host: connections and listeners by their addresses, their deadlines, and their output.
 *
 *     segment --> flow? --> connection.handleSegment --+
 *                 listener? --> listen.handleSegment --+--> changed --> flush: pollTransmit until 0, pollNotices, pollTimeout
 *                 none: RST (RFC 9293, 3.10.7.1)                                 |            |            |
 *                                                                             IP output     user     heap of deadlines
 *
 * A connection has at most one live entry in the heap. A deadline that moves back leaves the entry where it is; when it
 * comes up the connection is asked again. So a thousand connections that send cost no more than one.
 *
 * Calls it: `stack.ts`; sockets by way of it.
 */
import { Fifo } from '../base/fifo.ts';
import { DeadlineHeap } from '../base/heap.ts';
import { halfSipHash } from '../base/siphash.ts';
import { MILLISECOND, type Nanoseconds, NEVER } from '../base/time.ts';
import { isSingleHost } from '../ip/icmp-errors.ts';
import { accountingOf } from '../tcp/accounting.ts';
import { segmentArrivesInClosed } from '../tcp/closed.ts';
import type { TcpEnvironment, TcpUserOptions } from '../tcp/config.ts';
import { acceptsReuse, Connection } from '../tcp/connection.ts';
import type { IcmpNotice } from '../tcp/icmp-notice.ts';
import { Listen } from '../tcp/listen.ts';
import { NOTICE } from '../tcp/notices.ts';
import { readSegment, Segment } from '../tcp/segment.ts';
import * as seq from '../tcp/seq.ts';
import {
  type Endpoint,
  type IpAddress,
  isLoopback,
  isMulticast,
  isUnspecified,
  loopbackOf,
  wordsOf,
} from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import type { Frame } from '../wire/frame.ts';
import { type EmbeddedPacket, ICMP_UNREACHABLE, UNREACHABLE_FRAGMENTATION_NEEDED } from '../wire/icmp.ts';
import { type IpHeader, ipHeaderLength, transportOf } from '../wire/ip.ts';
import { PROTOCOL_TCP } from '../wire/ipv4.ts';
import type { HostContext } from './context.ts';
import { Alarm, Flow, FlowTable, type ListenEntry, ListenTable } from './demux.ts';
import type { DropReason } from './drop-reason.ts';
import type { Interface } from './interface.ts';
import type { IpOutput } from './ip-output.ts';
import { Leftovers } from './leftovers.ts';
import type { Path } from './path.ts';
import { type Binding, Ports } from './ports.ts';
import { tcpConfigOf } from './profiles.ts';
import type { StackRefusal } from './refusal.ts';

/** TCP header with the longest options: what a reply without data needs. */
const BARE_SEGMENT = 60;
/** RFC 9293, 3.4.1: the clock of initial sequence numbers ticks every 4 µs. */
const ISN_TICK: Nanoseconds = 4000;

export class TcpHost {
  readonly environment: TcpEnvironment;
  /** Told of each new connection, accepted or not: for who keeps a ledger. */
  onConnection: ((connection: Connection) => void) | undefined = undefined;
  /** Told of each connection that its user has let go and that has no byte to move any more; once, or more often. */
  onEnded: ((connection: Connection) => void) | undefined = undefined;
  readonly #context: HostContext;
  readonly #output: IpOutput;
  readonly #flows: FlowTable;
  readonly #listeners = new ListenTable();
  readonly #ports: Ports;
  readonly #segment = new Segment();
  readonly #changed: Fifo<Flow> = new Fifo();
  readonly #deadlines = new DeadlineHeap<Alarm>();
  readonly #keys: readonly [number, number, number, number];
  readonly #cookieKeys: readonly [number, number];
  readonly #leftovers: Leftovers;
  readonly #marks = (flow: Flow) => this.#mark(flow);

  constructor(context: HostContext, output: IpOutput, accounting: 'linux' | 'payload') {
    this.#context = context;
    this.#output = output;
    const { rng, sysctl, profile, sink } = context;
    const secrets = rng.fork('tcp secrets');
    this.#keys = [secrets.uint32(), secrets.uint32(), secrets.uint32(), secrets.uint32()];
    this.#flows = new FlowTable(secrets.uint32(), secrets.uint32());
    this.#cookieKeys = [secrets.uint32(), secrets.uint32()];
    this.#leftovers = new Leftovers(sysctl.get('net.ipv4.tcp_max_orphans'), sysctl.get('net.ipv4.tcp_max_tw_buckets'));
    const range = 'net.ipv4.ip_local_port_range';
    const steals = profile.reuseAddress === 'steal';
    this.#ports = new Ports(sysctl.get(range, 0), sysctl.get(range, 1), rng.fork('tcp ports'), steals);
    this.environment = {
      config: tcpConfigOf(profile, sysctl),
      accounting: accountingOf(accounting),
      sink,
      initialSequence: (local, remote, now) => this.#initialSequence(local, remote, now),
      cookieHash: (local, remote, count) => this.#cookieHash(local, remote, count),
      timestampOffset: (local, remote) =>
        halfSipHash(this.#keys[2], this.#keys[3], [...wordsOf(local.address), ...wordsOf(remote.address)]),
      mtu: (remote) => output.paths.mtu(remote),
      random: () => rng.uint32(),
    };
  }

  /** Settings of the host have changed; all connections share this one object, as those of a Linux namespace do. */
  reconfigure(): void {
    const { profile, sysctl } = this.#context;
    Object.assign(this.environment.config, tcpConfigOf(profile, sysctl));
  }

  // Getters

  connections(): Iterable<Connection> {
    return this.#flows.connections();
  }

  *listeners(): Iterable<Listen> {
    for (const { listen } of this.#listeners.values()) yield listen;
  }

  // User calls

  /** `dual`: to any address of both families. */
  bind({ address, port }: Endpoint, reuse: boolean, dual: boolean): Binding | StackRefusal {
    if (!isUnspecified(address) && !this.#context.isLocal(address)) return 'address-not-available';
    if (!this.#context.speaks(address.family)) return 'family-unsupported';
    return this.#ports.bind(address, port, reuse, dual) ?? 'address-in-use';
  }

  unbind(binding: Binding): void {
    this.#ports.release(binding);
  }

  /** Active OPEN. `binding` undefined: an ephemeral port of the address that the route says. */
  connect(
    binding: Binding | undefined,
    target: Endpoint,
    options: TcpUserOptions,
    reuse: boolean,
  ): Connection | StackRefusal {
    // Linux: 0.0.0.0 and :: are this host.
    const { family } = target.address;
    const remote = isUnspecified(target.address) ? { address: loopbackOf(family), port: target.port } : target;
    if (isLoopback(remote.address) && !this.#context.speaks(family)) return 'address-not-available';
    const path = this.#output.paths.to(remote.address);
    const single = !isMulticast(remote.address) && !this.#context.isBroadcast(remote.address);
    if (path === undefined || !single) return 'net-unreachable'; // MUST-46, row 43
    const bound = binding !== undefined && !isUnspecified(binding.local.address);
    const address = bound ? binding.local.address : path.source;
    if (address.family !== family) return 'net-unreachable';
    const held = this.#holdPort(binding, address, remote, reuse);
    if (held === undefined) return 'address-not-available';
    const { now } = this.#context;
    const connection = new Connection(this.environment, { address, port: held.port }, remote, options);
    this.#add(connection, held, path);
    connection.open(now);
    return connection;
  }

  listen(binding: Binding, backlog: number, options: TcpUserOptions): Listen | StackRefusal {
    if (!this.#ports.startListening(binding)) return 'address-in-use';
    this.#ports.retain(binding);
    const listen = new Listen(this.environment, binding.local, backlog, options);
    this.#listeners.add({ listen, binding });
    return listen;
  }

  /** The listener ends; connections that nobody accepted are aborted (row 13). */
  closeListen(listen: Listen): void {
    const entry = this.#listeners.delete(listen);
    if (entry === undefined) return;
    const { now } = this.#context;
    for (const connection of listen.close(now)) {
      connection.abort(now);
    }
    entry.binding.listening = false;
    this.#ports.release(entry.binding);
  }

  // Handle

  /** A PacketTaker. */
  handlePacket(from: Interface, frame: Frame, ip: IpHeader, group: boolean): DropReason | undefined {
    // MUST-57, MUST-63: TCP is between two single hosts.
    if (group) return 'tcp-broadcast';
    if (!isSingleHost(ip.source)) return 'tcp-source';
    const segment = this.#segment;
    const refusal = readSegment(frame, ip, segment);
    if (refusal !== undefined) return refusal;
    const { local, remote } = segment;
    const { now } = this.#context;
    const flow = this.#flows.find(local.address, local.port, remote.address, remote.port);
    if (flow !== undefined && !this.#isReused(flow, segment)) {
      const { tcb } = flow.connection;
      const { una } = tcb.snd;
      flow.connection.handleSegment(segment, now);
      if (una !== tcb.snd.una) this.#confirm(flow, from);
      this.#mark(flow);
      return undefined;
    }
    const entry = this.#listeners.find(local.address, local.port);
    if (entry === undefined) return this.#refuse(segment) ? undefined : 'tcp-rst-no-connection';
    this.#handleInListen(entry, segment, now);
    return undefined;
  }

  /** An ICMP error quotes a segment of ours. False: there is no such connection. */
  handleIcmp(quoted: EmbeddedPacket, notice: IcmpNotice): boolean {
    const { source, sourcePort, destination, destinationPort } = quoted;
    const flow = this.#flows.find(source, sourcePort, destination, destinationPort);
    if (flow === undefined) return false;
    const { connection } = flow;
    const { una, nxt } = connection.tcb.snd;
    let told = notice;
    if (notice.type === ICMP_UNREACHABLE && notice.code === UNREACHABLE_FRAGMENTATION_NEEDED) {
      // RFC 5927, 4: what is not in flight cannot have drawn it. The path is every flow's, so it is checked here too.
      if (!seq.within(notice.sequence, una, nxt)) return false;
      const mtu = this.#output.paths.learn(destination, notice.mtu);
      if (mtu === undefined) return true;
      this.#tellPathMtu(destination, mtu, flow);
      told = { ...notice, mtu };
    }
    connection.handleIcmp(told, this.#context.now);
    this.#mark(flow);
    return true;
  }

  /** The next hop of a segment of ours did not answer. */
  handleUnreachable(local: IpAddress, localPort: number, remote: IpAddress, remotePort: number): void {
    const flow = this.#flows.find(local, localPort, remote, remotePort);
    if (flow === undefined || this.#context.profile.neighborFailure === 'silent') return;
    flow.connection.handleUnreachable(this.#context.now);
    this.#mark(flow);
  }

  handleTimeout(): void {
    const { now, sink } = this.#context;
    const { cause } = sink;
    while (this.#deadlines.peekAt() <= now) {
      const flow = this.#takeDue(now);
      if (flow === undefined) continue;
      if (flow.rests) {
        this.#remove(flow);
        continue;
      }
      flow.connection.handleTimeout(now);
      this.#mark(flow);
      sink.cause = cause;
    }
  }

  // Poll

  /**
   * The next deadline: exact if it is due at `now`; else a moment that is not later than the next one, since an entry
   * that has become too early is not looked at before its time.
   */
  pollTimeout(now: Nanoseconds): Nanoseconds {
    for (;;) {
      const at = this.#deadlines.peekAt();
      if (at > now) return at;
      const flow = this.#deadlines.peek()?.flow;
      if (flow !== undefined && flow.deadline <= now) return at;
      this.#takeDue(now);
    }
  }

  /** Sends what connections have, tells users what happened. True if any had changed. */
  flush(): boolean {
    const { sink } = this.#context;
    let worked = false;
    for (let flow = this.#changed.shift(); flow !== undefined; flow = this.#changed.shift()) {
      worked = true;
      flow.isMarked = false;
      if (flow.removed) continue;
      sink.cause = flow.cause;
      this.#transmit(flow);
      this.#tell(flow);
      if (flow.removed) continue;
      this.#arm(flow);
      flow.rest();
    }
    return worked;
  }

  clear(): void {
    for (const flow of this.#flows.values()) flow.connection.user = undefined;
    this.#flows.clear();
    this.#listeners.clear();
    this.#ports.clear();
    this.#changed.clear();
    this.#deadlines.clear();
  }

  #holdPort(binding: Binding | undefined, address: IpAddress, remote: Endpoint, reuse: boolean): Binding | undefined {
    if (binding !== undefined) {
      if (!this.#isFree(address, binding.port, remote)) return undefined;
      this.#ports.retain(binding);
      return binding;
    }
    const isFree = (port: number) => this.#isFree(address, port, remote);
    return this.#ports.choose(address, remote, reuse, isFree);
  }

  /** The four numbers are nobody's; or only a TIME-WAIT's that may be taken over, which then ends (tcp_tw_reuse). */
  #isFree(local: IpAddress, port: number, remote: Endpoint): boolean {
    const flow = this.#flows.find(local, port, remote.address, remote.port);
    if (flow === undefined) return true;
    const { sysctl, now } = this.#context;
    const reuse = sysctl.get('net.ipv4.tcp_tw_reuse');
    const allowed = reuse === 1 || (reuse === 2 && isLoopback(remote.address));
    const delay = sysctl.get('net.ipv4.tcp_tw_reuse_delay') * MILLISECOND;
    const { connection, timeWaitAt } = flow;
    if (!allowed || connection.state !== 'TIME-WAIT' || timeWaitAt < 0 || now - timeWaitAt < delay) return false;
    if (!connection.tcb.timestamps.on) return false;
    this.#remove(flow);
    return true;
  }

  #add(connection: Connection, binding: Binding, path: Path | undefined): Flow {
    const flow = new Flow(connection, binding, this.#context.rng.uint32() & 0xffff, this.#marks);
    connection.driver = flow;
    flow.path = path;
    this.#flows.add(flow);
    this.onConnection?.(connection);
    return flow;
  }

  #remove(flow: Flow): void {
    this.#flows.delete(flow);
    this.#leftovers.forget(flow.leftover);
    this.#ports.release(flow.binding);
  }

  #mark(flow: Flow): void {
    if (flow.isMarked || flow.removed) return;
    flow.isMarked = true;
    flow.cause = this.#context.sink.cause;
    this.#changed.push(flow);
    this.#context.wake();
  }

  /** A SYN that may begin the connection anew out of TIME-WAIT (RFC 9293, 3.6.1; RFC 6191): the old one ends. */
  #isReused(flow: Flow, segment: Segment): boolean {
    if (!segment.syn || flow.connection.state !== 'TIME-WAIT' || !acceptsReuse(flow.connection, segment)) return false;
    if (this.#listeners.find(segment.local.address, segment.local.port) === undefined) return false;
    this.#remove(flow);
    return true;
  }

  #handleInListen(entry: ListenEntry, segment: Segment, now: Nanoseconds): void {
    const outcome = entry.listen.handleSegment(segment, now);
    if (outcome instanceof Connection) {
      const binding = this.#ports.share(entry.binding, segment.local.address);
      const flow = this.#add(outcome, binding, undefined);
      // An ACK that brought a cookie back is more than the SYN that it stands for: it completes the handshake, with its data.
      if (segment.hasAck) outcome.handleSegment(segment, now);
      this.#mark(flow);
    } else if (outcome === 'reset') {
      this.#refuse(segment);
    } else if (outcome !== 'drop') {
      this.#sendCookie(outcome.cookie);
    }
  }

  /** A SYN-ACK of which nothing is kept. */
  #sendCookie(connection: Connection): void {
    const { pool, now } = this.#context;
    const { address } = connection.remote;
    const frame = pool.take(ETHERNET_HEADER_LENGTH + ipHeaderLength(address.family) + BARE_SEGMENT);
    frame.transport = transportOf(address.family);
    frame.offloaded = this.#output.paths.to(address)?.through.offload === true;
    connection.pollTransmit(now, frame);
    this.#output.send(frame, PROTOCOL_TCP, connection.local.address, address, true, connection.tos);
  }

  /** Answers with RST. False: it was a RST itself. */
  #refuse(segment: Segment): boolean {
    const { local, remote } = segment;
    const path = this.#output.paths.to(remote.address);
    const { family } = remote.address;
    const frame = this.#context.pool.take(ETHERNET_HEADER_LENGTH + ipHeaderLength(family) + BARE_SEGMENT);
    frame.transport = transportOf(family);
    frame.offloaded = path?.through.offload === true;
    if (segmentArrivesInClosed(segment, frame) === 0) {
      frame.release();
      return false;
    }
    this.#output.send(frame, PROTOCOL_TCP, local.address, remote.address, true);
    return true;
  }

  /** Our segments arrive there, so the neighbour that they go through is alive (Linux dst_confirm). */
  #confirm(flow: Flow, from: Interface): void {
    const { path } = flow;
    if (path?.neighbor !== undefined && path.through === from) from.neighbors.confirm(path.neighbor, this.#context.now);
  }

  /** Other flows to the same host send too long segments as well. */
  #tellPathMtu(remote: IpAddress, mtu: number, except: Flow): void {
    for (const flow of this.#flows.values()) {
      if (flow === except || flow.remote.key !== remote.key) continue;
      const sequence = flow.connection.tcb.snd.una;
      const notice = { type: ICMP_UNREACHABLE, code: UNREACHABLE_FRAGMENTATION_NEEDED, sequence, mtu };
      flow.connection.handleIcmp(notice, this.#context.now);
      this.#mark(flow);
    }
  }

  #transmit(flow: Flow): void {
    const { now, pool } = this.#context;
    const { connection } = flow;
    const { local, remote } = connection;
    const output = this.#output;
    const { generation } = output.paths;
    if (flow.path?.generation !== generation) flow.path = output.paths.to(remote.address);
    const { path } = flow;
    const { family } = remote.address;
    const size = ETHERNET_HEADER_LENGTH + (path?.mtu ?? ipHeaderLength(family) + BARE_SEGMENT);
    const transport = transportOf(family);
    const offload = path?.through.offload === true;
    for (;;) {
      const frame = pool.take(size);
      frame.transport = transport;
      frame.offloaded = offload;
      if (connection.pollTransmit(now, frame) === 0) {
        frame.release();
        return;
      }
      if (path === undefined) {
        this.#context.dropPacket(remote.address, 'ip-no-route');
        frame.release();
        continue;
      }
      flow.identification = (flow.identification + 1) & 0xffff;
      output.writeHeader(
        frame,
        PROTOCOL_TCP,
        local.address,
        remote.address,
        path.dontFragment,
        flow.identification,
        connection.tos,
      );
      output.sendWritten(frame, path);
    }
  }

  #tell(flow: Flow): void {
    const { connection } = flow;
    this.#settleLeftover(flow);
    const notices = connection.pollNotices();
    if (flow.timeWaitAt < 0 && connection.state === 'TIME-WAIT') flow.timeWaitAt = this.#context.now;
    if ((notices & NOTICE.removable) !== 0) this.#remove(flow);
    if (notices !== 0) connection.user?.notice(connection, notices);
    const { orphan, state } = connection.tcb;
    if (orphan && (state === 'TIME-WAIT' || state === 'CLOSED')) this.onEnded?.(connection);
  }

  /** One more without a user than may be ends here, after what it had to send. */
  #settleLeftover(flow: Flow): void {
    const { connection } = flow;
    const { now, tooMany } = this.#leftovers.settle(connection, flow.leftover);
    flow.leftover = now;
    if (!tooMany) return;
    if (now === 'orphan') connection.abort(this.#context.now);
    else connection.endWaiting();
    flow.leftover = 'none';
    this.#leftovers.forget(now);
    this.#transmit(flow);
  }

  #arm(flow: Flow): void {
    const { deadline } = flow;
    if (deadline >= (flow.alarm?.at ?? NEVER)) return;
    const alarm = new Alarm(deadline, flow);
    flow.setAlarm(alarm);
    this.#deadlines.push(deadline, alarm);
  }

  /** Takes the earliest entry, which is due. The flow, if its deadline is; else the entry moves to where it belongs. */
  #takeDue(now: Nanoseconds): Flow | undefined {
    const flow = this.#deadlines.pop()?.flow;
    if (flow === undefined) return undefined; // an earlier alarm replaced it, or the connection is gone
    flow.setAlarm(undefined);
    if (flow.deadline <= now) return flow;
    this.#arm(flow);
    return undefined;
  }

  #cookieHash(local: Endpoint, remote: Endpoint, count: number): number {
    const ports = local.port * 65_536 + remote.port;
    const words = [...wordsOf(local.address), ports, ...wordsOf(remote.address), count >>> 0];
    return halfSipHash(this.#cookieKeys[0], this.#cookieKeys[1], words);
  }

  #initialSequence(local: Endpoint, remote: Endpoint, now: Nanoseconds): number {
    const ports = local.port * 65_536 + remote.port;
    const hash = halfSipHash(this.#keys[0], this.#keys[1], [
      ...wordsOf(local.address),
      ports,
      ...wordsOf(remote.address),
    ]);
    return (Math.floor(now / ISN_TICK) + hash) >>> 0;
  }
}
