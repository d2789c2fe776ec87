/**
 * What goes out next (RFC 9293, 3.8.6.2.1, 3.7.4; RFC 6675, 5; RFC 5681). One call of `transmit` writes one segment, in
 * this order of urgency: RST, SYN, what was lost, probes, new data with its FIN, a bare ACK.
 *
 * Data goes out as the calls of SEND would have pushed it, one after the other, although it is only asked for later:
 * `snd.ends` holds where each call ended, and each end is tried as if nothing lay behind it. So two small SENDs leave as
 * Linux lets them leave: the first at once, the second when Nagle allows.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { Frame } from '../wire/frame.ts';
import { ACK, FIN, headersTo, PSH, RST, SYN } from '../wire/tcp.ts';
import { tellGrowth } from './congestion-news.ts';
import { ecnOfNewData, ecnOfSyn } from './ecn.ts';
import type { RetransmitReason } from './events.ts';
import { writeSegment } from './header.ts';
import { NOTICE } from './notices.ts';
import { isHeldByProgram, recordEnd, unsentLowWater } from './push.ts';
import { armPersist, restartRetransmission } from './retransmission.ts';
import * as seq from './seq.ts';
import { isSynchronized } from './state.ts';
import type { Tcb } from './tcb.ts';
import { isUpdateDue } from './window.ts';

/** Bytes of the TCP segment written at frame.transport; 0: nothing is to be sent now. */
export function transmit(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  tcb.ecn.codepoint = 0;
  if (tcb.reset !== undefined) return transmitReset(tcb, now, frame);
  if (tcb.state === 'SYN-SENT' || tcb.state === 'SYN-RECEIVED') return transmitSyn(tcb, now, frame);
  if (!isSynchronized(tcb.state)) return 0;
  return (
    transmitLost(tcb, now, frame) ||
    transmitProbe(tcb, now, frame) ||
    transmitNew(tcb, now, frame) ||
    transmitAck(tcb, now, frame)
  );
}

function transmitReset(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  const reset = tcb.reset;
  if (reset === undefined) return 0;
  tcb.reset = undefined;
  return writeSegment(tcb, now, frame, reset.seq, reset.ack ? RST | ACK : RST, 0, 0);
}

function transmitSyn(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  if (!tcb.sendSyn) {
    // SYN-RECEIVED answers what is out of its window with an ACK, as any later state.
    return tcb.state === 'SYN-RECEIVED' ? transmitAck(tcb, now, frame) : 0;
  }
  tcb.sendSyn = false;
  if (tcb.snd.nxt === tcb.snd.iss) tcb.snd.nxt = seq.add(tcb.snd.iss, 1);
  const control = (tcb.state === 'SYN-SENT' ? SYN : SYN | ACK) | ecnOfSyn(tcb);
  return writeSegment(tcb, now, frame, tcb.snd.iss, control, 0, 0);
}

/** What is taken as lost, as far as the window of congestion allows. */
function transmitLost(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  const { recovery, snd } = tcb;
  if (recovery.phase === 'open') return 0;
  if (tcb.frto.holds) {
    // Linux REXMIT_NEW: if no new data may leave, the question is dropped and old data goes.
    const written = transmitNew(tcb, now, frame);
    if (written > 0 || seq.gt(snd.nxt, recovery.point)) return written;
    tcb.frto.end();
  }
  const size = dataRoom(tcb);
  const next = recovery.next(tcb, size);
  if (next.length === 0) return 0;
  const { seq: at } = next;
  const length = withinRecord(tcb, at, next.length);
  // The oldest hole is filled at once (RFC 6675, 5, step 4.3; RFC 6582, 3.2, step 3); others wait for the window. Where
  // that is reduced proportionally it leaves room for the first, and all others wait (Linux tcp_xmit_retransmit_queue).
  const waits = at !== snd.una || (recovery.phase === 'recovery' && tcb.config.lossResponse === 'proportional');
  const charge = congestionCharge(tcb, length);
  if (waits && recovery.pipe(tcb) + charge > tcb.congestion.cwnd) return 0;
  tcb.reduction.sent(charge);
  recovery.sent(at, seq.add(at, length));
  tcb.undo.sentAgain(tcb.timestamp(now));
  tcb.frto.sentAgain(seq.add(at, length));
  if (at === snd.una) tcb.rtoStartedAt = now;
  const written = retransmit(tcb, now, frame, at, length, recovery.phase === 'loss' ? 'timeout' : 'fast');
  restartRetransmission(tcb, now);
  return written;
}

/** As much of [at, at + length) as ends with the record that it begins in. */
function withinRecord(tcb: Tcb, at: number, length: number): number {
  if (tcb.snd.records.length === 0) return length;
  const from = tcb.sendBuffer.acknowledged + seq.distance(tcb.snd.base, at);
  return Math.min(length, recordEnd(tcb, from) - from);
}

/** As much of the last `count` octets sent, a FIN included, as lies behind the last end of a record. */
function withinLastRecord({ snd, sentOffset, finSent }: Tcb, count: number): number {
  const begin = snd.records.findLast((end) => end < sentOffset);
  return begin === undefined ? count : Math.min(count, sentOffset - begin + (finSent ? 1 : 0));
}

function isRecordEnd({ snd }: Tcb, offset: number): boolean {
  return snd.records.length > 0 && snd.records.includes(offset);
}

/** Sends [at, at + length) again; if it reaches behind the last byte, the FIN too. */
function retransmit(
  tcb: Tcb,
  now: Nanoseconds,
  frame: Frame,
  at: number,
  length: number,
  why: RetransmitReason,
): number {
  const skip = seq.distance(tcb.snd.base, at);
  const data = Math.max(0, Math.min(length, tcb.sendBuffer.length - skip));
  const fin = tcb.finSent && data < length;
  tcb.totalRetransmits++;
  tcb.counters.retransmitted += data;
  tcb.mtuSearch?.spoil();
  // Karn: what was sent twice cannot be timed.
  if (tcb.timing !== undefined && seq.lt(at, tcb.timing.seq)) tcb.timing = undefined;
  tcb.sendTimes.sentAgain(seq.add(at, length));
  const { sink } = tcb.environment;
  if (sink.on) sink.emit({ kind: 'tcp.retransmit', connection: tcb.id, seq: at, len: length, why });
  const last = skip + data === tcb.sendBuffer.length || isRecordEnd(tcb, tcb.sendBuffer.acknowledged + skip + data);
  return writeSegment(tcb, now, frame, at, ACK | (last && data > 0 ? PSH : 0) | (fin ? FIN : 0), skip, data);
}

function transmitProbe(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  const { probe, snd } = tcb;
  if (probe === undefined) return 0;
  tcb.probe = undefined;
  switch (probe) {
    case 'keep-alive':
      // RFC 9293, 3.8.4, SHLD-12: no data, SEG.SEQ = SND.NXT - 1.
      return writeSegment(tcb, now, frame, seq.add(snd.nxt, -1), ACK, 0, 0);
    case 'zero-window':
      return transmitZeroWindowProbe(tcb, now, frame);
    case 'loss':
      return transmitLossProbe(tcb, now, frame);
  }
}

/** Linux tcp_write_wakeup: what the window lets through, else an empty segment that cannot be in the window. */
function transmitZeroWindowProbe(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  const usable = usableWindow(tcb);
  if (usable > 0 && tcb.unsent > 0) {
    const length = Math.min(usable, tcb.unsent, dataRoom(tcb));
    return sendNew(tcb, now, frame, length, length === tcb.unsent);
  }
  return writeSegment(tcb, now, frame, seq.add(tcb.snd.una, -1), ACK, 0, 0);
}

/** RFC 8985, 7.3: new data if there is some, else the last segment once more. */
function transmitLossProbe(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  const { snd } = tcb;
  const size = dataRoom(tcb);
  const usable = Math.min(usableWindow(tcb), tcb.unsent, size);
  const from = seq.add(snd.nxt, -withinLastRecord(tcb, Math.min(size, tcb.outstanding)));
  let length: number;
  if (usable > 0) {
    length = sendNew(tcb, now, frame, usable, usable === tcb.unsent);
  } else {
    if (from === snd.una) tcb.rtoStartedAt = now;
    length = retransmit(tcb, now, frame, from, seq.distance(from, snd.nxt), 'loss-probe');
  }
  tcb.recovery.probed = { upTo: snd.nxt, from, again: usable <= 0 };
  restartRetransmission(tcb, now);
  return length;
}

/** Bytes that the peer's window still lets us send: SND.UNA + SND.WND - SND.NXT; may be negative (MUST-34). */
function usableWindow(tcb: Tcb): number {
  return tcb.snd.wnd - tcb.outstanding;
}

/** Data that one segment takes now: a full one, less what SACK blocks take (RFC 6691, 2). */
function dataRoom(tcb: Tcb): number {
  const { segmentSize, environment, receiveBuffer, timestamps } = tcb;
  const blocks = receiveBuffer.outOfOrder.count + (tcb.duplicate === undefined ? 0 : 1);
  if (!tcb.sackPermitted || blocks === 0) return segmentSize;
  const length = 4 + 8 * Math.min(timestamps.on ? 3 : 4, blocks);
  if (environment.accounting.name !== 'payload') return Math.max(1, segmentSize - length);
  const path = environment.mtu(tcb.remote.address) - headersTo(tcb.remote.address) - (timestamps.on ? 12 : 0);
  return Math.max(1, Math.min(segmentSize, path - length));
}

/** New data, or the FIN alone, if windows, Nagle and silly-window avoidance allow. */
function transmitNew(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  const { snd } = tcb;
  const longer = tcb.mtuSearch?.next(tcb, usableWindow(tcb), now);
  if (longer !== undefined) return longer === 0 ? 0 : transmitMtuProbe(tcb, now, frame, longer);
  const sent = tcb.sentOffset;
  while (snd.ends.length > 1 && (snd.ends[0] ?? 0) <= sent) snd.ends.shift();
  const record = snd.records.length > 0 ? recordEnd(tcb, sent) : Number.POSITIVE_INFINITY;
  while (true) {
    const tried = snd.ends[0] ?? tcb.sendBuffer.written;
    const end = Math.min(tried, record);
    // What nothing can join any more need not wait for company (Linux: only the last skb is asked).
    const closed = end < tcb.sendBuffer.written && end === record;
    const length = mayGo(tcb, end - sent, closed);
    if (length > 0) {
      const push = sent + length === end && end !== snd.unpushed;
      return sendNew(tcb, now, frame, length, push);
    }
    if (snd.ends.length <= 1 || end === record) break;
    snd.ends.shift();
  }
  if (tcb.unsent > 0 || !tcb.finQueued || tcb.finSent) {
    if (tcb.unsent > 0) fillHead(tcb);
    armPersist(tcb, now);
    return 0;
  }
  // A bare FIN waits for the window as data does (Linux tcp_snd_wnd_test).
  if (usableWindow(tcb) <= 0) {
    armPersist(tcb, now);
    return 0;
  }
  return sendNew(tcb, now, frame, 0, true);
}

/** One segment that is longer than others may be: it fits the path or is lost (RFC 4821, 7.3). */
function transmitMtuProbe(tcb: Tcb, now: Nanoseconds, frame: Frame, length: number): number {
  tcb.mtuSearch?.sent(tcb, tcb.snd.nxt, length);
  return sendNew(tcb, now, frame, length, false);
}

/** Linux tcp_grow_skb: what has to wait is kept in larger pieces, as large as may leave at once (tcp_cwnd_test). */
function fillHead(tcb: Tcb): void {
  const { effectiveMss } = tcb;
  const { cwnd } = tcb.congestion;
  const left = Math.floor((cwnd - tcb.recovery.pipe(tcb)) / effectiveMss);
  const segments = Math.min(left, Math.max(1, Math.floor(cwnd / effectiveMss / 2)));
  if (segments <= 0) return;
  const { charged } = tcb.sendBuffer;
  tcb.sendBuffer.fillHead(segments * tcb.segmentSize, tcb.sentOffset);
  if (tcb.sendBuffer.charged < charged) tcb.notices |= NOTICE.writable;
}

/** How many of `available` bytes may leave in a segment now: 0 is "wait". RFC 9293, 3.8.6.2.1 and 3.7.4. */
function mayGo(tcb: Tcb, available: number, closed: boolean): number {
  if (available <= 0) return 0;
  const { snd, recovery } = tcb;
  const size = dataRoom(tcb);
  const usable = usableWindow(tcb);
  if (usable <= 0) return 0;
  const length = Math.min(available, size, usable);
  if (length < size) {
    const allOfIt = length === available;
    if (allOfIt ? !closed && isHeldByNagle(tcb, available) : length < snd.maxWindow / 2) return 0;
  }
  const pipe = recovery.pipe(tcb);
  // A window of congestion smaller than a segment must not stop a silent connection for ever.
  if (pipe > 0 && pipe + congestionCharge(tcb, length) > tcb.congestion.cwnd) {
    noteUsage(tcb, true);
    return 0;
  }
  return length;
}

/** How much of the window of congestion a segment of `length` bytes takes: as many, or as much as a full one. */
function congestionCharge(tcb: Tcb, length: number): number {
  return tcb.config.congestionCounts === 'packets' ? tcb.effectiveMss : length;
}

/** Linux tcp_cwnd_validate: only a congestion window that is used may grow. */
function noteUsage(tcb: Tcb, limited: boolean): void {
  const { usage, snd, flight } = tcb;
  if (!limited && seq.lt(snd.una, usage.upTo) && (usage.limited || flight <= usage.most)) return;
  usage.limited = limited;
  usage.most = flight;
  usage.upTo = snd.nxt;
}

/** MUST-17, SHLD-7. Minshall: only while another small segment is unacknowledged. A FIN behind it pushes it. */
function isHeldByNagle(tcb: Tcb, available: number): boolean {
  if (tcb.finQueued && available === tcb.unsent) return false;
  if (tcb.snd.urgent || tcb.sendBuffer.written <= tcb.snd.pulled) return false;
  if (isHeldByProgram(tcb, available)) return true;
  if (tcb.options.noDelay || tcb.outstanding === 0) return false;
  if (tcb.config.nagle === 'rfc') return true;
  return seq.gt(tcb.snd.small, tcb.snd.una) && seq.le(tcb.snd.small, tcb.snd.nxt);
}

/** Sends `length` new bytes; `push`: they end what the program gave, so PSH (MUST-61), and the FIN if it is queued. */
function sendNew(tcb: Tcb, now: Nanoseconds, frame: Frame, length: number, push: boolean): number {
  const { snd } = tcb;
  const idle = tcb.outstanding === 0;
  if (idle && length > 0) restartAfterIdle(tcb, now);
  const at = snd.nxt;
  const skip = seq.distance(snd.base, at);
  const fin = tcb.finQueued && !tcb.finSent && length === tcb.unsent;
  const size = tcb.effectiveMss;
  const full = length >= tcb.segmentSize;
  const taken = length + (fin ? 1 : 0);
  snd.nxt = seq.add(at, taken);
  if (fin) tcb.finSent = true;
  if (taken < size && tcb.config.congestionCounts === 'packets') tcb.recovery.short.sent(snd.nxt, size - taken);
  noteUsage(tcb, tcb.flight >= tcb.congestion.cwnd);
  if (!full && length > 0) snd.small = snd.nxt;
  tcb.sendTimes.sent(snd.nxt, now);
  if (length > 0 && tcb.timing === undefined) tcb.timing = { seq: snd.nxt, at: now };
  if (idle) tcb.rtoStartedAt = now;
  if (tcb.recovery.phase === 'recovery' || tcb.ecn.isReducing) tcb.reduction.sent(congestionCharge(tcb, taken));
  if (unsentLowWater(tcb) <= tcb.sendBuffer.length) tcb.notices |= NOTICE.writable;
  tcb.timers.disarm('persist');
  snd.lastSentAt = now;
  if (length > 0) tcb.acks.dataSent(now);
  const written = writeSegment(
    tcb,
    now,
    frame,
    at,
    ACK | (push && length > 0 ? PSH : 0) | (fin ? FIN : 0) | (length > 0 ? ecnOfNewData(tcb) : 0),
    skip,
    length,
  );
  restartRetransmission(tcb, now);
  return written;
}

/** RFC 5681, 4.1: after a pause of more than an RTO the window of congestion begins anew. */
function restartAfterIdle(tcb: Tcb, now: Nanoseconds): void {
  if (!tcb.config.slowStartAfterIdle || tcb.snd.lastSentAt === 0) return;
  const pause = now - tcb.snd.lastSentAt;
  if (pause <= tcb.rto.value) return;
  tcb.congestion.idle(tcb.config.initialWindow, pause);
  tellGrowth(tcb);
}

function transmitAck(tcb: Tcb, now: Nanoseconds, frame: Frame): number {
  const update = tcb.roomMade && isUpdateDue(tcb);
  tcb.roomMade = false;
  if (tcb.acks.owed !== 'now' && !update) return 0;
  return writeSegment(tcb, now, frame, tcb.snd.nxt, ACK, 0, 0);
}
