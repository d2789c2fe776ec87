/**
 * What was decided at a loss, kept until it is known that it was right: if nothing was lost, the window of congestion gets
 * back what was taken from it. Two signs (Linux tcp_may_undo):
 *
 *     timestamps (Eifel, RFC 3522)   the ACK echoes the clock from before the first retransmission: the first copy drew it
 *     D-SACK (RFC 2883, RFC 3708)    the peer reports as duplicates as many segments as were sent again
 *
 * The third, F-RTO, is in `frto.ts`. Loss probes do not count: they reduced nothing.
 * Leaves out: the response of RFC 4015 but for the restored window (Linux does not have it either).
 * Calls it: `loss-response.ts`; `output.ts` tells what is sent again.
 */
import { ceilDivide } from '../base/integer.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';

export class Undo {
  /** SND.UNA when the window was reduced (undo_marker); undefined: there is nothing to undo. */
  #marker: number | undefined = undefined;
  /** Segments sent again that no D-SACK has reported (undo_retrans); -1: none was sent. */
  #again = -1;
  /** Our timestamp clock at the first retransmission (retrans_stamp). */
  #stamp: number | undefined = undefined;
  cwnd = 0;
  ssthresh = 0;

  /** The window is about to be reduced; `fresh`: no earlier loss is being repaired. */
  begin(una: number, cwnd: number, ssthresh: number, fresh: boolean): void {
    this.#marker = una;
    this.#again = -1;
    if (fresh) this.#stamp = undefined;
    this.cwnd = cwnd;
    this.ssthresh = ssthresh;
  }

  /** It was undone, or there is no use in it any more. */
  end(): void {
    this.#marker = undefined;
  }

  /** Whatever proves to be a mistake, the window stays reduced (prior_ssthresh = 0). */
  forbid(): void {
    this.cwnd = 0;
    this.ssthresh = 0;
  }

  sentAgain(clock: number): void {
    this.#again = Math.max(0, this.#again) + 1;
    this.#stamp ??= clock;
  }

  /** Takes a D-SACK (RFC 2883, 4) from the first block. `una`: SND.UNA before this ACK. */
  takeDuplicate(segment: Segment, una: number, smss: number): void {
    const { sack, sackCount } = segment.options;
    if (sackCount === 0 || this.#marker === undefined || this.#again <= 0) return;
    const left = sack[0] ?? 0;
    const right = sack[1] ?? 0;
    const within = sackCount > 1 && seq.ge(left, sack[2] ?? 0) && seq.le(right, sack[3] ?? 0);
    if (!seq.lt(left, right) || !(seq.lt(left, segment.ack) || within)) return;
    if (seq.le(right, this.#marker) || !(within || seq.le(right, una))) return;
    this.#again = Math.max(0, this.#again - ceilDivide(seq.distance(left, right), smss));
  }

  /** All that was sent again arrived twice. */
  get allDuplicates(): boolean {
    return this.#marker !== undefined && this.#again === 0;
  }

  /** RFC 3522, 3.2, step 4: what was taken as lost was only late. */
  isLate(segment: Segment): boolean {
    const { timestamps, tsecr } = segment.options;
    if (this.#marker === undefined || this.#stamp === undefined || !timestamps || tsecr === 0) return false;
    return ((tsecr - this.#stamp) | 0) < 0;
  }
}
