/**
 * The segment text (RFC 9293, 3.10.7.4, seventh): trimmed to the window, kept in order or behind its hole, and
 * acknowledged as 3.8.6.3 says. Called by the seventh check only.
 */
import type { Nanoseconds } from '../base/time.ts';
import { FIN, PSH, URG } from '../wire/tcp.ts';
import { takeMark } from './ecn.ts';
import type { TcpFailure } from './failure.ts';
import { NOTICE } from './notices.ts';
import type { Segment } from './segment.ts';
import type { Outcome } from './segment-arrives.ts';
import * as seq from './seq.ts';
import { fail } from './state-change.ts';
import type { Tcb } from './tcb.ts';
import { windowNow } from './window.ts';

export function takeText(tcb: Tcb, segment: Segment, now: Nanoseconds): Outcome {
  const { rcv, receiveBuffer } = tcb;
  // Trim what we have already, and what lies beyond the window.
  const { dataSeq } = segment;
  const old = Math.max(0, seq.distance(dataSeq, rcv.nxt));
  const at = seq.add(dataSeq, old);
  const start = segment.dataStart + old;
  const beyond = Math.max(0, seq.distance(rcv.edge, seq.add(dataSeq, segment.dataLength)));
  const end = segment.dataEnd - beyond;
  if (start >= segment.dataEnd) {
    reportOld(tcb, segment);
    return 'continue';
  }
  if (tcb.orphan) return refuseLateText(tcb, segment, undefined);
  if (tcb.receiveShut && tcb.state !== 'ESTABLISHED') return refuseLateText(tcb, segment, 'reset');
  if (start >= end) {
    tell(tcb, 'receive-buffer-full');
    tcb.acks.owed = 'now';
    return 'dropped';
  }
  // A FIN behind text that was cut off has not come.
  if (beyond > 0) segment.control &= ~FIN;
  tcb.acks.dataReceived(segment.dataLength, (segment.control & (PSH | FIN | URG)) !== 0, now, tcb.rto.value);
  if (at !== rcv.nxt) {
    takeMark(tcb, segment);
    keepBehindHole(tcb, segment, start, end, at);
    return 'continue';
  }
  if (!makeRoom(tcb)) return 'dropped';
  const hadHole = receiveBuffer.outOfOrder.count > 0;
  if (tcb.receiveShut && tcb.config.shutdownReadDiscards) rcv.nxt = seq.add(rcv.nxt, end - start);
  else rcv.nxt = receiveBuffer.append(segment.frame, start, end, at);
  rcv.edge = seq.max(rcv.edge, rcv.nxt);
  tcb.notices |= NOTICE.readable;
  takeMark(tcb, segment);
  if (hadHole) tcb.acks.owed = 'now';
  else if (!segment.fin) oweAck(tcb, now); // a FIN has a word in it
  return 'continue';
}

/**
 * Linux tcp_try_rmem_schedule: bookkeeping may have used up the memory although the window is open. What lies behind a
 * hole is given up first; then the segment is dropped, to be sent again. An empty buffer takes any segment.
 */
function makeRoom(tcb: Tcb): boolean {
  const { receiveBuffer } = tcb;
  if (receiveBuffer.admits || receiveBuffer.unread === 0) return true;
  if (receiveBuffer.outOfOrder.count > 0) {
    const bytes = receiveBuffer.prune();
    const { sink } = tcb.environment;
    if (sink.on) sink.emit({ kind: 'tcp.pruned', connection: tcb.id, bytes });
    if (receiveBuffer.admits) return true;
  }
  tell(tcb, 'receive-buffer-full');
  tcb.acks.owed = 'now';
  return false;
}

/**
 * The user is gone, or has shut down both ways, and the peer still sends: what it says can never be read (SHLD-3, Linux
 * row 8; tcp_rcv_state_process, TCPABORTONDATA). Who still holds the socket is told.
 */
function refuseLateText(tcb: Tcb, segment: Segment, failure: TcpFailure | undefined): Outcome {
  tell(tcb, 'text-after-close');
  tcb.reset = { seq: segment.ack, ack: false };
  fail(tcb, failure, 'text after close');
  return 'closed';
}

function keepBehindHole(tcb: Tcb, segment: Segment, start: number, end: number, at: number): void {
  const { receiveBuffer } = tcb;
  tcb.acks.hurry();
  if (!receiveBuffer.admits) {
    tell(tcb, 'receive-buffer-full');
    return;
  }
  const kept = receiveBuffer.insert(segment.frame, start, end, at);
  tcb.newestOutOfOrder = at;
  if (kept === 0) {
    tell(tcb, 'duplicate');
    if (tcb.config.dsack) tcb.duplicate = { left: at, right: seq.add(at, end - start) };
  }
}

function reportOld(tcb: Tcb, segment: Segment): void {
  tell(tcb, 'duplicate');
  if (tcb.sackPermitted && tcb.config.dsack) {
    tcb.duplicate = { left: segment.seq, right: seq.add(segment.seq, segment.dataLength) };
  }
  tcb.acks.hurry();
}

/** SHLD-18, SHLD-19, MUST-40: what came is acknowledged at once for every second full segment or in a hurry, else soon. */
export function oweAck(tcb: Tcb, now: Nanoseconds): void {
  const { acks, rcv } = tcb;
  if (acks.owed === 'now') return;
  const second = acks.hasSecond(rcv.nxt) && (!acks.needsWindow || windowNow(tcb) >= rcv.wnd);
  if (second || acks.isQuick || tcb.options.quickAck) {
    acks.owed = 'now';
    return;
  }
  acks.owed = 'delayed';
  const deadline = now + acks.wait(tcb.rto.srtt);
  if (deadline < tcb.timers.at('delayed-ack')) tcb.timers.arm('delayed-ack', deadline);
}

function tell(tcb: Tcb, reason: 'receive-buffer-full' | 'duplicate' | 'text-after-close'): void {
  const { sink } = tcb.environment;
  if (sink.on) sink.emit({ kind: 'tcp.drop', connection: tcb.id, reason });
}
