/**
 * Virtual time: what moment it is, and what is to happen next. Time moves only from one occurrence to the next; of two
 * at the same moment the one that was put in first comes first.
 *
 * Nothing is ever taken out. An occurrence that was cancelled or put off says so when its moment has come (`isDue`), and
 * is dropped without the clock moving: so a timer that is re-armed for each segment costs nothing here.
 *
 * Calls it: the world's loop (`run.ts`); cables, hosts and processes put their occurrences in.
 */
import { assert } from '../base/assert.ts';
import { DeadlineHeap } from '../base/heap.ts';
import { LONGEST_RUN, type Nanoseconds, NEVER } from '../base/time.ts';

/** Something that happens at a moment: a frame arrives, a timer fires, a program starts. */
export interface Occurrence {
  /** Whether this entry, put in for the moment `at`, still stands. If not, it may put itself in anew. */
  isDue(at: Nanoseconds): boolean;
  occur(now: Nanoseconds): void;
}

export class Timeline {
  #now: Nanoseconds = 0;
  readonly #heap = new DeadlineHeap<Occurrence>();
  readonly #rank: (() => number) | undefined;

  /** `rank`: decides between two of one moment; without it the one that was put in first comes first. */
  constructor(rank?: () => number) {
    this.#rank = rank;
  }

  /** The present moment. A method, so that a timeline is the clock that a trace's sinks ask for. */
  now(): Nanoseconds {
    return this.#now;
  }

  /** Puts an occurrence in. A moment that is NEVER is none. */
  put(at: Nanoseconds, occurrence: Occurrence): void {
    if (at === NEVER) return;
    assert(at >= this.#now, 'nothing is put into the past');
    this.#heap.push(at, occurrence, this.#rank?.());
  }

  /** When the next occurrence is due; NEVER if nothing is left to happen. Drops entries that no longer stand. */
  next(): Nanoseconds {
    for (;;) {
      const at = this.#heap.peekAt();
      if (at === NEVER) return NEVER;
      const head = this.#heap.peek();
      if (head === undefined || head.isDue(at)) return at;
      this.#heap.pop();
    }
  }

  /**
   * Moves to the next occurrence and lets it happen. `next` must have been asked before.
   *
   * @throws RangeError if it lies beyond 104 days, up to which every nanosecond is exact
   */
  step(): void {
    const at = this.#heap.peekAt();
    this.moveTo(at);
    this.#heap.pop()?.occur(at);
  }

  /** Lets time pass with nothing happening. */
  moveTo(at: Nanoseconds): void {
    assert(at >= this.#now, 'time does not go back');
    if (at > LONGEST_RUN) {
      throw new RangeError(
        `the run: ${at / 1e9} s of virtual time are too many; allowed is 104 days, up to which nanoseconds are exact. Bound the run: run({ for: '1h' })`,
      );
    }
    this.#now = at;
  }

  /** Forgets all that was to happen. */
  clear(): void {
    this.#heap.clear();
  }
}
