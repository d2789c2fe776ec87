import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CableView, FrameView } from '../stage/model.ts';
import { places, progress, reversed, type Underway, underway, wayBetween } from './lane.ts';

const cable = (name: string, a: string, b: string, frames: FrameView[] = []): CableView => ({
  name,
  a,
  b,
  options: {},
  back: {},
  cut: 'no',
  carrier: true,
  frames,
});
const frame = (n: number, from: string, sentAt: number, at: number, kind: 'delivered' | 'dropped' = 'delivered') =>
  ({ n, from, sentAt, length: 60, fate: { n: n + 1, at, kind }, protocol: 'tcp', tcp: undefined }) satisfies FrameView;

test('the way leads over the fewest cables, whichever way round they were laid', () => {
  const way = wayBetween([cable('1', 'S', 'A'), cable('2', 'S', 'B'), cable('3', 'S', 'C')], 'A', 'C');
  expect(way?.machines).toEqual(['A', 'S', 'C']);
  expect(way?.cables.map(({ name }) => name)).toEqual(['1', '3']);
  expect(wayBetween([cable('1', 'A', 'S')], 'A', 'B')).toBeUndefined();
});

test('a frame has come as far as the virtual time that has passed; one that will be lost, to the middle', () => {
  expect(progress(frame(1, 'A', 100, 200), 150)).toBe(0.5);
  expect(progress(frame(1, 'A', 100, 200), 100)).toBe(0);
  expect(progress(frame(1, 'A', 100, 200, 'dropped'), 200)).toBe(0.5);
  expect(progress({ ...frame(1, 'A', 100, 200), fate: undefined }, 150)).toBe(0);
});

test('only frames of the direction are under way in it, the farthest first', () => {
  const way = wayBetween(
    [cable('1', 'A', 'R', [frame(1, 'A', 0, 10), frame(2, 'R', 0, 10)]), cable('2', 'R', 'B', [frame(3, 'R', 0, 10)])],
    'A',
    'B',
  );
  if (way === undefined) throw new Error('no way');
  expect(underway(way, 5, []).map(({ frame: { n }, at }) => [n, at])).toEqual([
    [3, 0.75],
    [1, 0.25],
  ]);
  expect(underway(reversed(way), 5, []).map(({ frame: { n }, at }) => [n, at])).toEqual([[2, 0.75]]);
});

test('frames of one moment stand side by side, the first in front', () => {
  const together: Underway[] = [1, 2, 3].map((n) => ({ frame: frame(n, 'A', 0, 10), at: 0, ended: 'no' }));
  expect(places(together, 20).map(({ left }) => left)).toEqual([40, 20, 0]);
});

test('no two frames overlap, and none leaves the way, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (ats) => {
      const frames: Underway[] = ats
        .toSorted((one, other) => other - one)
        .map((at, n) => ({ frame: frame(n, 'A', 0, 10), at, ended: 'no' }));
      const found = places(frames, 19);
      found.forEach(({ left, width }, index) => {
        expect(left).toBeGreaterThanOrEqual(-1e-9);
        expect(left + width).toBeLessThanOrEqual(100 + 1e-9);
        const before = found[index - 1];
        if (before !== undefined) expect(left + width).toBeLessThanOrEqual(before.left + 1e-9);
      });
    }),
  );
});
