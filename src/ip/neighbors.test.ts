import { expect, test } from 'vitest';
import { NEVER, SECOND } from '../base/time.ts';
import { ipv4 } from '../wire/address.ts';
import { FramePool } from '../wire/frame.ts';
import { LINUX_NEIGHBOR_LIMITS, NEIGHBOR_LIMIT, Neighbors } from './neighbors.ts';

const PEER = ipv4(0x0a00_0002);
const MAC = 0x0200_0000_0002;

function searching(pool = new FramePool()) {
  const neighbors = new Neighbors();
  expect(neighbors.resolve(PEER, 0)).toBeUndefined();
  expect(neighbors.enqueue(pool.take(60), PEER, 0)).toBeUndefined();
  return neighbors;
}

function reachable(now = 0) {
  const neighbors = searching();
  neighbors.pollRequest();
  neighbors.learn(PEER, MAC, true, false, now);
  neighbors.release(PEER)?.release();
  return neighbors;
}

test('an unknown address is asked for three times, a second apart, and fails three seconds after the first', () => {
  const neighbors = searching();
  expect(neighbors.pollRequest()).toEqual({ address: PEER, mac: undefined, attempt: 1 });
  for (const second of [1, 2]) {
    expect(neighbors.pollTimeout()).toBe(second * SECOND);
    neighbors.handleTimeout(second * SECOND - 1);
    expect(neighbors.pollRequest()).toBeUndefined();
    neighbors.handleTimeout(second * SECOND);
    expect(neighbors.pollRequest()).toEqual({ address: PEER, mac: undefined, attempt: second + 1 });
  }
  neighbors.handleTimeout(3 * SECOND - 1);
  expect(neighbors.pollFailed()).toBeUndefined();
  neighbors.handleTimeout(3 * SECOND);
  expect(neighbors.pollFailed()?.frames.length).toBe(1);
  expect(neighbors.pollRequest()).toBeUndefined();
  expect(neighbors.pollTimeout()).toBe(NEVER);
});

test('after a failure the next frame begins a new search', () => {
  const pool = new FramePool();
  const neighbors = searching(pool);
  for (const second of [1, 2, 3]) neighbors.handleTimeout(second * SECOND);
  while (neighbors.pollRequest() !== undefined);
  neighbors.enqueue(pool.take(60), PEER, 10 * SECOND);
  expect(neighbors.pollRequest()?.attempt).toBe(1);
  expect(neighbors.pollTimeout()).toBe(11 * SECOND);
});

test('a reply releases what waited, oldest first', () => {
  const pool = new FramePool();
  const neighbors = new Neighbors();
  const frames = [pool.take(60), pool.take(61)];
  for (const frame of frames) neighbors.enqueue(frame, PEER, 0);
  expect(neighbors.learn(PEER, MAC, true, false, 5)).toBe(true);
  expect(neighbors.resolve(PEER, 5)).toBe(MAC);
  expect([neighbors.release(PEER), neighbors.release(PEER), neighbors.release(PEER)]).toEqual([...frames, undefined]);
  expect(neighbors.pollTimeout()).toBe(NEVER);
});

test('101 frames wait; the oldest gives way to the next', () => {
  const pool = new FramePool();
  const neighbors = new Neighbors();
  const first = pool.take(60);
  expect(neighbors.enqueue(first, PEER, 0)).toBeUndefined();
  for (let i = 1; i < LINUX_NEIGHBOR_LIMITS.queue; i++)
    expect(neighbors.enqueue(pool.take(60), PEER, 0)).toBeUndefined();
  expect(neighbors.enqueue(pool.take(60), PEER, 0)).toBe(first);
});

test('an entry is used for 30 s without question, then for 5 s more, then it is probed and fails 3 s later', () => {
  const neighbors = reachable();
  expect(neighbors.resolve(PEER, 30 * SECOND - 1)).toBe(MAC);
  expect(neighbors.pollTimeout()).toBe(NEVER);
  expect(neighbors.resolve(PEER, 30 * SECOND)).toBe(MAC);
  expect(neighbors.pollTimeout()).toBe(35 * SECOND);
  for (const second of [35, 36, 37]) {
    neighbors.handleTimeout(second * SECOND);
    expect(neighbors.pollRequest()).toEqual({ address: PEER, mac: MAC, attempt: second - 34 });
    expect(neighbors.resolve(PEER, second * SECOND)).toBe(MAC);
  }
  neighbors.handleTimeout(38 * SECOND - 1);
  expect(neighbors.resolve(PEER, 38 * SECOND - 1)).toBe(MAC);
  neighbors.handleTimeout(38 * SECOND);
  expect(neighbors.resolve(PEER, 38 * SECOND)).toBeUndefined();
  expect(neighbors.pollFailed()).toEqual({ address: PEER, frames: [] });
});

test('progress of an upper layer confirms an entry as a reply does', () => {
  const neighbors = reachable();
  neighbors.resolve(PEER, 30 * SECOND);
  const entry = neighbors.find(PEER);
  expect(entry?.state).toBe('delay');
  if (entry !== undefined) neighbors.confirm(entry, 31 * SECOND);
  expect(neighbors.pollTimeout()).toBe(NEVER);
  expect(neighbors.resolve(PEER, 61 * SECOND - 1)).toBe(MAC);
  expect(neighbors.pollTimeout()).toBe(NEVER);
});

test('a quiet entry has no timer, however old', () => {
  const neighbors = reachable();
  neighbors.handleTimeout(1000 * SECOND);
  expect(neighbors.pollTimeout()).toBe(NEVER);
});

test('a request of theirs is believed, but verified when used', () => {
  const neighbors = new Neighbors();
  neighbors.learn(PEER, MAC, false, true, 0);
  expect(neighbors.find(PEER)?.state).toBe('stale');
  expect(neighbors.resolve(PEER, 1)).toBe(MAC);
  expect(neighbors.pollTimeout()).toBe(1 + 5 * SECOND);
});

test('what nobody asked for is not remembered', () => {
  const neighbors = new Neighbors();
  expect(neighbors.learn(PEER, MAC, true, false, 0)).toBe(false);
  expect(neighbors.resolve(PEER, 0)).toBeUndefined();
});

test('a station that got another MAC address is believed', () => {
  const neighbors = reachable();
  expect(neighbors.learn(PEER, MAC + 1, false, false, 1)).toBe(true);
  expect(neighbors.resolve(PEER, 2)).toBe(MAC + 1);
});

test('no more addresses are remembered than the limit', () => {
  const neighbors = new Neighbors();
  for (let i = 0; i < 3 * NEIGHBOR_LIMIT; i++) neighbors.learn(ipv4(PEER.bits + i), MAC + i, false, true, i);
  expect([...neighbors.entries()].length).toBe(NEIGHBOR_LIMIT);
  expect(neighbors.resolve(ipv4(PEER.bits + 3 * NEIGHBOR_LIMIT - 1), 0)).toBe(MAC + 3 * NEIGHBOR_LIMIT - 1);
});

test('without a carrier everything is forgotten and nobody is told', () => {
  const pool = new FramePool();
  const neighbors = searching(pool);
  neighbors.flush();
  expect(neighbors.pollFailed()).toBeUndefined();
  expect(neighbors.pollRequest()).toBeUndefined();
  expect(neighbors.pollTimeout()).toBe(NEVER);
  expect(pool.taken).toBe(0);
});
