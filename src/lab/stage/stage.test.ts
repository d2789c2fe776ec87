import { effect } from '@preact/signals';
import { afterEach, expect, test, vi } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { text } from '../../base/bytes.ts';
import type { Event } from '../../trace/event.ts';
import { cursor, events, length } from '../state.ts';
import { bytesOf, nextReturn, nextScene, previousScene, silences, stage } from './stage.ts';

function open(all: readonly Event[]): void {
  events.value = all;
  length.value = all.length;
}

afterEach(() => {
  cursor.value = 0;
  open([]);
});

test('the stage follows the cursor, forward and back', async () => {
  open(await record('copy'));
  const ats: number[] = [];
  const end = effect(() => {
    ats.push(stage.value.at);
  });
  cursor.value = length.value;
  cursor.value = 30;
  end();
  expect(ats).toEqual([0, 61_030_000_000, 20_000_000]);
  expect(stage.value.cursor).toBe(30);
});

test('a recording that grows behind the cursor changes what is known of it', async () => {
  const all = await record('copy');
  const live: Event[] = [];
  events.value = live;
  const end = all.findIndex(({ kind }) => kind === 'tcp.state') + 1;
  live.push(...all.slice(0, end));
  length.value = end;
  cursor.value = end;
  expect([nextScene(end), previousScene(end)]).toEqual([undefined, end - 1]);
  expect(silences.value).toEqual([]);
  live.push(...all.slice(end));
  length.value = all.length;
  expect(nextScene(end)).toBeGreaterThan(end);
  expect(nextReturn(end)).toBeGreaterThan(end);
  expect(silences.value).toHaveLength(2);
  // Contents come in slices of time.
  const sent = () => text(Uint8Array.from(bytesOf(0, 0, 20), (byte) => byte ?? 0));
  await vi.waitFor(() => expect(sent()).toBe('Hello, 안녕, TCP!!'));
});

test('a run that branches off shares with the one before all that is the same', async () => {
  open(await record('copy'));
  cursor.value = 40;
  const before = stage.value;
  open(await record('copy'));
  const after = stage.value;
  expect(after.hosts).toBe(before.hosts);
  expect(after.channels).toBe(before.channels);
});

test('a trace that was cut off within a run is shown as far as it goes', async () => {
  open((await record('copy')).slice(0, 41));
  cursor.value = 41;
  expect(stage.value.cables[0]?.frames.map(({ fate }) => fate)).toContain(undefined);
  expect(nextScene(41)).toBeUndefined();
});

test('a jump over a long recording keeps what was shown until all before it was gone through', async () => {
  const all = await record('file', { set: { bytes: 6_000_000 } });
  open(all);
  const first = stage.value;
  cursor.value = all.length;
  expect(stage.value).toBe(first);
  await vi.waitFor(() => expect(stage.value.cursor).toBe(all.length), 20_000);
  // Gone through once, every moment of it is near.
  cursor.value = 100;
  expect(stage.value.cursor).toBe(100);
  cursor.value = all.length - 1;
  expect(stage.value.cursor).toBe(all.length - 1);
});
