import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND } from '../../base/time.ts';
import { Cubic, cubeRoot } from './cubic.ts';

const RTT = 100 * MILLISECOND;

function begun(segments = 10): Cubic {
  const cubic = new Cubic();
  cubic.begin(1000, segments);
  return cubic;
}

/** One window after the other is acknowledged, segment by segment; cwnd in segments after each. */
function rounds(cubic: Cubic, count: number, from = 0): number[] {
  const windows: number[] = [];
  for (let round = 0; round < count; round++) {
    const segments = cubic.cwnd / 1000;
    const now = from + round * RTT;
    cubic.measured(RTT, { una: 0, nxt: 0, srtt: RTT, now });
    for (let i = 0; i < segments; i++) cubic.acknowledged(1000, true, now);
    windows.push(cubic.cwnd / 1000);
  }
  return windows;
}

test('the cube root by integers is the largest whose cube is not above', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000 }), fc.nat(), (root, above) => {
      const cube = root ** 3;
      expect(cubeRoot(cube + (above % ((root + 1) ** 3 - cube)))).toBe(root);
    }),
  );
});

test('RFC 9438, 4.6: a loss leaves 717/1024 of the window', () => {
  const cubic = begun(100);
  cubic.lost(100_000);
  expect([cubic.cwnd, cubic.ssthresh]).toEqual([70_000, 70_000]);
});

test('a time-out leaves one segment, and 717/1024 as threshold', () => {
  const cubic = begun(100);
  cubic.timedOut(100_000);
  expect([cubic.cwnd, cubic.ssthresh]).toEqual([1000, 70_000]);
});

test('never less than two segments as threshold', () => {
  const cubic = begun(1);
  cubic.lost(1000);
  expect(cubic.ssthresh).toBe(2000);
});

test('RFC 9438, 4.4 and 4.5: steep, then flat at the window of the loss, then steep again', () => {
  const cubic = begun(1000);
  cubic.lost(1_000_000);
  const windows = rounds(cubic, 160);
  // K = cube root of 300 / 0.4: 9.1 s
  const growth = (round: number) => (windows[round + 5] ?? 0) - (windows[round] ?? 0);
  expect(windows[90]).toBeGreaterThanOrEqual(985);
  expect(windows[90]).toBeLessThanOrEqual(1010);
  expect(growth(5)).toBeGreaterThan(5 * growth(80));
  expect(growth(150)).toBeGreaterThan(5 * growth(95));
});

test('RFC 9438, 4.3: where Reno would be faster, the window grows as Reno with 0.7 does, 17 in 33 round trips', () => {
  const cubic = begun(20);
  cubic.lost(20_000);
  const windows = rounds(cubic, 34);
  const grown = (windows[33] ?? 0) - 14;
  expect(grown).toBeGreaterThanOrEqual(15);
  expect(grown).toBeLessThanOrEqual(19);
});

test('RFC 9438, 4.7: a second loss before the window is back takes less than it had as the next aim', () => {
  const once = begun(700);
  once.lost(700_000);
  const twice = begun(1000);
  twice.lost(1_000_000);
  twice.lost(700_000);
  expect(twice.cwnd).toBe(once.cwnd);
  // aims: 700 and 595 segments
  expect(rounds(once, 60).at(-1)).toBeGreaterThan((rounds(twice, 60).at(-1) ?? 0) + 40);
});

test('RFC 9438, 5.8: a pause is no time in which the window grows', () => {
  const paused = begun(100);
  const steady = begun(100);
  for (const cubic of [paused, steady]) {
    cubic.lost(100_000);
    rounds(cubic, 5);
  }
  paused.idle(1000, 60 * RTT);
  expect(rounds(paused, 10, 65 * RTT)).toEqual(rounds(steady, 10, 5 * RTT));
});

test('a window that was not used does not grow', () => {
  const cubic = begun();
  cubic.acknowledged(5000, false, 0);
  expect(cubic.cwnd).toBe(10_000);
});

test('V14: however an attacker divides ACKs, the window never grows by more than was acknowledged', () => {
  const acks = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 200 });
  fc.assert(
    fc.property(acks, fc.boolean(), (pieces, afterLoss) => {
      const cubic = begun();
      if (afterLoss) cubic.lost(10_000);
      const before = cubic.cwnd;
      let total = 0;
      for (const [index, acked] of pieces.entries()) {
        cubic.acknowledged(acked, true, index * RTT);
        total += acked;
      }
      expect(cubic.cwnd - before).toBeLessThanOrEqual(total);
    }),
  );
});
