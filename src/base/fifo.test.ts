import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from './fifo.ts';

test('any sequence of operations gives what an array gives', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 300 }), (operations) => {
      const fifo = new Fifo<number>();
      const array: number[] = [];
      for (const operation of operations) {
        if (operation >= 0) {
          fifo.push(operation);
          array.push(operation);
        } else if (operation === -3 && array.length > 20) {
          fifo.clear();
          array.length = 0;
        } else {
          expect(fifo.shift()).toBe(array.shift());
        }
        expect(fifo.length).toBe(array.length);
        expect(fifo.peek()).toBe(array[0]);
        expect(fifo.at(array.length - 1)).toBe(array.at(-1));
      }
      expect([...fifo]).toEqual(array);
    }),
    { numRuns: 60 },
  );
});

test('outside of the queue there is nothing', () => {
  const fifo = new Fifo<string>();
  fifo.push('a');
  expect(fifo.at(-1)).toBe(undefined);
  expect(fifo.at(1)).toBe(undefined);
  fifo.shift();
  expect(fifo.peek()).toBe(undefined);
  expect(fifo.shift()).toBe(undefined);
});

test('the order survives growth when the ring has wrapped', () => {
  const fifo = new Fifo<number>();
  for (let i = 0; i < 3; i++) fifo.push(i);
  fifo.shift();
  fifo.shift();
  for (let i = 3; i < 50; i++) fifo.push(i);
  expect([...fifo]).toEqual(Array.from({ length: 48 }, (_, i) => i + 2));
});
