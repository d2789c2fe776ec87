import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionFailed } from './assert.ts';
import { DeadlineHeap } from './heap.ts';
import { NEVER } from './time.ts';

test('an empty heap is due never and pops nothing', () => {
  const heap = new DeadlineHeap<string>();
  expect(heap.size).toBe(0);
  expect(heap.peekAt()).toBe(NEVER);
  expect(heap.peek()).toBe(undefined);
  expect(heap.pop()).toBe(undefined);
});

test('of two at the same moment the one that was put in first comes first', () => {
  const heap = new DeadlineHeap<number>();
  for (let i = 0; i < 1000; i++) heap.push(i % 3, i);
  const out: number[] = [];
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) out.push(item);
  const byMoment = (moment: number) => Array.from({ length: 1000 }, (_, i) => i).filter((i) => i % 3 === moment);
  expect(out).toEqual([...byMoment(0), ...byMoment(1), ...byMoment(2)]);
});

test('NEVER is a deadline and comes last; NaN is a bug', () => {
  const heap = new DeadlineHeap<string>();
  heap.push(NEVER, 'never');
  heap.push(5, 'five');
  expect(heap.pop()).toBe('five');
  expect(heap.peekAt()).toBe(NEVER);
  expect(heap.pop()).toBe('never');
  expect(() => heap.push(NaN, 'x')).toThrow(AssertionFailed);
});

test('any sequence of push and pop gives what a sorted list gives', () => {
  const operation = fc.oneof(
    { weight: 3, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 20 }) }) },
    { weight: 2, arbitrary: fc.constant({ push: -1 }) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
      const heap = new DeadlineHeap<number>();
      const list: { at: number; order: number }[] = [];
      operations.forEach(({ push }, order) => {
        if (push >= 0) {
          heap.push(push, order);
          list.push({ at: push, order });
        } else {
          list.sort((a, b) => a.at - b.at || a.order - b.order);
          expect(heap.pop()).toBe(list.shift()?.order);
        }
        expect(heap.size).toBe(list.length);
        expect(heap.peekAt()).toBe(Math.min(NEVER, ...list.map((entry) => entry.at)));
      });
    }),
    { numRuns: 60 },
  );
});

test('what was cleared is forgotten, and the heap works on', () => {
  const heap = new DeadlineHeap<string>();
  for (let i = 0; i < 100; i++) heap.push(100 - i, 'old');
  heap.clear();
  expect(heap.size).toBe(0);
  heap.push(7, 'new');
  expect(heap.peek()).toBe('new');
  expect(heap.pop()).toBe('new');
  expect(heap.pop()).toBe(undefined);
});
