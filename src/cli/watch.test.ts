import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Patience, Watch } from './watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What the watchdog sees within a minute: when it lost its patience, in ms; undefined: never. */
function patienceLost(watch: Watch, pass: (ms: number) => void): number | undefined {
  const patience = new Patience(10_000, 0);
  for (let now = 250; now <= 60_000; now += 250) {
    pass(250);
    if (patience.isOver(watch.progress, now)) return now;
  }
  return undefined;
}

test('a world that stands still while its worker hears is waited for: a program is outside', () => {
  const watch = new Watch();
  watch.beat();
  expect(patienceLost(watch, (ms) => vi.advanceTimersByTime(ms))).toBeUndefined();
});

test('a deaf worker, in which nothing happens, is given ten seconds', () => {
  const watch = new Watch();
  watch.beat();
  expect(patienceLost(watch, () => {})).toBe(10_000);
});

test('a deaf worker whose world goes on is at work', () => {
  const watch = new Watch();
  expect(patienceLost(watch, () => watch.step())).toBeUndefined();
});
