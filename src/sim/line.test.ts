import { expect, test } from 'vitest';
import { Rng } from '../base/rng.ts';
import { MICROSECOND, MILLISECOND } from '../base/time.ts';
import { nodePlatform } from '../node-platform.ts';
import { Recorder } from '../trace/recorder.ts';
import { type Frame, FramePool } from '../wire/frame.ts';
import { type CableOptions, checkNewCable } from './cable-options.ts';
import { Judge } from './fault.ts';
import { Line, type Port } from './line.ts';
import { Timeline } from './timeline.ts';

const LENGTH = 100;

/** A line with a port that notes the number of each frame (its last byte) and when it came. */
function lineWith(options: CableOptions, seed = 1) {
  const timeline = new Timeline();
  const pool = new FramePool();
  const arrived: { readonly id: number; readonly at: number; readonly bytes: number[] }[] = [];
  const port = (receive: (frame: Frame, now: number) => void): Port => ({
    device: 'X',
    name: 'eth0',
    powered: true,
    receive,
    plug: () => undefined,
    setCarrier: () => undefined,
  });
  const { settings, mtu } = checkNewCable(options);
  const line = new Line({
    cable: 'cable',
    from: port(() => undefined),
    to: port((frame, now) => {
      arrived.push({ id: frame.view.getUint8(frame.end - 1), at: now, bytes: [...frame.bytes.subarray(2, frame.end)] });
      frame.release();
    }),
    mtu,
    settings,
    timeline,
    recorder: new Recorder('off', nodePlatform),
    makeJudge: () => new Judge(new Rng(seed)),
  });
  const send = (id: number) => {
    const frame = pool.take(LENGTH);
    frame.bytes.fill(0);
    frame.view.setUint16(2 + 12, 0x0800);
    frame.view.setUint8(frame.end - 1, id);
    line.send(frame);
  };
  const run = () => {
    while (timeline.next() !== Infinity) timeline.step();
  };
  return { line, timeline, pool, arrived, send, run };
}

test('a frame arrives after its serialization and the delay, to the nanosecond', () => {
  const { send, run, arrived } = lineWith({ delay: '5ms', rate: '1Mbit/s' });
  send(1);
  send(2);
  run();
  const serialization = LENGTH * 8 * MICROSECOND;
  expect(arrived.map(({ at }) => at)).toEqual([5 * MILLISECOND + serialization, 5 * MILLISECOND + 2 * serialization]);
});

test('without a rate frames take no time but the delay, and stay in order', () => {
  const { send, run, arrived } = lineWith({ delay: '5ms' });
  for (let id = 0; id < 50; id++) send(id);
  run();
  expect(arrived.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, id) => id));
  expect(new Set(arrived.map(({ at }) => at))).toEqual(new Set([5 * MILLISECOND]));
});

test('the queue holds as many frames as it says beside the one that is sent; the rest are lost', () => {
  const { send, run, arrived, pool } = lineWith({ rate: '1Mbit/s', queue: 3 });
  for (let id = 0; id < 10; id++) send(id);
  run();
  expect(arrived.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
  expect(pool.taken).toBe(0);
});

test('loss, duplication and reordering happen about as often as they are asked for, each seed its own', () => {
  const outcome = (options: CableOptions, seed: number) => {
    const { send, run, arrived, pool } = lineWith({ delay: '10ms', ...options }, seed);
    for (let id = 0; id < 250; id++) send(id);
    run();
    expect(pool.taken).toBe(0);
    return arrived.map(({ id }) => id);
  };
  expect(outcome({ loss: 0.2 }, 1).length).toBeGreaterThan(175);
  expect(outcome({ loss: 0.2 }, 1).length).toBeLessThan(225);
  expect(outcome({ loss: 0.2 }, 1)).toEqual(outcome({ loss: 0.2 }, 1));
  expect(outcome({ loss: 0.2 }, 1)).not.toEqual(outcome({ loss: 0.2 }, 2));
  expect(outcome({ duplicate: 0.2 }, 1).length).toBeGreaterThan(275);
  const late = outcome({ reorder: 0.2 }, 1);
  expect([...late].sort((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, id) => id));
  expect(late).not.toEqual([...late].sort((a, b) => a - b));
});

test('which frames are lost does not depend on the other faults', () => {
  const survivors = (options: CableOptions) => {
    const { send, run, arrived } = lineWith({ delay: '10ms', loss: 0.3, ...options }, 5);
    for (let id = 0; id < 250; id++) send(id);
    run();
    return [...new Set(arrived.map(({ id }) => id))].sort((a, b) => a - b);
  };
  expect(survivors({ duplicate: 0.5, reorder: 0.5 })).toEqual(survivors({}));
});

test('corruption turns exactly one bit, behind the Ethernet header', () => {
  const { send, run, arrived } = lineWith({ corrupt: 1 });
  for (let i = 0; i < 100; i++) send(0);
  run();
  expect(arrived).toHaveLength(100);
  for (const { bytes } of arrived) {
    bytes[12] = 0; // the type that makes it an IPv4 frame
    expect(bytes.slice(0, 14).every((byte) => byte === 0)).toBe(true);
    const ones = bytes.map((byte) => byte.toString(2).replaceAll('0', '').length);
    expect(ones.reduce((sum, count) => sum + count)).toBe(1);
  }
});

test('a cut loses what is on its way, and what is sent while it lasts; nothing of it comes after the mending', () => {
  const { line, send, run, timeline, arrived, pool } = lineWith({ delay: '10ms', reorder: 0.5 });
  for (let id = 0; id < 20; id++) send(id);
  line.broken = 'cut';
  line.loseAll('cut');
  send(20);
  timeline.moveTo(MILLISECOND);
  line.broken = undefined;
  line.settings = { ...line.settings, reorder: 0 };
  send(21);
  run();
  expect(arrived.map(({ id, at }) => [id, at])).toEqual([[21, 11 * MILLISECOND]]);
  expect(pool.taken).toBe(0);
});

test('when the delay is made shorter, no frame overtakes those on their way', () => {
  const { line, send, run, arrived } = lineWith({ delay: '10ms' });
  send(1);
  line.settings = { ...line.settings, delay: 0 };
  send(2);
  run();
  expect(arrived.map(({ id }) => id)).toEqual([1, 2]);
});

test('a frame longer than the MTU allows is lost', () => {
  const { send, run, arrived } = lineWith({ mtu: LENGTH - 15 });
  send(1);
  run();
  expect(arrived).toEqual([]);
});
