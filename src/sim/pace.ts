/**
 * Virtual time that follows the clock on the wall: nothing happens before its time has come there as well. What takes
 * longer to compute than it lasts is late, and virtual time catches up.
 *
 * Calls it: `loop.ts`, for a run with `pace: 'real'`.
 */
import { ceilDivide } from '../base/integer.ts';
import { MILLISECOND, type Nanoseconds, NEVER } from '../base/time.ts';
import type { Wall } from './platform.ts';
import type { Timeline } from './timeline.ts';

/** What is done to the world from outside meanwhile takes effect so much later at most. */
const SLICE = 10;

export class Pace {
  readonly #timeline: Timeline;
  readonly #wall: Wall;
  /** Wall-clock milliseconds at which virtual time was 0, or would have been. */
  readonly #origin: number;
  #waitsFor: Nanoseconds = NEVER;

  constructor(timeline: Timeline, wall: Wall) {
    this.#timeline = timeline;
    this.#wall = wall;
    this.#origin = wall.now() - timeline.now() / MILLISECOND;
  }

  /** That moment has not come yet; virtual time moves up to where the clock is. NEVER has always come: nothing waits for it. */
  isEarly(at: Nanoseconds): boolean {
    if (at === NEVER) return false;
    const reached = Math.floor((this.#wall.now() - this.#origin) * MILLISECOND);
    if (reached >= at) return false;
    this.#waitsFor = at;
    if (reached > this.#timeline.now()) this.#timeline.moveTo(reached);
    return true;
  }

  /** Calls `then` when it is worth looking again. */
  wait(then: () => void): void {
    const left = ceilDivide(this.#waitsFor - this.#timeline.now(), MILLISECOND);
    this.#wall.wait(Math.max(1, Math.min(SLICE, left)), then);
  }
}
