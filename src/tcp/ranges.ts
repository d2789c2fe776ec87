/**
 * A set of sequence numbers as disjoint ranges [left, right) in order. The sender keeps in one what was selectively
 * acknowledged, the receiver in another what lies out of order; both grow with the holes, not with the window.
 *
 * All members lie within half the sequence space of each other, so that they have an order.
 */
import * as seq from './seq.ts';

/** Shared by all empty sets, since most connections never lose anything. Never written to. */
const NONE: number[] = [];

export class Ranges {
  private lefts: number[] = NONE;
  private rights: number[] = NONE;
  /** Numbers in the set. */
  bytes = 0;

  get count(): number {
    return this.lefts.length;
  }

  /** Left edge of the range at `index`; ranges are in rising order. */
  left(index: number): number {
    return this.lefts[index] ?? 0;
  }

  /** One past the range at `index`. */
  right(index: number): number {
    return this.rights[index] ?? 0;
  }

  /** Index of the first range whose right edge lies behind `at`; `count` if there is none. */
  firstBehind(at: number): number {
    let low = 0;
    let high = this.rights.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (seq.gt(this.right(middle), at)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  has(at: number): boolean {
    const index = this.firstBehind(at);
    return index < this.count && seq.le(this.left(index), at);
  }

  /** How many numbers of [left, right) were not in the set before; it holds all of them now. */
  add(left: number, right: number): number {
    if (!seq.lt(left, right)) return 0;
    const before = this.bytes;
    let first = this.firstBehind(left);
    if (first > 0 && this.right(first - 1) === left) first--;
    let last = first;
    let from = left;
    let to = right;
    while (last < this.count && seq.le(this.left(last), right)) {
      from = seq.min(from, this.left(last));
      to = seq.max(to, this.right(last));
      this.bytes -= seq.distance(this.left(last), this.right(last));
      last++;
    }
    if (this.lefts === NONE) {
      this.lefts = [];
      this.rights = [];
    }
    this.lefts.splice(first, last - first, from);
    this.rights.splice(first, last - first, to);
    this.bytes += seq.distance(from, to);
    return this.bytes - before;
  }

  /** How many numbers of [left, right) are in the set. */
  countWithin(left: number, right: number): number {
    let sum = 0;
    for (let index = this.firstBehind(left); index < this.count && seq.lt(this.left(index), right); index++) {
      sum += seq.distance(seq.max(this.left(index), left), seq.min(this.right(index), right));
    }
    return sum;
  }

  /** Forgets all below `edge`. */
  removeBelow(edge: number): void {
    const keep = this.firstBehind(edge);
    for (let index = 0; index < keep; index++) this.bytes -= seq.distance(this.left(index), this.right(index));
    if (keep > 0) {
      this.lefts.splice(0, keep);
      this.rights.splice(0, keep);
    }
    if (this.count > 0 && seq.lt(this.left(0), edge)) {
      this.bytes -= seq.distance(this.left(0), edge);
      this.lefts[0] = edge;
    }
  }

  clear(): void {
    this.lefts = NONE;
    this.rights = NONE;
    this.bytes = 0;
  }
}
