/**
 * Proportional rate reduction: in fast recovery, and after a mark, the window of congestion shrinks with each ACK, in proportion to what is
 * delivered, so that something leaves for most ACKs, where a window cut at once would be silent for half a round trip and
 * then send a burst (RFC 6937, the slow start bound of RFC 9937; Linux tcp_cwnd_reduction).
 *
 *     pipe > ssthresh:   as many leave as ssthresh / (window before) of those that were delivered
 *     pipe ≤ ssthresh:   as many as were delivered, and one more for each ACK that moves SND.UNA and tells of no new loss
 *
 * All in the measure of the window of congestion (`pipe`, `sent`), rounded to segments as Linux counts them.
 * Calls it: `acknowledge.ts` at each ACK of a recovery or of a window that was marked (`ecn.ts`), `output.ts` for what
 * leaves in it.
 */
import { ceilDivide } from '../base/integer.ts';

/** What an ACK in recovery tells; bytes. */
export interface Delivery {
  /** Newly acknowledged, or selectively so. */
  readonly delivered: number;
  readonly pipe: number;
  readonly ssthresh: number;
  readonly smss: number;
  /** SND.UNA moved on, and nothing more was taken as lost. */
  readonly progress: boolean;
}

export class ProportionalReduction {
  /** RecoverFS: the window of congestion before. */
  #prior = 0;
  /** prr_delivered and prr_out. */
  #delivered = 0;
  #out = 0;

  begin(prior: number): void {
    this.#prior = prior;
    this.#delivered = 0;
    this.#out = 0;
  }

  /** Bytes left in this recovery, new or again. */
  sent(bytes: number): void {
    this.#out += bytes;
  }

  /** The window of congestion from now on. To be asked only if something was delivered. */
  windowAfter({ delivered, pipe, ssthresh, smss, progress }: Delivery): number {
    this.#delivered += delivered;
    let room: number;
    if (pipe > ssthresh) {
      const segments = (bytes: number): number => Math.max(1, ceilDivide(bytes, smss));
      const share = ceilDivide(segments(ssthresh) * segments(this.#delivered), segments(this.#prior));
      room = share * smss - this.#out;
    } else {
      const owed = Math.max(this.#delivered - this.#out, delivered) + (progress ? smss : 0);
      room = Math.min(ssthresh - pipe, owed);
    }
    // What is lost goes again at once, whatever the window says (RFC 9937, 6).
    return pipe + Math.max(room, this.#out > 0 ? 0 : smss);
  }
}
