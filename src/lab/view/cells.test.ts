import { expect, test } from 'vitest';
import { areasOf, cellsOf, type Run } from './cells.ts';

const stream = new TextEncoder().encode('a한b');
const bytesOf = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => stream[from + index]);
const cells = (...runs: Run[]) => cellsOf(runs, bytesOf);

test('a character of three bytes is three joined cells with its glyph on the middle one', () => {
  const found = cells({ state: 'unsent', from: 0, to: 5 });
  expect(found.map(({ glyph }) => glyph)).toEqual(['a', '', '한', '', 'b']);
  expect(found.map(({ joinsAfter }) => joinsAfter)).toEqual([false, true, true, false, false]);
  expect(found.map(({ hex }) => hex)).toEqual(['61', 'ed', '95', '9c', '62']);
  expect(found.some(({ split }) => split)).toBe(false);
});

test('a character that lies in two places is split in both, and shown in both', () => {
  const head = cells({ state: 'read', from: 0, to: 2 });
  const tail = cells({ state: 'unread', from: 2, to: 5 });
  expect(head.map(({ split }) => split)).toEqual([false, true]);
  expect(head[1]?.glyph).toBe('한');
  expect(tail.map(({ split }) => split)).toEqual([true, true, false]);
  expect(tail.map(({ joinsBefore }) => joinsBefore)).toEqual([false, true, false]);
});

test('bytes of one character stay joined over a change of state', () => {
  const found = cells({ state: 'unacknowledged', from: 0, to: 2 }, { state: 'unsent', from: 2, to: 5 });
  expect(found.map(({ state }) => state)).toEqual(['unacknowledged', 'unacknowledged', 'unsent', 'unsent', 'unsent']);
  expect(found[1]).toMatchObject({ joinsAfter: true, split: false });
});

test('a hole has cells without a value', () => {
  const found = cells(
    { state: 'unread', from: 0, to: 1 },
    { state: 'hole', from: 1, to: 4 },
    { state: 'out-of-order', from: 4, to: 5 },
  );
  expect(found.map(({ hex }) => hex)).toEqual(['61', '', '', '', '62']);
});

test('bytes that are no UTF-8 have their value alone', () => {
  const found = cellsOf([{ state: 'unsent', from: 0, to: 2 }], () => [0xff, 0x80, undefined, undefined, undefined]);
  expect(found.map(({ hex, glyph }) => [hex, glyph])).toEqual([
    ['ff', '·'],
    ['80', '·'],
  ]);
});

test('neighbours in one state are one area, empty ones none', () => {
  expect(
    areasOf([
      { state: 'unread', from: 0, to: 0 },
      { state: 'hole', from: 0, to: 10 },
      { state: 'hole', from: 10, to: 15 },
      { state: 'out-of-order', from: 15, to: 20 },
    ]),
  ).toEqual([
    { state: 'hole', bytes: 15 },
    { state: 'out-of-order', bytes: 5 },
  ]);
});
