import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY, Ring, ringFor } from './ring.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), value: fc.nat() }),
  fc.record({ do: fc.constantFrom('shift' as const, 'set' as const), value: fc.nat() }),
);

test('whatever is pushed, set and taken, each place reads as in a plain list', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const ring = new Ring();
      const model: number[] = [];
      for (const { do: what, value } of steps) {
        if (what === 'push' || model.length === 0) {
          ring.push(value);
          model.push(value);
        } else if (what === 'shift') expect(ring.shift()).toBe(model.shift());
        else {
          ring.set(value % model.length, value);
          model[value % model.length] = value;
        }
        expect(Array.from({ length: ring.length }, (_, i) => ring.at(i))).toEqual(model);
      }
    }),
  );
});

test('the ring that all share is never written to', () => {
  const own = ringFor(EMPTY);
  expect(own).not.toBe(EMPTY);
  own.push(7);
  expect(ringFor(own)).toBe(own);
  expect([EMPTY.length, own.length, own.at(0)]).toEqual([0, 1, 7]);
});
