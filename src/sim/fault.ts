/**
 * What a cable does to a frame, as a value: a verdict. Judged once, when the frame has left the transmitter, from seeded
 * random numbers; the cable then carries it out (`cable.ts`).
 *
 * Each kind of fault of each direction draws from a stream of its own, and only while its probability is above 0: to
 * set one fault changes nothing in what the others do. Left out on purpose: bursts; a verdict knows nothing of the last.
 */
import type { Rng } from '../base/rng.ts';
import { MILLISECOND, type Nanoseconds } from '../base/time.ts';
import { ETHERTYPE_IPV4 } from '../wire/ethernet.ts';
import { type Frame, NETWORK } from '../wire/frame.ts';

/** How likely what is, 0 to 1. */
export interface FaultRates {
  readonly loss: number;
  readonly corrupt: number;
  readonly duplicate: number;
  readonly reorder: number;
}

/** Why a frame ended before a host looked at it. */
export type LossReason = 'loss' | 'bad-fcs' | 'cut' | 'no-carrier' | 'queue-full' | 'powered-off' | 'too-long';

export interface Verdict {
  /** Dropped, and why. Then nothing else counts. */
  drop: LossReason | undefined;
  /** The bit that is turned, counted from the highest of the frame's first byte; -1: none. */
  corruptBit: number;
  /** A second copy follows at once. */
  duplicate: boolean;
  /** How much later than its place in the line it arrives; others overtake it. 0: in its place. */
  late: Nanoseconds;
}

const ETHERTYPE = 12; // from the start of the Ethernet header

/** Judges the frames of one direction of a cable. */
export class Judge {
  /** The verdict that `judge` filled last. */
  readonly verdict: Verdict = { drop: undefined, corruptBit: -1, duplicate: false, late: 0 };
  readonly #loss: Rng;
  readonly #corrupt: Rng;
  readonly #duplicate: Rng;
  readonly #reorder: Rng;

  constructor(rng: Rng) {
    this.#loss = rng.fork('loss');
    this.#corrupt = rng.fork('corrupt');
    this.#duplicate = rng.fork('duplicate');
    this.#reorder = rng.fork('reorder');
  }

  /** The verdict on a frame, in a record that the next call fills again. */
  judge(frame: Frame, rates: FaultRates, delay: Nanoseconds): Verdict {
    const verdict = this.verdict;
    verdict.drop = undefined;
    verdict.corruptBit = -1;
    verdict.duplicate = false;
    verdict.late = 0;
    if (happens(this.#loss, rates.loss)) verdict.drop = 'loss';
    if (happens(this.#corrupt, rates.corrupt)) this.#corruptOneBit(frame, verdict);
    if (happens(this.#duplicate, rates.duplicate)) verdict.duplicate = true;
    if (happens(this.#reorder, rates.reorder)) verdict.late = 1 + this.#reorder.below(atLeast(delay, MILLISECOND));
    return verdict;
  }

  /**
   * A cable's own frame check sequence finds what was damaged on that cable, so a damaged frame that arrives was damaged
   * in some machine on the way, where only the checksums of IP, TCP, UDP and ICMP are left to find it. What none of
   * them covers (ARP, the Ethernet header) counts as found by the FCS.
   */
  #corruptOneBit(frame: Frame, verdict: Verdict): void {
    const start = frame.end - frame.length;
    const bits = (frame.end - NETWORK) * 8;
    if (bits <= 0 || frame.view.getUint16(start + ETHERTYPE) !== ETHERTYPE_IPV4) {
      verdict.drop ??= 'bad-fcs';
      return;
    }
    verdict.corruptBit = (NETWORK - start) * 8 + this.#corrupt.below(bits);
  }
}

function happens(rng: Rng, probability: number): boolean {
  return probability > 0 && rng.fraction() < probability;
}

function atLeast(value: number, least: number): number {
  // `below` takes an uint32: four seconds of lateness are enough for every cable.
  return Math.min(Math.max(value, least), 4_000_000_000);
}
