/**
 * The hand on the time: plays a recording, steps through it, and jumps. It moves the cursor and nothing else; the
 * simulator never hears of it.
 *
 * Calls it: the transport, the time line, the keyboard, the tour.
 */
import { effect, signal } from '@preact/signals';
import { type PlayerClock, pageClock } from './player-clock.ts';
import { SILENCE } from './stage/recording.ts';
import { nextReturn, nextScene, nextSilence, previousScene } from './stage/stage.ts';
import { cursor, events, length, outcome } from './state.ts';

/** Seconds that an event is shown, as it can be chosen; 0: as fast as the page can draw. */
export const SPEEDS = [2, 1, 0.6, 0.3, 0.1, 0] as const;
export type Speed = (typeof SPEEDS)[number];

export const speed = signal<Speed>(0.6);
export const playing = signal(false);
/** The moment, a cursor, at which play stops by itself; undefined: at the end only. */
export const pauseAt = signal<number | undefined>(undefined);

/** What happens at one virtual moment is a cascade: each event after the first has this part of its time. */
const CASCADE = 0.5;
/** A silence that was passed over is looked at for so much longer. */
const FOLD = 2;

let clock = pageClock;
let frame = 0;
/** Wall-clock milliseconds at which the next step is due. */
let due = 0;

/** Another clock than the page's, for tests. Nothing plays meanwhile. */
export function followClock(another: PlayerClock): void {
  pause();
  clock = another;
}

export function play(): void {
  if (playing.peek() || length.peek() === 0) return;
  if (isAtEnd() && outcome.peek() !== undefined) cursor.value = beginning();
  playing.value = true;
  due = clock.now();
  frame = clock.onFrame(tick);
}

export function pause(): void {
  if (!playing.peek()) return;
  clock.cancel(frame);
  playing.value = false;
}

export function toggle(): void {
  if (playing.peek()) pause();
  else play();
}

/** One event that people can see. */
export function step(): void {
  pause();
  moveTo(nextScene(cursor.peek()));
}

export function stepBack(): void {
  pause();
  cursor.value = Math.max(beginning(), previousScene(cursor.peek()));
}

/** To where the next call returns. */
export function stepToReturn(): void {
  pause();
  moveTo(nextReturn(cursor.peek()) ?? length.peek());
}

/** To the end of the silence that comes next: behind the event that breaks it. Nothing, if none comes. */
export function skipSilence(): void {
  const silence = nextSilence(cursor.peek());
  if (silence === undefined) return;
  pause();
  moveTo(nextScene(silence.from));
}

/** A silence lies ahead of the cursor. */
export function hasSilenceAhead(): boolean {
  return nextSilence(cursor.value) !== undefined;
}

/** To any moment. */
export function seek(to: number): void {
  pause();
  cursor.value = Math.max(0, Math.min(Math.round(to), length.peek()));
}

export function toStart(): void {
  seek(beginning());
}

export function toEnd(): void {
  seek(length.peek());
}

function moveTo(to: number | undefined): void {
  if (to !== undefined) cursor.value = to;
}

/** Hosts and cables are there, and nothing has happened yet: no one looks at a stage that is empty. */
export function beginning(): number {
  const first = nextScene(0) ?? 0;
  return Math.min(first, length.value);
}

function isAtEnd(): boolean {
  return cursor.peek() >= length.peek();
}

function tick(now: number): void {
  frame = clock.onFrame(tick);
  // At the end of what has come so far it waits for more, unless the run is over.
  if (isAtEnd()) {
    if (outcome.peek() !== undefined) pause();
    return;
  }
  if (now < due) return;
  const before = cursor.peek();
  const to = nextScene(before) ?? length.peek();
  const stop = pauseAt.peek();
  if (stop !== undefined && before < stop && to >= stop) {
    cursor.value = stop;
    pause();
    return;
  }
  cursor.value = to;
  due = now + paceOf(before, to);
}

/** Milliseconds until the next step. */
function paceOf(before: number, to: number): number {
  const all = events.peek();
  const [from, until] = [all[before - 1]?.at ?? 0, all[to - 1]?.at ?? 0];
  const part = from === until ? CASCADE : until - from >= SILENCE ? FOLD : 1;
  return speed.peek() * 1000 * part;
}

/** Another recording is on the stage: what played does not go on in it by itself. */
let shown: unknown;
effect(() => {
  if (events.value === shown) return;
  shown = events.value;
  pause();
});
