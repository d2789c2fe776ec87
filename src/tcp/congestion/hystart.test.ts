import { expect, test } from 'vitest';
import { MILLISECOND } from '../../base/time.ts';
import { HyStart } from './hystart.ts';

const SHORTEST = 100 * MILLISECOND;
const SMSS = 1000;

interface Round {
  readonly rtt?: number;
  readonly gap: number;
  readonly acks: number;
  readonly window?: number;
}

/** ACKs of one round, `gap` apart; how many came until slow start should end, 0: all of them and it should not. */
function ended(hystart: HyStart, { rtt = SHORTEST, gap, acks, window = 32 }: Round, from = 0): number {
  for (let i = 0; i < acks; i++) {
    const trip = { una: from + i + 1, nxt: from + acks, srtt: SHORTEST, now: from + i * gap };
    if (hystart.isFull(window, SMSS, rtt, SHORTEST, trip)) return i + 1;
  }
  return 0;
}

test('ACK train: ACKs at most 2 ms apart for longer than half of the shortest round trip', () => {
  // 50 ms, and half of the millisecond that bursts may take: the 26th ACK is at exactly 50 ms, the 27th at 52.
  expect(ended(new HyStart(), { gap: 2 * MILLISECOND, acks: 26 })).toBe(0);
  expect(ended(new HyStart(), { gap: 2 * MILLISECOND, acks: 27 })).toBe(27);
});

test('ACKs further apart are no train', () => {
  expect(ended(new HyStart(), { gap: 2 * MILLISECOND + 1, acks: 100 })).toBe(0);
});

test('delay: the ninth round-trip time of a round, if none of it is near the shortest', () => {
  expect(ended(new HyStart(), { rtt: 112_500_001, gap: 0, acks: 20 })).toBe(9);
  expect(ended(new HyStart(), { rtt: 112_500_000, gap: 0, acks: 20 })).toBe(0);
});

test('one round trip near the shortest, and no queue is seen in that round; the next round is looked at anew', () => {
  const hystart = new HyStart();
  const long = SHORTEST + 20 * MILLISECOND;
  const first = { una: 1, nxt: 10, srtt: SHORTEST, now: 0 };
  expect(hystart.isFull(32, SMSS, SHORTEST, SHORTEST, first)).toBe(false);
  for (let una = 2; una <= 10; una++) expect(hystart.isFull(32, SMSS, long, SHORTEST, { ...first, una })).toBe(false);
  expect(ended(hystart, { rtt: long, gap: 0, acks: 20 }, 10)).toBe(9);
});

test('an eighth of the shortest is bounded: at least 4 ms, at most 16 ms', () => {
  for (const [shortest, margin] of [
    [1, 4],
    [80, 10],
    [400, 16],
  ] as const) {
    const at = (rtt: number): boolean => {
      const hystart = new HyStart();
      let full = false;
      for (let una = 1; una <= 9; una++) {
        full = hystart.isFull(32, SMSS, rtt, shortest * MILLISECOND, { una, nxt: 9, srtt: 1, now: 0 });
      }
      return full;
    };
    expect(at((shortest + margin) * MILLISECOND)).toBe(false);
    expect(at((shortest + margin) * MILLISECOND + 1)).toBe(true);
  }
});

test('below 16 segments nothing ends slow start', () => {
  expect(ended(new HyStart(), { rtt: 2 * SHORTEST, gap: 0, acks: 20, window: 15 })).toBe(0);
  expect(ended(new HyStart(), { rtt: 2 * SHORTEST, gap: 0, acks: 20, window: 16 })).toBe(9);
});
