/**
 * The TCBs of a recording at any cursor, and the timers that fire in it. Goes on in slices, so that the page never
 * stands still; copies along the way make it quick to go back. Calls it: `tcb.tsx`.
 */
import type { TimerName } from '../../tcp/timers.ts';
import type { Event } from '../../trace/event.ts';
import { type End, TcbFold } from './tcb-fold.ts';

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

export interface NextTimer {
  readonly timer: TimerName;
  readonly index: number;
  readonly at: number;
}

/** When the timers of each end fire, in the whole recording. A timer that is set and cleared again leaves no event. */
export class TimerIndex {
  readonly #events: readonly Event[];
  /** By 'host connection'; a beginning of that connection, with no timer, parts the ends that had its addresses. */
  readonly #marks = new Map<string, { readonly timer: TimerName | undefined; readonly index: number }[]>();
  #read = 0;

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  /** Takes the events that have come since. */
  grow(): void {
    for (; this.#read < this.#events.length; this.#read++) {
      const event = this.#events[this.#read];
      if (event?.kind === 'tcp.timer') this.#mark(event, event.timer);
      else if (event?.kind === 'tcp.state' && event.from === 'CLOSED') this.#mark(event, undefined);
    }
  }

  /** Of each timer of this end that fires at or behind a cursor, the first time. */
  next({ host, connection }: Pick<End, 'host' | 'connection'>, cursor: number): readonly NextTimer[] {
    const marks = this.#marks.get(`${host} ${connection}`) ?? [];
    const found = new Map<TimerName, NextTimer>();
    // One timer may fire a great many times: those that come soon are enough.
    const first = firstFrom(marks, cursor);
    for (const { timer, index } of marks.slice(first, first + SLICE)) {
      if (timer === undefined) break;
      if (!found.has(timer)) found.set(timer, { timer, index, at: this.#events[index]?.at ?? 0 });
    }
    return [...found.values()];
  }

  #mark({ host, connection }: Pick<End, 'host' | 'connection'>, timer: TimerName | undefined): void {
    const key = `${host} ${connection}`;
    const marks = this.#marks.get(key);
    if (marks === undefined) this.#marks.set(key, [{ timer, index: this.#read }]);
    else marks.push({ timer, index: this.#read });
  }
}

/** The place of the first mark at or behind an index. */
function firstFrom(marks: readonly { readonly index: number }[], index: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.index ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
