import { expect, test } from 'vitest';
import type { Event } from '../../trace/event.ts';
import { Tracks } from './tracks.ts';

/** Calls and frames of which some last long, and faults between them. */
function recording(length: number): Event[] {
  return Array.from({ length }, (_, i): Event => {
    const head = { n: i + 1, at: i * 1000, host: i % 2 === 0 ? 'A' : 'B', cause: 0 };
    const kinds = [
      { ...head, kind: 'call.entered', process: 'p', call: 'recv', args: null },
      { ...head, kind: 'frame.sent', interface: 'eth0', cable: 'cable', length: 60, bytes: '' },
      { ...head, kind: 'frame.delivered', interface: 'eth0', frame: i },
      { ...head, kind: 'call.returned', process: 'p', call: 'recv', entered: i - 2, result: i },
      { ...head, kind: 'process.killed', process: 'p' },
    ] as const;
    return kinds[i % kinds.length] as Event;
  });
}

test('grown in slices it is what it is when grown at once', () => {
  const events = recording(2000);
  const whole = new Tracks(events);
  expect(whole.grow()).toBe(true);
  const sliced = new Tracks(events);
  let slices = 1;
  while (!sliced.grow(37)) slices += 1;
  expect(slices).toBe(Math.ceil(2000 / 37));
  expect(sliced.calls.within(0, 2000)).toEqual(whole.calls.within(0, 2000));
  expect(sliced.frames.within(0, 2000)).toEqual(whole.frames.within(0, 2000));
  expect(sliced.faults).toEqual(whole.faults);
  expect(whole.calls.length).toBe(400);
  expect(whole.faults).toHaveLength(400);
});

test('what a program had called ends when it is killed, and when its host loses its power', () => {
  const entered = (n: number, host: string, process: string): Event => {
    return { n, at: n, host, cause: 0, kind: 'call.entered', process, call: 'recv', args: {} };
  };
  const tracks = new Tracks([
    entered(1, 'A', 'server'),
    entered(2, 'A', 'other'),
    entered(3, 'B', 'server'),
    { n: 4, at: 4, host: 'A', cause: 0, kind: 'process.killed', process: 'server' },
    entered(5, 'A', 'server'),
    { n: 6, at: 6, host: 'A', cause: 0, kind: 'host.powered-off' },
  ]);
  tracks.grow();
  const ends = tracks.calls.within(0, 10).map(({ to, isVoid }) => [to, isVoid]);
  expect(ends).toEqual([
    [3, true],
    [5, true],
    [undefined, false],
    [5, true],
  ]);
});

test('a call that returned knows what it brought', () => {
  const tracks = new Tracks(recording(20));
  tracks.grow();
  expect(tracks.calls.within(0, 20)[0]).toMatchObject({ from: 0, to: 3, result: '3', failed: false });
});
