/**
 * What the command asks of its worker thread, and what it hears from it. Programs run in a worker, so that one that
 * loops for ever can be ended: `watchdog.ts` is the side that asks, `worker.ts` the one that works.
 */
import type { Language } from '../base/language.ts';

interface Common {
  readonly language: Language;
  readonly width: number;
  readonly colour: boolean;
}

/** A scenario with its parameters, as the command line gives them. */
export interface Choice {
  readonly scenario: string;
  readonly seed: number;
  readonly set: readonly string[];
  readonly without?: string;
}

export type Task =
  | (Common & {
      readonly kind: 'run';
      readonly choice: Choice;
      readonly json: boolean;
      readonly pcap?: string;
      readonly trace?: string;
    })
  | (Common & { readonly kind: 'story'; readonly scenarios: readonly string[] })
  | (Common & {
      readonly kind: 'where';
      readonly choice: Choice;
      readonly channel: string;
      readonly offset: number;
      /** Virtual nanoseconds; undefined: the end. */
      readonly at?: number;
    });

export type Report =
  /** A scenario's programs begin; their names, for the watchdog to tell. */
  | { readonly kind: 'started'; readonly scenario: string; readonly programs: readonly string[] }
  /** No program runs any more: what follows may take its time. */
  | { readonly kind: 'ran' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'done'; readonly exit: number }
  /** The user's mistake. */
  | { readonly kind: 'misuse'; readonly message: string };
