/**
 * The Transmission Control Block: all that one end of a connection remembers (RFC 9293, 3.3.1). The RFC's variables
 * keep their names: `tcb.snd.una`, `tcb.rcv.nxt`. What is marked "not in RFC 9293" is ours or another RFC's.
 *
 * A record with a few derived figures; what happens to it is in `segment-arrives.ts`, `user-calls.ts`, `timeouts.ts`
 * and `output.ts`.
 */
import type { Nanoseconds } from '../base/time.ts';
import { type Endpoint, formatEndpoint } from '../wire/address.ts';
import { headersTo } from '../wire/tcp.ts';
import { DEFAULT_MSS, DEFAULT_MSS6 } from '../wire/tcp-options.ts';
import { Acknowledgments } from './acknowledgments.ts';
import type { TcpConfig, TcpEnvironment, TcpUserOptions } from './config.ts';
import type { CongestionControl } from './congestion/congestion.ts';
import { Cubic } from './congestion/cubic.ts';
import { NewReno } from './congestion/new-reno.ts';
import { Counters } from './counters.ts';
import { Ecn } from './ecn.ts';
import type { TcpFailure } from './failure.ts';
import { Frto } from './frto.ts';
import type { MtuSearch } from './mtu-probing.ts';
import { ProportionalReduction } from './proportional-reduction.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { Recovery } from './recovery.ts';
import { Rto } from './rto.ts';
import { SendBuffer } from './send-buffer.ts';
import { SendTimes } from './send-times.ts';
import * as seq from './seq.ts';
import type { State } from './state.ts';
import { Timers } from './timers.ts';
import { Undo } from './undo.ts';
import type { UrgentByte } from './urgent.ts';
import { windowScaleFor } from './window.ts';

/** RFC 7323, 3.2: what the timestamps option takes in every segment. */
const TIMESTAMPS_LENGTH = 12;

export type DiscardedPlace = 'send-buffer' | 'receive-buffer' | 'out-of-order';
const NOTHING_DISCARDED = { 'send-buffer': 0, 'receive-buffer': 0, 'out-of-order': 0 };

/** Send Sequence Variables. */
export interface SendVariables {
  /** SND.UNA: oldest unacknowledged. */
  una: number;
  /** SND.NXT: next to be sent. It never goes back here, so it is what some texts call SND.MAX. */
  nxt: number;
  /** SND.WND in bytes, already scaled. */
  wnd: number;
  /** SND.UP: behind the last urgent octet; meaningful while `urgent`. */
  up: number;
  wl1: number;
  wl2: number;
  iss: number;
  // Not in RFC 9293:
  urgent: boolean;
  /** Sequence number of the send buffer's first byte. */
  base: number;
  /** What the peer's window field is shifted by (RFC 7323, 2.2). */
  scale: number;
  /** The largest window that the peer ever offered (MAX(SND.WND), RFC 9293, 3.8.6.2.1). */
  maxWindow: number;
  /** The peer's MSS option. */
  mss: number;
  /** Behind the last segment that was smaller than full (Minshall's Nagle). */
  small: number;
  /** Offsets at which calls of SEND ended and that were not yet tried: see `output.ts`. */
  readonly ends: number[];
  /** Offsets behind which a record ends (MSG_EOR); whether the last call said that more follows, and where it ended: `push.ts`. */
  readonly records: number[];
  more: boolean;
  /** Up to here TCP_NODELAY has pushed what lay there, corked or not. */
  pulled: number;
  unpushed: number;
  lastSentAt: Nanoseconds;
}

/** Receive Sequence Variables. */
export interface ReceiveVariables {
  /** RCV.NXT: next expected. */
  nxt: number;
  /** RCV.WND: what was offered last, in bytes. */
  wnd: number;
  /** RCV.UP, meaningful while `urgent`. */
  up: number;
  irs: number;
  // Not in RFC 9293:
  urgent: boolean;
  /** What our window field is shifted by. */
  scale: number;
  /** The right edge that the peer was told: never goes back (SHLD-14). */
  edge: number;
  /** Sequence number of the peer's FIN, once one was seen. */
  fin: number | undefined;
}

/** RFC 7323, 3 and 5. */
export interface TimestampState {
  on: boolean;
  /** TS.Recent, and when it was taken. */
  recent: number;
  recentAt: Nanoseconds;
  /** Last.ACK.sent. */
  lastAckSent: number;
  /** Secret for each pair; a SYN-ACK that is a cookie says its options with it. */
  offset: number;
}

/** '10.0.1.2:49152>10.0.0.1:7000': local > remote. */
export function connectionId(local: Endpoint, remote: Endpoint): string {
  return `${formatEndpoint(local)}>${formatEndpoint(remote)}`;
}

export class Tcb {
  readonly environment: TcpEnvironment;
  readonly config: TcpConfig;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  state: State = 'CLOSED';
  /** SYN-RECEIVED was reached from LISTEN (MUST-11). */
  passive = false;
  readonly snd: SendVariables;
  readonly rcv: ReceiveVariables;
  /** Never changed in place: a change makes another record, so that sockets may share one. */
  options: Readonly<TcpUserOptions>;
  #id: string | undefined = undefined;
  readonly timestamps: TimestampState;
  sackPermitted = false;
  /** Window scaling was agreed (RFC 7323, 2.3); the shift that our SYN offers. */
  windowScaling = false;
  readonly offeredScale: number;
  readonly sendBuffer: SendBuffer;
  readonly receiveBuffer: ReceiveBuffer;
  readonly rto: Rto;
  readonly recovery = new Recovery();
  readonly undo = new Undo();
  readonly frto = new Frto();
  readonly reduction = new ProportionalReduction();
  readonly ecn = new Ecn();
  readonly counters = new Counters();
  readonly sendTimes = new SendTimes();
  readonly congestion: CongestionControl;
  readonly acks: Acknowledgments;
  readonly timers = new Timers();

  // What output.ts still has to send, beside data and ACKs.
  sendSyn = false;
  /** Sequence number of a RST that goes out next, and whether it carries an ACK. */
  reset: { readonly seq: number; readonly ack: boolean } | undefined = undefined;
  probe: 'keep-alive' | 'zero-window' | 'loss' | undefined = undefined;
  /** CLOSE was called: a FIN goes behind the last byte. */
  finQueued = false;
  finSent = false;

  finReceived = false;
  /** Sequence number of the newest segment out of order: its SACK block goes first. */
  newestOutOfOrder = 0;
  /** Octets that came a second time: the next ACK reports them (RFC 2883). */
  duplicate: { readonly left: number; readonly right: number } | undefined = undefined;
  /** What MSG_OOB would bring; undefined: nothing stands out of the stream (urg_data = 0). */
  urgentByte: UrgentByte | undefined = undefined;
  /** RECEIVE took bytes: the window may be worth an update. */
  roomMade = false;
  /** LISTEN's word on whether its queue has room for one more established connection; undefined: nobody to ask. */
  mayEstablish: (() => boolean) | undefined = undefined;
  /** No user holds it any more: it only ends its business (Linux: orphan). */
  orphan = false;
  /** RECEIVE was closed by the user (SHUT_RD): it answers 0 at once, whatever still comes. */
  receiveShut = false;
  failure: TcpFailure | undefined = undefined;
  /** An ICMP or ARP error that has not ended the connection (MUST-47). */
  softFailure: TcpFailure | undefined = undefined;
  /** Bits of NOTICE that the user has not been given. */
  notices = 0;

  /** What the ledger says of the sending side after its send buffer was thrown away. */
  frozen: { readonly sent: number; readonly acknowledged: number } | undefined = undefined;
  /** Bytes that were lost here, by the place they lay in. */
  discarded: Readonly<Record<DiscardedPlace, number>> = NOTHING_DISCARDED;

  /** Retransmissions by the timer since the last new acknowledgment; when the first of them was. */
  retransmits = 0;
  retransmittedAt: Nanoseconds = 0;
  totalRetransmits = 0;
  /** How much of the congestion window was used, up to a sequence number: most bytes in flight, and was it all of it? */
  readonly usage = { upTo: 0, most: 0, limited: false };
  /** When the RTO began to run. */
  rtoStartedAt: Nanoseconds = 0;
  /** Probes (keep-alive or zero window) since the peer was last heard; when the first zero-window one was due. */
  probes = 0;
  probingSince: Nanoseconds = 0;
  /** The ACK of our SYN-ACK has come and was not enough (TCP_DEFER_ACCEPT). */
  deferred = false;
  persistBackoff = 0;
  lastReceivedAt: Nanoseconds = 0;
  /** When an ACK for an invalid segment was last sent (RFC 5961, 7). */
  challengedAt: Nanoseconds = -1;
  /** RTT measurement without timestamps: a sequence number, and when it was sent; Karn: void once retransmitted. */
  timing: { readonly seq: number; readonly at: Nanoseconds } | undefined = undefined;
  /** Automatic tuning: bytes read, and when, at the beginning of this round trip; most read in one. */
  tuning: { read: number; at: Nanoseconds; space: number } | undefined = undefined;
  /** The path's longest packet is searched for by what arrives (RFC 4821); undefined: ICMP is trusted with it. */
  mtuSearch: MtuSearch | undefined = undefined;
  /** What the trace was last told of the buffers' limits, and of the window of congestion. */
  readonly told = { send: 0, receive: 0, cwnd: 0, ssthresh: 0 };

  constructor(environment: TcpEnvironment, local: Endpoint, remote: Endpoint, options: TcpUserOptions) {
    const { config, accounting } = environment;
    this.environment = environment;
    this.config = config;
    this.local = local;
    this.remote = remote;
    this.options = options;
    this.snd = {
      una: 0,
      nxt: 0,
      wnd: 0,
      up: 0,
      wl1: 0,
      wl2: 0,
      iss: 0,
      urgent: false,
      base: 0,
      scale: 0,
      maxWindow: 0,
      mss: remote.address.family === 'ipv4' ? DEFAULT_MSS : DEFAULT_MSS6,
      small: 0,
      ends: [],
      records: [],
      more: false,
      pulled: 0,
      unpushed: -1,
      lastSentAt: 0,
    };
    this.rcv = { nxt: 0, wnd: 0, up: 0, irs: 0, urgent: false, scale: 0, edge: 0, fin: undefined };
    this.timestamps = {
      on: false,
      recent: 0,
      recentAt: 0,
      lastAckSent: 0,
      offset: environment.timestampOffset(local, remote),
    };
    this.sendBuffer = new SendBuffer(accounting, options.sendBuffer ?? config.sendBufferDefault);
    this.receiveBuffer = new ReceiveBuffer(accounting, options.receiveBuffer ?? config.receiveBufferDefault);
    const fixed = options.receiveBuffer !== undefined;
    this.offeredScale = windowScaleFor(fixed ? this.receiveBuffer.room : config.receiveBufferLargest);
    this.congestion = config.congestionControl === 'cubic' ? new Cubic() : new NewReno();
    this.rto = new Rto(config);
    this.acks = new Acknowledgments(config, this.rcv, accounting.name === 'payload');
  }

  /** '10.0.1.2:49152>10.0.0.1:7000': how the trace names the end at `local`. Made when first asked for. */
  get id(): string {
    this.#id ??= connectionId(this.local, this.remote);
    return this.#id;
  }

  /** What we tell the peer in our MSS option (MUST-14, MUST-67). */
  get localMss(): number {
    const most = this.environment.mtu(this.remote.address) - headersTo(this.remote.address);
    return this.options.maxSegment > 0 ? Math.min(most, this.options.maxSegment) : most;
  }

  /**
   * Eff.snd.MSS, bytes of data in a full segment (RFC 9293, 3.7.1, MUST-16). With exact (payload) accounting options do
   * not count, so that a TCP_MAXSEG of 8 sends 8 bytes; they still have to fit the path.
   */
  get effectiveMss(): number {
    const overhead = this.timestamps.on ? TIMESTAMPS_LENGTH : 0;
    const { mtuSearch } = this;
    const told = this.environment.mtu(this.remote.address);
    const packet = mtuSearch === undefined ? told : Math.min(told, mtuSearch.low);
    const path = packet - headersTo(this.remote.address) - overhead;
    const user = this.options.maxSegment > 0 ? this.options.maxSegment : path + overhead;
    const agreed = Math.min(user, this.snd.mss);
    if (this.environment.accounting.name === 'payload') return Math.max(1, Math.min(agreed, path));
    // SACK Panic (CVE-2019-11477): a peer's tiny MSS must not make tiny segments; Linux tcp_min_snd_mss is 48.
    return Math.max(48 - overhead, Math.min(agreed - overhead, path));
  }

  /** Bytes of data in a full segment now: Eff.snd.MSS, bounded as the accounting bounds it by the peer's window. */
  get segmentSize(): number {
    return this.environment.accounting.segmentSize(this.effectiveMss, this.snd.maxWindow);
  }

  /** Bytes of a full unit of the send buffer's accounting (Linux: size_goal of an skb). */
  get unitSize(): number {
    return this.environment.accounting.unitSize(this.effectiveMss, this.snd.maxWindow);
  }

  /** Bytes of sequence space in flight or lost: SND.NXT - SND.UNA. */
  get outstanding(): number {
    return seq.distance(this.snd.una, this.snd.nxt);
  }

  /**
   * FlightSize (RFC 5681, 2) in the measure of the window of congestion: bytes, or packets of one Eff.snd.MSS each.
   */
  get flight(): number {
    return this.outstanding + this.recovery.short.padding;
  }

  /** Stream offset behind the last byte that was ever sent. */
  get sentOffset(): number {
    const ahead = seq.distance(this.snd.base, this.snd.nxt);
    return this.sendBuffer.acknowledged + Math.max(0, Math.min(ahead, this.sendBuffer.length));
  }

  /** Bytes in the send buffer that were never sent. */
  get unsent(): number {
    return this.sendBuffer.written - this.sentOffset;
  }

  /** Sequence number of the FIN, once one is queued. */
  get finSeq(): number {
    return seq.add(this.snd.base, this.sendBuffer.length);
  }

  /** Our FIN was sent and acknowledged. */
  get finAcknowledged(): boolean {
    return this.finSent && seq.gt(this.snd.una, this.finSeq);
  }

  /** The timestamp clock, RFC 7323, 5.4: milliseconds, offset for each pair. */
  timestamp(now: Nanoseconds): number {
    return (Math.floor(now / 1_000_000) + this.timestamps.offset) >>> 0;
  }
}
