import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ranges } from './ranges.ts';
import * as seq from './seq.ts';

/** The same set, kept as single numbers. */
class Naive {
  readonly members = new Set<number>();
  add(left: number, length: number): number {
    let news = 0;
    for (let i = 0; i < length; i++) {
      if (!this.members.has(left + i)) news++;
      this.members.add(left + i);
    }
    return news;
  }
  within(left: number, right: number): number {
    let count = 0;
    for (let at = left; at < right; at++) if (this.members.has(at)) count++;
    return count;
  }
  removeBelow(edge: number): void {
    for (const at of [...this.members]) if (at < edge) this.members.delete(at);
  }
}

const SPAN = 120;
const command = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'removeBelow'),
  left: fc.nat({ max: SPAN }),
  length: fc.integer({ min: 0, max: 20 }),
});

test('it is the set that single numbers make, wherever it begins and whatever is added or removed', () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffffffff }), fc.array(command, { maxLength: 40 }), (base, commands) => {
      const ranges = new Ranges();
      const naive = new Naive();
      for (const { kind, left, length } of commands) {
        const at = seq.add(base, left);
        if (kind === 'add') expect(ranges.add(at, seq.add(at, length))).toBe(naive.add(left, length));
        else {
          ranges.removeBelow(at);
          naive.removeBelow(left);
        }
        expect(ranges.bytes).toBe(naive.members.size);
        expect(ranges.countWithin(at, seq.add(at, 17))).toBe(naive.within(left, left + 17));
        expect(ranges.has(at)).toBe(naive.members.has(left));
        for (let i = 1; i < ranges.count; i++) expect(seq.lt(ranges.right(i - 1), ranges.left(i))).toBe(true);
      }
    }),
  );
});

test('ten thousand alternating blocks, as an attacker sends them, are one range once the gaps are filled', () => {
  const ranges = new Ranges();
  for (let i = 0; i < 10_000; i++) ranges.add(4 * i, 4 * i + 2);
  expect(ranges.count).toBe(10_000);
  for (let i = 0; i < 10_000; i++) ranges.add(4 * i + 2, 4 * i + 4);
  expect([ranges.count, ranges.bytes]).toEqual([1, 40_000]);
});

test('a range of nothing adds nothing, and one that begins at 0 is the first like any other', () => {
  const ranges = new Ranges();
  expect(ranges.add(5, 5)).toBe(0);
  expect(ranges.add(6, 5)).toBe(0);
  expect([ranges.count, ranges.bytes]).toEqual([0, 0]);
  expect(ranges.add(0, 10)).toBe(10);
  expect([ranges.count, ranges.left(0), ranges.right(0)]).toEqual([1, 0, 10]);
  expect(ranges.add(20, 30)).toBe(10);
  expect(ranges.add(30, 30)).toBe(0);
  expect([ranges.count, ranges.bytes]).toEqual([2, 20]);
  const behind = new Ranges();
  behind.add(20, 30);
  expect(behind.add(0, 10)).toBe(10);
  expect([behind.count, behind.left(0), behind.right(0), behind.left(1), behind.right(1)]).toEqual([2, 0, 10, 20, 30]);
});
