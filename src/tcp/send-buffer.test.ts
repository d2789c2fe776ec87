import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadAccounting } from './accounting.ts';
import { SendBuffer } from './send-buffer.ts';

const LIMIT = 700;
const command = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('drop' as const), count: fc.integer({ min: 1, max: 300 }) }),
);

test('it holds what was written and not acknowledged, in order, however often the ring wraps', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const buffer = new SendBuffer(payloadAccounting, LIMIT);
      const model: number[] = [];
      let next = 0;
      for (const { kind, count } of commands) {
        if (kind === 'write') {
          const fits = Math.min(count, buffer.room(8, 0));
          expect(fits).toBe(Math.min(count, LIMIT - model.length));
          const data = Uint8Array.from({ length: count }, () => next++ & 255);
          next -= count - fits;
          buffer.write(data, 0, fits, 8, 0);
          model.push(...data.subarray(0, fits));
        } else {
          const fits = Math.min(count, model.length);
          buffer.drop(fits);
          model.splice(0, fits);
        }
        expect([buffer.length, buffer.charged]).toEqual([model.length, model.length]);
        expect(buffer.written - buffer.acknowledged).toBe(model.length);
        const skip = Math.floor(model.length / 3);
        const into = new Uint8Array(model.length - skip + 2);
        buffer.read(skip, model.length - skip, into, 1);
        expect([...into.subarray(1, -1)]).toEqual(model.slice(skip));
      }
    }),
    { numRuns: 60 },
  );
});

test('what the program does to its own buffer afterwards changes nothing here (S10)', () => {
  const buffer = new SendBuffer(payloadAccounting, 32);
  const data = Uint8Array.of(1, 2, 3);
  buffer.write(data, 0, 3, 8, 0);
  data.fill(9);
  const into = new Uint8Array(3);
  buffer.read(0, 3, into, 0);
  expect([...into]).toEqual([1, 2, 3]);
});

test('more than lies here cannot be read or dropped: that would be a bug of ours', () => {
  const buffer = new SendBuffer(payloadAccounting, 32);
  buffer.write(Uint8Array.of(1), 0, 1, 8, 0);
  expect(() => buffer.read(0, 2, new Uint8Array(2), 0)).toThrow(/send buffer/);
  expect(() => buffer.drop(2)).toThrow(/acknowledged/);
});
