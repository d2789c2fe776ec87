/**
 * A bad cable on our side of a TAP device: frames are lost, delayed, or overtaken by later ones, in both directions.
 *
 *     kernel -- TAP -- [ impairment ] -- stack
 *
 * In real time, so unlike a simulated cable's its delays are as exact as Node's timers. The same seed makes the same
 * decisions, frame by frame. Left out on purpose: rate, duplication, corruption; the simulated cable has them.
 * Calls it: live.ts, between device and stack.
 */
import { checkFraction, checkKeys } from '../base/check.ts';
import type { Rng } from '../base/rng.ts';
import { MILLISECOND, type Nanoseconds, parseDuration } from '../base/time.ts';
import type { Frame } from '../wire/frame.ts';

/** What the cable does to a frame. */
export interface ImpairmentOptions {
  /** Share of the frames that are lost, 0 to 1. */
  readonly loss?: number;
  /** Share of the frames that arrive later than those sent after them, 0 to 1. */
  readonly reorder?: number;
  /** How long every frame takes, such as '5ms'. */
  readonly delay?: number | string;
}

/** How much later a frame that is overtaken arrives: at most this, or the delay if that is longer. */
const LATEST: Nanoseconds = 4 * MILLISECOND;

/** One direction. */
export class Impairment {
  lost = 0;
  reordered = 0;
  readonly #loss: number;
  readonly #reorder: number;
  readonly #delay: Nanoseconds;
  readonly #deliver: (frame: Frame) => void;
  readonly #rng: Rng;
  readonly #timers = new Map<NodeJS.Timeout, Frame>();

  /** `deliver` takes ownership of the frames that arrive. */
  constructor(options: ImpairmentOptions, rng: Rng, deliver: (frame: Frame) => void) {
    checkKeys('impairment', options, ['loss', 'reorder', 'delay']);
    this.#loss = checkFraction('loss', options.loss ?? 0);
    this.#reorder = checkFraction('reorder', options.reorder ?? 0);
    this.#delay = parseDuration('delay', options.delay ?? 0);
    this.#rng = rng;
    this.#deliver = deliver;
  }

  /** Takes ownership of a frame. Without a delay, a frame that nothing happens to is delivered before this returns. */
  send(frame: Frame): void {
    if (this.#loss > 0 && this.#rng.fraction() < this.#loss) {
      this.lost += 1;
      frame.release();
      return;
    }
    let delay = this.#delay;
    if (this.#reorder > 0 && this.#rng.fraction() < this.#reorder) {
      this.reordered += 1;
      delay += 1 + this.#rng.below(Math.max(LATEST, Math.min(this.#delay, 0xffff_ffff)));
    }
    if (delay === 0) {
      this.#deliver(frame);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#deliver(frame);
    }, delay / MILLISECOND);
    this.#timers.set(timer, frame);
  }

  /** Loses what is on its way. */
  close(): void {
    for (const [timer, frame] of this.#timers) {
      clearTimeout(timer);
      frame.release();
    }
    this.#timers.clear();
  }
}
