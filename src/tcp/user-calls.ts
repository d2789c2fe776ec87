/**
 * User calls: RFC 9293, 3.10.1 to 3.10.6. What each does depends on the state, and every state is named. POSIX's calls
 * are built on these in `socket/`, which also decides what waits.
 */
import { ceilDivide } from '../base/integer.ts';
import type { Nanoseconds } from '../base/time.ts';
import { noteEnd, type SendMarks, unsentLowWater } from './push.ts';
import * as seq from './seq.ts';
import { discardUnread, discardUnsent, enter, fail, sendReset } from './state-change.ts';
import type { Tcb } from './tcb.ts';
import { growReceiveBuffer, tellBuffers } from './tuning.ts';
import { receiveAround } from './urgent.ts';

/** 3.10.1, OPEN, active: a SYN goes out. */
export function open(tcb: Tcb, now: Nanoseconds): void {
  const { snd, environment } = tcb;
  snd.iss = environment.initialSequence(tcb.local, tcb.remote, now);
  begin(tcb);
  enter(tcb, 'SYN-SENT', 'OPEN');
  tellBuffers(tcb);
  tcb.ecn.ask(tcb);
  tcb.sendSyn = true;
  tcb.timing = { seq: seq.add(snd.iss, 1), at: now };
  tcb.lastReceivedAt = now;
  tcb.retransmittedAt = now;
  tcb.timers.arm('retransmission', now + tcb.rto.value);
}

/** The variables that follow from ISS. */
export function begin(tcb: Tcb): void {
  const { snd } = tcb;
  snd.una = snd.iss;
  snd.nxt = snd.iss;
  snd.base = seq.add(snd.iss, 1);
  snd.small = snd.iss;
  tcb.usage.upTo = snd.iss;
  tcb.recovery.begin(snd.base);
}

/**
 * 3.10.2, SEND: copies data[start, end) into the send buffer, as much as fits. Returns the count; 0 also where data
 * cannot be sent at all, which `socket/` has asked before. `whole`: all of it, if there is any room (Windows).
 */
export function send(
  tcb: Tcb,
  data: Uint8Array,
  start: number,
  end: number,
  whole: boolean,
  marks?: SendMarks,
): number {
  switch (tcb.state) {
    case 'ESTABLISHED':
    case 'CLOSE-WAIT':
      break;
    case 'CLOSED':
    case 'LISTEN':
    case 'SYN-SENT':
    case 'SYN-RECEIVED':
    case 'FIN-WAIT-1':
    case 'FIN-WAIT-2':
    case 'CLOSING':
    case 'LAST-ACK':
    case 'TIME-WAIT':
      return 0;
  }
  if (tcb.finQueued) return 0;
  const { sendBuffer, unitSize, sentOffset } = tcb;
  const room = roomFor(tcb, whole, end - start);
  const count = Math.min(end - start, room);
  if (count <= 0) return 0;
  sendBuffer.write(data, start, start + count, unitSize, sentOffset);
  noteEnd(tcb, start + count === end, marks);
  return count;
}

/** Bytes that SEND would take now. */
export function roomFor(tcb: Tcb, whole: boolean, wanted: number): number {
  const { sendBuffer } = tcb;
  if (whole) return sendBuffer.charged < sendBuffer.limit ? wanted : 0;
  const { unitSize } = tcb;
  const room = sendBuffer.room(unitSize, tcb.sentOffset);
  // Linux asks for each new unit that it begins.
  const below = unsentLowWater(tcb) - tcb.unsent;
  return room <= below ? room : Math.min(room, Math.max(0, ceilDivide(below, unitSize)) * unitSize);
}

/** 3.10.3, RECEIVE: copies into into[start, end) what lies there in order. Returns the count. */
export function receive(
  tcb: Tcb,
  into: Uint8Array,
  start: number,
  end: number,
  peek: boolean,
  now: Nanoseconds,
): number {
  const { receiveBuffer } = tcb;
  const { unread } = receiveBuffer;
  const count =
    tcb.urgentByte === undefined
      ? receiveBuffer.take(into, start, end, peek)
      : receiveAround(tcb, into, start, end, peek);
  if (receiveBuffer.unread < unread) {
    growReceiveBuffer(tcb, now);
    tcb.roomMade = true;
    tcb.acks.dataRead(tcb.rcv.nxt, receiveBuffer.unread);
    leaveUrgentMode(tcb);
  }
  return count;
}

/** 3.10.3: all that was urgent has been read. */
function leaveUrgentMode(tcb: Tcb): void {
  const { rcv, receiveBuffer } = tcb;
  if (rcv.urgent && seq.ge(seq.add(rcv.nxt, -receiveBuffer.unread), rcv.up)) rcv.urgent = false;
}

/** 3.10.4, CLOSE: no more will be sent; a FIN goes behind the last byte. What comes is still received. */
export function closeSending(tcb: Tcb): void {
  switch (tcb.state) {
    case 'LISTEN':
    case 'SYN-SENT':
      enter(tcb, 'CLOSED', 'CLOSE');
      return;
    case 'SYN-RECEIVED':
      tcb.finQueued = true; // it waits for ESTABLISHED: `establish` goes on
      return;
    case 'ESTABLISHED':
      tcb.finQueued = true;
      enter(tcb, 'FIN-WAIT-1', 'CLOSE');
      return;
    case 'CLOSE-WAIT':
      tcb.finQueued = true;
      enter(tcb, 'LAST-ACK', 'CLOSE');
      return;
    case 'CLOSED':
    case 'FIN-WAIT-1':
    case 'FIN-WAIT-2':
    case 'CLOSING':
    case 'LAST-ACK':
    case 'TIME-WAIT':
      return; // closed before
  }
}

/**
 * CLOSE by a user who lets go of the connection for good (POSIX close): nobody will read. Unread bytes make it a reset
 * (RFC 2525, 2.17; SHLD-3), since the peer must learn that they were lost.
 */
export function letGo(tcb: Tcb, now: Nanoseconds): void {
  if (tcb.orphan) return;
  tcb.orphan = true;
  const { unread, outOfOrder } = tcb.receiveBuffer;
  const hasUnread = unread > 0 || outOfOrder.bytes > 0;
  if (hasUnread && tcb.config.closeWithUnread === 'rst' && tcb.state !== 'CLOSED' && tcb.state !== 'TIME-WAIT') {
    sendReset(tcb); // Linux: in CLOSING and LAST-ACK too, where ABORT would be silent
    abort(tcb);
    return;
  }
  discardUnread(tcb);
  closeSending(tcb);
  tcb.timers.disarm('keep-alive');
  if (tcb.state === 'FIN-WAIT-2') awaitFin(tcb, now);
}

/** FIN-WAIT-2 without a user does not last (tcp_fin_timeout); with TCP_LINGER2 below 0 it is a reset at once. */
export function awaitFin(tcb: Tcb, now: Nanoseconds): void {
  const { linger2 } = tcb.options;
  if (linger2 < 0) abort(tcb);
  else tcb.timers.arm('fin-wait-2', now + (linger2 > 0 ? linger2 : tcb.config.finTimeout));
}

/** 3.10.5, ABORT: RST, if the peer knows of the connection; all that lies in the buffers is lost. */
export function abort(tcb: Tcb): void {
  switch (tcb.state) {
    case 'SYN-RECEIVED':
    case 'ESTABLISHED':
    case 'FIN-WAIT-1':
    case 'FIN-WAIT-2':
    case 'CLOSE-WAIT':
      sendReset(tcb);
      break;
    case 'CLOSING':
    case 'LAST-ACK':
    case 'TIME-WAIT':
    case 'SYN-SENT':
    case 'LISTEN':
    case 'CLOSED':
      break; // the peer has no use for it
  }
  discardUnread(tcb);
  discardUnsent(tcb);
  fail(tcb, undefined, 'ABORT');
}
