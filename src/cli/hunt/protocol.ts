/** What the hunt asks of its workers, and what it hears from them. */
import type { Language } from '../../base/language.ts';

/** What a worker is made for. */
export interface Quarry {
  readonly file: string;
  readonly set: readonly string[];
  readonly language: Language;
}

/** One world that might have been. */
export interface Attempt {
  readonly seed: number;
  readonly spread: number;
  /** Acts of the timetable that are left out, by number. */
  readonly skip: readonly number[];
  /** Where the trace is written if it fails. */
  readonly trace?: string;
}

export interface Verdict {
  /** What failed, in a line; undefined: nothing did. */
  readonly failure: string | undefined;
  /** How many acts the timetable had, those left out included. */
  readonly acts: number;
  /** The faults of this run, a line each. */
  readonly faults: readonly string[];
}

export type Answer =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  /** The user's mistake: no attempt can do better. */
  | { readonly kind: 'misuse'; readonly message: string };
