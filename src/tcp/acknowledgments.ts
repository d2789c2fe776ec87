/**
 * When to acknowledge: RFC 9293, 3.8.6.3 (an ACK waits less than 0.5 s, MUST-40; at least every second full segment is
 * acknowledged, SHLD-19), with Linux's refinement: a fresh or quiet connection acknowledges at once, an interactive one
 * waits as long as it has learnt that its program takes to answer (net/ipv4/tcp_input.c, tcp_event_data_recv,
 * tcp_measure_rcv_mss, tcp_incr_quickack; net/ipv4/tcp.c, tcp_cleanup_rbuf).
 */
import type { Nanoseconds } from '../base/time.ts';
import { DEFAULT_MSS } from '../wire/tcp-options.ts';
import type { TcpConfig } from './config.ts';
import * as seq from './seq.ts';

/** TCP_MIN_MSS: shorter ones never tell what a full one is. */
const MSS_MIN = 88;

/** What of RCV's variables matters here. */
interface Offered {
  /** RCV.WND: what was offered last. */
  readonly wnd: number;
}

export class Acknowledgments {
  /** 'delayed': the timer sends it unless something else does first. */
  owed: 'none' | 'delayed' | 'now' = 'none';
  /** RCV.NXT when we last sent an ACK. */
  upTo = 0;
  /** How long the peer's full segments are taken to be (Linux rcv_mss); 0: nothing is known yet. */
  peerSegment = 0;
  /** Length of the last segment if it might be a full one although shorter than `peerSegment`. */
  private candidate = 0;
  /** Segments since the last ACK that end what the peer had to say: short ones, and those with PSH. */
  private pushed = 0;
  /** ACKs that still go out at once. */
  private quick = 0;
  /** How long an ACK waits; 0 before the first data. */
  delay: Nanoseconds = 0;
  /** The program answers soon after it receives, so an answer will carry the ACK. */
  private interactive = false;
  /** When data last came; before that, when the connection was established. */
  lastDataAt: Nanoseconds = 0;
  private readonly config: TcpConfig;
  private readonly rcv: Offered;
  /** Accounting is exact: a window may be of some bytes and segments drawn to fit, so sizes tell nothing of the path. */
  private readonly exact: boolean;

  constructor(config: TcpConfig, rcv: Offered, exact: boolean) {
    this.config = config;
    this.rcv = rcv;
    this.exact = exact;
  }

  /** The handshake is over; no segment of the peer's will be longer than `most` (tcp_initialize_rcv_mss). */
  begin(most: number, now: Nanoseconds): void {
    this.lastDataAt = now;
    if (this.exact) return;
    // Longer segments than the default must be seen before they are counted on.
    const half = Math.floor(this.rcv.wnd / 2);
    this.peerSegment = Math.max(1, Math.min(most, DEFAULT_MSS, Math.max(half, MSS_MIN)));
  }

  /** Data came in a segment of `bytes`, `push`: with PSH, FIN or URG. Learns how it comes. */
  dataReceived(bytes: number, push: boolean, now: Nanoseconds, rto: Nanoseconds): void {
    const { delayedAckMin } = this.config;
    this.measure(bytes, push);
    if (this.delay === 0) {
      this.quicken();
      this.delay = delayedAckMin;
    } else {
      const gap = now - this.lastDataAt;
      if (gap <= delayedAckMin / 2) this.delay = Math.floor(this.delay / 2) + delayedAckMin / 2;
      else if (gap < this.delay) this.delay = Math.min(rto, Math.floor(this.delay / 2) + gap);
      else if (gap > rto) this.quicken();
    }
    this.lastDataAt = now;
  }

  /** A FIN came, in order: a program that has heard all is expected to end too, and its FIN will carry the ACK. */
  finReceived(): void {
    if (this.config.acksFin === 'at-once') this.owed = 'now';
    else this.interactive = true;
  }

  /** Data went out: soon after some came in, so this is a conversation. */
  dataSent(now: Nanoseconds): void {
    if (this.delay > 0 && now - this.lastDataAt < this.delay) this.interactive = true;
  }

  /** TCP_QUICKACK = 0: the program says that it answers soon, so ACKs wait for its answer (Linux enters pingpong mode). */
  converse(): void {
    this.interactive = true;
    this.quick = 0;
  }

  /** Something is out of order, or the peer missed an ACK: acknowledge at once for a while (RFC 5681, 4.2). */
  hurry(): void {
    this.quicken();
    this.interactive = false;
    this.delay = this.config.delayedAckMin;
    this.owed = 'now';
  }

  /** The peer's window of congestion may be so small that it waits for this ACK (Linux: two at once). */
  congestionSeen(): void {
    this.quicken(2);
    this.interactive = false;
    this.delay = this.config.delayedAckMin;
  }

  get isQuick(): boolean {
    return this.quick > 0 && !this.interactive;
  }

  /** More than a full segment waits for an ACK. */
  hasSecond(rcvNxt: number): boolean {
    return seq.distance(this.upTo, rcvNxt) > this.peerSegment;
  }

  /** The second segment's ACK goes at once only if it offers no less than before; else `dataRead` sends it. */
  get needsWindow(): boolean {
    return !this.exact && this.config.acksSecondSegment === 'if-window-moves';
  }

  /** How long the ACK may wait that is owed from `now` on; 0: until the program has had its turn. */
  wait(srtt: Nanoseconds): Nanoseconds {
    const { delayedAckMin, delayedAckMax } = this.config;
    const most = srtt > 0 ? Math.min(delayedAckMax, Math.max(srtt, delayedAckMin)) : delayedAckMax;
    return Math.min(this.delay, most);
  }

  /**
   * The program read. An ACK that waits goes now if more than a full segment waits for it; or if nothing is left to read,
   * the peer seems to have said all it had, and no answer is to be expected.
   */
  dataRead(rcvNxt: number, unread: number): void {
    if (this.owed !== 'delayed') return;
    const drained = unread === 0 && (this.pushed > 1 || (this.pushed > 0 && !this.interactive));
    if (drained || this.hasSecond(rcvNxt)) this.owed = 'now';
  }

  /** The timer sent it: nobody answered in time. */
  expired(rto: Nanoseconds): void {
    if (this.interactive) {
      this.interactive = false;
      this.delay = this.config.delayedAckMin;
    } else {
      this.delay = Math.min(this.delay * 2, rto);
    }
    this.owed = 'now';
  }

  /** A segment with an ACK up to `rcvNxt` left. */
  sent(rcvNxt: number): void {
    this.owed = 'none';
    this.upTo = rcvNxt;
    this.pushed = 0;
    if (this.quick > 0) this.quick--;
  }

  /** As many ACKs at once as let the peer's window of congestion grow to ours, about (tcp_incr_quickack). */
  private quicken(most = this.config.quickAcks): void {
    const quickAcks = Math.min(most, this.config.quickAcks);
    const useful = this.exact ? quickAcks : Math.floor(this.rcv.wnd / (2 * this.peerSegment)) || 2;
    this.quick = Math.max(this.quick, Math.min(quickAcks, useful));
  }

  /** A longer segment than any before is full; so are two in a row of the same length that look so. */
  private measure(bytes: number, push: boolean): void {
    const { candidate } = this;
    this.candidate = 0;
    if (bytes >= this.peerSegment) {
      this.peerSegment = bytes;
      if (push) this.pushed = Math.max(this.pushed, 1);
      return;
    }
    if (bytes >= DEFAULT_MSS || (bytes >= MSS_MIN && !push)) {
      this.candidate = bytes;
      if (bytes === candidate) {
        this.peerSegment = bytes;
        return;
      }
    }
    this.pushed++;
  }
}
