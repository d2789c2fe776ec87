import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as seq from './seq.ts';
import { ShortSegments } from './short-segments.ts';

test('each short segment counts as a full one until it is acknowledged, wholly', () => {
  const short = new ShortSegments();
  short.sent(100, 900);
  short.sent(201, 899); // a full one of 1000 bytes between them would need no entry
  expect(short.padding).toBe(1799);
  expect(short.removeBelow(99)).toBe(0);
  expect(short.removeBelow(150)).toBe(900);
  expect(short.removeBelow(1201)).toBe(899);
  expect(short.padding).toBe(0);
});

test('what is selectively acknowledged counts no more, however often it is told', () => {
  const short = new ShortSegments();
  for (let end = 10; end <= 100; end += 10) short.sent(end, 990);
  short.removeWithin(20, 40);
  expect(short.padding).toBe(8 * 990);
  short.removeWithin(20, 60);
  short.removeWithin(20, 60);
  expect(short.padding).toBe(6 * 990);
  expect(short.removeBelow(60)).toBe(2 * 990);
  expect(short.removeBelow(100)).toBe(4 * 990);
});

test('the sequence space is a circle', () => {
  const short = new ShortSegments();
  short.sent(0xffff_fff0, 500);
  short.sent(16, 500);
  expect(short.removeBelow(0xffff_fff8)).toBe(500);
  short.removeWithin(0xffff_fff8, 16);
  expect(short.padding).toBe(0);
});

test('the sum is that of the segments which lie in flight, in no block', () => {
  const step = fc.record({ length: fc.integer({ min: 1, max: 999 }), sack: fc.nat(9), acknowledge: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 0xffff_ffff }), (steps, first) => {
      const short = new ShortSegments();
      let segments: { end: number; padding: number; sacked: boolean }[] = [];
      let end = first;
      for (const { length, sack, acknowledge } of steps) {
        end = seq.add(end, length);
        short.sent(end, 1000 - length);
        segments.push({ end, padding: 1000 - length, sacked: false });
        if (sack > 0 && sack < segments.length) {
          // A block that grows at its right: from one segment to the newest.
          const left = segments[sack - 1]?.end ?? 0;
          short.removeWithin(left, end);
          let known = false;
          for (const segment of segments.slice(sack).reverse()) {
            known ||= segment.sacked;
            if (!known) segment.sacked = true;
          }
        } else if (acknowledge > 0 && acknowledge <= segments.length) {
          short.removeBelow(segments[acknowledge - 1]?.end ?? 0);
          segments = segments.slice(acknowledge);
        }
        let expected = 0;
        for (const { padding, sacked } of segments) if (!sacked) expected += padding;
        expect(short.padding).toBe(expected);
      }
    }),
  );
});
