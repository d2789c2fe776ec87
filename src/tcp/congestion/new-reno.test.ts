import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NewReno } from './new-reno.ts';

function begun(): NewReno {
  const reno = new NewReno();
  reno.begin(1000, 10);
  return reno;
}

test('RFC 6928: ten segments to begin with', () => {
  expect(begun().cwnd).toBe(10_000);
});

test('RFC 5681, 3.1: slow start grows by what is acknowledged, congestion avoidance by a segment a window', () => {
  const reno = begun();
  reno.acknowledged(10_000, true);
  expect(reno.cwnd).toBe(20_000);
  reno.lost(20_000);
  expect([reno.cwnd, reno.ssthresh]).toEqual([10_000, 10_000]);
  for (let i = 0; i < 10; i++) reno.acknowledged(1000, true);
  expect(reno.cwnd).toBe(11_000);
});

test('RFC 5681, 3.1: a time-out leaves one segment, and half the flight as threshold', () => {
  const reno = begun();
  reno.timedOut(10_000);
  expect([reno.cwnd, reno.ssthresh]).toEqual([1000, 5000]);
});

test('a window that was not used does not grow', () => {
  const reno = begun();
  reno.acknowledged(5000, false);
  expect(reno.cwnd).toBe(10_000);
});

test('V14: however an attacker divides ACKs, the window never grows by more than was acknowledged', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 200 }), fc.boolean(), (acks, afterLoss) => {
      const reno = begun();
      if (afterLoss) reno.lost(12_000);
      const before = reno.cwnd;
      let total = 0;
      for (const acked of acks) {
        reno.acknowledged(acked, true);
        total += acked;
      }
      expect(reno.cwnd - before).toBeLessThanOrEqual(total);
    }),
  );
});
