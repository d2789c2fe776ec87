/**
 * What the two channels of one connection and their ends held along a whole recording, at so many moments as a picture
 * can show. Grows with the recording, in slices, so that the page never stands still; what it has taken it never takes
 * again. Calls it: `sampling.ts`.
 */
import { SECOND } from '../../base/time.ts';
import type { ChannelLedger } from '../../system/scenario.ts';
import type { Event } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import type { End } from './tcb-end.ts';
import { TcbFold } from './tcb-fold.ts';

/** One channel at one moment. undefined: it is not there yet. */
export interface WaySample {
  readonly ledger: ChannelLedger | undefined;
  readonly sender: End | undefined;
  readonly receiver: End | undefined;
}

/** After `cursor` events. */
export interface Sample {
  readonly cursor: number;
  readonly seconds: number;
  readonly ways: readonly [WaySample, WaySample];
}

/** More are no sharper on a screen: from twice as many on every second one is let go. */
const MOST = 400;
/** Events between two looks at the clock. */
const SLICE = 64;

export class Sampler {
  readonly #events: readonly Event[];
  readonly #first: number;
  readonly #ledger = new LedgerFold();
  readonly #tcbs = new TcbFold();
  #step = 1;
  #taken = 0;
  #samples: Sample[] = [];

  /** `connection`: its place in the order in which connections began. */
  constructor(events: readonly Event[], connection: number) {
    this.#events = events;
    this.#first = 2 * connection;
  }

  /** Goes on until `isLate` says so; true when it has come to the recording's end. */
  advance(isLate: () => boolean): boolean {
    const events = this.#events;
    while (this.#taken < events.length) {
      const event = events[this.#taken];
      if (event !== undefined) this.#take(event);
      if (this.#taken % SLICE === 0 && isLate()) break;
    }
    return this.#taken >= events.length;
  }

  /** In the order of time; the last one is where it has come to. */
  get samples(): readonly Sample[] {
    const last = this.#samples.at(-1);
    if (this.#taken === 0 || last?.cursor === this.#taken) return this.#samples;
    return [...this.#samples, this.#at(this.#taken)];
  }

  #take(event: Event): void {
    this.#ledger.apply(event);
    this.#tcbs.apply(event, this.#taken);
    this.#taken += 1;
    if (this.#taken % this.#step === 0) this.#sample(this.#taken);
  }

  #sample(cursor: number): void {
    this.#samples.push(this.#at(cursor));
    if (this.#samples.length < 2 * MOST) return;
    this.#step *= 2;
    this.#samples = this.#samples.filter((sample) => sample.cursor % this.#step === 0);
  }

  #at(cursor: number): Sample {
    const seconds = (this.#events[cursor - 1]?.at ?? 0) / SECOND;
    return { cursor, seconds, ways: [this.#way(this.#first), this.#way(this.#first + 1)] };
  }

  #way(index: number): WaySample {
    const way = this.#ledger.ways[index];
    if (way === undefined) return { ledger: undefined, sender: undefined, receiver: undefined };
    const [from, to] = [way.sender.endpoint, way.receiver.endpoint];
    const { ends } = this.#tcbs;
    return {
      ledger: way.ledger(),
      sender: ends.findLast(({ local, remote }) => local === from && remote === to),
      receiver: ends.findLast(({ local, remote }) => local === to && remote === from),
    };
  }
}

/** The samples up to a cursor. */
export function upTo(samples: readonly Sample[], cursor: number): readonly Sample[] {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle]?.cursor ?? 0) <= cursor) low = middle + 1;
    else high = middle;
  }
  return samples.slice(0, low);
}
