import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import type { Event } from '../../trace/event.ts';
import { isSeen, RecordingIndex, SILENCE } from './recording.ts';

function indexOf(events: readonly Event[]): RecordingIndex {
  const index = new RecordingIndex({ events });
  index.grow();
  return index;
}

test('what becomes of each frame is what its own event says, and nothing while the recording does not tell', async () => {
  const events = await record('file', { set: { bytes: 200_000, loss: 0.1 } });
  const index = indexOf(events);
  const sent = events.filter(({ kind }) => kind === 'frame.sent');
  const kinds = new Set<string | undefined>();
  for (const { n } of sent) {
    const end = events.find((event) => 'frame' in event && event.frame === n);
    const fate = index.fateOf(n);
    expect(fate?.n).toBe(end?.n);
    expect(fate?.at).toBe(end?.at);
    kinds.add(fate?.kind);
  }
  expect(kinds).toEqual(new Set(['delivered', 'dropped']));
  const short = indexOf(events.slice(0, sent[0]?.n ?? 0));
  expect(short.fateOf(sent[0]?.n ?? 0)).toBeUndefined();
});

test('steps end before what is seen; forward and back they end at the same cursors, and pass over nothing that is seen', async () => {
  const events = await record('copy');
  const known = indexOf(events);
  const forward: number[] = [];
  for (let at = known.nextScene(0); at !== undefined; at = known.nextScene(at)) forward.push(at);
  expect(forward.at(-1)).toBe(events.length);
  const ends = new Set(forward);
  events.forEach((event, i) => {
    if (i > 0) expect(ends.has(i)).toBe(isSeen(event));
  });
  const back: number[] = [];
  for (let at = known.previousScene(events.length); at > 0; at = known.previousScene(at)) back.push(at);
  expect([...back].reverse()).toEqual(forward.slice(0, -1));
});

test('the first step sets the stage: hosts and cables, and nothing has happened yet', async () => {
  const events = await record('copy');
  const first = indexOf(events).nextScene(0) ?? 0;
  expect(events.slice(0, first).map(({ kind }) => kind)).not.toContain('process.started');
  expect(events[first]?.kind).toBe('process.started');
});

test('the next return is behind the next call.returned', async () => {
  const events = await record('copy');
  const index = indexOf(events);
  for (let cursor = 0; cursor <= events.length; cursor++) {
    const at = events.findIndex(({ kind }, i) => i >= cursor && kind === 'call.returned');
    expect(index.nextReturn(cursor)).toBe(at < 0 ? undefined : at + 1);
  }
});

test('silences are the stretches of a tenth of a second and more without an event', async () => {
  const events = await record('cut-idle-keepalive');
  const index = indexOf(events);
  expect(index.silences.length).toBeGreaterThan(0);
  for (const { from, at, to, lasting } of index.silences) {
    expect([events[from - 1]?.at, events[from]?.at]).toEqual([at, to]);
    expect(lasting).toBe(to - at);
    expect(lasting).toBeGreaterThanOrEqual(SILENCE);
  }
  const [first] = index.silences;
  expect(index.nextSilence(0)).toBe(first);
  expect(index.nextSilence(first?.from ?? 0)).toBe(first);
  expect(index.nextSilence(events.length)).toBeUndefined();
});

test('what a recording tells does not depend on how it grew', async () => {
  const all = await record('cut-mended');
  const whole = indexOf(all);
  const events: Event[] = [];
  const growing = new RecordingIndex({ events });
  for (const event of all) {
    events.push(event);
    growing.grow();
  }
  expect(growing.silences).toEqual(whole.silences);
  for (let cursor = 0; cursor <= all.length; cursor++) {
    expect(growing.nextScene(cursor)).toBe(whole.nextScene(cursor));
    expect(growing.previousScene(cursor)).toBe(whole.previousScene(cursor));
    expect(growing.fateOf(cursor)).toEqual(whole.fateOf(cursor));
  }
});
