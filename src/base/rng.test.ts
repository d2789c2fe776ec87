import { expect, test } from 'vitest';
import { AssertionFailed } from './assert.ts';
import { Rng } from './rng.ts';

function take<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

// Computed with another implementation, of arbitrary-precision integers, from the authors' definitions.
test('the numbers of a seed are these, on every machine and for ever', () => {
  const zero = new Rng(0);
  expect(take(4, () => zero.uint32())).toEqual([1363572419, 145230303, 808754475, 4216505632]);
  const seven = new Rng(7);
  expect(take(4, () => seven.uint32())).toEqual([1837975287, 2099764152, 1321706041, 2064663467]);
  const cable = new Rng(7).fork('cable A-B');
  expect(take(4, () => cable.uint32())).toEqual([460169112, 2442748711, 441184693, 3919878516]);
  const dice = new Rng(2 ** 53 - 1);
  expect(take(8, () => dice.below(6))).toEqual([5, 2, 5, 1, 4, 0, 5, 0]);
  expect(new Rng(1).fraction()).toBe(0.4684900748426659);
});

test('a fork depends on seed and labels, not on what was drawn', () => {
  const fresh = new Rng(7);
  const used = new Rng(7);
  for (let i = 0; i < 1000; i++) used.uint32();
  expect(used.fork('a').uint32()).toBe(fresh.fork('a').uint32());
  const first = new Set<number>();
  for (const label of ['', 'a', 'b', 'aa', 'a\u0000', 'aaaa', 'aaaaa', '한'])
    first.add(new Rng(7).fork(label).uint32());
  first.add(new Rng(7).fork('a').fork('b').uint32());
  first.add(new Rng(7).fork('b').fork('a').uint32());
  first.add(new Rng(8).fork('a').uint32());
  expect(first.size).toBe(11);
});

test('seeds that differ in any bit give streams that have nothing in common', () => {
  const seen = new Set<number>();
  for (let bit = 1; bit < 2 ** 53; bit *= 2) {
    const rng = new Rng(bit);
    for (let i = 0; i < 8; i++) seen.add(rng.uint32());
  }
  expect(seen.size).toBe(53 * 8);
});

test('below(n) is even: chi-squared over 10 and over a number that does not divide 2^32', () => {
  for (const n of [10, 3_000_000_000]) {
    const rng = new Rng(42).fork(`below ${n}`);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const drawn = rng.below(n);
      if (!(drawn < n && Number.isInteger(drawn))) throw new Error(`${drawn}`);
      const bucket = Math.floor((drawn / n) * 10);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.9); // 9 degrees of freedom, one in a thousand
  }
});

test('below(1) is 0, below(2^32) is any number; anything else is a bug', () => {
  const rng = new Rng(1);
  expect(rng.below(1)).toBe(0);
  expect(rng.below(2 ** 32)).toBeLessThan(2 ** 32);
  for (const n of [0, -1, 1.5, 2 ** 32 + 1, NaN]) expect(() => rng.below(n)).toThrow(AssertionFailed);
});

test('a fraction lies in [0, 1) and its mean near one half', () => {
  const rng = new Rng(3);
  let sum = 0;
  for (let i = 0; i < 100_000; i++) {
    const fraction = rng.fraction();
    if (fraction < 0 || fraction >= 1) throw new Error(`${fraction}`);
    sum += fraction;
  }
  expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.003);
});

test('a seed is an integer from 0 to 2^53 - 1', () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => new Rng(seed)).toThrow(RangeError);
});
