import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pair } from '../../test/support/pair.ts';
import { MILLISECOND } from '../base/time.ts';
import * as seq from './seq.ts';
import { windowScaleFor } from './window.ts';

test('the shift is the least that lets the largest buffer be offered, 14 at most', () => {
  expect([65_535, 65_536, 33_554_432, 2 ** 31].map(windowScaleFor)).toEqual([0, 1, 10, 14]);
});

test('SHLD-14: whatever arrives and is read, the right edge never goes back, and the buffer holds what was offered', () => {
  const step = fc.record({ send: fc.nat({ max: 90 }), read: fc.nat({ max: 90 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), fc.integer({ min: 8, max: 200 }), (steps, receiveBuffer) => {
      const small = { maxSegment: 8, noDelay: true };
      const pair = new Pair({ accounting: 'payload', a: { ...small, receiveBuffer }, b: { ...small, sendBuffer: 64 } });
      pair.connect();
      const { rcv, receiveBuffer: buffer } = pair.a.tcb;
      let { edge } = rcv;
      for (const { send, read } of steps) {
        pair.send(pair.b, new Uint8Array(send));
        pair.run(20 * MILLISECOND);
        if (read > 0) pair.read(pair.a, read);
        pair.run(20 * MILLISECOND);
        expect(seq.ge(rcv.edge, edge)).toBe(true);
        expect(seq.distance(rcv.nxt, rcv.edge) + buffer.unread).toBeLessThanOrEqual(receiveBuffer);
        ({ edge } = rcv);
      }
    }),
    { numRuns: 40 },
  );
});

test('MUST-39: a reader of single bytes does not make the sender send single bytes', () => {
  const pair = new Pair({
    accounting: 'payload',
    a: { maxSegment: 8, receiveBuffer: 32 },
    b: { maxSegment: 8, sendBuffer: 200 },
  });
  pair.connect();
  pair.send(pair.b, new Uint8Array(200));
  pair.run(1000 * MILLISECOND);
  pair.take();
  for (let i = 0; i < 32; i++) {
    pair.read(pair.a, 1);
    pair.run(1 * MILLISECOND);
  }
  pair.run(50 * MILLISECOND);
  const lengths = pair
    .take('b')
    .map((sent) => sent.length)
    .filter((length) => length > 0);
  expect(lengths.length).toBeGreaterThan(0);
  expect(lengths.every((length) => length === 8)).toBe(true);
});
