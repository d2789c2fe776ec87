/**
 * Chance in what a world is told: how long cables are, the moments at which `world.at` acts, and which of two things that
 * fall into one moment comes first. With it a seed stands for one of the worlds that might have been, and a search over
 * seeds finds the ones in which a program fails.
 *
 * Calls it: `fabric.ts`, `world.ts`, `timeline.ts`; `halfopen hunt` asks for it.
 */
import { checkFraction, checkInteger, checkKeys } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import type { Rng } from '../base/rng.ts';
import { MILLISECOND, type Nanoseconds } from '../base/time.ts';

export interface VariationOptions {
  /** 0 to 1: a delay or a moment becomes any from 1 − spread to 1 + spread times what it was told to be. */
  readonly spread: number;
  /** Which acts of `world.at` are left out, counted from 0 in the order in which they were put in. */
  readonly skip?: readonly number[];
}

/** Ranks for things of one moment: so many that two are seldom alike, so few that a heap's key stays exact. */
const RANKS = 4096;

export class Variation {
  readonly #spread: number;
  readonly #skipped: ReadonlySet<number>;
  /** One stream each, so that what is left out moves nothing else. */
  readonly #delays: Rng;
  readonly #moments: Rng;
  readonly #ranks: Rng;
  #acts = 0;

  constructor({ spread, skip = [] }: VariationOptions, rng: Rng) {
    this.#spread = spread;
    this.#skipped = new Set(skip);
    this.#delays = rng.fork('delays');
    this.#moments = rng.fork('moments');
    this.#ranks = rng.fork('ranks');
  }

  /** How many acts were put in so far, those that are left out included. */
  get acts(): number {
    return this.#acts;
  }

  /** A cable's delay; one without any gets up to a millisecond, by the spread. */
  delay(told: Nanoseconds): Nanoseconds {
    if (told === 0) return Math.floor(this.#delays.fraction() * this.#spread * MILLISECOND);
    return this.#around(told, this.#delays);
  }

  /** The moment of an act, not before `now`; undefined: it is left out. */
  act(told: Nanoseconds, now: Nanoseconds): Nanoseconds | undefined {
    const number = this.#acts;
    this.#acts += 1;
    const moment = Math.max(now, this.#around(told, this.#moments));
    if (!this.#skipped.has(number)) return moment;
    this.rank(); // which it would have taken
    return undefined;
  }

  /** Of two things in one moment the one of lower rank comes first. */
  rank(): number {
    return this.#ranks.below(RANKS);
  }

  #around(told: Nanoseconds, rng: Rng): Nanoseconds {
    return Math.floor(told * (1 + this.#spread * (2 * rng.fraction() - 1)));
  }
}

/** @throws TypeError, RangeError naming the option, its value and what is allowed */
export function checkVariation(options: unknown): VariationOptions {
  const given = checkKeys('options.vary', options, ['spread', 'skip']);
  const spread = checkFraction('options.vary.spread', given.spread);
  const { skip = [] } = given;
  if (!Array.isArray(skip))
    throw new TypeError(`options.vary.skip: ${shown(skip)} is wrong; allowed is a list of numbers`);
  return {
    spread,
    skip: skip.map((number: unknown) => checkInteger('options.vary.skip', number, 0, Number.MAX_SAFE_INTEGER)),
  };
}
