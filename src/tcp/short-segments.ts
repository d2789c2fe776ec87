/**
 * Segments in flight that are shorter than a full one, for a window of congestion that is counted in packets, as Linux
 * counts it (net/ipv4/tcp_output.c, tcp_cwnd_test): however short, each takes the place of a full one.
 *
 *     |-------- MSS -------|-- 100 --|· padding ·|-------- MSS -------|- 1 -|·· padding ··|
 *
 * So packets are told in bytes, one MSS each: those that were sent, and the padding. Full segments need no entry, and a
 * bulk transfer makes none. Padding is kept as a sum: what is lost or selectively acknowledged no longer counts in it.
 * Where the window counts bytes (RFC 5681) nothing is ever put in here.
 *
 * Calls it: `recovery.ts`.
 */
import { EMPTY, ringFor } from './ring.ts';
import * as seq from './seq.ts';

export class ShortSegments {
  /** Bytes that full segments in place of these would hold more. */
  padding = 0;
  /** Two numbers for each, in rising order: where it ends, and how many bytes it falls short; 0: it counts no more. */
  #segments = EMPTY;

  /** A segment was sent that ends before sequence number `end` and has `padding` bytes less than a full one. */
  sent(end: number, padding: number): void {
    this.#segments = ringFor(this.#segments);
    this.#segments.push(end);
    this.#segments.push(padding);
    this.padding += padding;
  }

  /** All below `edge` is acknowledged, or taken as lost. Returns the padding that this takes away. */
  removeBelow(edge: number): number {
    const segments = this.#segments;
    if (segments.length === 0) return 0;
    const before = this.padding;
    while (segments.length > 0 && seq.le(segments.at(0), edge)) {
      segments.shift();
      this.padding -= segments.shift();
    }
    return before - this.padding;
  }

  /**
   * [left, right) is selectively acknowledged. A block grows at its right, and is told again and again; so the entries
   * are gone through from the right, up to one that was known. What a late segment fills between two blocks may be
   * missed: it counts as in flight until it is acknowledged.
   */
  removeWithin(left: number, right: number): void {
    for (let index = this.#firstBehind(right) - 1; index >= 0; index--) {
      const padding = this.#segments.at(2 * index + 1);
      if (padding === 0 || seq.le(this.#segments.at(2 * index), left)) return;
      this.#segments.set(2 * index + 1, 0);
      this.padding -= padding;
    }
  }

  /** Index of the first that ends behind `at`. */
  #firstBehind(at: number): number {
    let low = 0;
    let high = this.#segments.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (seq.gt(this.#segments.at(2 * middle), at)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
