/**
 * What an acceptable ACK does (RFC 9293, 3.10.7.4, fifth; RFC 5681, 3.2; RFC 6582; RFC 6675, 5; RFC 6298, 5.2 and 5.3).
 * Called by the fifth check only.
 */
import type { Nanoseconds } from '../base/time.ts';
import { ECE } from '../wire/tcp.ts';
import { isLimited, tellCongestion, tellGrowth, tellRtt } from './congestion-news.ts';
import { answerMark, takeEcho } from './ecn.ts';
import {
  enterRecovery,
  judgeTimeout,
  originalsMissing,
  progress,
  progressAtOnce,
  reducible,
  takeDuplicate,
} from './loss-response.ts';
import { NOTICE } from './notices.ts';
import { restartPersist, restartRetransmission } from './retransmission.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';
import { growSendBuffer } from './tuning.ts';

/** SND.UNA =< SEG.ACK =< SND.NXT: takes the acknowledgment, then the window. */
export function takeAcknowledgment(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const { snd, recovery } = tcb;
  tcb.probes = 0;
  const missing = recovery.missing(tcb);
  const originals = originalsMissing(tcb);
  const { una } = snd;
  const news = tcb.sackPermitted ? recovery.takeBlocks(tcb, segment) : 0;
  const echoes = tcb.ecn.ok && takeEcho(tcb, segment);
  if (echoes) answerMark(tcb, now);
  const windowBefore = snd.wnd;
  updateWindow(tcb, segment);
  if (tcb.timers.isArmed('persist')) restartPersist(tcb, now);
  if (seq.gt(segment.ack, snd.una)) {
    acknowledgeNew(tcb, segment, missing, originals, now);
  } else if (tcb.sackPermitted ? news > 0 : isDuplicate(tcb, segment, windowBefore)) {
    recovery.countDuplicate(tcb);
    judgeTimeout(tcb, una, originals, true);
  }
  if (echoes) answerMark(tcb, now);
  settleLossProbe(tcb, segment, snd.una !== una || news > 0, now);
  takeDuplicate(tcb, segment, una);
  const flight = tcb.flight; // before what is lost is taken from it
  const delivered = missing - recovery.missing(tcb);
  if (delivered > 0 && una !== snd.iss) {
    tcb.counters.delivered += delivered;
    if (tcb.ecn.ok && (segment.control & ECE) !== 0) tcb.counters.deliveredMarked += delivered;
  }
  if (flight === 0) {
    if (tcb.ecn.isReducing) reduce(tcb, delivered, true);
    return;
  }
  const lostBefore = recovery.lossEdge;
  recovery.markLost(tcb);
  if (recovery.shouldEnter(tcb)) enterRecovery(tcb, flight, now);
  if (recovery.phase === 'recovery' || tcb.ecn.isReducing)
    reduce(tcb, delivered, snd.una !== una && recovery.lossEdge === lostBefore);
}

/** In recovery, or after a mark, an ACK said that `delivered` bytes arrived; `progress`: it moved SND.UNA, and told of no new loss. */
function reduce(tcb: Tcb, delivered: number, progress: boolean): void {
  const { recovery, congestion, reduction, config } = tcb;
  if (config.lossResponse !== 'proportional' || delivered <= 0) return;
  const { ssthresh } = congestion;
  const smss = tcb.effectiveMss;
  const cwnd = reduction.windowAfter({ delivered, pipe: recovery.pipe(tcb), ssthresh, smss, progress });
  congestion.set(cwnd, ssthresh);
  tellGrowth(tcb);
}

/** SEG.WND in bytes; that of a SYN or SYN-ACK is not scaled (RFC 7323, 2.2). */
export function windowOf(tcb: Tcb, segment: Segment): number {
  return segment.syn ? segment.wnd : segment.wnd * (1 << tcb.snd.scale);
}

/** RFC 9293, fifth check: SND.WND is taken only from segments not older than the last that gave it (MUST-1: unsigned). */
function updateWindow(tcb: Tcb, segment: Segment): void {
  const { snd } = tcb;
  const isNewer =
    seq.lt(snd.wl1, segment.seq) ||
    (snd.wl1 === segment.seq && seq.le(snd.wl2, segment.ack)) ||
    seq.gt(segment.ack, snd.una);
  if (!isNewer) return;
  const before = snd.wnd;
  snd.wnd = windowOf(tcb, segment);
  snd.wl1 = segment.seq;
  snd.wl2 = segment.ack;
  snd.maxWindow = Math.max(snd.maxWindow, snd.wnd);
  if (snd.wnd > before) {
    tcb.persistBackoff = 0;
    tcb.timers.disarm('persist');
  }
}

/** RFC 5681, 2: no data, nothing new, the same window, and something is outstanding. With SACK: RFC 6675, 2, instead. */
function isDuplicate(tcb: Tcb, segment: Segment, windowBefore: number): boolean {
  return tcb.outstanding > 0 && segment.len === 0 && segment.ack === tcb.snd.una && tcb.snd.wnd === windowBefore;
}

/** `missing`: what the peer was not known to have before this ACK; `originals`: of it, what F-RTO looks at. */
function acknowledgeNew(tcb: Tcb, segment: Segment, missing: number, originals: number, now: Nanoseconds): void {
  const { snd, recovery, sendBuffer, congestion } = tcb;
  const { flight } = tcb;
  measure(tcb, segment, now);
  measureEach(tcb, segment, now);
  const padding = recovery.settle(tcb, segment.ack);
  const data = Math.min(sendBuffer.length, Math.max(0, seq.distance(snd.base, segment.ack)));
  if (data > 0) {
    sendBuffer.drop(data);
    snd.base = seq.add(snd.base, data);
    tcb.notices |= NOTICE.writable;
  }
  const { una } = snd;
  const acked = seq.distance(una, segment.ack) + padding;
  snd.una = segment.ack;
  tcb.mtuSearch?.acknowledged(tcb);
  // Linux: what was selectively acknowledged before is no news now (acked_sacked).
  const atOnce = tcb.config.lossResponse === 'at-once';
  const news = atOnce ? data + padding : Math.max(0, Math.min(data + padding, missing - recovery.missing(tcb)));
  if (snd.urgent && seq.ge(snd.una, snd.up)) snd.urgent = false;
  tcb.retransmits = 0;
  tcb.rtoStartedAt = now;
  if (recovery.phase === 'open') {
    if (!tcb.ecn.isReducing) congestion.acknowledged(news, isLimited(tcb), now);
  } else if (atOnce) progressAtOnce(tcb, Math.max(0, flight - acked), news, now);
  else progress(tcb, segment, { una, originals, news }, now);
  tellGrowth(tcb);
  growSendBuffer(tcb);
  restartRetransmission(tcb, now);
}

/** One record for all: nobody keeps it. */
const trip = { una: 0, nxt: 0, srtt: 0, now: 0 };

/** The round-trip time that this ACK gives, for the window of congestion: one for each ACK. */
function measureEach(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const rtt = tcb.sendTimes.acknowledged(segment.ack, now);
  if (rtt < 0) return;
  trip.una = segment.ack;
  trip.nxt = tcb.snd.nxt;
  trip.srtt = tcb.rto.srtt;
  trip.now = now;
  tcb.congestion.measured(rtt, trip);
}

/** One RTT sample (RFC 6298, 3, Karn; RFC 7323, 4): from the segment that is timed, else from the echoed timestamp. */
function measure(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  let rtt = -1;
  if (tcb.timing !== undefined && seq.ge(segment.ack, tcb.timing.seq)) {
    rtt = now - tcb.timing.at;
    tcb.timing = undefined;
  } else if (tcb.timestamps.on && segment.options.timestamps && segment.options.tsecr !== 0 && tcb.rto.backoff > 0) {
    rtt = (((tcb.timestamp(now) - segment.options.tsecr) >>> 0) & 0x7fffffff) * 1_000_000;
  }
  if (rtt < 0) return;
  tcb.rto.sample(rtt);
  tcb.rto.restart();
  tellRtt(tcb);
}

/**
 * RFC 8985, 7.4: what an ACK says of the loss probe. If the probe's own segment was needed, something was lost, and the
 * window of congestion must shrink; that is known when more than it is acknowledged and no D-SACK has come.
 */
function settleLossProbe(tcb: Tcb, segment: Segment, isNews: boolean, now: Nanoseconds): void {
  const { recovery } = tcb;
  const { probed } = recovery;
  if (probed === undefined || seq.lt(segment.ack, probed.upTo)) return;
  const { sack, sackCount } = segment.options;
  const reportsDuplicate = sackCount > 0 && seq.le(sack[1] ?? 0, segment.ack);
  if (!probed.again || reportsDuplicate) {
    recovery.probed = undefined;
  } else if (seq.gt(segment.ack, probed.upTo)) {
    recovery.probed = undefined;
    if (recovery.phase !== 'open') return;
    tcb.congestion.lost(reducible(tcb, tcb.flight), now);
    tcb.ecn.reduced();
    tellCongestion(tcb);
  } else if (!isNews && segment.len === 0) {
    recovery.probed = undefined; // a duplicate ACK: both arrived
  }
}
