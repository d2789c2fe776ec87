import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FramePool } from '../wire/frame.ts';
import { linuxAccounting, payloadAccounting } from './accounting.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import * as seq from './seq.ts';

const SPAN = 60;
const piece = fc.record({
  from: fc.nat({ max: SPAN - 1 }),
  length: fc.integer({ min: 1, max: 20 }),
  mark: fc.nat({ max: 255 }),
});

test('of overlapping segments in any order the bytes that came first are read, and every frame goes back', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 0xffffffff }),
      fc.array(piece, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(linuxAccounting, payloadAccounting),
      (base, pieces, accounting) => {
        const pool = new FramePool();
        const buffer = new ReceiveBuffer(accounting, 1 << 20);
        const model = new Map<number, number>();
        let next = base;
        for (const { from, length, mark } of pieces) {
          const frame = pool.from(new Uint8Array(length).fill(mark));
          let at = seq.add(base, from);
          let start = 2;
          const end = 2 + length;
          const old = Math.min(length, Math.max(0, seq.distance(at, next)));
          at = seq.add(at, old);
          start += old;
          for (let i = old; i < length; i++) if (!model.has(from + i)) model.set(from + i, mark);
          if (start < end) {
            if (at === next) next = buffer.append(frame, start, end, at);
            else buffer.insert(frame, start, end, at);
          }
          frame.release();
        }
        const inOrder: number[] = [];
        for (let i = 0; model.has(i); i++) inOrder.push(model.get(i) ?? -1);
        expect(seq.distance(base, next)).toBe(inOrder.length);
        expect(buffer.outOfOrder.bytes).toBe(model.size - inOrder.length);
        const into = new Uint8Array(inOrder.length + 1);
        expect(buffer.take(into, 0, into.length, true)).toBe(inOrder.length);
        expect(buffer.take(into, 0, into.length, false)).toBe(inOrder.length);
        expect([...into.subarray(0, inOrder.length)]).toEqual(inOrder);
        buffer.clear();
        expect(pool.taken).toBe(0);
        expect(buffer.charged).toBe(0);
      },
    ),
  );
});

test('bytes behind a hole can be given up, and are then not promised any more', () => {
  const pool = new FramePool();
  const buffer = new ReceiveBuffer(payloadAccounting, 100);
  const frame = pool.from(new Uint8Array(10));
  buffer.insert(frame, 2, 12, 50);
  frame.release();
  expect([buffer.room, buffer.outOfOrder.bytes]).toEqual([90, 10]);
  expect(buffer.prune()).toBe(10);
  expect([buffer.room, buffer.outOfOrder.count, pool.taken]).toEqual([100, 0, 0]);
});

test.each([20, 200])(
  '%i bytes behind the rest of a segment that fills its frame: they are read as they came, also when a copy of that has less room',
  (length) => {
    const pool = new FramePool();
    const buffer = new ReceiveBuffer(payloadAccounting, 1 << 20);
    // As a sender makes it that did not know how much it would find to send: a jumbo frame, hardly used.
    const first = pool.take(9014);
    const end = 2040;
    first.end = end;
    first.bytes.fill(1, 66, end);
    let next = buffer.append(first, 66, end, 0);
    first.release();
    const into = new Uint8Array(3000);
    expect(buffer.take(into, 0, end - 66 - 5, false)).toBe(end - 66 - 5);
    const second = pool.from(new Uint8Array(length).fill(2));
    next = buffer.append(second, 2, 2 + length, next);
    second.release();
    expect(next).toBe(end - 66 + length);
    expect(buffer.take(into, 0, into.length, false)).toBe(5 + length);
    expect([...into.subarray(0, 5 + length)]).toEqual([...Array(5).fill(1), ...Array(length).fill(2)]);
    expect(pool.taken).toBe(0);
  },
);
