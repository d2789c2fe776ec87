import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rng } from '../base/rng.ts';
import { FramePool } from '../wire/frame.ts';
import { Impairment, type ImpairmentOptions } from './impair.ts';

const pool = new FramePool();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The numbers of the frames that arrive, in their order, of `count` that were sent at once. */
function send(options: ImpairmentOptions, count: number, seed = 1): { arrived: number[]; line: Impairment } {
  const arrived: number[] = [];
  const line = new Impairment(options, new Rng(seed), (frame) => {
    arrived.push(frame.n);
    frame.release();
  });
  for (let n = 0; n < count; n++) {
    const frame = pool.take(60);
    frame.n = n;
    line.send(frame);
  }
  return { arrived, line };
}

const inOrder = Array.from({ length: 100 }, (_, n) => n);

test('without faults every frame arrives before send returns', () => {
  expect(send({}, 100).arrived).toEqual(inOrder);
});

test('a delay keeps the order', () => {
  const { arrived } = send({ delay: '5ms' }, 100);
  vi.advanceTimersByTime(4);
  expect(arrived).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(arrived).toEqual(inOrder);
});

test('losses are as many as asked for, and the same for the same seed', () => {
  const { arrived, line } = send({ loss: 0.1 }, 10_000);
  expect(arrived.length + line.lost).toBe(10_000);
  expect(line.lost).toBeGreaterThan(900);
  expect(line.lost).toBeLessThan(1100);
  expect(send({ loss: 0.1 }, 10_000).arrived).toEqual(arrived);
  expect(send({ loss: 0.1 }, 10_000, 2).arrived).not.toEqual(arrived);
});

test('frames that are reordered arrive after later ones, all of them once', () => {
  const { arrived, line } = send({ reorder: 0.2 }, 100);
  expect(arrived.length).toBe(100 - line.reordered);
  vi.advanceTimersByTime(5);
  expect(arrived).not.toEqual(inOrder);
  expect(arrived.toSorted((a, b) => a - b)).toEqual(inOrder);
});

test('close loses what is on its way, and every frame goes back to its pool', () => {
  const { arrived, line } = send({ delay: '5ms', loss: 0.5, reorder: 0.5 }, 100);
  line.close();
  vi.advanceTimersByTime(100);
  expect(arrived).toEqual([]);
  expect(pool.taken).toBe(0);
});

test('wrong options name the argument and what is allowed', () => {
  const make = (options: object) => () => new Impairment(options, new Rng(1), () => {});
  expect(make({ loss: 2 })).toThrow(/loss/);
  expect(make({ delay: 'soon' })).toThrow(/delay/);
  expect(make({ los: 0 })).toThrow(/did you mean 'loss'/);
});
