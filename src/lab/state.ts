/**
 * What the page is about, as signals: the plan of the run, its recording, and the cursor. Views read them; `run/` and
 * `player.ts` change them.
 */
import { computed, signal } from '@preact/signals';
import type { Event } from '../trace/event.ts';
import { EMPTY_PLAN, type RunPlan } from './run/plan.ts';
import type { Failure, Outcome, ScenarioFacts } from './run/protocol.ts';

/** What is run now. */
export const plan = signal<RunPlan>(EMPTY_PLAN);
/** The scenario's whole text, as it ran. undefined: a trace from a file, whose programs are not known. */
export const source = signal<string | undefined>(undefined);
export const facts = signal<ScenarioFacts | undefined>(undefined);
/** The events so far: the live array, and how many there are (a new number is a new picture). */
export const events = signal<readonly Event[]>([]);
export const length = signal(0);
/** Line of the scenario's text by number of `call.entered`. */
export const sites = signal<ReadonlyMap<number, number>>(new Map());
/** Set when the run that is on the screen has ended, or broken off. */
export const outcome = signal<Outcome | undefined>(undefined);
export const failure = signal<Failure | undefined>(undefined);
/** Why another run could not begin: the one on the screen is what it was. */
export const refusal = signal<Failure | undefined>(undefined);
/** How many events are applied: 0 to `length`. */
export const cursor = signal(0);
/** The two hosts that are on the stage: left (server's side) and right. undefined: the first two. */
export const pair = signal<readonly [string, string] | undefined>(undefined);
/** The byte or segment that is followed. */
export const picked = signal<
  | { readonly kind: 'byte'; readonly channel: string; readonly offset: number }
  | { readonly kind: 'frame'; readonly n: number }
  | undefined
>(undefined);
/** Which page of the drawer is open; undefined: it is closed. */
export const drawer = signal<string | undefined>(undefined);
/** One clear sentence for the user; undefined: nothing to say. */
export const notice = signal<string | undefined>(undefined);
/** The run that was left by an act in the past: "Back to the previous run". */
export const previous = signal<RunPlan | undefined>(undefined);

/** Virtual time at the cursor, nanoseconds. */
export const now = computed(() => (cursor.value === 0 ? 0 : (events.value[cursor.value - 1]?.at ?? 0)));
