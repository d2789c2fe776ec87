import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { RecordingIndex } from '../stage/recording.ts';
import { byEvents, byTime } from './window.ts';

const SPACING = { width: 1000, step: 20, gap: 80, silence: 100 * MILLISECOND };

function printsAt(moments: readonly number[]): RecordingIndex {
  const events = moments.map(
    (at, i): Event => ({ n: i + 1, at, host: 'A', cause: 0, kind: 'process.printed', process: 'p', text: '' }),
  );
  const index = new RecordingIndex({ events });
  index.grow();
  return index;
}

const index = printsAt(Array.from({ length: 300 }, (_, i) => i * 10 * MILLISECOND + (i >= 200 ? SECOND : 0)));

test('nothing behind the cursor is in sight, in either spacing', () => {
  for (const cursor of [1, 5, 200, 201, 300]) {
    expect(byEvents(cursor, index.events, index, SPACING).last).toBeLessThanOrEqual(cursor);
    expect(byTime(cursor, index.events, 1000, SECOND).last).toBe(cursor);
  }
});

test('a silence is told when it is over, and not before', () => {
  expect(byEvents(200, index.events, index, SPACING).silences).toEqual([]);
  expect(byEvents(201, index.events, index, SPACING).silences).toMatchObject([{ lasting: SECOND + 10 * MILLISECOND }]);
});

test('a place that was drawn means the cursor behind that event', () => {
  const shown = byEvents(150, index.events, index, SPACING);
  for (let at = shown.first; at < shown.last; at++) expect(shown.cursorAt(shown.place(at, 0.5))).toBe(at + 1);
  const linear = byTime(150, index.events, 1000, SECOND);
  for (let at = linear.first; at < linear.last; at++) expect(linear.cursorAt(linear.place(at, 0))).toBe(at + 1);
});

test('linear time is in proportion, with round moments on the axis', () => {
  const { place, ticks, first } = byTime(150, index.events, 1000, SECOND);
  const steps = Array.from({ length: 20 }, (_, i) => place(first + i + 1, 0) - place(first + i, 0));
  for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 6);
  expect(ticks.length).toBeGreaterThan(3);
  for (const { at } of ticks) expect(at % (100 * MILLISECOND)).toBe(0);
});

test('what stands on the axis tells neighbours apart, however far from the beginning', () => {
  const late = printsAt(Array.from({ length: 50 }, (_, i) => 60 * SECOND + i * MILLISECOND));
  const texts = byTime(50, late.events, 1000, 8 * MILLISECOND).ticks.map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts).toContain('60.045 s');
  expect(byTime(50, index.events, 1000, 400 * MILLISECOND).ticks.map(({ text }) => text)).toContain('200 ms');
});
