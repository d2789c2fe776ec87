/**
 * What ACKs do in a recovery or after a time-out: go on, end it, or find that nothing was lost and undo it. As Linux has
 * it (tcp_fastretrans_alert, tcp_process_loss); where the profile answers a loss at once and for good, RFC 5681, 6582 and
 * 6675 as they stand.
 * Calls it: `acknowledge.ts`, `timeouts.ts`.
 */
import type { Nanoseconds } from '../base/time.ts';
import { isLimited, tellCongestion } from './congestion-news.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';

/**
 * What Reno halves: what is in flight (RFC 5681, 3.1, equation 4), or the window itself, in whole segments (Linux
 * tcp_reno_ssthresh). CUBIC takes its window in any case.
 */
export function reducible(tcb: Tcb, flight: number): number {
  if (!isUndoable(tcb)) return flight;
  const smss = tcb.effectiveMss;
  return 2 * Math.floor(tcb.congestion.cwnd / (2 * smss)) * smss;
}

/** Fast recovery begins: the window is reduced, unless what is lost was only too long for the path. */
export function enterRecovery(tcb: Tcb, flight: number, now: Nanoseconds): void {
  const { recovery, congestion, reduction, undo } = tcb;
  const tooLong = tcb.mtuSearch?.failed(tcb);
  if (tooLong !== undefined) {
    undo.end();
    recovery.tooLong(tcb, tooLong);
    tellCongestion(tcb);
    return;
  }
  if (tcb.ecn.point !== undefined) {
    // A mark has reduced the window for this one already, and that is not undone.
    undo.begin(tcb.snd.una, 0, 0, true);
    recovery.enter(tcb);
    recovery.point = tcb.ecn.point;
    tcb.ecn.point = undefined;
  } else {
    undo.begin(tcb.snd.una, congestion.cwnd, congestion.ssthresh, true);
    reduction.begin(congestion.cwnd);
    congestion.lost(reducible(tcb, flight), now);
    recovery.enter(tcb);
    tcb.ecn.reduced();
  }
  tellCongestion(tcb);
}

/** The retransmission timer expired. Linux: a window that was reduced for this loss already is not reduced again. */
export function enterLoss(tcb: Tcb): void {
  const { recovery, congestion, undo, frto, snd, ecn } = tcb;
  const { phase, probed } = recovery;
  const again = tcb.retransmits > 0;
  const point = phase === 'recovery' ? recovery.point : ecn.point;
  const reducedBefore = point !== undefined && isUndoable(tcb) && seq.gt(point, snd.una);
  if (!again) {
    if (!reducedBefore) undo.begin(snd.una, congestion.cwnd, congestion.ssthresh, phase === 'open');
    congestion.timedOut(reducible(tcb, tcb.flight), reducedBefore);
  }
  if (!tcb.config.frto || (phase !== 'open' && !again)) frto.end();
  else if (phase === 'open') frto.begin(snd.una, probed?.again ? probed.from : snd.nxt);
  frto.holds = false;
  ecn.point = undefined;
  ecn.reduced();
  recovery.timedOut(tcb);
}

function isUndoable(tcb: Tcb): boolean {
  return tcb.config.lossResponse === 'proportional';
}

/** An ACK that moved SND.UNA: from where, what `originalsMissing` said before, and how many bytes are newly delivered. */
export interface Progress {
  readonly una: number;
  readonly originals: number;
  readonly news: number;
}

/** SND.UNA moved on while a loss is being repaired. */
export function progress(tcb: Tcb, segment: Segment, { una, originals, news }: Progress, now: Nanoseconds): void {
  const { recovery, congestion, undo, snd } = tcb;
  const { phase } = recovery;
  const isDone = seq.ge(snd.una, recovery.point);
  const isLate = isUndoable(tcb) && undo.isLate(segment);
  // In the midst of a recovery its own retransmissions must have arrived first (tcp_try_undo_partial).
  if (isLate && (phase === 'loss' || isDone || recovery.sentAgain === 0)) {
    revert(tcb, una);
    congestion.acknowledged(news, isLimited(tcb), now);
  } else if (phase === 'loss' && judgeTimeout(tcb, una, originals, false)) {
    congestion.acknowledged(news, isLimited(tcb), now);
  } else if (isDone) {
    if (phase === 'recovery') congestion.set(congestion.ssthresh, congestion.ssthresh);
    congestion.acknowledged(news, phase === 'loss' || isLimited(tcb), now);
    recovery.leave(tcb);
    tcb.frto.end();
    tellCongestion(tcb);
  } else if (phase === 'loss') {
    congestion.acknowledged(news, true, now);
  } else if (!tcb.sackPermitted && !isLate) {
    recovery.markHeadLost(tcb);
  }
}

/** The same for `at-once`. `flight`: what is in flight now. */
export function progressAtOnce(tcb: Tcb, flight: number, news: number, now: Nanoseconds): void {
  const { recovery, congestion, snd } = tcb;
  const { phase } = recovery;
  const isDone = seq.ge(snd.una, recovery.point);
  if (phase === 'loss') congestion.acknowledged(news, true, now);
  else if (isDone) congestion.recovered(flight);
  else if (!tcb.sackPermitted) recovery.markHeadLost(tcb);
  if (!isDone) return;
  recovery.leave(tcb);
  tellCongestion(tcb);
}

/** What a D-SACK says of the copies that were sent. `una`: SND.UNA before this ACK. */
export function takeDuplicate(tcb: Tcb, segment: Segment, una: number): void {
  if (!tcb.sackPermitted || !isUndoable(tcb)) return;
  const { undo, recovery } = tcb;
  undo.takeDuplicate(segment, una, tcb.effectiveMss);
  if (undo.allDuplicates && (recovery.phase !== 'loss' || tcb.snd.una !== una)) revert(tcb, una);
}

/** Octets between what F-RTO sent again and what was in flight before that the peer is not known to have. */
export function originalsMissing(tcb: Tcb): number {
  const { frto, recovery, snd } = tcb;
  if (!frto.on || recovery.phase !== 'loss') return 0;
  const from = seq.max(frto.resentEnd, snd.una);
  const span = seq.distance(from, frto.originalsEnd);
  return span <= 0 ? 0 : span - recovery.sacked.countWithin(from, frto.originalsEnd);
}

/**
 * F-RTO: an ACK came after a time-out; true: the time-out was wrong, and is undone. SND.UNA was `una` before, `missing` is
 * what `originalsMissing` said; `duplicate`: it acknowledges nothing, or only selectively.
 */
export function judgeTimeout(tcb: Tcb, una: number, missing: number, duplicate: boolean): boolean {
  const { frto, recovery, snd } = tcb;
  if (!frto.on || recovery.phase !== 'loss') return false;
  frto.holds = false;
  if (originalsMissing(tcb) < missing) {
    revert(tcb, una); // step 3b
    return true;
  }
  if (seq.gt(snd.nxt, recovery.point)) {
    if (duplicate) frto.end(); // step 3a
  } else if (!duplicate && seq.lt(snd.una, recovery.point)) {
    recovery.point = snd.nxt;
    if (tcb.unsent > 0 && snd.wnd > tcb.outstanding) frto.holds = true;
    else frto.end();
  }
  return false;
}

/** Nothing was lost: the window is what it was, and what was taken as lost is in flight (tcp_undo_cwnd_reduction). */
function revert(tcb: Tcb, una: number): void {
  const { congestion, recovery, undo, frto } = tcb;
  if (undo.ssthresh > congestion.ssthresh) tcb.ecn.owesCwr = false;
  congestion.set(Math.max(congestion.cwnd, undo.cwnd), Math.max(congestion.ssthresh, undo.ssthresh));
  undo.end();
  frto.end();
  recovery.sawReordering(tcb, una);
  if (recovery.phase !== 'open') recovery.leave(tcb);
  tellCongestion(tcb);
}
