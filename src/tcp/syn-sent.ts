/** SEGMENT ARRIVES in SYN-SENT: RFC 9293, 3.10.7.3. Its checks have an order of their own. */
import { type Nanoseconds, SECOND } from '../base/time.ts';
import { tellRtt } from './congestion-news.ts';
import { takeEcnOfSyn } from './ecn.ts';
import type { TcpDropReason } from './events.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import { enter, establish, fail } from './state-change.ts';
import type { Tcb } from './tcb.ts';

/** RFC 6298, 5.7. */
const AFTER_LOST_HANDSHAKE = 3 * SECOND;

export function segmentArrivesInSynSent(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const { snd } = tcb;
  // First: the ACK bit.
  const acceptable = segment.hasAck && seq.gt(segment.ack, snd.iss) && seq.le(segment.ack, snd.nxt);
  if (segment.hasAck && !acceptable) {
    if (!segment.rst) tcb.reset = { seq: segment.ack, ack: false };
    drop(tcb, 'ack-not-in-flight');
    return;
  }
  // Second: the RST bit. RFC 5961, 3: only with an exact ACK.
  if (segment.rst) {
    if (!acceptable || segment.ack !== snd.nxt) drop(tcb, 'rst-refused');
    else fail(tcb, 'refused', 'RST');
    return;
  }
  // Third: security. Fourth: the SYN bit; fifth: without it, nothing.
  if (!segment.syn) {
    drop(tcb, 'not-a-syn');
    return;
  }
  takeSyn(tcb, segment, now);
  if (acceptable) {
    if (tcb.retransmits === 0 && tcb.timing !== undefined) tcb.rto.sample(now - tcb.timing.at);
    else measureRepeatedHandshake(tcb, segment, now);
    tcb.timing = undefined;
    snd.una = segment.ack;
    snd.base = seq.add(snd.iss, 1);
    snd.wnd = segment.wnd; // the window of a SYN is never scaled (RFC 7323, 2.2)
    snd.wl1 = segment.seq;
    snd.wl2 = segment.ack;
    snd.maxWindow = snd.wnd;
    establish(tcb, now, 'SYN-ACK');
    tcb.acks.owed = 'now';
    return;
  }
  // Simultaneous open (MUST-10): both have sent a SYN, each answers the other's.
  enter(tcb, 'SYN-RECEIVED', 'SYN');
  snd.wnd = segment.wnd;
  snd.wl1 = segment.seq;
  snd.wl2 = segment.ack;
  tcb.sendSyn = true;
  tcb.retransmits = 0;
  tcb.timers.arm('retransmission', now + tcb.rto.value);
}

/** What a SYN tells: its number and its options (RFC 9293, 3.7.1; RFC 7323, 2.3 and 3.2; RFC 2018, 2). */
export function takeSyn(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const { rcv, snd, config } = tcb;
  const { options } = segment;
  rcv.irs = segment.seq;
  rcv.nxt = seq.add(segment.seq, 1);
  rcv.edge = seq.add(rcv.nxt, rcv.wnd);
  tcb.acks.upTo = rcv.nxt;
  tcb.timestamps.lastAckSent = rcv.nxt;
  if (options.mss !== undefined) snd.mss = options.mss;
  tcb.windowScaling = config.windowScaling && options.windowScale !== undefined;
  snd.scale = tcb.windowScaling ? (options.windowScale ?? 0) : 0;
  rcv.scale = tcb.windowScaling ? tcb.offeredScale : 0;
  tcb.sackPermitted = config.sack && options.sackPermitted;
  tcb.timestamps.on = config.timestamps && options.timestamps;
  takeEcnOfSyn(tcb, segment);
  if (tcb.timestamps.on) {
    tcb.timestamps.recent = options.tsval;
    tcb.timestamps.recentAt = now;
  }
}

/** Karn: a SYN that was sent more than once times nothing, unless the peer echoes when (RFC 6298, 3 and 5.7). */
export function measureRepeatedHandshake(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const { timestamps, tsecr } = segment.options;
  if (!tcb.timestamps.on || !timestamps || tsecr === 0) {
    tcb.rto.afterLostHandshake(AFTER_LOST_HANDSHAKE);
    return;
  }
  const milliseconds = (tcb.timestamp(now) - tsecr) >>> 0;
  if (milliseconds < 0x7fffffff) tcb.rto.sample(milliseconds * 1_000_000);
  tcb.rto.restart();
  tellRtt(tcb);
}

function drop(tcb: Tcb, reason: TcpDropReason): void {
  const { sink } = tcb.environment;
  if (sink.on) sink.emit({ kind: 'tcp.drop', connection: tcb.id, reason });
}
