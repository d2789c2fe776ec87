/**
 * Two TCPs and a wire between them, in virtual time: the smallest driver there is. Each step goes to the next moment at
 * which something happens: a segment arrives or a timer fires. A test may look at each segment, drop, delay or forge it.
 */
import { assert } from '../../src/base/assert.ts';
import { DeadlineHeap } from '../../src/base/heap.ts';
import type { Sink } from '../../src/base/sink.ts';
import { MILLISECOND, type Nanoseconds, NEVER } from '../../src/base/time.ts';
import { linux, type Profile, tcpConfigOf } from '../../src/host/profiles.ts';
import { Sysctl } from '../../src/host/sysctl.ts';
import { accountingOf } from '../../src/tcp/accounting.ts';
import type { TcpConfig, TcpEnvironment, TcpUserOptions } from '../../src/tcp/config.ts';
import { Connection } from '../../src/tcp/connection.ts';
import type { TcpEvent } from '../../src/tcp/events.ts';
import { Listen } from '../../src/tcp/listen.ts';
import { readSegment, Segment } from '../../src/tcp/segment.ts';
import { segmentArrivesInClosed } from '../../src/tcp/segment-arrives.ts';
import { parseIpv4Address } from '../../src/wire/address.ts';
import { type Frame, FramePool } from '../../src/wire/frame.ts';
import { emptyIpv4Header } from '../../src/wire/ipv4.ts';
import { Invariants } from './invariants.ts';

export const A = { address: parseIpv4Address('A', '10.0.0.1'), port: 7000 };
export const B = { address: parseIpv4Address('B', '10.0.1.2'), port: 49_152 };

/** Near the wrap, so that every test crosses it. */
export const ISS_OF_A = 0xffff_fc00;
export const ISS_OF_B = 1000;

export interface EnvironmentOptions {
  readonly profile?: Profile;
  readonly config?: Partial<TcpConfig>;
  readonly accounting?: 'linux' | 'payload';
  readonly mtu?: number;
}

export interface PairOptions extends EnvironmentOptions {
  readonly a?: Partial<TcpUserOptions>;
  readonly b?: Partial<TcpUserOptions>;
  readonly delay?: Nanoseconds;
  readonly backlog?: number;
}

/** What a test sees of a segment under way. */
export interface Sent {
  readonly from: 'a' | 'b';
  readonly at: Nanoseconds;
  readonly seq: number;
  readonly ack: number;
  readonly control: number;
  readonly window: number;
  readonly length: number;
  readonly sack: readonly number[];
  readonly mss: number | undefined;
}

interface Flying {
  readonly to: 'a' | 'b';
  readonly frame: Frame;
}

export const DEFAULTS: TcpUserOptions = {
  sendBuffer: undefined,
  receiveBuffer: undefined,
  noDelay: false,
  quickAck: false,
  keepAlive: false,
  keepIdle: 7_200_000 * MILLISECOND,
  keepInterval: 75_000 * MILLISECOND,
  keepCount: 9,
  userTimeout: 0,
  maxSegment: 0,
  cork: false,
  unsentLowWater: 0,
  synCount: 0,
  linger2: 0,
  deferAccept: 0,
  receiveLowWater: 1,
  tos: 0,
  urgentInline: true, // the stream is whole; what stands out of it has its own tests
  receiveErrors: false,
};

const configs = new Map<Profile, TcpConfig>();

function defaultsOf(profile: Profile): TcpConfig {
  const known = configs.get(profile) ?? tcpConfigOf(profile, new Sysctl(profile.sysctl));
  configs.set(profile, known);
  return known;
}

/** What a stack would give its connections; all random numbers and clocks are fixed. `events` takes what they tell. */
export function environmentOf(options: EnvironmentOptions, events: TcpEvent[]): TcpEnvironment {
  const profile = options.profile ?? linux;
  const sink: Sink<TcpEvent> = { on: true, cause: 0, emit: (event) => events.push(event) };
  const config = { ...defaultsOf(profile), ...options.config };
  const mtu = options.mtu ?? 1500;
  let random = 1;
  return {
    config,
    accounting: accountingOf(options.accounting ?? 'linux'),
    sink,
    initialSequence: (local) => (local.port === A.port ? ISS_OF_A : ISS_OF_B),
    cookieHash: (local, remote, count) => (Math.imul(local.port * 7919 + remote.port, 0x85eb_ca6b) ^ count) >>> 0,
    timestampOffset: () => 0,
    mtu: () => mtu,
    random: () => {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      return random;
    },
  };
}

export class Pair {
  now: Nanoseconds = 0;
  readonly pool = new FramePool();
  readonly events: TcpEvent[] = [];
  readonly sent: Sent[] = [];
  readonly listen: Listen;
  /** The active end, at B. */
  readonly b: Connection;
  /** The passive end, at A, once a SYN has come. */
  private passive: Connection | undefined = undefined;
  /** The fate of each segment: false drops it, a number is an extra delay. */
  verdict: (sent: Sent) => boolean | Nanoseconds = () => true;
  private readonly delay: Nanoseconds;
  private readonly mtu: number;
  private readonly invariants = { a: new Invariants(), b: new Invariants() };
  private readonly flying = new DeadlineHeap<Flying>();
  private readonly segment = new Segment();
  private readonly ip = emptyIpv4Header();

  constructor(options: PairOptions = {}) {
    this.delay = options.delay ?? 5 * MILLISECOND;
    this.mtu = options.mtu ?? 1500;
    const environment = environmentOf(options, this.events);
    this.listen = new Listen(environment, A, options.backlog ?? 8, { ...DEFAULTS, ...options.a });
    this.b = new Connection(environment, B, A, { ...DEFAULTS, ...options.b });
  }

  get a(): Connection {
    assert(this.passive !== undefined, 'no SYN has come to A yet');
    return this.passive;
  }

  /** A SYN has come to A. */
  get hasPassive(): boolean {
    return this.passive !== undefined;
  }

  /** Three-way handshake, run to its end. */
  connect(): this {
    this.b.open(this.now);
    this.run(1000 * MILLISECOND);
    return this;
  }

  /** All that happens up to `duration` from now. */
  run(duration: Nanoseconds): this {
    const end = this.now + duration;
    this.flush();
    while (this.next() <= end) this.step();
    this.now = end;
    return this;
  }

  /** Until nothing is left to happen, or until `limit` has passed. */
  runUntilIdle(limit: Nanoseconds = 1e15): this {
    const end = this.now + limit;
    this.flush();
    while (this.next() <= end && this.next() !== NEVER) this.step();
    return this;
  }

  /** When something happens next, NEVER if nothing will. */
  next(): Nanoseconds {
    const ends = [this.b.pollTimeout(), this.passive?.pollTimeout() ?? NEVER];
    return Math.min(this.flying.peekAt(), ...ends);
  }

  /** The next thing that happens. */
  step(): void {
    const at = this.next();
    assert(at !== NEVER, 'nothing happens any more');
    this.now = Math.max(this.now, at);
    if (this.flying.peekAt() <= this.now) this.deliver();
    else
      for (const connection of this.ends())
        if (connection.pollTimeout() <= this.now) connection.handleTimeout(this.now);
    this.flush();
  }

  /** Lets both ends send what they have to. */
  flush(): void {
    for (const connection of this.ends()) {
      while (true) {
        const frame = this.pool.take(14 + this.mtu);
        if (connection.pollTransmit(this.now, frame) === 0) {
          frame.release();
          break;
        }
        this.launch(connection === this.b ? 'b' : 'a', frame);
      }
      this.invariants[connection === this.b ? 'b' : 'a'].check(connection);
    }
  }

  /** Sends all of `data` from one end, waiting for room as it comes; the other end reads if `reader` says so. */
  send(from: Connection, data: Uint8Array | string): number {
    const bytes = typeof data === 'string' ? Uint8Array.from(data, (c) => c.charCodeAt(0)) : data;
    const count = from.send(bytes, 0, bytes.length, this.now);
    this.flush();
    return count;
  }

  /** All that lies in order at one end. */
  read(at: Connection, most = 1 << 20): Uint8Array {
    const into = new Uint8Array(most);
    const count = at.receive(into, 0, most, false, this.now);
    this.flush();
    return into.slice(0, count);
  }

  /** Hands a segment made by hand to one end, as if the other had sent it. */
  forge(to: 'a' | 'b', fill: (segment: Segment) => void, data: Uint8Array = new Uint8Array(0)): void {
    const { segment } = this;
    const frame = this.pool.take(54 + data.length);
    frame.bytes.set(data, 56);
    segment.local = to === 'a' ? A : B;
    segment.remote = to === 'a' ? B : A;
    segment.frame = frame;
    segment.dataStart = 56;
    segment.dataEnd = 56 + data.length;
    segment.control = 16;
    segment.up = 0;
    segment.wnd = 1000;
    segment.options.timestamps = false;
    segment.options.sackCount = 0;
    segment.options.mss = undefined;
    segment.options.windowScale = undefined;
    segment.options.sackPermitted = false;
    fill(segment);
    segment.len = data.length + (segment.syn ? 1 : 0) + (segment.fin ? 1 : 0);
    (to === 'a' ? this.a : this.b).handleSegment(segment, this.now);
    frame.release();
    this.flush();
  }

  /** The segments sent since the last call. */
  take(from?: 'a' | 'b'): Sent[] {
    const taken = this.sent.filter((sent) => from === undefined || sent.from === from);
    this.sent.length = 0;
    return taken;
  }

  private ends(): Connection[] {
    return this.passive === undefined ? [this.b] : [this.b, this.passive];
  }

  private launch(from: 'a' | 'b', frame: Frame): void {
    const [source, destination] = from === 'a' ? [A, B] : [B, A];
    this.ip.source = source.address;
    this.ip.destination = destination.address;
    frame.payloadEnd = frame.end;
    const refusal = readSegment(frame, this.ip, this.segment);
    assert(refusal === undefined, `a TCP of ours sent a segment that is refused: ${refusal}`);
    const sent = this.describe(from);
    this.sent.push(sent);
    const verdict = this.verdict(sent);
    if (verdict === false) frame.release();
    else {
      const extra = verdict === true ? 0 : verdict;
      this.flying.push(this.now + this.delay + extra, { to: from === 'a' ? 'b' : 'a', frame });
    }
  }

  private describe(from: 'a' | 'b'): Sent {
    const { seq, ack, control, wnd, dataLength, options } = this.segment;
    const sack = options.sack.slice(0, 2 * options.sackCount);
    return { from, at: this.now, seq, ack, control, window: wnd, length: dataLength, sack, mss: options.mss };
  }

  private deliver(): void {
    const flying = this.flying.pop();
    assert(flying !== undefined, 'something is under way');
    const { to, frame } = flying;
    const [local, remote] = to === 'a' ? [A, B] : [B, A];
    this.ip.source = remote.address;
    this.ip.destination = local.address;
    const refusal = readSegment(frame, this.ip, this.segment);
    assert(refusal === undefined, 'it was read before');
    const connection = to === 'a' ? this.passive : this.b;
    if (connection !== undefined && connection.state !== 'CLOSED') connection.handleSegment(this.segment, this.now);
    else if (to === 'a' && connection === undefined) this.arriveInListen();
    else this.reply(to);
    frame.release();
  }

  private arriveInListen(): void {
    const outcome = this.listen.handleSegment(this.segment, this.now);
    if (outcome instanceof Connection) this.passive = outcome;
    else if (outcome === 'reset') this.reply('a');
  }

  private reply(from: 'a' | 'b'): void {
    const frame = this.pool.take(14 + 40);
    if (segmentArrivesInClosed(this.segment, frame) === 0) frame.release();
    else this.launch(from, frame);
  }
}
