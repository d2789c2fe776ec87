/**
 * The ledger of one channel along a whole recording, at so many moments as a plot can show. Gone through in slices, so
 * that the page never stands still. Calls it: `plots.tsx`.
 */
import { SECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';

export const FIGURES = ['written', 'sent', 'acknowledged', 'received', 'read'] as const;
export type Figure = (typeof FIGURES)[number];

/** Columns: virtual seconds, and each figure there; null where it is not known. */
export interface Samples {
  readonly seconds: readonly number[];
  readonly figures: Readonly<Record<Figure, readonly (number | null)[]>>;
}

/** More are no sharper on a screen. */
const MOST = 400;

/** Takes the recording in slices: call `advance` until it answers true, then there are `samples`. */
export class Sampler {
  readonly #events: readonly Event[];
  readonly #channel: number;
  readonly #fold = new LedgerFold();
  readonly #step: number;
  #taken = 0;
  readonly #seconds: number[] = [];
  readonly #figures: Record<Figure, (number | null)[]> = {
    written: [],
    sent: [],
    acknowledged: [],
    received: [],
    read: [],
  };

  /** `channel` is its index in the order in which the connections began. */
  constructor(events: readonly Event[], channel: number) {
    this.#events = events;
    this.#channel = channel;
    this.#step = Math.max(1, Math.ceil(events.length / MOST));
  }

  /** Goes on until `isLate` says so; true when it has come to the end. */
  advance(isLate: () => boolean): boolean {
    const events = this.#events;
    while (this.#taken < events.length) {
      const event = events[this.#taken];
      this.#taken += 1;
      if (event !== undefined) this.#fold.apply(event);
      if (event !== undefined && (this.#taken % this.#step === 0 || this.#taken === events.length)) this.#sample(event);
      if (this.#taken % 64 === 0 && isLate()) return false;
    }
    return true;
  }

  get samples(): Samples {
    return { seconds: this.#seconds, figures: this.#figures };
  }

  /** Of one moment the last figures count: a plot has one value there. */
  #sample({ at }: Event): void {
    const seconds = at / SECOND;
    if (this.#seconds.at(-1) === seconds) {
      this.#seconds.pop();
      for (const figure of FIGURES) this.#figures[figure].pop();
    }
    const ledger = this.#fold.channels()[this.#channel];
    this.#seconds.push(seconds);
    for (const figure of FIGURES) this.#figures[figure].push(ledger?.[figure] ?? null);
  }
}
