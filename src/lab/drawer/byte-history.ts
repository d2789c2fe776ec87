/**
 * Where one byte is at any cursor. Goes on from where it is; back it begins anew, in slices, so that the page never
 * stands still. Calls it: `byte.tsx`.
 */
import type { Event } from '../../trace/event.ts';
import { ByteWatch, type Place } from '../../trace/where.ts';

/** Events between two looks at the clock. */
const SLICE = 64;

export class ByteHistory {
  readonly events: readonly Event[];
  readonly channel: string;
  readonly offset: number;
  #watch: ByteWatch;
  #at = 0;

  constructor(events: readonly Event[], channel: string, offset: number) {
    this.events = events;
    this.channel = channel;
    this.offset = offset;
    this.#watch = new ByteWatch(channel, offset);
  }

  /** Goes towards a cursor until `isLate` says so; true when it is there. */
  goTo(cursor: number, isLate: () => boolean): boolean {
    if (cursor < this.#at) {
      this.#watch = new ByteWatch(this.channel, this.offset);
      this.#at = 0;
    }
    while (this.#at < cursor) {
      const event = this.events[this.#at];
      if (event === undefined) return true;
      this.#watch.apply(event);
      this.#at += 1;
      if (this.#at % SLICE === 0 && isLate()) return this.#at === cursor;
    }
    return true;
  }

  /** undefined: there is no such channel or byte yet. */
  get places(): readonly Place[] | undefined {
    try {
      return this.#watch.places();
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}
