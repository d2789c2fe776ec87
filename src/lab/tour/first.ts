/**
 * The first minute of a newcomer: one question, a copy, three segments, their ACKs; then the cable is to be cut, two
 * hours fold, and neither side knows. All that is said is read off the events.
 *
 * Two hours after the cut B's user types again, so that something happens at all: `send()` succeeds once more.
 * Calls it: `tour.ts`, `first-minute.tsx`.
 */
import { computed, effect, signal } from '@preact/signals';
import { MILLISECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { play } from '../player.ts';
import { actAtCursor, andLater, startRun } from '../run/runner.ts';
import { cursor, events, facts, outcome, plan } from '../state.ts';
import { recall, remember, rememberOpen } from './memory.ts';
import { FIRST, LATER, milestones, TYPED } from './milestones.ts';
import type { Decision } from './stop.ts';

export const isFirst = signal(false);
export const firstGiven = signal<number | undefined>(undefined);

const known = computed(() => {
  if (!isFirst.value || outcome.value === undefined || facts.value?.name !== FIRST.name) return undefined;
  return milestones(events.value);
});

export type Phase =
  | { readonly name: 'question' }
  | { readonly name: 'told' | 'cut' | 'over'; readonly decision: Decision }
  | { readonly name: 'folding' };

/** Where the reader is in it; undefined: elsewhere. */
export const phase = computed<Phase | undefined>(() => {
  if (!isFirst.value || plan.value.name !== FIRST.name || plan.value.source !== undefined) return undefined;
  const [all, now] = [known.value, cursor.value];
  if (all === undefined || firstGiven.value === undefined || now < all.sent.moment) return { name: 'question' };
  if (all.cut !== undefined && now >= all.cut) {
    if (all.again === undefined || now < all.again.moment) return { name: 'folding' };
    return { name: 'over', decision: all.again };
  }
  if (all.emptied === undefined || now < all.emptied.moment) return { name: 'told', decision: all.sent };
  return { name: 'cut', decision: all.emptied };
});

/** Where play stops next. */
export const nextPause = computed(() => {
  const moments = [known.value?.sent, known.value?.emptied, known.value?.again].map((one) => one?.moment);
  return moments.find((moment) => moment !== undefined && moment > cursor.value);
});

export function startFirst(): void {
  isFirst.value = true;
  firstGiven.value = undefined;
  rememberOpen('first');
  startRun(FIRST);
}

export function resumeFirst(): void {
  isFirst.value = plan.peek().name === FIRST.name;
  firstGiven.value = recall().answers['first']?.given;
}

export function answerFirst(value: number): void {
  firstGiven.value = value;
  remember({ answers: { ...recall().answers, first: { given: value } } });
  wantsPlay.value = true;
}

/** The reader has answered, maybe before the run was there. */
const wantsPlay = signal(false);
effect(() => {
  if (!wantsPlay.value || known.value === undefined) return;
  wantsPlay.value = false;
  if (phase.peek()?.name === 'question') queueMicrotask(play);
});

/** It is over, or was left: the page does not begin with it again. */
export function leaveFirst(): void {
  if (!isFirst.peek()) return;
  isFirst.value = false;
  remember({ isFree: true });
  rememberOpen('');
}

export function cutNow(): void {
  actAtCursor({ do: 'cut', target: 'cable' });
}

// However it was cut, by the strip or at the cable: B's user comes back.
effect(() => {
  const last = plan.value.acts.at(-1);
  if (!isFirst.value || last?.do !== 'cut' || typeof last.at !== 'number') return;
  andLater({ do: 'type', target: 'client', data: TYPED, at: last.at + LATER / MILLISECOND });
});

// Time goes on by itself when the cable has just been cut.
let played: readonly Event[] | undefined;
effect(() => {
  if (phase.value?.name !== 'folding' || played === events.value) return;
  played = events.value;
  // The player stops by itself when a new run comes, in the same breath.
  queueMicrotask(play);
});

/** The button that is meant: seen on the stage itself. */
effect(() => {
  document.documentElement.toggleAttribute('data-now-cut', phase.value?.name === 'cut');
});
