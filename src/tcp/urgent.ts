/**
 * The urgent byte as BSD's sockets have it, and Linux with them: one byte stands out of the stream. `recv` stops in front
 * of it and, unless SO_OOBINLINE is set, leaves it out; `recv` with MSG_OOB brings it; SIOCATMARK tells that it is next.
 * TCP itself knows only where urgent data ends (`segment-arrives.ts`, the sixth check), and RFC 6093 advises against all this.
 *
 * Source: Linux tcp_check_urg, tcp_urg, tcp_recv_urg, tcp_recvmsg_locked, tcp_inq, whose names stand beside ours.
 * Leaves out: SIGURG.
 * Calls it: the sixth check, `user-calls.ts` and `connection.ts`.
 */
import { NOTICE } from './notices.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import { noteDiscarded } from './state-change.ts';
import type { Tcb } from './tcb.ts';

/** The byte that stands out (urg_seq, urg_data). */
export interface UrgentByte {
  readonly seq: number;
  /** It has not come, lies here, or was read (TCP_URG_NOTYET, TCP_URG_VALID, TCP_URG_READ). */
  state: 'awaited' | 'here' | 'read';
  value: number;
}

/** What RECEIVE of the urgent byte says where it brings none. */
export type NoUrgent = 'no-urgent-data' | 'not-yet' | 'end';

const scratch = new Uint8Array(1);

/** Sequence number of the next byte that RECEIVE brings (copied_seq). */
function nextRead({ rcv, receiveBuffer, finReceived }: Tcb): number {
  return seq.add(rcv.nxt, -receiveBuffer.unread - (finReceived ? 1 : 0));
}

/** A segment came that speaks of urgent data, or may bring the byte that was spoken of. */
export function noteUrgentByte(tcb: Tcb, segment: Segment): void {
  if (segment.urg) takePointer(tcb, segment);
  const { urgentByte } = tcb;
  if (urgentByte?.state !== 'awaited') return;
  const offset = seq.distance(segment.dataSeq, urgentByte.seq);
  if (offset < 0 || offset >= segment.dataLength) return;
  urgentByte.value = segment.frame.bytes[segment.dataStart + offset] ?? 0;
  urgentByte.state = 'here';
  tcb.notices |= NOTICE.urgent | NOTICE.readable;
}

function takePointer(tcb: Tcb, segment: Segment): void {
  const { config, rcv, urgentByte } = tcb;
  const back = segment.up > 0 && config.urgentPointer === 'behind' ? 1 : 0;
  const at = seq.add(segment.seq, segment.up - back);
  const next = nextRead(tcb);
  if (seq.lt(at, next) || seq.lt(at, rcv.nxt)) return;
  if (urgentByte !== undefined && seq.le(at, urgentByte.seq)) return;
  // Linux: one that is next, and that nobody has read, makes way for the new one.
  if (isAtMark(tcb) && !tcb.options.urgentInline && next !== rcv.nxt) skip(tcb);
  tcb.urgentByte = { seq: at, state: 'awaited', value: 0 };
}

/** SIOCATMARK: the urgent byte is the next one. */
export function isAtMark(tcb: Tcb): boolean {
  return tcb.urgentByte !== undefined && tcb.urgentByte.seq === nextRead(tcb);
}

/** SIOCINQ: unread bytes, up to the urgent one if that stands out. */
export function unreadToMark(tcb: Tcb): number {
  const { urgentByte, receiveBuffer } = tcb;
  const { unread } = receiveBuffer;
  if (urgentByte === undefined || tcb.options.urgentInline) return unread;
  const before = seq.distance(nextRead(tcb), urgentByte.seq);
  return before < 0 || before >= unread ? unread : before;
}

/** RECEIVE while an urgent byte stands out: copies up to it, or what lies behind it. Returns the count. */
export function receiveAround(tcb: Tcb, into: Uint8Array, start: number, end: number, peek: boolean): number {
  const { urgentByte, receiveBuffer, options } = tcb;
  if (urgentByte === undefined) return receiveBuffer.take(into, start, end, peek);
  const before = seq.distance(nextRead(tcb), urgentByte.seq);
  if (before !== 0 || options.urgentInline) {
    const most = before > 0 ? Math.min(end, start + before) : end;
    const count = receiveBuffer.take(into, start, most, peek);
    if (!peek && count > before) tcb.urgentByte = undefined;
    return count;
  }
  if (peek) return peekBehind(tcb, into, start, end);
  if (receiveBuffer.unread === 0) return 0;
  skip(tcb);
  tcb.urgentByte = undefined;
  return receiveBuffer.take(into, start, end, false);
}

function peekBehind({ receiveBuffer }: Tcb, into: Uint8Array, start: number, end: number): number {
  const copy = new Uint8Array(end - start + 1);
  const count = Math.max(0, receiveBuffer.take(copy, 0, copy.length, true) - 1);
  into.set(copy.subarray(1, 1 + count), start);
  return count;
}

/** The next byte leaves the stream: MSG_OOB has brought it, or nobody ever will. */
function skip(tcb: Tcb): void {
  const { receiveBuffer } = tcb;
  if (tcb.urgentByte?.state === 'read') {
    receiveBuffer.take(scratch, 0, 1, false);
    return;
  }
  receiveBuffer.skip();
  noteDiscarded(tcb, 'receive-buffer', 1);
}

/** RECEIVE with MSG_OOB: the urgent byte, or why there is none. It stays where it is, and a later RECEIVE leaves it out. */
export function receiveUrgent(tcb: Tcb, peek: boolean): number | NoUrgent {
  const { urgentByte } = tcb;
  if (tcb.options.urgentInline || urgentByte === undefined || urgentByte.state === 'read') return 'no-urgent-data';
  if (urgentByte.state === 'awaited') return tcb.state === 'CLOSED' || tcb.receiveShut ? 'end' : 'not-yet';
  if (!peek) urgentByte.state = 'read';
  return urgentByte.value;
}
