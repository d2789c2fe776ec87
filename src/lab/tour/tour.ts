/**
 * Where the tour stands: its stop, the reader's answers, and the moment at which the run pauses; and what the reader
 * had before it, which comes back at its end.
 *
 * Calls it: question.tsx, main.tsx.
 */
import { computed, effect, signal } from '@preact/signals';
import type { Event } from '../../trace/event.ts';
import { pauseAt, play } from '../player.ts';
import type { RunPlan } from '../run/plan.ts';
import { showTrace, startRun } from '../run/runner.ts';
import { cursor, events, length, outcome, plan, source } from '../state.ts';
import { isFirst, leaveFirst, nextPause, resumeFirst, startFirst } from './first.ts';
import { type Answered, recall, recallOpen, remember, rememberOpen } from './memory.ts';
import type { Stop } from './stop.ts';
import { STOPS } from './stops.ts';

/** Index of the stop; undefined: no tour. */
export const at = signal<number | undefined>(undefined);
const answers = signal<Readonly<Record<string, Answered>>>(recall().answers);

export const stop = computed<Stop | undefined>(() => (at.value === undefined ? undefined : STOPS[at.value]));

/** The run on the screen is this stop's; else another scenario was chosen meanwhile, and the tour waits. */
export const isHere = computed(() => stop.value !== undefined && plan.value.name === stop.value.plan.name);

const answered = computed(() => (stop.value === undefined ? undefined : answers.value[stop.value.story]));
export const given = computed(() => answered.value?.given);

/** The recording that was on the screen when the stop was gone to: until the stop's own comes, it answers nothing. */
const stale = signal<readonly Event[] | undefined>(undefined);

export const decision = computed(() => {
  // A run that goes on may still answer it otherwise.
  if (!isHere.value || events.value === stale.value || outcome.value === undefined) return undefined;
  return stop.value?.decide(events.value);
});

/** The reader has answered, and the run has come to the moment, now or when it was asked before. */
export const isTold = computed(() => {
  if (answered.value === undefined || decision.value === undefined) return false;
  return answered.value.moment !== undefined || cursor.value >= decision.value.moment;
});

effect(() => {
  const moment = decision.value?.moment;
  pauseAt.value = stop.value === undefined ? nextPause.value : isTold.value ? undefined : moment;
});

// Once the reply has come it stays, also when the reader goes back in time.
effect(() => {
  const [here, given, moment] = [stop.value, answered.value, decision.value?.moment];
  if (here === undefined || given === undefined || given.moment !== undefined) return;
  if (isTold.value && moment !== undefined) keep(here.story, { given: given.given, moment });
});

function keep(story: string, one: Answered | undefined): void {
  const { [story]: _, ...others } = answers.peek();
  answers.value = one === undefined ? others : { ...others, [story]: one };
  remember({ answers: answers.peek() });
}

/** What the reader had, and goes back to. */
interface Before {
  readonly plan: RunPlan;
  readonly cursor: number;
  /** Of a trace from a file, which cannot be run again. */
  readonly events: readonly Event[] | undefined;
}
let before: Before | undefined;

/** What is on the screen, if it is the reader's and not the tour's own. */
function keepBefore(): void {
  const isMine = (isHere.peek() || isFirst.peek()) && plan.peek().source === undefined;
  if (isMine || length.peek() === 0) return;
  const recorded = source.peek() === undefined ? events.peek() : undefined;
  before = { plan: plan.peek(), cursor: cursor.peek(), events: recorded };
}

export function goTo(index: number): void {
  const next = STOPS[index];
  if (next === undefined) return;
  keepBefore();
  leaveFirst();
  wantsPlay.value = false;
  stale.value = events.peek();
  at.value = index;
  remember({ at: index });
  rememberOpen('tour');
  startRun({ name: next.plan.name, seed: 1, set: next.plan.set ?? {}, acts: [] }, answered.peek()?.moment ?? 0);
}

export function answer(value: number): void {
  if (stop.peek() === undefined) return;
  keep(stop.peek()?.story ?? '', { given: value });
  wantsPlay.value = true;
}

/** The reader has answered, maybe before the run was there. */
const wantsPlay = signal(false);
effect(() => {
  if (!wantsPlay.value || decision.value === undefined) return;
  wantsPlay.value = false;
  // Who has played on to the moment already gets the reply, and the run stays where it is.
  if (!isTold.peek()) queueMicrotask(play);
});

/** The question once more, from the beginning. */
export function askAgain(): void {
  const { story } = stop.peek() ?? {};
  if (story === undefined || at.peek() === undefined) return;
  keep(story, undefined);
  goTo(at.peek() ?? 0);
}

/** Ends the tour: what the reader had before it is there again. */
export function leave(): void {
  const back = isHere.peek() ? before : undefined;
  before = undefined;
  at.value = undefined;
  rememberOpen('');
  if (back === undefined) return;
  if (back.events === undefined) {
    startRun(back.plan, back.cursor);
    return;
  }
  showTrace(back.plan.name, back.events);
  cursor.value = back.cursor;
}

/** Where the reader was last; for who is new, the first stop. */
export function remembered(): number {
  const { at: kept = 0 } = recall();
  return kept < STOPS.length ? kept : 0;
}

/** A teacher's address: '#tour=S12' opens that stop. False: it names none. */
export function goToAsked(fragment: string): boolean {
  const [, story] = /^#tour=(S\d+)$/.exec(fragment) ?? [];
  const asked = STOPS.findIndex((one) => one.story === story);
  if (asked >= 0) goTo(asked);
  return asked >= 0;
}

/** The page was opened, and its address asked for no run: the tour goes on, or the first minute begins. */
export function begin(fragment: string): void {
  const { at: kept, isFree } = recall();
  if (goToAsked(fragment)) return;
  if (kept !== undefined) goTo(remembered());
  else if (isFree === true) startRun({ name: 'copy', seed: 1, set: {}, acts: [] });
  else startFirst();
}

/** The page was loaded anew, and its address brought its run back: so comes the tour, if it is that run's. */
export function resume(): void {
  const open = recallOpen();
  if (open === 'first') resumeFirst();
  const index = remembered();
  const { name, source: own } = plan.peek();
  if (open === 'tour' && own === undefined && STOPS[index]?.plan.name === name) at.value = index;
}
