/**
 * What is lost, what is in flight, and what to send again: the scoreboard of RFC 6675, which serves RFC 6582 (NewReno,
 * for peers without SACK) as well.
 *
 *     SND.UNA          highRxt            lossEdge                     SND.NXT
 *        |==sent again====|---lost--|#####|----in flight---|####|---------|      #: selectively acknowledged
 *
 * All that is not acknowledged below `lossEdge` is taken as lost; of it, what lies below `highRxt` was sent again. The
 * figures are kept as sums, so that an ACK costs what it changes, not the size of the window.
 *
 * Leaves out: RACK. What is decided from it, and undone, is in `loss-response.ts`. Without SACK each duplicate ACK counts as one segment
 * received (Linux tcp_add_reno_sack).
 */
import { ceilDivide } from '../base/integer.ts';
import { Ranges } from './ranges.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import { ShortSegments } from './short-segments.ts';
import type { Tcb } from './tcb.ts';

/** RFC 5681, 3.2 and RFC 6675, 2: DupThresh. */
const DUPLICATE_THRESHOLD = 3;
/** Linux tcp_max_reordering. */
const MAX_REORDERING = 300;

export class Recovery {
  /** 'recovery': fast recovery (RFC 6582, 6675); 'loss': after a time-out. */
  phase: 'open' | 'recovery' | 'loss' = 'open';
  /** RecoveryPoint: the phase ends when all below is acknowledged. */
  point = 0;
  lossEdge = 0;
  highRxt = 0;
  /** Bytes sent again and not yet acknowledged. */
  sentAgain = 0;
  duplicates = 0;
  /**
   * Without SACK: a recovery has just ended, and what it sent again in vain draws duplicates too. None counts until
   * something behind `point` is acknowledged (RFC 6582, 3.2, step 2; Linux tcp_is_non_sack_preventing_reopen).
   */
  private hearsEchoes = false;
  /** DupThresh: how many segments a path may deliver out of order. It grows where a loss proved to be none (Linux reordering). */
  reordering = DUPLICATE_THRESHOLD;
  /** What the peer has of what lies ahead of SND.UNA. */
  readonly sacked = new Ranges();
  /** What makes packets of bytes, where the window of congestion counts packets. */
  readonly short = new ShortSegments();
  /** SND.NXT when a tail loss probe was sent, and whether it sent old data again, until its fate is known (RFC 8985, 7.4). */
  probed: { readonly upTo: number; readonly from: number; readonly again: boolean } | undefined = undefined;

  /** Bytes that the peer is known to hold beyond SND.UNA. */
  private received(tcb: Tcb): number {
    if (tcb.sackPermitted) return this.sacked.bytes;
    return Math.min(this.duplicates * tcb.effectiveMss, Math.max(0, tcb.flight - tcb.effectiveMss));
  }

  /** Bytes taken as lost: below lossEdge and not selectively acknowledged. */
  lost(tcb: Tcb): number {
    const span = seq.distance(tcb.snd.una, this.lossEdge);
    if (span <= 0) return 0;
    return span - this.sacked.countWithin(tcb.snd.una, this.lossEdge);
  }

  /** RFC 6675, 4, SetPipe(): what is taken to be in the network, in the measure of the window of congestion. */
  pipe(tcb: Tcb): number {
    if (this.phase === 'open' && this.sacked.count === 0 && this.duplicates === 0) return tcb.flight;
    return Math.max(0, tcb.flight - this.received(tcb) - this.lost(tcb) + this.sentAgain);
  }

  /** What the peer is not known to have, whether it is in the network or lost, in the same measure. */
  missing(tcb: Tcb): number {
    if (this.sacked.count === 0 && this.duplicates === 0) return tcb.flight;
    return tcb.flight - this.received(tcb);
  }

  /** Takes the SACK blocks of an ACK (RFC 2018). Returns how many bytes were news. */
  takeBlocks(tcb: Tcb, segment: Segment): number {
    const { sack, sackCount } = segment.options;
    let news = 0;
    for (let i = 0; i < sackCount; i++) {
      const left = sack[2 * i] ?? 0;
      const right = sack[2 * i + 1] ?? 0;
      // RFC 2883: a block below SND.UNA reports a duplicate; one beyond SND.NXT is a lie.
      if (!seq.lt(left, right) || seq.gt(right, tcb.snd.nxt) || seq.le(left, tcb.snd.una)) continue;
      const again = this.sentAgain > 0 && seq.lt(left, this.highRxt);
      const before = again ? this.sacked.countWithin(left, seq.min(right, this.highRxt)) : 0;
      const added = this.sacked.add(left, right);
      if (added > 0) this.short.removeWithin(left, right);
      news += added;
      if (again) {
        const end = seq.min(right, this.highRxt);
        this.sentAgain -= Math.min(this.sentAgain, seq.distance(left, end) - before);
      }
    }
    return news;
  }

  /** One more duplicate ACK. Not more than segments are out: a peer's lies do not add up (trust.md's V14). */
  countDuplicate(tcb: Tcb): void {
    if (this.hearsEchoes) return;
    const others = ceilDivide(tcb.flight, tcb.effectiveMss) - 1;
    this.duplicates = Math.min(this.duplicates + 1, Math.max(this.reordering, others));
  }

  /**
   * SND.UNA moves on to `una`: what lies below is settled. To be called before SND.UNA changes. Returns how much more than
   * its bytes that is in the measure of the window of congestion.
   */
  settle(tcb: Tcb, una: number): number {
    const padding = this.short.removeBelow(una);
    this.hearsEchoes = false;
    // Linux tcp_remove_reno_sacks: one segment filled the hole, the others are those that drew duplicate ACKs.
    const others = ceilDivide(seq.distance(tcb.snd.una, una) + padding, tcb.effectiveMss) - 1;
    this.duplicates = this.phase === 'recovery' ? Math.max(0, this.duplicates - others) : 0;
    if (this.sentAgain > 0) {
      const end = seq.min(una, this.highRxt);
      const span = seq.distance(tcb.snd.una, end);
      if (span > 0) this.sentAgain -= Math.min(this.sentAgain, span - this.sacked.countWithin(tcb.snd.una, end));
    }
    this.sacked.removeBelow(una);
    this.highRxt = seq.max(this.highRxt, una);
    this.lossEdge = seq.max(this.lossEdge, una);
    return padding;
  }

  /** RFC 6675, 4, IsLost(): moves lossEdge up to where more than DupThresh - 1 segments were received above. */
  markLost(tcb: Tcb): void {
    if (!tcb.sackPermitted) return;
    const enough = (this.reordering - 1) * tcb.effectiveMss;
    let above = 0;
    for (let index = this.sacked.count - 1; index >= 0; index--) {
      const size = seq.distance(this.sacked.left(index), this.sacked.right(index));
      above += size;
      const discontiguous = this.sacked.count - index >= this.reordering;
      if (above > enough || discontiguous) {
        // The edge lies where `enough` bytes remain above; within one range that makes no difference to what is lost.
        this.takeAsLost(this.sacked.left(index));
        return;
      }
    }
  }

  /** What lay at `una` was only late: so far ahead of it the peer has something (Linux tcp_check_sack_reordering). */
  sawReordering(tcb: Tcb, una: number): void {
    const { count } = this.sacked;
    if (count === 0) return;
    const ahead = ceilDivide(seq.distance(una, this.sacked.right(count - 1)), tcb.effectiveMss);
    this.reordering = Math.max(this.reordering, Math.min(ahead, MAX_REORDERING));
  }

  /** A connection begins at `iss`. */
  begin(iss: number): void {
    this.highRxt = iss;
    this.lossEdge = iss;
  }

  /** RFC 5681, 3.2, and RFC 6675, 5, steps 1 to 4: is it time for a fast retransmission? */
  shouldEnter(tcb: Tcb): boolean {
    return this.phase === 'open' && (this.duplicates >= this.reordering || seq.gt(this.lossEdge, tcb.snd.una));
  }

  enter(tcb: Tcb): void {
    this.phase = 'recovery';
    this.point = tcb.snd.nxt;
    this.highRxt = tcb.snd.una;
    this.sentAgain = 0;
    this.markHeadLost(tcb);
  }

  /** The first segment is taken as lost: at the third duplicate ACK, and at each partial ACK of NewReno (RFC 6582, 3.2). */
  markHeadLost(tcb: Tcb): void {
    const head = seq.add(tcb.snd.una, Math.min(tcb.effectiveMss, tcb.outstanding));
    this.takeAsLost(head);
    if (!tcb.sackPermitted) {
      this.highRxt = tcb.snd.una;
      this.sentAgain = 0;
    }
  }

  /** All that was sent is taken as lost (RFC 5681, 3.1; RFC 6675, 5.1); what was sacked is remembered (RFC 2018, 8). */
  timedOut(tcb: Tcb): void {
    this.phase = 'loss';
    this.point = tcb.snd.nxt;
    this.takeAsLost(tcb.snd.nxt);
    this.highRxt = tcb.snd.una;
    this.sentAgain = 0;
    this.duplicates = 0;
    this.probed = undefined;
    // RFC 2018, 8: if the first byte was sacked, the peer has reneged and nothing it said counts.
    if (this.sacked.has(tcb.snd.una)) this.sacked.clear();
  }

  /** A segment up to `end` was longer than the path takes: it goes out again, and no load is the reason (tcp_simple_retransmit). */
  tooLong(tcb: Tcb, end: number): void {
    this.enter(tcb);
    this.takeAsLost(end);
    this.phase = 'loss';
    this.duplicates = 0;
  }

  leave(tcb: Tcb): void {
    this.phase = 'open';
    this.hearsEchoes = !tcb.sackPermitted && tcb.snd.una === this.point;
    this.duplicates = 0;
    this.sentAgain = 0;
    this.highRxt = tcb.snd.una;
    this.lossEdge = tcb.snd.una;
  }

  /** What is below `edge` and not acknowledged is no more in the network, but what is sent again. */
  private takeAsLost(edge: number): void {
    if (!seq.gt(edge, this.lossEdge)) return;
    this.lossEdge = edge;
    this.short.removeBelow(edge);
  }

  /** RFC 6675, 4, NextSeg() rule 1: the next lost bytes, up to `most` of them; length 0: none. */
  next(tcb: Tcb, most: number): { readonly seq: number; readonly length: number } {
    let at = seq.max(this.highRxt, tcb.snd.una);
    const index = this.sacked.firstBehind(at);
    let limit = this.lossEdge;
    if (index < this.sacked.count) {
      if (seq.le(this.sacked.left(index), at)) {
        at = this.sacked.right(index);
        if (index + 1 < this.sacked.count) limit = seq.min(limit, this.sacked.left(index + 1));
      } else {
        limit = seq.min(limit, this.sacked.left(index));
      }
    }
    return { seq: at, length: Math.max(0, Math.min(most, seq.distance(at, limit))) };
  }

  /** Bytes up to `end` were sent again. */
  sent(from: number, end: number): void {
    this.highRxt = seq.max(this.highRxt, end);
    this.sentAgain += seq.distance(from, end);
  }
}
