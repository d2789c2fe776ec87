/**
 * The receive buffer: bytes that arrived and that RECEIVE has not copied out. What is in order waits for the program;
 * what lies behind a hole waits for the hole.
 *
 *        read            RCV.NXT                      right edge
 *     ----|--- unread ------|---- window (holes, -------|-----
 *         |                 |      out of order)        |
 *
 * Frames are kept by reference, each with the part of it that is ours: a byte is not copied again until RECEIVE takes
 * it. Only of small pieces in order are several copied into one frame, else a frame for each byte would be kept (trust.md's
 * V5; Linux tcp_try_coalesce and tcp_collapse). Where two segments overlap, the bytes that came first win (RFC 9293, 3.10.7.4, seventh; trust.md's V9).
 */
import { copyBytes } from '../base/bytes.ts';
import { Fifo } from '../base/fifo.ts';
import type { Frame } from '../wire/frame.ts';
import type { Accounting, ReceiveCharge } from './accounting.ts';
import { Ranges } from './ranges.ts';
import * as seq from './seq.ts';

/** A part of a frame that is kept: frame.bytes[start, end), its first byte having sequence number `seq`. */
interface Held {
  frame: Frame;
  /** Nobody else reads the frame: more may be copied into it. */
  own: boolean;
  start: number;
  end: number;
  seq: number;
}

/** Bytes of a piece that is rather copied than kept in a frame of 2 KiB. */
const SMALL = 256;

/** Where a byte goes that nobody wants. */
const SKIPPED = new Uint8Array(1);
/** Shared by all buffers that never had a hole. Never written to. */
const NONE: Held[] = [];

export class ReceiveBuffer {
  /** What the accounting allows, in its own measure. */
  limit: number;
  /** Bytes in order, not yet read. */
  unread = 0;
  /** Bytes ever read, and ever received in order. */
  read = 0;
  received = 0;
  /** Where the bytes out of order lie. */
  readonly outOfOrder = new Ranges();
  private readonly charge: ReceiveCharge;
  private readonly inOrder = new Fifo<Held>();
  /** By rising sequence number, none overlapping. */
  private behindHole: Held[] = NONE;

  constructor(accounting: Accounting, limit: number) {
    this.charge = accounting.newReceiveCharge();
    this.limit = limit;
  }

  /** What all kept bytes cost, to be held against `limit`. */
  get charged(): number {
    return this.charge.charged;
  }

  /** Bytes that may still arrive: what a window may offer, before it is rounded. */
  get room(): number {
    return this.charge.window(this.limit);
  }

  /** False: there is no memory for one more segment, it must be dropped. */
  get admits(): boolean {
    return this.charge.admits(this.limit);
  }

  /**
   * Keeps frame.bytes[start, end), whose first byte is `at`, in order at `rcvNxt`; the caller has trimmed it to begin
   * there. Returns RCV.NXT as it is then: behind what this segment closed the hole to.
   */
  append(frame: Frame, start: number, end: number, at: number): number {
    if (this.behindHole.length === 0) {
      this.keepInOrder(this.hold(frame, start, end, at));
      return seq.add(at, end - start);
    }
    this.insert(frame, start, end, at);
    let next = at;
    let count = 0;
    for (const held of this.behindHole) {
      if (held.seq !== next) break;
      count++;
      next = seq.add(next, held.end - held.start);
      this.keepInOrder(held);
    }
    this.behindHole.splice(0, count);
    this.outOfOrder.removeBelow(next);
    this.charge.apart = this.outOfOrder.count;
    return next;
  }

  /** Keeps what is new of frame.bytes[start, end), whose first byte `at` lies behind a hole. Returns the bytes kept. */
  insert(frame: Frame, start: number, end: number, at: number): number {
    const stop = seq.add(at, end - start);
    let from = at;
    let kept = 0;
    let index = this.outOfOrder.firstBehind(at);
    // Each gap between ranges that are already there takes its part of the segment.
    const gaps: number[] = [];
    while (seq.lt(from, stop)) {
      const there = index < this.outOfOrder.count && seq.lt(this.outOfOrder.left(index), stop);
      const gapEnd = there ? this.outOfOrder.left(index) : stop;
      if (seq.lt(from, gapEnd)) gaps.push(from, gapEnd);
      if (!there) break;
      from = this.outOfOrder.right(index);
      index++;
    }
    for (let i = 0; i < gaps.length; i += 2) {
      const left = gaps[i] ?? 0;
      const right = gaps[i + 1] ?? 0;
      const offset = start + seq.distance(at, left);
      const held = this.hold(frame, offset, offset + seq.distance(left, right), left);
      if (this.behindHole === NONE) this.behindHole = [held];
      else this.behindHole.splice(this.placeFor(left), 0, held);
      kept += this.outOfOrder.add(left, right);
    }
    this.charge.apart = this.outOfOrder.count;
    return kept;
  }

  /** Copies up to end - start bytes into into[start, end) and, unless `peek`, takes them out. Returns the count. */
  take(into: Uint8Array, start: number, end: number, peek: boolean): number {
    if (peek) return this.peek(into, start, end);
    let at = start;
    while (at < end) {
      const held = this.inOrder.peek();
      if (held === undefined) break;
      const count = Math.min(held.end - held.start, end - at);
      copyBytes(held.frame.bytes, held.start, count, into, at);
      at += count;
      held.start += count;
      this.charge.read(count);
      if (held.start < held.end) break;
      this.inOrder.shift();
      held.frame.release();
    }
    this.unread -= at - start;
    this.read += at - start;
    return at - start;
  }

  /** The next byte is let fall; there is one. */
  skip(): void {
    this.take(SKIPPED, 0, 1, false);
    this.read -= 1;
  }

  /** Throws away the bytes behind holes: memory is short (RFC 2018, 8: they were never promised). Returns how many. */
  prune(): number {
    const bytes = this.outOfOrder.bytes;
    for (const held of this.behindHole) this.letGo(held);
    this.behindHole = NONE;
    this.outOfOrder.clear();
    this.charge.apart = 0;
    return bytes;
  }

  /** All bytes are gone. Returns how many lay in order, unread. */
  clear(): number {
    const lost = this.unread;
    for (let held = this.inOrder.shift(); held !== undefined; held = this.inOrder.shift()) this.letGo(held);
    this.unread = 0;
    this.prune();
    return lost;
  }

  private peek(into: Uint8Array, start: number, end: number): number {
    let at = start;
    for (const held of this.inOrder) {
      if (at === end) break;
      const count = Math.min(held.end - held.start, end - at);
      copyBytes(held.frame.bytes, held.start, count, into, at);
      at += count;
    }
    return at - start;
  }

  private hold(frame: Frame, start: number, end: number, at: number): Held {
    frame.retain();
    this.charge.add(end - start);
    return { frame, own: false, start, end, seq: at };
  }

  private keepInOrder(held: Held): void {
    this.unread += held.end - held.start;
    this.received += held.end - held.start;
    if (held.end - held.start <= SMALL && this.joinLast(held)) return;
    this.inOrder.push(held);
  }

  /** The bytes are copied behind the last ones, if those are small too and have room behind them; the frame is let go. */
  private joinLast(held: Held): boolean {
    const last = this.inOrder.at(this.inOrder.length - 1);
    if (last === undefined) return false;
    const length = held.end - held.start;
    if (last.frame.bytes.length - last.end < length) return false;
    if (!last.own) {
      if (last.end - last.start > SMALL) return false;
      const own = last.frame.clone();
      last.frame.release();
      last.frame = own;
      last.own = true;
      // The copy may come from a smaller class of frames than the one that it is of.
      if (own.bytes.length - last.end < length) return false;
    }
    copyBytes(held.frame.bytes, held.start, length, last.frame.bytes, last.end);
    last.end += length;
    held.frame.release();
    return true;
  }

  private letGo(held: Held): void {
    this.charge.read(held.end - held.start);
    held.frame.release();
  }

  /** Index in `behindHole` where a segment that begins at `at` belongs. */
  private placeFor(at: number): number {
    let low = 0;
    let high = this.behindHole.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const held = this.behindHole[middle];
      if (held !== undefined && seq.lt(held.seq, at)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
