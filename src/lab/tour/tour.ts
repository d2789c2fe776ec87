/** Where the tour stands: its stop, the reader's answer, and the moment at which the run pauses. Calls it: question.tsx. */
import { computed, effect, signal } from '@preact/signals';
import { pauseAt, play } from '../player.ts';
import { startRun } from '../run/runner.ts';
import { cursor, events, outcome, plan } from '../state.ts';
import type { Stop } from './stop.ts';
import { STOPS } from './stops.ts';

const KEY = 'halfopen.tour';

/** Index of the stop; undefined: no tour. */
export const at = signal<number | undefined>(undefined);
export const given = signal<number | undefined>(undefined);

export const stop = computed<Stop | undefined>(() => (at.value === undefined ? undefined : STOPS[at.value]));

export const decision = computed(() => {
  const { value } = stop;
  // A run of another scenario says nothing about this stop; one that goes on may still answer it otherwise.
  if (value === undefined || outcome.value === undefined || plan.value.name !== value.plan.name) return undefined;
  return value.decide(events.value);
});

/** The reader has answered, and the run has come to the moment. */
export const isTold = computed(
  () => given.value !== undefined && decision.value !== undefined && cursor.value >= decision.value.moment,
);

effect(() => {
  pauseAt.value = stop.value === undefined ? undefined : decision.value?.moment;
});

export function goTo(index: number): void {
  const next = STOPS[index];
  if (next === undefined) return;
  at.value = index;
  given.value = undefined;
  try {
    localStorage.setItem(KEY, String(index));
  } catch {
    // A page without storage begins anew.
  }
  startRun({ name: next.plan.name, seed: 1, set: next.plan.set ?? {}, acts: [] });
}

export function answer(value: number): void {
  given.value = value;
  // Who has played on to the moment already gets the reply, and the run stays where it is.
  if (!isTold.value) play();
}

export function leave(): void {
  at.value = undefined;
}

/** Where the reader was last; for who is new, the stop about what send() means. */
export function remembered(): number {
  const first = Math.max(
    0,
    STOPS.findIndex(({ story }) => story === 'S11'),
  );
  try {
    const kept = localStorage.getItem(KEY);
    const index = Number(kept);
    return kept !== null && Number.isInteger(index) && index >= 0 && index < STOPS.length ? index : first;
  } catch {
    return first;
  }
}
