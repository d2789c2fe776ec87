/**
 * SEGMENT ARRIVES: RFC 9293, section 3.10.7, in its order and its words. Read it with the RFC open beside it.
 *
 *     3.10.7.1  CLOSED      segmentArrivesInClosed
 *     3.10.7.2  LISTEN      segmentArrivesInListen      (listen.ts)
 *     3.10.7.3  SYN-SENT    segmentArrivesInSynSent
 *     3.10.7.4  otherwise   segmentArrivesOtherwise: eight checks, each a function, each answering whether to go on
 *
 * The flow stands here; what a step needs beyond a few lines is in `acknowledge.ts` (what an ACK does), `text.ts` (what
 * data does) and `state-change.ts`. `Linux:` marks where Linux does otherwise and we follow it; `Deviation:` where we
 * differ from both.
 */
import type { Nanoseconds } from '../base/time.ts';
import { takeAcknowledgment, windowOf } from './acknowledge.ts';
import type { TcpDropReason } from './events.ts';
import { NOTICE } from './notices.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import { enter, establish, fail, linger } from './state-change.ts';
import { measureRepeatedHandshake, segmentArrivesInSynSent } from './syn-sent.ts';
import type { Tcb } from './tcb.ts';
import { oweAck, takeText } from './text.ts';
import { isOldByTimestamp, recordTimestamp } from './timestamps.ts';
import { noteUrgentByte } from './urgent.ts';
import { awaitFin } from './user-calls.ts';

export { segmentArrivesInClosed } from './closed.ts';

/** What a check says: go on with the next; the segment is done with; the connection is gone. */
export type Outcome = 'continue' | 'dropped' | 'closed';

/** SEGMENT ARRIVES at a connection: any state but LISTEN. Output is asked for afterwards. */
export function segmentArrives(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  if (tcb.state === 'CLOSED') return;
  tcb.counters.arrived(segment.dataLength);
  if (tcb.state === 'SYN-SENT') segmentArrivesInSynSent(tcb, segment, now);
  else segmentArrivesOtherwise(tcb, segment, now);
}

/** 3.10.7.4 */
function segmentArrivesOtherwise(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  if (firstCheckSequenceNumber(tcb, segment, now) !== 'continue') return;
  if (secondCheckRst(tcb, segment, now) !== 'continue') return;
  if (thirdCheckSecurity() !== 'continue') return;
  if (fourthCheckSyn(tcb, segment, now) !== 'continue') return;
  if (fifthCheckAck(tcb, segment, now) !== 'continue') return;
  if (sixthCheckUrg(tcb, segment) !== 'continue') return;
  if (seventhProcessText(tcb, segment, now) !== 'continue') return;
  eighthCheckFin(tcb, segment, now);
}

/**
 *   3.10.7.4, first: is some of the segment in the window? RFC 7323, 5.3, R1 (PAWS) comes before.
 *
 *     SEG.LEN  RCV.WND   acceptable
 *        0        0      SEG.SEQ = RCV.NXT
 *        0       >0      RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND
 *       >0        0      not
 *       >0       >0      the first or the last octet lies in the window
 *
 * What is not acceptable draws an ACK, unless it is a RST (MUST-66: with a zero window RST and URG still count, so the
 * bare ACK at RCV.NXT is let through).
 */
function firstCheckSequenceNumber(tcb: Tcb, segment: Segment, now: Nanoseconds): Outcome {
  if (isOldByTimestamp(tcb, segment, now) && !segment.rst) {
    challenge(tcb, now);
    return drop(tcb, 'paws');
  }
  if (!isAcceptable(tcb, segment)) {
    if (segment.rst) return drop(tcb, 'rst-outside-window');
    if (tcb.state === 'SYN-RECEIVED' && isRepeatedSyn(tcb, segment)) return 'continue';
    noteDuplicate(tcb, segment);
    // What takes sequence space is a retransmission: our ACK was lost, so it is repeated at once. Others are limited.
    if (segment.fin && tcb.state === 'TIME-WAIT') linger(tcb, now, 'FIN again');
    if (segment.len > 0 && !segment.syn) tcb.acks.hurry();
    else challenge(tcb, now);
    if (segment.hasAck) takeStrayAck(tcb, segment, now);
    return drop(tcb, 'outside-window');
  }
  return 'continue';
}

function isAcceptable(tcb: Tcb, segment: Segment): boolean {
  const { rcv } = tcb;
  const edge = seq.max(rcv.edge, rcv.nxt);
  if (segment.len === 0) return edge === rcv.nxt ? segment.seq === rcv.nxt : seq.within(segment.seq, rcv.nxt, edge);
  // Linux: a segment that begins at RCV.NXT is looked at even if the window is shut; its text is then not taken.
  if (segment.seq === rcv.nxt) return true;
  const last = seq.add(segment.seq, segment.len - 1);
  if (seq.within(segment.seq, rcv.nxt, edge) || seq.within(last, rcv.nxt, edge)) return true;
  // Linux: a segment that reaches over both edges holds what is expected too; it is trimmed like the others.
  return edge !== rcv.nxt && seq.lt(segment.seq, rcv.nxt) && seq.ge(last, edge);
}

/** RFC 2883, 4: the octets that came again are reported; not in TIME-WAIT (Linux tcp_timewait_state_process). */
function noteDuplicate(tcb: Tcb, segment: Segment): void {
  if (!tcb.sackPermitted || !tcb.config.dsack || segment.len === 0 || tcb.state === 'TIME-WAIT') return;
  const end = seq.add(segment.seq, segment.len);
  if (seq.le(end, tcb.rcv.nxt)) tcb.duplicate = { left: segment.seq, right: end };
}

/**
 * Linux: the ACK of a segment counts that came again, whole, because ours for it was lost: its end lies where we have
 * acknowledged up to, or later. Of others nobody knows whether the peer sent them (trust.md's V3).
 */
function takeStrayAck(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const { snd, rcv } = tcb;
  if (segment.syn || tcb.state === 'SYN-RECEIVED' || tcb.state === 'TIME-WAIT') return;
  const end = seq.add(segment.seq, segment.len);
  if (seq.lt(end, tcb.acks.upTo) || seq.gt(end, rcv.nxt)) return;
  if (seq.gt(segment.ack, snd.nxt) || seq.lt(segment.ack, seq.add(snd.una, -snd.maxWindow))) return;
  recordTimestamp(tcb, segment, now); // else our ACK would echo the first copy's clock: the peer would measure too long
  if (seq.gt(segment.ack, snd.una)) {
    takeAcknowledgment(tcb, segment, now);
    closeAsAcknowledged(tcb, segment, now);
  }
}

/** EVT-22, Linux: the peer never had our SYN-ACK, or lost it. */
function isRepeatedSyn(tcb: Tcb, segment: Segment): boolean {
  return segment.syn && segment.seq === tcb.rcv.irs;
}

/**
 *   3.10.7.4, second: RST. Exactly at RCV.NXT it resets; elsewhere in the window it draws a challenge ACK (RFC 5961, 3).
 */
function secondCheckRst(tcb: Tcb, segment: Segment, now: Nanoseconds): Outcome {
  if (!segment.rst) return 'continue';
  if (segment.seq !== tcb.rcv.nxt) {
    challenge(tcb, now);
    return drop(tcb, 'rst-not-exact');
  }
  switch (tcb.state) {
    case 'SYN-RECEIVED':
      // Passive: back to LISTEN, which made us and goes on; the user is not told. Active: "connection refused".
      fail(tcb, tcb.passive ? undefined : 'refused', 'RST');
      return 'closed';
    case 'ESTABLISHED':
    case 'FIN-WAIT-1':
    case 'FIN-WAIT-2':
      fail(tcb, 'reset', 'RST');
      return 'closed';
    case 'CLOSE-WAIT':
      // Linux: the peer had closed already, so send() gets EPIPE and recv() keeps its end of stream (rule 3).
      fail(tcb, 'reset-after-fin', 'RST');
      return 'closed';
    case 'CLOSING':
    case 'LAST-ACK':
      fail(tcb, undefined, 'RST');
      return 'closed';
    case 'TIME-WAIT':
      if (tcb.config.rfc1337) return drop(tcb, 'rst-outside-window');
      enter(tcb, 'CLOSED', 'RST');
      return 'closed';
    case 'CLOSED':
    case 'LISTEN':
    case 'SYN-SENT':
      return 'dropped'; // not reached: these states have sections of their own
  }
}

/** 3.10.7.4, third: security and compartment. Not used on the Internet; we send none and look at none (RFC 9293, A.1). */
function thirdCheckSecurity(): Outcome {
  return 'continue';
}

/**
 *   3.10.7.4, fourth: a SYN in a synchronized state draws a challenge ACK, whatever its number (RFC 5961, 4). In
 *   SYN-RECEIVED it leads back to LISTEN if that is where it was reached from.
 */
function fourthCheckSyn(tcb: Tcb, segment: Segment, now: Nanoseconds): Outcome {
  if (!segment.syn) return 'continue';
  if (tcb.state === 'SYN-RECEIVED' && isRepeatedSyn(tcb, segment)) {
    // Simultaneous open: the peer's SYN-ACK repeats its SYN; its ACK is what counts.
    if (segment.hasAck && !tcb.passive) return 'continue';
    // Linux: a duplicate SYN is answered by another SYN-ACK, and the timer runs anew.
    tcb.sendSyn = true;
    tcb.timers.arm('retransmission', now + tcb.rto.value);
    return drop(tcb, 'syn-in-window');
  }
  drop(tcb, 'syn-in-window');
  if (tcb.state === 'SYN-RECEIVED' && tcb.passive) {
    // Back to LISTEN: the peer began anew, and so shall we when it sends that SYN again.
    fail(tcb, undefined, 'SYN');
    return 'closed';
  }
  challenge(tcb, now);
  return 'dropped';
}

/**
 *   3.10.7.4, fifth: ACK. Without it the segment is nothing. What acknowledges what was never sent, or what is older
 *   than any window that the peer offered, draws an ACK (MAY-12, RFC 5961, 5).
 */
function fifthCheckAck(tcb: Tcb, segment: Segment, now: Nanoseconds): Outcome {
  if (!segment.hasAck) return drop(tcb, 'no-ack');
  const { snd } = tcb;
  if (tcb.state === 'SYN-RECEIVED') {
    if (!(seq.lt(snd.una, segment.ack) && seq.le(segment.ack, snd.nxt))) {
      tcb.reset = { seq: segment.ack, ack: false };
      return drop(tcb, 'ack-not-in-flight');
    }
    if (isDeferred(tcb, segment)) return 'dropped';
    if (!becomeEstablished(tcb, segment, now)) return 'dropped';
  }
  if (seq.gt(segment.ack, snd.nxt) || seq.lt(segment.ack, seq.add(snd.una, -snd.maxWindow))) {
    challenge(tcb, now);
    return drop(tcb, 'ack-not-in-flight');
  }
  // Only now is it sure enough that the peer sent it: what it shows of the peer's life and clock is believed (V18).
  tcb.lastReceivedAt = now;
  recordTimestamp(tcb, segment, now);
  snd.more = false;
  if (seq.ge(segment.ack, snd.una)) takeAcknowledgment(tcb, segment, now);
  return closeAsAcknowledged(tcb, segment, now);
}

/** TCP_DEFER_ACCEPT (Linux tcp_check_req): a bare ACK of the SYN-ACK is only noted; it is data that ends the handshake. */
function isDeferred(tcb: Tcb, segment: Segment): boolean {
  if (!tcb.passive || segment.len > 0 || segment.seq !== tcb.rcv.nxt) return false;
  if (tcb.retransmits >= tcb.options.deferAccept) return false;
  tcb.deferred = true;
  return true;
}

/** SYN-RECEIVED: the handshake is complete. False: there was no room for it (`acceptable` says no), so wait. */
function becomeEstablished(tcb: Tcb, segment: Segment, now: Nanoseconds): boolean {
  if (tcb.mayEstablish !== undefined && !tcb.mayEstablish()) {
    if (tcb.config.abortOnOverflow) {
      tcb.reset = { seq: tcb.snd.nxt, ack: true };
      fail(tcb, undefined, 'accept queue full');
    } else {
      drop(tcb, 'accept-queue-full');
    }
    return false;
  }
  const { snd } = tcb;
  if (tcb.timing === undefined) measureRepeatedHandshake(tcb, segment, now);
  snd.wnd = windowOf(tcb, segment);
  snd.wl1 = segment.seq;
  snd.wl2 = segment.ack;
  snd.maxWindow = snd.wnd;
  snd.base = seq.add(snd.iss, 1);
  establish(tcb, now, 'ACK of SYN');
  return true;
}

/** The part of the fifth check that follows from our FIN being acknowledged. */
function closeAsAcknowledged(tcb: Tcb, segment: Segment, now: Nanoseconds): Outcome {
  switch (tcb.state) {
    case 'FIN-WAIT-1':
      if (tcb.finAcknowledged) {
        enter(tcb, 'FIN-WAIT-2', 'ACK of FIN');
        tcb.notices |= NOTICE.writable; // a close() that lingers may return
        if (tcb.orphan) {
          if (tcb.options.linger2 < 0) {
            fail(tcb, undefined, 'TCP_LINGER2');
            tcb.reset = { seq: segment.ack, ack: false };
            return 'closed';
          }
          awaitFin(tcb, now);
        }
      }
      return 'continue';
    case 'CLOSING':
      if (!tcb.finAcknowledged) return 'dropped';
      linger(tcb, now, 'ACK of FIN');
      return 'dropped';
    case 'LAST-ACK':
      if (!tcb.finAcknowledged) return 'continue';
      enter(tcb, 'CLOSED', 'ACK of FIN');
      return 'closed';
    case 'TIME-WAIT':
      // Only a FIN sent again can come here: it is acknowledged, and the time starts again.
      if (segment.fin) {
        tcb.acks.owed = 'now';
        linger(tcb, now, 'FIN again');
      }
      return 'dropped';
    default:
      return 'continue';
  }
}

/** 3.10.7.4, sixth: URG. RCV.UP goes forward only; the user is told when it does (MUST-32). */
function sixthCheckUrg(tcb: Tcb, segment: Segment): Outcome {
  if (!segment.urg && tcb.urgentByte === undefined) return 'continue';
  switch (tcb.state) {
    case 'ESTABLISHED':
    case 'FIN-WAIT-1':
    case 'FIN-WAIT-2': {
      noteUrgentByte(tcb, segment);
      if (!segment.urg) return 'continue';
      const up = seq.add(segment.seq, segment.up + (tcb.config.urgentPointer === 'behind' ? 0 : 1));
      const { rcv } = tcb;
      if (rcv.urgent ? seq.gt(up, rcv.up) : seq.gt(up, rcv.nxt)) {
        rcv.up = up;
        rcv.urgent = true;
        tcb.notices |= NOTICE.urgent;
      }
      return 'continue';
    }
    default:
      return 'continue'; // after the peer's FIN nothing can be urgent
  }
}

/** 3.10.7.4, seventh: the segment text. After the peer's FIN there can be none; it is ignored. */
function seventhProcessText(tcb: Tcb, segment: Segment, now: Nanoseconds): Outcome {
  if (segment.dataLength === 0) return 'continue';
  switch (tcb.state) {
    case 'ESTABLISHED':
    case 'FIN-WAIT-1':
    case 'FIN-WAIT-2':
      return takeText(tcb, segment, now);
    default:
      return drop(tcb, 'text-after-fin');
  }
}

/** 3.10.7.4, eighth: FIN. It counts when all before it has come; RCV.NXT goes over it, and it is acknowledged. */
function eighthCheckFin(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const end = seq.add(segment.seq, segment.len);
  const { rcv } = tcb;
  if (segment.fin && !tcb.finReceived) {
    rcv.fin = seq.add(end, -1);
    if (rcv.fin !== rcv.nxt) tcb.acks.hurry(); // out of order, as text would be: the peer must learn what is missing
  }
  if (rcv.fin === undefined || tcb.finReceived || rcv.nxt !== rcv.fin) return;
  tcb.finReceived = true;
  rcv.nxt = seq.add(rcv.nxt, 1);
  rcv.edge = seq.max(rcv.edge, rcv.nxt);
  tcb.notices |= NOTICE.readable;
  if (tcb.state === 'ESTABLISHED') {
    tcb.acks.finReceived();
    oweAck(tcb, now);
    enter(tcb, 'CLOSE-WAIT', 'FIN');
    return;
  }
  tcb.acks.owed = 'now';
  switch (tcb.state) {
    case 'SYN-RECEIVED':
      enter(tcb, 'CLOSE-WAIT', 'FIN');
      return;
    case 'FIN-WAIT-1':
      // Our FIN was acknowledged in this very segment: then the fifth check has made it FIN-WAIT-2.
      enter(tcb, 'CLOSING', 'FIN');
      return;
    case 'FIN-WAIT-2':
      linger(tcb, now, 'FIN');
      return;
    case 'CLOSE-WAIT':
    case 'CLOSING':
    case 'LAST-ACK':
    case 'TIME-WAIT':
    case 'CLOSED':
    case 'LISTEN':
    case 'SYN-SENT':
      return; // the FIN was counted before, or cannot be known
  }
}

/** An ACK for a segment that is not as it should be; at most one in a while (RFC 5961, 7; trust.md's V17). */
export function challenge(tcb: Tcb, now: Nanoseconds): void {
  if (tcb.challengedAt >= 0 && now - tcb.challengedAt < tcb.config.challengeInterval) return;
  tcb.challengedAt = now;
  tcb.acks.owed = 'now';
}

function drop(tcb: Tcb, reason: TcpDropReason): Outcome {
  const { sink } = tcb.environment;
  if (sink.on) sink.emit({ kind: 'tcp.drop', connection: tcb.id, reason });
  return 'dropped';
}
