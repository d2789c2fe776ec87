import { beforeEach, expect, test } from 'vitest';
import { SECOND } from '../base/time.ts';
import type { Event } from '../trace/event.ts';
import {
  followClock,
  hasSilenceAhead,
  pause,
  pauseAt,
  play,
  playing,
  seek,
  skipSilence,
  speed,
  step,
  stepBack,
  stepToReturn,
  toEnd,
} from './player.ts';
import { cursor, events, length, outcome } from './state.ts';

/** Frames come when the test says so. */
class Frames {
  time = 1000;
  #waiting = new Map<number, (now: number) => void>();
  #made = 0;

  now(): number {
    return this.time;
  }

  onFrame(then: (now: number) => void): number {
    this.#made += 1;
    this.#waiting.set(this.#made, then);
    return this.#made;
  }

  cancel(frame: number): void {
    this.#waiting.delete(frame);
  }

  /** Lets time pass, with a frame every 10 ms; tells the cursors that were shown. */
  pass(milliseconds: number): number[] {
    const shown: number[] = [];
    for (const end = this.time + milliseconds; this.time < end; ) {
      this.time += 10;
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const then of waiting) then(this.time);
      if (shown.at(-1) !== cursor.peek()) shown.push(cursor.peek());
    }
    return shown;
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }
}

let frames = new Frames();

/** Prints at these moments, in milliseconds; a call at 2 that returns at 5. */
function open(moments: readonly number[]): void {
  events.value = moments.map((ms, i): Event => {
    const head = { n: i + 1, at: ms * 1e6, host: 'A', cause: 0, process: 'p' };
    if (i === 2) return { ...head, kind: 'call.entered', call: 'recv', args: {} };
    if (i === 5) return { ...head, kind: 'call.returned', call: 'recv', entered: 3, result: 1 };
    return { ...head, kind: 'process.printed', text: '' };
  });
  length.value = moments.length;
  outcome.value = { ended: 'idle' } as never;
  cursor.value = 0;
}

beforeEach(() => {
  frames = new Frames();
  followClock(frames);
  speed.value = 0.6;
  pauseAt.value = undefined;
  open([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

test('an event has its time, and what happens at one moment half of it', () => {
  open([0, 10, 10, 10, 20, 30]);
  seek(1);
  play();
  expect(frames.pass(600)).toEqual([2]);
  expect(frames.pass(300)).toEqual([3]);
  expect(frames.pass(300)).toEqual([4]);
  expect(frames.pass(300)).toEqual([5]);
});

test('a silence that was passed over is looked at twice as long', () => {
  open([0, 10, 2 * (SECOND / 1e6), 2010, 2020]);
  seek(1);
  play();
  expect(frames.pass(610)).toEqual([2, 3]);
  expect(frames.pass(1180)).toEqual([3]);
  expect(frames.pass(30)).toEqual([3, 4]);
});

test('another speed counts from the next event on, and 0 is an event a frame', () => {
  seek(1);
  play();
  frames.pass(10);
  speed.value = 0;
  frames.pass(590);
  expect(frames.pass(40)).toEqual([3, 4, 5, 6]);
});

test('it pauses by itself at the moment that was wanted, and goes on from there', () => {
  pauseAt.value = 4;
  seek(1);
  play();
  expect(frames.pass(5000)).toEqual([2, 3, 4]);
  expect(playing.value).toBe(false);
  expect(frames.isIdle).toBe(true);
  play();
  expect(frames.pass(500)).toEqual([5]);
});

test('it ends at the end, and played again begins anew', () => {
  seek(9);
  play();
  frames.pass(2000);
  expect([cursor.value, playing.value]).toEqual([10, false]);
  play();
  expect(cursor.value).toBe(1);
});

test('while events still come it waits for them at the end', () => {
  outcome.value = undefined;
  seek(10);
  play();
  frames.pass(3000);
  expect([cursor.value, playing.value]).toEqual([10, true]);
  (events.value as Event[]).push({
    n: 11,
    at: 100e6,
    host: 'A',
    cause: 0,
    kind: 'process.printed',
    process: 'p',
    text: '',
  });
  length.value = 11;
  expect(frames.pass(20)).toEqual([11]);
});

test('a page that nobody sees has no frames: it stands still, and goes on where it was', () => {
  seek(1);
  play();
  frames.pass(10);
  frames.time += 3_600_000;
  expect(playing.value).toBe(true);
  expect(frames.pass(20)).toEqual([3]);
});

test('whoever seeks, steps or skips takes the hand: it pauses', () => {
  for (const act of [() => seek(4), step, stepBack, stepToReturn, toEnd]) {
    seek(2);
    play();
    act();
    expect(playing.value).toBe(false);
    expect(frames.isIdle).toBe(true);
  }
});

test('a step is one event, a step back undoes it, a return is the next one', () => {
  seek(1);
  step();
  expect(cursor.value).toBe(2);
  stepBack();
  expect(cursor.value).toBe(1);
  stepToReturn();
  expect(cursor.value).toBe(6);
});

test('the skip leads behind the event that ends the silence; without one nothing moves', () => {
  open([0, 10, 20, 3000, 3010]);
  seek(1);
  expect(hasSilenceAhead()).toBe(true);
  skipSilence();
  expect(cursor.value).toBe(4);
  expect(hasSilenceAhead()).toBe(false);
  skipSilence();
  expect(cursor.value).toBe(4);
});

test('another recording does not go on playing by itself', () => {
  play();
  open([0, 1, 2]);
  expect(playing.value).toBe(false);
  pause();
});
