/**
 * One direction of a connection as its frames show it: what was sent, acknowledged, received and out of order, in bytes
 * counted from the channel's first.
 *
 *        acknowledged        received          sent
 *     -------|------------------|--------[####]---|---
 *                                        out of order
 *
 * It shares no code with the stack. What a segment of a host means is read off its numbers (RFC 9293, 3.4): offset 0
 * is the byte behind the SYN; the FIN, the number behind the last byte, is no byte.
 *
 * Calls it: `ledger.ts`, `where.ts`.
 */
import { ACK, FIN, RST, SYN, type TcpHeaders } from './headers.ts';

/** Bytes [from, to) of a channel. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a delivery changed, so that it can be taken back if the host turns out to have refused the segment. */
export interface Before {
  readonly received: number;
  readonly outOfOrder: readonly Span[];
  readonly acknowledged: number;
}

export class Flow {
  /** Initial sequence number of the sender, once a SYN has shown it. */
  iss: number | undefined;
  /** Highest offset that the sender has put onto a cable. */
  sent = 0;
  /** Highest offset whose ACK has reached the sender. */
  acknowledged = 0;
  /** All before this offset has reached the receiver. */
  received = 0;
  /** Up to this offset the receiver has said so; one more when its ACK is of the FIN too. */
  confirmed = 0;
  /** The FIN has reached the receiver too, and all before it. */
  ended = false;
  /** What has reached the receiver behind a hole, in order; never changed in place. */
  outOfOrder: readonly Span[] = [];
  /** The highest right edge of the receiver's window; unknown before it has offered one. */
  edge: number | undefined;
  /** The window shift in the sender's SYN; undefined: no such option. */
  offeredScale: number | undefined;

  /** The sender put this segment onto a cable. */
  noteSent(tcp: TcpHeaders): void {
    if ((tcp.control & SYN) !== 0) this.iss = tcp.seq;
    if (this.iss === undefined) return;
    const { to } = this.text(tcp);
    // An empty segment behind the FIN has a number beyond the last byte.
    if (tcp.text > 0) this.sent = Math.max(this.sent, to);
  }

  /**
   * The receiver put a segment onto a cable that offers a window for this flow; `own` is the flow that it is part of.
   * Text behind the highest edge that was ever offered is not taken (RFC 9293, 3.10.7.4, seventh).
   */
  noteOffer(tcp: TcpHeaders, own: Flow): void {
    if ((tcp.control & SYN) !== 0) own.offeredScale = scaleOf(tcp);
    const offer = this.offerOf(tcp, own);
    if (offer === undefined) return;
    this.confirmed = Math.max(this.confirmed, offer.ack);
    this.edge = Math.max(this.edge ?? offer.edge, offer.edge);
  }

  /**
   * The offsets up to which a segment of the receiver acknowledges, and offers room; undefined if it does neither, or
   * they cannot be known.
   */
  offerOf(tcp: TcpHeaders, own: Flow): { readonly ack: number; readonly edge: number } | undefined {
    if ((tcp.control & ACK) === 0 || this.iss === undefined) return undefined;
    const ack = this.offsetOf(tcp.ack, this.received);
    const scale = (tcp.control & SYN) !== 0 ? 0 : this.agreedScale(own);
    return { ack, edge: ack + tcp.window * (1 << scale) };
  }

  /** The receiver took this segment of the sender. */
  noteReceived(tcp: TcpHeaders): void {
    if (this.iss === undefined && (tcp.control & SYN) !== 0) this.iss = tcp.seq;
    if (this.iss === undefined || tcp.text === 0) return;
    const { from, to } = this.text(tcp);
    const end = Math.min(to, this.edge ?? to);
    if (end <= this.received || end <= from) return;
    if (from > this.received) {
      this.outOfOrder = withSpan(this.outOfOrder, { from, to: end });
      return;
    }
    this.received = end;
    let taken = 0;
    for (const span of this.outOfOrder) {
      if (span.from > this.received) break;
      this.received = Math.max(this.received, span.to);
      taken += 1;
    }
    if (taken > 0) this.outOfOrder = this.outOfOrder.slice(taken);
  }

  /** The receiver gave up what lay behind a hole. */
  prune(): void {
    this.outOfOrder = [];
  }

  /** A segment of the receiver, with its acknowledgment of this flow, was taken by the sender. */
  noteAcknowledged(tcp: TcpHeaders): void {
    // A RST ends the connection before its ACK is looked at (RFC 9293, 3.10.7.4, second).
    if ((tcp.control & (ACK | RST)) !== ACK || this.iss === undefined) return;
    const offset = this.offsetOf(tcp.ack, this.acknowledged);
    // The number behind the last byte may be the FIN's; what was never sent cannot be acknowledged.
    if (offset > this.sent + 1) return;
    this.acknowledged = Math.max(this.acknowledged, Math.min(offset, this.sent));
  }

  /**
   * A segment that came again, whole: it ends where the receiver has acknowledged up to, or between there and what it
   * expects next. The FIN counts at its end as it does in sequence numbers.
   */
  isAgain(tcp: TcpHeaders): boolean {
    const end = this.text(tcp).to + ((tcp.control & FIN) !== 0 ? 1 : 0);
    return end >= this.confirmed && end <= this.received + (this.ended ? 1 : 0);
  }

  /** Where the segment's text lies. */
  text(tcp: TcpHeaders): Span {
    const first = (tcp.control & SYN) !== 0 ? tcp.seq + 1 : tcp.seq;
    const from = this.offsetOf(first, this.received);
    return { from, to: from + tcp.text };
  }

  /** The offset of a sequence number, that nearest to `near`: the numbers wrap, offsets do not. */
  offsetOf(seq: number, near: number): number {
    const low = (seq - (this.iss ?? 0) - 1) | 0;
    return near + ((low - near) | 0);
  }

  /** What the receiver's window fields are shifted by: both SYNs must have had the option (RFC 7323, 2.2). */
  private agreedScale(own: Flow): number {
    return this.offeredScale === undefined ? 0 : (own.offeredScale ?? 0);
  }

  /** Bytes out of order. */
  get outOfOrderBytes(): number {
    let bytes = 0;
    for (const { from, to } of this.outOfOrder) bytes += to - from;
    return bytes;
  }

  /** A copy that goes its own way. */
  clone(): Flow {
    const copy = new Flow();
    copy.iss = this.iss;
    copy.sent = this.sent;
    copy.acknowledged = this.acknowledged;
    copy.received = this.received;
    copy.confirmed = this.confirmed;
    copy.ended = this.ended;
    copy.outOfOrder = this.outOfOrder;
    copy.edge = this.edge;
    copy.offeredScale = this.offeredScale;
    return copy;
  }

  save(): Before {
    return { received: this.received, outOfOrder: this.outOfOrder, acknowledged: this.acknowledged };
  }

  restoreText(before: Before): void {
    this.received = before.received;
    this.outOfOrder = before.outOfOrder;
  }

  restoreAcknowledged(before: Before): void {
    this.acknowledged = before.acknowledged;
  }
}

function scaleOf(tcp: TcpHeaders): number | undefined {
  for (const option of tcp.options) if (option.name === 'wscale') return Math.min(option.value, 14);
  return undefined;
}

/** The spans with one more, joined where they touch. */
function withSpan(spans: readonly Span[], span: Span): readonly Span[] {
  const before = spans.filter(({ to }) => to < span.from);
  const after = spans.filter(({ from }) => from > span.to);
  const touched = spans.slice(before.length, spans.length - after.length);
  const from = Math.min(span.from, ...touched.map((one) => one.from));
  const to = Math.max(span.to, ...touched.map((one) => one.to));
  return [...before, { from, to }, ...after];
}
