import { expect, test } from 'vitest';
import { AssertionFailed } from '../base/assert.ts';
import { FRAME_START, type Frame, FramePool, NETWORK, TRANSPORT } from './frame.ts';

test('the IP header lies on a multiple of 4 behind the Ethernet header', () => {
  expect(NETWORK).toBe(FRAME_START + 14);
  expect(NETWORK % 4).toBe(0);
  expect(TRANSPORT).toBe(NETWORK + 20);
});

test('bytes, view and words are one memory', () => {
  const frame = new FramePool().take(100);
  frame.bytes[16] = 0x12;
  frame.bytes[19] = 0x34;
  frame.bytes[17] = 0;
  frame.bytes[18] = 0;
  expect(frame.view.getUint32(16)).toBe(0x1200_0034);
  expect(frame.words[4]).toBe(0x3400_0012);
});

test('frames do not overlap, and each has room for what was asked', () => {
  const pool = new FramePool();
  const frames: Frame[] = [];
  const lengths = [0, 60, 1514, 2046, 2047, 9014, 65_549, 70_000, 200_000, 300_000];
  for (let i = 0; i < 100; i++) frames.push(pool.take(lengths[i % lengths.length] ?? 0));
  frames.forEach((frame, i) => {
    expect(frame.length).toBe(lengths[i % lengths.length]);
    expect(frame.bytes.length).toBeGreaterThanOrEqual(frame.end);
    frame.bytes.fill(i);
  });
  frames.forEach((frame, i) => {
    expect(frame.bytes.every((byte) => byte === i)).toBe(true);
  });
});

test('a frame whose last owner has let go is handed out again, as new', () => {
  const pool = new FramePool();
  const frame = pool.take(1514);
  frame.offloaded = true;
  frame.n = 7;
  frame.transport = 40;
  frame.payloadEnd = 99;
  frame.retain();
  frame.release();
  expect(pool.take(1514)).not.toBe(frame);
  expect(pool.taken).toBe(2);
  frame.release();
  const again = pool.take(60);
  expect(again).toBe(frame);
  expect([again.offloaded, again.n, again.transport, again.payloadEnd, again.end]).toEqual([false, 0, 36, 0, 62]);
});

test('a frame that is released twice, or used after its release, is a bug', () => {
  const frame = new FramePool().take(60);
  frame.release();
  expect(() => frame.release()).toThrow(AssertionFailed);
  expect(() => frame.retain()).toThrow(AssertionFailed);
});

test('a length that is none is a bug', () => {
  const pool = new FramePool();
  for (const length of [-1, 1.5, NaN, Infinity]) expect(() => pool.take(length)).toThrow(AssertionFailed);
});

test('a clone has the same bytes and offsets and a life of its own', () => {
  const pool = new FramePool();
  const frame = pool.from(Uint8Array.from({ length: 300 }, (_, i) => i));
  frame.payload = 60;
  frame.payloadEnd = 290;
  frame.transport = 40;
  frame.offloaded = true;
  frame.n = 12;
  const copy = frame.clone();
  frame.bytes.fill(0);
  frame.release();
  expect(copy.bytes.subarray(FRAME_START, copy.end)).toEqual(Uint8Array.from({ length: 300 }, (_, i) => i));
  expect([copy.payload, copy.payloadEnd, copy.transport, copy.offloaded, copy.n]).toEqual([60, 290, 40, true, 12]);
  copy.release();
  expect(pool.taken).toBe(0);
});

test('a small frame costs no more memory than its class', () => {
  const frame = new FramePool().take(1514);
  expect(frame.bytes.length).toBe(2048);
  expect(frame.bytes.buffer.byteLength).toBe(32 * 2048);
});
