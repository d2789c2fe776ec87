/**
 * HyStart: ends slow start before it loses, when ACKs show that the path is full (Ha and Rhee, "Taming the elephants",
 * 2011; Linux hystart_update, both detections, from a window of 16 segments on):
 *
 *     ACK train   ACKs that follow one another closely for longer than half of the shortest round trip: as much is in
 *                 flight as the path takes
 *     delay       the ninth round-trip time of a round and those before it are all above the shortest by an eighth, at
 *                 least 4 ms, at most 16 ms: a queue grows
 *
 * Integer arithmetic throughout. Leaves out: HyStart++ (RFC 9406), which Linux does not have; pacing, with which a train
 * would have to last twice as long. `cubic.ts` asks it at each round-trip time of slow start.
 */
import { MICROSECOND, MILLISECOND, type Nanoseconds } from '../../base/time.ts';
import * as seq from '../seq.ts';

/** hystart_low_window, in segments. */
const LOW_WINDOW = 16;
/** hystart_ack_delta_us: ACKs of one train. */
const TRAIN_GAP = 2 * MILLISECOND;
/** HYSTART_MIN_SAMPLES. */
const MIN_SAMPLES = 8;
/** HYSTART_DELAY_MIN and HYSTART_DELAY_MAX. */
const DELAY_MIN = 4 * MILLISECOND;
const DELAY_MAX = 16 * MILLISECOND;
/** hystart_ack_delay: four bursts of the largest size that a network card cuts up. */
const BURSTS = 4 * 65_536;

/** What a round-trip time came with. */
export interface RoundTrip {
  /** SND.UNA, with the ACK that brought it, and SND.NXT. */
  una: number;
  nxt: number;
  srtt: Nanoseconds;
  now: Nanoseconds;
}

export class HyStart {
  /** SND.NXT when this round began; undefined: none has. */
  #roundEnd: number | undefined = undefined;
  #roundStart: Nanoseconds = 0;
  #lastAck: Nanoseconds = 0;
  /** The least round trip of this round, and how many there were, up to MIN_SAMPLES. */
  #least: Nanoseconds = 0;
  #samples = 0;

  /** A time-out: what was learnt is void (bictcp_hystart_reset). */
  reset(): void {
    this.#roundEnd = undefined;
  }

  /** True: the path is full, slow start should end. `window` in segments of `smss`; `shortest`: round trip of all. */
  isFull(window: number, smss: number, rtt: Nanoseconds, shortest: Nanoseconds, trip: RoundTrip): boolean {
    if (this.#roundEnd === undefined || seq.gt(trip.una, this.#roundEnd)) this.#beginRound(trip);
    if (window < LOW_WINDOW) return false;
    const isTrain = this.#isLongTrain(window * smss, shortest, trip);
    const isQueue = this.#isQueueGrowing(rtt, shortest);
    return isTrain || isQueue;
  }

  #beginRound({ nxt, now }: RoundTrip): void {
    this.#roundEnd = nxt;
    this.#roundStart = now;
    this.#lastAck = now;
    this.#least = Number.MAX_SAFE_INTEGER;
    this.#samples = 0;
  }

  #isLongTrain(bytes: number, shortest: Nanoseconds, { srtt, now }: RoundTrip): boolean {
    if (now - this.#lastAck > TRAIN_GAP) return false;
    this.#lastAck = now;
    // What bursts cost at the rate at which slow start sends: two windows in a round trip.
    const bursts = Math.floor((BURSTS * Math.floor(srtt / MICROSECOND)) / (2 * bytes)) * MICROSECOND;
    const threshold = Math.floor((shortest + Math.min(MILLISECOND, bursts)) / 2);
    return now - this.#roundStart > threshold;
  }

  #isQueueGrowing(rtt: Nanoseconds, shortest: Nanoseconds): boolean {
    this.#least = Math.min(this.#least, rtt);
    if (this.#samples < MIN_SAMPLES) {
      this.#samples++;
      return false;
    }
    const margin = Math.max(DELAY_MIN, Math.min(DELAY_MAX, Math.floor(shortest / 8)));
    return this.#least > shortest + margin;
  }
}
