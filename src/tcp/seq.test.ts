import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as seq from './seq.ts';

const number = fc.nat({ max: 0xffffffff });
const near = fc.integer({ min: -0x7fffffff, max: 0x7fffffff });

test('order is that of the distance, at every place of the number space', () => {
  fc.assert(
    fc.property(number, near, (a, step) => {
      const b = seq.add(a, step);
      expect(seq.distance(a, b)).toBe(step | 0);
      expect(seq.lt(a, b)).toBe(step > 0);
      expect(seq.le(a, b)).toBe(step >= 0);
      expect(seq.gt(a, b)).toBe(step < 0);
      expect(seq.ge(a, b)).toBe(step <= 0);
      expect(seq.max(a, b)).toBe(step > 0 ? b : a);
      expect(seq.min(a, b)).toBe(step >= 0 ? a : b);
    }),
  );
});

test('a sum stays an unsigned 32-bit integer', () => {
  expect(seq.add(0xffffffff, 1)).toBe(0);
  expect(seq.add(0, -1)).toBe(0xffffffff);
  expect(seq.add(0x7fffffff, 1)).toBe(0x80000000);
});

test('a window across the wrap holds what lies on both sides of it', () => {
  expect(seq.within(0xfffffffe, 0xfffffff0, 16)).toBe(true);
  expect(seq.within(15, 0xfffffff0, 16)).toBe(true);
  expect(seq.within(16, 0xfffffff0, 16)).toBe(false);
  expect(seq.within(0xffffffef, 0xfffffff0, 16)).toBe(false);
});
