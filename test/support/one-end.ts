/**
 * One TCP and a peer that is a script: segments are handed to it by hand and its answers are read as text. The notation
 * is packetdrill's: `flags first:behind(length) ack n win n urg n <options>`, flags of `S F R P U E W` and `.` for ACK,
 * sequence numbers counted from each side's initial one.
 *
 *     end.arrive('P. 1:11(10) ack 1 win 1000')   ->   ['. 1:1(0) ack 11']
 *
 * All goes by bytes: a segment that arrives is written and parsed, one that leaves is parsed and its data compared with
 * what was sent. The invariants of `invariants.ts` are checked after each step.
 */
import { assert } from '../../src/base/assert.ts';
import { type Nanoseconds, NEVER } from '../../src/base/time.ts';
import type { TcpUserOptions } from '../../src/tcp/config.ts';
import { Connection } from '../../src/tcp/connection.ts';
import type { TcpEvent } from '../../src/tcp/events.ts';
import { Listen } from '../../src/tcp/listen.ts';
import { readSegment, Segment } from '../../src/tcp/segment.ts';
import { segmentArrivesInClosed } from '../../src/tcp/segment-arrives.ts';
import type { State } from '../../src/tcp/state.ts';
import { type Frame, FramePool } from '../../src/wire/frame.ts';
import { emptyIpv4Header } from '../../src/wire/ipv4.ts';
import { finishTcpChecksum, TCP_HEADER_LENGTH, writeTcpHeader } from '../../src/wire/tcp.ts';
import { emptyTcpOptions, type TcpOptions, writeTcpOptions } from '../../src/wire/tcp-options.ts';
import { Invariants } from './invariants.ts';
import { A, B, DEFAULTS, type EnvironmentOptions, environmentOf, ISS_OF_A } from './pair.ts';
import { type Fields, flagsOf, formatSegment, parseSegmentText } from './segment-text.ts';

/** The peer's initial sequence number: half the space away from zero, so that signs change. */
export const IRS = 0x7fff_ff00;

export interface OneEndOptions extends EnvironmentOptions {
  readonly user?: Partial<TcpUserOptions>;
  readonly backlog?: number;
  /** The options of the peer's SYN. */
  readonly peer?: string;
  /** The window field of the peer's segments in the handshake. */
  readonly window?: number;
  /** The path MTU, if it changes. */
  readonly path?: () => number;
  /** What the handshake takes. */
  readonly rtt?: Nanoseconds;
}

/** A segment that left. */
export interface Out {
  readonly at: Nanoseconds;
  readonly text: string;
  readonly flags: string;
  /** Counted from the initial sequence number. */
  readonly seq: number;
  readonly ack: number;
  readonly length: number;
  /** The field, not scaled. */
  readonly window: number;
  readonly urgentPointer: number;
  readonly options: TcpOptions;
}

/** The byte at stream offset `i`, in both directions. */
export function byteAt(i: number): number {
  return (i * 7 + (i >>> 8)) & 255;
}

/** One for all: no test looks at it. */
const frames = new FramePool();

export class OneEnd {
  now: Nanoseconds = 0;
  readonly events: TcpEvent[] = [];
  readonly listen: Listen;
  /** Bits of NOTICE that came so far. */
  notices = 0;
  /** Segments since the last `take`. */
  readonly sent: Out[] = [];
  private readonly environment;
  private readonly options: OneEndOptions;
  private readonly pool = frames;
  private readonly segment = new Segment();
  private readonly ip = emptyIpv4Header();
  private made: Connection | undefined = undefined;
  private held = false;
  private readonly invariants = new Invariants();

  constructor(options: OneEndOptions = {}) {
    this.options = options;
    const environment = environmentOf(options, this.events);
    this.environment = options.path === undefined ? environment : { ...environment, mtu: options.path };
    this.listen = new Listen(this.environment, A, options.backlog ?? 8, { ...DEFAULTS, ...options.user });
  }

  /** An active OPEN: the SYN has left and was taken away. */
  static opened(options: OneEndOptions = {}): OneEnd {
    const end = new OneEnd(options);
    end.made = new Connection(end.environment, A, B, { ...DEFAULTS, ...options.user });
    end.tcp.open(end.now);
    end.drain();
    end.take();
    return end;
  }

  /** Established by an active OPEN. */
  static established(options: OneEndOptions = {}): OneEnd {
    const end = OneEnd.opened(options);
    end.now += options.rtt ?? 0;
    end.arrive(`S. 0:0(0) ack 1 win ${options.window ?? 65_535} <${options.peer ?? 'mss 1000'}>`);
    end.take();
    return end;
  }

  /** Established by a SYN to LISTEN. */
  static accepted(options: OneEndOptions = {}): OneEnd {
    const end = new OneEnd(options);
    end.arrive(`S 0:0(0) win ${options.window ?? 65_535} <${options.peer ?? 'mss 1000'}>`);
    end.now += options.rtt ?? 0;
    end.arrive(`. 1:1(0) ack 1 win ${options.window ?? 65_535}`);
    end.take();
    return end;
  }

  get tcp(): Connection {
    assert(this.made !== undefined, 'no SYN has come yet');
    return this.made;
  }
  get state(): State {
    return this.made?.state ?? 'LISTEN';
  }

  /** Hands a segment in; answers what leaves at once. `data` instead of the bytes that belong to its place. */
  arrive(text: string, data?: Uint8Array): string[] {
    return this.arriveFields(parseSegmentText(text), data);
  }

  arriveFields(fields: Fields, data?: Uint8Array): string[] {
    const frame = this.build(fields, data);
    const refusal = readSegment(frame, this.ip, this.segment);
    assert(refusal === undefined, `the script's segment is refused: ${refusal}`);
    const before = this.sent.length;
    if (this.made === undefined) this.arriveInListen();
    else if (this.made.state === 'CLOSED') this.reply();
    else this.made.handleSegment(this.segment, this.now);
    frame.release();
    this.drain();
    return this.sent.slice(before).map((out) => out.text);
  }

  /** Nothing leaves during `action`; then all that there is. */
  together(action: () => void): void {
    this.held = true;
    action();
    this.held = false;
    this.drain();
  }

  /** A user call; answers what leaves at once. */
  call(action: (tcp: Connection) => unknown): string[] {
    const before = this.sent.length;
    action(this.tcp);
    this.drain();
    return this.sent.slice(before).map((out) => out.text);
  }

  /** SEND of the next `count` bytes of the stream. */
  write(count: number): string[] {
    return this.call((tcp) => {
      const from = tcp.figures().written;
      const data = Uint8Array.from({ length: count }, (_, i) => byteAt(from + i));
      assert(tcp.send(data, 0, count, this.now) === count, `SEND takes ${count} bytes`);
    });
  }

  /** RECEIVE, by as many calls as an urgent byte asks for, of all that is there, held against the stream; the count. */
  read(most = 1 << 20): number {
    const from = this.tcp.figures().read;
    const into = new Uint8Array(Math.min(most, this.tcp.readable));
    let count = 0;
    for (let more = -1; more !== 0; count += more) more = this.tcp.receive(into, count, into.length, false, this.now);
    for (let i = 0; i < count; i++) assert(into[i] === byteAt(from + i), `byte ${from + i} is what the peer sent`);
    this.drain();
    return count;
  }

  /** RECEIVE of the bytes as they are. */
  readBytes(): number[] {
    const into = new Uint8Array(this.tcp.readable);
    this.tcp.receive(into, 0, into.length, false, this.now);
    this.drain();
    return [...into];
  }

  /** Time goes on by `duration`; all timers up to then fire. What left. */
  run(duration: Nanoseconds): string[] {
    const before = this.sent.length;
    const until = this.now + duration;
    for (let at = this.tcp.pollTimeout(); at <= until && at !== NEVER; at = this.tcp.pollTimeout()) {
      this.now = Math.max(this.now, at);
      this.tcp.handleTimeout(this.now);
      this.drain();
    }
    this.now = until;
    return this.sent.slice(before).map((out) => out.text);
  }

  /** Time goes on to `at`: nothing leaves up to one nanosecond before. What leaves at that moment. */
  quietUntil(at: Nanoseconds): string[] {
    const early = this.run(at - 1 - this.now);
    assert(early.length === 0, `nothing leaves before ${at} ns: ${early.join('; ')}`);
    return this.run(1);
  }

  /** The segments since the last call. */
  take(): Out[] {
    return this.sent.splice(0);
  }

  /** The reasons of all drops so far, the last one first asked for. */
  get drops(): string[] {
    return this.events.flatMap((event) => (event.kind === 'tcp.drop' ? [event.reason] : []));
  }

  /** Lets out what it has to send; notes what it has to tell. */
  private drain(): void {
    const { made } = this;
    if (made === undefined || this.held) return;
    while (true) {
      const frame = this.pool.take(14 + 40 + (this.options.mtu ?? 1500));
      if (made.pollTransmit(this.now, frame) === 0) {
        frame.release();
        break;
      }
      this.leave(frame);
    }
    this.notices |= made.pollNotices();
    this.invariants.check(made);
  }

  private arriveInListen(): void {
    const outcome = this.listen.handleSegment(this.segment, this.now);
    if (outcome instanceof Connection) this.made = outcome;
    else if (outcome === 'reset') this.reply();
  }

  /** 3.10.7.1. */
  private reply(): void {
    const frame = this.pool.take(14 + 40);
    if (segmentArrivesInClosed(this.segment, frame) === 0) frame.release();
    else this.leave(frame);
  }

  private build(fields: Fields, data?: Uint8Array): Frame {
    const frame = this.pool.take(14 + 20 + 60 + fields.length);
    const options = { ...emptyTcpOptions(), ...fields.options };
    const optionsLength = writeTcpOptions(frame.bytes, frame.view, frame.transport + TCP_HEADER_LENGTH, options);
    const seq = (IRS + fields.seq) >>> 0;
    const ack = fields.ack === undefined ? 0 : (ISS_OF_A + fields.ack) >>> 0;
    writeTcpHeader(
      frame,
      B.port,
      A.port,
      seq,
      ack,
      fields.control,
      fields.window ?? this.options.window ?? 65_535,
      fields.urgentPointer ?? 0,
      optionsLength,
    );
    const first = fields.seq - ((fields.control & 2) !== 0 ? 0 : 1);
    for (let i = 0; i < fields.length; i++) frame.bytes[frame.payload + i] = data?.[i] ?? byteAt(first + i);
    frame.payloadEnd = frame.payload + fields.length;
    frame.end = frame.payloadEnd;
    finishTcpChecksum(frame, B.address, A.address);
    this.ip.source = B.address;
    this.ip.destination = A.address;
    return frame;
  }

  private leave(frame: Frame): void {
    this.ip.source = A.address;
    this.ip.destination = B.address;
    frame.payloadEnd = frame.end;
    const left = new Segment();
    const refusal = readSegment(frame, this.ip, left);
    assert(refusal === undefined, `a segment that leaves is right to the checksum: ${refusal}`);
    const seq = (left.seq - ISS_OF_A) | 0;
    for (let i = 0; i < left.dataLength; i++) {
      assert(frame.bytes[left.dataStart + i] === byteAt(seq - 1 + i), `byte ${seq - 1 + i} leaves as it was sent`);
    }
    this.sent.push({
      at: this.now,
      text: formatSegment(left, ISS_OF_A, IRS),
      flags: flagsOf(left.control),
      seq,
      ack: (left.ack - IRS) | 0,
      length: left.dataLength,
      window: left.wnd,
      urgentPointer: left.up,
      options: left.options,
    });
    frame.release();
  }
}
