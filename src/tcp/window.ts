/**
 * The window that we offer (RFC 9293, 3.8.6).
 *
 *                 |<------------ limit of the receive buffer ----------->|
 *     ------------|--- unread ---|--------- RCV.WND -----|-- withheld ---|
 *               read          RCV.NXT               right edge
 *
 * The right edge never goes back (SHLD-14), and it goes forward in steps that are worth a segment: at least
 * min(half the buffer, MSS) (MUST-39, receiver's silly-window avoidance, 3.8.6.2.2).
 */
import { ceilDivide } from '../base/integer.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';

const FIELD_MAX = 0xffff;

/** Chooses RCV.WND's shift so that the largest buffer can be offered (RFC 7323, 2.2), 14 at most. */
export function windowScaleFor(largest: number): number {
  let scale = 0;
  let space = largest;
  while (space > FIELD_MAX && scale < 14) {
    space = Math.floor(space / 2);
    scale++;
  }
  return scale;
}

/** The right edge as it may be offered now; the one offered before if moving it would be silly. */
function rightEdge(tcb: Tcb): number {
  const { rcv, receiveBuffer } = tcb;
  const room = receiveBuffer.room;
  const edge = seq.add(rcv.nxt, room);
  const step = seq.distance(rcv.edge, edge);
  const whole = receiveBuffer.room + receiveBuffer.unread + receiveBuffer.outOfOrder.bytes;
  // Before any data nobody knows how long the peer's segments are but by what we have told it.
  const segment = receiveBuffer.received === 0 ? tcb.localMss : tcb.acks.peerSegment;
  const least = Math.max(1, Math.min(Math.floor(whole / 2), segment));
  return step >= least ? edge : rcv.edge;
}

/** RCV.WND as a segment sent now would offer it, in bytes; changes nothing. */
export function windowNow(tcb: Tcb): number {
  const window = Math.max(0, seq.distance(tcb.rcv.nxt, rightEdge(tcb)));
  return Math.min(window, FIELD_MAX * (1 << tcb.rcv.scale));
}

/**
 * The window field of a segment sent now; RCV.WND and the edge are then what the peer will believe. What the shift cuts
 * off is rounded up if the edge would go back otherwise (Linux tcp_select_window).
 */
export function offerWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  const unit = 1 << rcv.scale;
  const promised = Math.max(0, seq.distance(rcv.nxt, rcv.edge));
  const wanted = windowNow(tcb);
  let field = Math.floor(wanted / unit);
  if (field * unit < promised) field = ceilDivide(promised, unit);
  field = Math.min(field, FIELD_MAX);
  rcv.wnd = field * unit;
  rcv.edge = seq.max(rcv.edge, seq.add(rcv.nxt, rcv.wnd));
  return field;
}

/** The unscaled window of a SYN or SYN-ACK (RFC 7323, 2.2): whole segments, as Linux offers them. */
export function offerFirstWindow(tcb: Tcb): number {
  const { rcv } = tcb;
  const room = Math.min(FIELD_MAX, tcb.receiveBuffer.room);
  const segment = tcb.timestamps.on && tcb.passive ? tcb.localMss - 12 : tcb.localMss;
  rcv.wnd = room > segment && segment > 0 ? room - (room % segment) : room;
  rcv.edge = seq.add(rcv.nxt, rcv.wnd);
  return rcv.wnd;
}

/** RECEIVE made room: is it worth telling the peer, without waiting for a segment that carries it? */
export function isUpdateDue(tcb: Tcb): boolean {
  const { rcv } = tcb;
  const promised = Math.max(0, seq.distance(rcv.nxt, rcv.edge));
  const window = windowNow(tcb);
  // Linux tcp_cleanup_rbuf: when it at least doubles.
  return window > promised && window >= 2 * promised;
}
