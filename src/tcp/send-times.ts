/**
 * When each segment in flight was sent, so that each ACK gives a round-trip time: what delay-based decisions ask for, where
 * one sample in a window (RFC 6298, 3) is too few. Linux keeps it in each skb (tcp_clean_rtx_queue: ca_rtt_us).
 *
 *     SND.UNA                                  SND.NXT
 *        |---- sent at 5 ms ----|-- at 6 ms --|              what leaves at one moment is one entry
 *
 * Leaves out: what was sent again. Karn: an ACK of it tells nothing; nor, until it is acknowledged, does any below it.
 * Calls it: `output.ts` when it sends, `acknowledge.ts` when an ACK comes.
 */
import type { Nanoseconds } from '../base/time.ts';
import { EMPTY, ringFor } from './ring.ts';
import * as seq from './seq.ts';

export class SendTimes {
  /** Two numbers for each entry: the sequence number behind it, and when it was sent. */
  #entries = EMPTY;
  /** Behind the highest byte that was sent again; undefined: none in flight was. */
  #again: number | undefined = undefined;

  /** New data was sent, up to `end`. */
  sent(end: number, now: Nanoseconds): void {
    this.#entries = ringFor(this.#entries);
    const entries = this.#entries;
    const { length } = entries;
    if (length > 0 && entries.at(length - 1) === now) {
      entries.set(length - 2, end);
    } else {
      entries.push(end);
      entries.push(now);
    }
  }

  sentAgain(end: number): void {
    this.#again = this.#again === undefined ? end : seq.max(this.#again, end);
  }

  /** All below `ack` is acknowledged. The round trip of the last segment of it; -1: it cannot be told. */
  acknowledged(ack: number, now: Nanoseconds): Nanoseconds {
    const entries = this.#entries;
    let at = -1;
    let end = ack;
    while (entries.length > 0 && seq.le(entries.at(0), ack)) {
      end = entries.shift();
      at = entries.shift();
    }
    if (entries.length > 0 && (at < 0 || end !== ack)) at = entries.at(1);
    if (this.#again !== undefined) {
      if (seq.ge(ack, this.#again)) this.#again = undefined;
      return -1;
    }
    return at < 0 ? -1 : now - at;
  }
}
