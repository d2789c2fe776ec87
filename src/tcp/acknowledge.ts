/**
 * What an acceptable ACK does (RFC 9293, 3.10.7.4, fifth; RFC 5681, 3.2; RFC 6582; RFC 6675, 5; RFC 6298, 5.2 and 5.3).
 * Called by the fifth check only.
 */
import type { Nanoseconds } from '../base/time.ts';
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
  const news = tcb.sackPermitted ? recovery.takeBlocks(tcb, segment) : 0;
  const windowBefore = snd.wnd;
  updateWindow(tcb, segment);
  if (tcb.timers.isArmed('persist')) restartPersist(tcb, now);
  if (seq.gt(segment.ack, snd.una)) {
    acknowledgeNew(tcb, segment, now);
  } else if (tcb.sackPermitted ? news > 0 : isDuplicate(tcb, segment, windowBefore)) {
    recovery.countDuplicate(tcb);
  }
  const flight = tcb.flight; // before what is lost is taken from it
  recovery.markLost(tcb);
  if (recovery.shouldEnter(tcb) && flight > 0) {
    tcb.congestion.lost(flight, now);
    recovery.enter(tcb);
    tellCongestion(tcb);
  }
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

/** Linux tcp_is_cwnd_limited: slow start may double what was in flight, since the send buffer grows with the window. */
function isLimited({ usage, congestion }: Tcb): boolean {
  return usage.limited || (congestion.cwnd < congestion.ssthresh && congestion.cwnd < 2 * usage.most);
}

function acknowledgeNew(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
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
  const acked = seq.distance(snd.una, segment.ack) + padding;
  snd.una = segment.ack;
  if (snd.urgent && seq.ge(snd.una, snd.up)) snd.urgent = false;
  tcb.retransmits = 0;
  tcb.rtoStartedAt = now;
  settleLossProbe(tcb, segment, now);
  if (recovery.phase === 'open') {
    congestion.acknowledged(data + padding, isLimited(tcb), now);
  } else if (seq.ge(snd.una, recovery.point)) {
    if (recovery.phase === 'recovery') congestion.recovered(Math.max(0, flight - acked));
    else congestion.acknowledged(data + padding, true, now);
    recovery.leave(tcb);
    tellCongestion(tcb);
  } else if (recovery.phase === 'loss') {
    congestion.acknowledged(data + padding, true, now);
  } else if (!tcb.sackPermitted) {
    recovery.markHeadLost(tcb);
  }
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

/** There is a sample, or the RTO that it led to was doubled. */
export function tellRtt(tcb: Tcb): void {
  const { sink } = tcb.environment;
  const { srtt, rttvar, value } = tcb.rto;
  if (sink.on && srtt > 0) sink.emit({ kind: 'tcp.rtt', connection: tcb.id, srtt, rttvar, rto: value });
}

/** RFC 8985, 7.4: the probe's own segment was needed, so something was lost, and the window of congestion must shrink. */
function settleLossProbe(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const { recovery } = tcb;
  const { probed } = recovery;
  if (probed === undefined || seq.lt(segment.ack, probed.upTo)) return;
  recovery.probed = undefined;
  const reportsDuplicate = segment.options.sackCount > 0 && seq.le(segment.options.sack[1] ?? 0, segment.ack);
  if (probed.again && !reportsDuplicate && recovery.phase === 'open') {
    tcb.congestion.lost(tcb.flight, now);
    tellCongestion(tcb);
  }
}

/** Between losses the window of congestion grows, or begins anew: the trace hears of each size, and of none twice. */
export function tellGrowth(tcb: Tcb): void {
  if (tcb.environment.sink.on && tcb.congestion.cwnd !== tcb.told.cwnd) tellCongestion(tcb);
}

export function tellCongestion(tcb: Tcb): void {
  const { sink } = tcb.environment;
  if (!sink.on) return;
  const { cwnd, ssthresh } = tcb.congestion;
  tcb.told.cwnd = cwnd;
  sink.emit({ kind: 'tcp.congestion', connection: tcb.id, cwnd, ssthresh, phase: tcb.recovery.phase });
}
