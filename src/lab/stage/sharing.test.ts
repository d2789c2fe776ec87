import { expect, test } from 'vitest';
import { reused } from './sharing.ts';

interface Part {
  readonly n: number;
  readonly text: string;
}

const parts = (...numbers: readonly number[]): Part[] => numbers.map((n) => ({ n, text: `part ${n}` }));

test('a list that was cut at its beginning and grew at its end keeps the parts that stayed, made anew or not', () => {
  const before = parts(1, 2, 3, 4, 5);
  const same = [...before.slice(2), ...parts(6, 7, 8)];
  const equal = parts(3, 4, 5, 6, 7, 8);
  for (const now of [same, equal]) {
    const mixed = reused(before, now);
    expect(mixed).toEqual(equal);
    expect(mixed.slice(0, 3).every((part, i) => part === before[i + 2])).toBe(true);
  }
});

test('a part of which something else is told after the list was cut is a new one, and its neighbours are not', () => {
  const before = parts(1, 2, 3, 4);
  const now = parts(2, 3, 4).map((part) => (part.n === 3 ? { ...part, text: 'another' } : part));
  const mixed = reused(before, now);
  expect(mixed).toEqual(now);
  expect(mixed.map((part) => before.includes(part))).toEqual([true, false, true]);
});

test('parts that left from the middle, or came before the others, do not hide those that stayed', () => {
  const before = parts(1, 2, 3, 4, 5);
  for (const numbers of [
    [1, 3, 5],
    [2, 4, 5],
    [0, 1, 2, 5],
    [5, 4, 3],
  ]) {
    const mixed = reused(before, parts(...numbers));
    expect(mixed).toEqual(parts(...numbers));
    expect(mixed.every((part) => part.n === 0 || before.includes(part))).toBe(true);
  }
});

test('a list that is the same is the very list; one that became shorter is not', () => {
  const before = parts(1, 2, 3);
  expect(reused(before, parts(1, 2, 3))).toBe(before);
  expect(reused(before, parts(2, 3))).toEqual(parts(2, 3));
  expect(reused(before, parts(1, 2))).toEqual(parts(1, 2));
  expect(reused(before, [])).toEqual([]);
  expect(reused([], before)).toBe(before);
});
