/**
 * The send buffer: bytes that SEND copied from the program and the peer has not acknowledged yet.
 *
 *          acknowledged                 written
 *     ----------|---- sent ----|-- unsent --|------- free -------|
 *            SND.UNA        SND.NXT                            limit
 *
 * A ring whose memory is taken when the first byte comes and grows with what lies in it, so that an idle connection
 * owns none. What fits is decided by the accounting, not by the ring.
 */
import { assert } from '../base/assert.ts';
import { copyBytes } from '../base/bytes.ts';
import type { Accounting, SendCharge } from './accounting.ts';

const SMALLEST = 256;
const NOTHING = new Uint8Array(0);

export class SendBuffer {
  /** What the accounting allows, in its own measure; may change while bytes lie here. */
  limit: number;
  /** Bytes that lie here: written and not acknowledged. */
  length = 0;
  /** Bytes ever written: the offset behind the last one. */
  written = 0;
  private readonly charge: SendCharge;
  private ring = NOTHING;
  /** Index in the ring of the first byte. */
  private head = 0;

  constructor(accounting: Accounting, limit: number) {
    this.charge = accounting.newSendCharge();
    this.limit = limit;
  }

  /** What the bytes cost, to be held against `limit`. */
  get charged(): number {
    return this.charge.charged;
  }

  /** Offset of the first byte here: how many were acknowledged. */
  get acknowledged(): number {
    return this.written - this.length;
  }

  /** How many bytes SEND would take now. */
  room(unitSize: number, sentOffset: number): number {
    return this.charge.room(this.limit, unitSize, sentOffset);
  }

  /** What waits first was tried in vain: it is kept in pieces of up to `most` bytes from now on. */
  fillHead(most: number, sentOffset: number): void {
    this.charge.fillHead(most, sentOffset);
  }

  /** Copies data[start, end) behind the last byte. */
  write(data: Uint8Array, start: number, end: number, unitSize: number, sentOffset: number): void {
    const count = end - start;
    if (this.length + count > this.ring.length) this.grow(this.length + count);
    const size = this.ring.length;
    let at = this.head + this.length;
    if (at >= size) at -= size;
    const first = Math.min(count, size - at);
    copyBytes(data, start, first, this.ring, at);
    copyBytes(data, start + first, count - first, this.ring, 0);
    this.charge.add(this.written, count, unitSize, sentOffset);
    this.length += count;
    this.written += count;
  }

  /** Copies `count` bytes, from the one `skip` behind the first, to into[at, at + count). */
  read(skip: number, count: number, into: Uint8Array, at: number): void {
    assert(skip >= 0 && skip + count <= this.length, 'only bytes that lie in the send buffer can be sent');
    const size = this.ring.length;
    let from = this.head + skip;
    if (from >= size) from -= size;
    const first = Math.min(count, size - from);
    copyBytes(this.ring, from, first, into, at);
    copyBytes(this.ring, 0, count - first, into, at + first);
  }

  /** The first `count` bytes leave: the peer's receive buffer has them. */
  drop(count: number): void {
    assert(count <= this.length, 'no more bytes are acknowledged than were sent');
    this.head += count;
    if (this.head >= this.ring.length) this.head -= this.ring.length;
    this.length -= count;
    this.charge.acknowledge(this.acknowledged);
    if (this.length === 0) this.head = 0;
  }

  /** All bytes and the memory are gone. */
  clear(): number {
    const lost = this.length;
    if (lost > 0) this.drop(lost);
    this.ring = NOTHING;
    this.head = 0;
    return lost;
  }

  private grow(needed: number): void {
    let size = Math.max(SMALLEST, this.ring.length);
    while (size < needed) size *= 2;
    const larger = new Uint8Array(size);
    if (this.length > 0) this.read(0, this.length, larger, 0);
    this.ring = larger;
    this.head = 0;
  }
}
