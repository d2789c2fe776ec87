import { expect, test } from 'vitest';
import { shrink } from './shrink.ts';

const failsWith =
  (...needed: number[]) =>
  (skip: readonly number[]) =>
    Promise.resolve(needed.every((act) => !skip.includes(act)));

test('all but what the failure needs is left out', async () => {
  expect(await shrink(5, failsWith(1, 3))).toEqual([0, 2, 4]);
});

test('a failure that needs no fault keeps none', async () => {
  expect(await shrink(3, failsWith())).toEqual([0, 1, 2]);
});

test('what can only go together with another goes in a later round', async () => {
  // 0 can be left out only once 2 is out.
  const fails = (skip: readonly number[]) =>
    Promise.resolve(!skip.includes(1) && (!skip.includes(0) || skip.includes(2)));
  expect(await shrink(3, fails)).toEqual([0, 2]);
});

test('no faults, nothing to try; too many, none is tried', async () => {
  let asked = 0;
  const count = async () => {
    asked += 1;
    return true;
  };
  expect(await shrink(0, count)).toEqual([]);
  expect(await shrink(65, count)).toEqual([]);
  expect(asked).toBe(0);
});
