/**
 * The TCBs of a recording at any cursor. Goes on in slices, so that the page never stands still; copies along the way
 * make it quick to go back. Calls it: `tcb.tsx`.
 */
import type { Event } from '../../trace/event.ts';
import type { End } from './tcb-end.ts';
import { TcbFold } from './tcb-fold.ts';

/** Events between two copies. */
const EVERY = 16_384;
/** Events between two looks at the clock. */
const SLICE = 256;

export class TcbHistory {
  readonly #events: readonly Event[];
  /** `#copies[i]` is the fold before event `i * EVERY`. */
  readonly #copies: TcbFold[] = [new TcbFold()];
  #fold = new TcbFold();
  #at = 0;

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  /** Goes towards a cursor until `isLate` says so; true when it is there. */
  goTo(cursor: number, isLate: () => boolean): boolean {
    const copy = Math.min(Math.floor(cursor / EVERY), this.#copies.length - 1);
    if (cursor < this.#at || copy * EVERY > this.#at) {
      this.#fold = (this.#copies[copy] ?? new TcbFold()).clone();
      this.#at = copy * EVERY;
    }
    while (this.#at < cursor) {
      const event = this.#events[this.#at];
      if (event === undefined) return true;
      this.#fold.apply(event, this.#at);
      this.#at += 1;
      if (this.#at === this.#copies.length * EVERY) this.#copies.push(this.#fold.clone());
      if (this.#at % SLICE === 0 && isLate()) return false;
    }
    return true;
  }

  /** As they are where it has come to, in the order in which they began. */
  get ends(): readonly End[] {
    return this.#fold.ends;
  }
}
