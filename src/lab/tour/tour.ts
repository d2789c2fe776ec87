/** Where the tour stands: its stop, the reader's answer, and the moment at which the run pauses. Calls it: question.tsx. */
import { computed, effect, signal } from '@preact/signals';
import { pauseAt, play } from '../player.ts';
import { startRun } from '../run/runner.ts';
import { cursor, events, length, plan } from '../state.ts';
import type { Stop } from './stop.ts';
import { STOPS } from './stops.ts';

const KEY = 'halfopen.tour';

/** Index of the stop; undefined: no tour. */
export const at = signal<number | undefined>(undefined);
export const given = signal<number | undefined>(undefined);

export const stop = computed<Stop | undefined>(() => (at.value === undefined ? undefined : STOPS[at.value]));

export const decision = computed(() => {
  const { value } = stop;
  // A run of another scenario says nothing about this stop.
  if (value === undefined || length.value === 0 || plan.value.name !== value.plan.name) return undefined;
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
  play();
}

export function leave(): void {
  at.value = undefined;
}

/** Where the reader was last; the first stop if that is not known. */
export function remembered(): number {
  try {
    const kept = Number(localStorage.getItem(KEY));
    return Number.isInteger(kept) && kept >= 0 && kept < STOPS.length ? kept : 0;
  } catch {
    return 0;
  }
}
