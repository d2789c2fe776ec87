/**
 * Things that last from one event to another, in the order in which they begin, so that those which a window shows are
 * found without looking at the others: for each block of them the greatest end is kept.
 *
 * Calls it: `tracks.ts`.
 */

/** Places are indices into the recording's events; `to` undefined: it lasts still, as far as the recording goes. */
export interface Span {
  readonly from: number;
  readonly to: number | undefined;
}

const BLOCK = 256;

export class Spans<T extends Span> {
  readonly #all: T[] = [];
  /** Of each block: the greatest end of those that have ended, and how many have not. */
  readonly #ends: number[] = [];
  readonly #open: number[] = [];

  get length(): number {
    return this.#all.length;
  }

  at(place: number): T | undefined {
    return this.#all[place];
  }

  /** The place of a span that begins now and has no end yet. It must not begin before any other. */
  begin(span: T): number {
    const place = this.#all.length;
    const block = Math.floor(place / BLOCK);
    this.#all.push(span);
    this.#open[block] = (this.#open[block] ?? 0) + 1;
    this.#ends[block] ??= -1;
    return place;
  }

  /** The span at `place` has ended: `ended` takes its place. */
  end(place: number, ended: T & { readonly to: number }): void {
    const block = Math.floor(place / BLOCK);
    this.#all[place] = ended;
    this.#open[block] = (this.#open[block] ?? 1) - 1;
    this.#ends[block] = Math.max(this.#ends[block] ?? -1, ended.to);
  }

  /** Those that begin before the event `last` and end at `first` or later, or not yet; in their order. */
  within(first: number, last: number): T[] {
    const found: T[] = [];
    const behind = firstAt(this.#all, last, ({ from }) => from);
    for (let block = 0; block * BLOCK < behind; block++) {
      if ((this.#open[block] ?? 0) === 0 && (this.#ends[block] ?? -1) < first) continue;
      const end = Math.min(behind, (block + 1) * BLOCK);
      for (let place = block * BLOCK; place < end; place++) {
        const span = this.#all[place];
        if (span !== undefined && (span.to ?? Number.POSITIVE_INFINITY) >= first) found.push(span);
      }
    }
    return found;
  }
}

/** The first place whose value is at or above a limit, of a list that rises. */
export function firstAt<T>(list: readonly T[], limit: number, placeOf: (item: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item !== undefined && placeOf(item) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
