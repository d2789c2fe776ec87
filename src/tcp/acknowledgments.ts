/**
 * When to acknowledge: RFC 9293, 3.8.6.3 (an ACK waits less than 0.5 s, MUST-40; at least every second full segment is
 * acknowledged, SHLD-19), with Linux's refinement: a fresh or quiet connection acknowledges at once, an interactive one
 * waits as long as it has learnt that its program takes to answer (net/ipv4/tcp_input.c, tcp_event_data_recv).
 */
import type { Nanoseconds } from '../base/time.ts';
import type { TcpConfig } from './config.ts';

export class Acknowledgments {
  /** 'delayed': the timer sends it unless something else does first. */
  owed: 'none' | 'delayed' | 'now' = 'none';
  /** RCV.NXT when we last sent an ACK. */
  upTo = 0;
  /** The largest segment that the peer sent of late; what "full-sized" means here. */
  peerSegment = 0;
  /** ACKs that still go out at once. */
  private quick = 0;
  /** How long an ACK waits; 0 before the first data. */
  private delay: Nanoseconds = 0;
  /** The program answers soon after it receives, so an answer will carry the ACK. */
  private interactive = false;
  private lastDataAt: Nanoseconds = 0;
  private readonly config: TcpConfig;

  constructor(config: TcpConfig) {
    this.config = config;
  }

  /** Data came: learn how it comes. */
  dataReceived(bytes: number, now: Nanoseconds, rto: Nanoseconds): void {
    const { delayedAckMin, quickAcks } = this.config;
    this.peerSegment = Math.max(this.peerSegment, bytes);
    if (this.delay === 0) {
      this.quick = quickAcks;
      this.delay = delayedAckMin;
    } else {
      const gap = now - this.lastDataAt;
      if (gap <= delayedAckMin / 2) this.delay = Math.floor(this.delay / 2) + delayedAckMin / 2;
      else if (gap < this.delay) this.delay = Math.min(rto, Math.floor(this.delay / 2) + gap);
      else if (gap > rto) this.quick = quickAcks;
    }
    this.lastDataAt = now;
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
    this.quick = this.config.quickAcks;
    this.interactive = false;
    this.delay = this.config.delayedAckMin;
    this.owed = 'now';
  }

  get isQuick(): boolean {
    return this.quick > 0 && !this.interactive;
  }

  /** How long the ACK may wait that is owed from `now` on. */
  wait(srtt: Nanoseconds): Nanoseconds {
    const { delayedAckMin, delayedAckMax } = this.config;
    const most = srtt > 0 ? Math.min(delayedAckMax, Math.max(srtt, delayedAckMin)) : delayedAckMax;
    return Math.min(this.delay > 0 ? this.delay : delayedAckMin, most);
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
    if (this.quick > 0) this.quick--;
  }
}
