import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import type { Event } from '../../trace/event.ts';
import { causesOf, eventRow, firstHosts, Rows, windowOf } from './sequence-rows.ts';

test('each row lies behind the one before it, and a cursor finds its row', async () => {
  const events = await record('copy');
  const rows = new Rows(events, ['A', 'B']);
  rows.grow();
  expect(rows.all.length).toBeGreaterThan(20);
  for (const [place, { index, silence }] of rows.all.entries()) {
    expect(index).toBeGreaterThanOrEqual(rows.all[place - 1]?.index ?? 0);
    if (silence === undefined) expect(rows.at(index + 1)).toBe(place);
  }
  expect(rows.at(0)).toBe(-1);
});

test('the causes of an event lead back to an event without a cause', async () => {
  const events = await record('copy');
  const last = events.findLast(({ kind }) => kind === 'frame.delivered');
  if (last === undefined) throw new Error('no frame was delivered');
  const chain = causesOf(events, last);
  expect(chain[0]?.event.n).toBe(last.cause);
  expect(chain.at(-1)?.event.cause).toBe(0);
});

const SECOND = 1e9;

/** Two calls a second, with a silence of ten seconds behind every tenth. */
function long(count: number): Event[] {
  const call = { host: 'A', cause: 0, kind: 'call.entered' as const, process: 'server', call: 'recv', args: {} };
  return Array.from({ length: count }, (_, i) => ({
    n: i + 1,
    at: (i / 20 + 10 * Math.floor(i / 10)) * SECOND,
    ...call,
  }));
}

test('of 100,000 events no more rows are drawn than are seen, wherever one looks', () => {
  const rows = new Rows(long(100_000), ['A', 'B']);
  let slices = 1;
  while (!rows.grow(() => true)) slices += 1;
  expect(slices).toBeGreaterThan(300);
  const count = rows.all.length;
  expect(count).toBe(100_000 + 9_999);
  for (const top of [0, 24 * 5, 24 * 55_555 + 7, 24 * count - 400]) {
    const { first, last } = windowOf({ top, height: 400 }, 24, count);
    expect(last - first).toBeLessThanOrEqual(Math.ceil(400 / 24) + 17);
    expect(first * 24).toBeLessThanOrEqual(top);
    expect(last * 24).toBeGreaterThanOrEqual(Math.min(top + 400, count * 24));
  }
  // A view that is left from a longer recording shows nothing that is not there.
  expect(windowOf({ top: 24 * count * 2, height: 400 }, 24, count)).toEqual({ first: count, last: count });
  expect(rows.all[rows.at(77_777)]).toEqual({ index: 77_776, silence: undefined });
});

test('the keys go from event to event and pass silences, and stop at both ends', () => {
  const rows = new Rows(long(25), ['A', 'B']);
  rows.grow();
  const { all } = rows;
  const indexOf = (place: number) => all[place]?.index;
  expect(indexOf(eventRow(all, -1, 1))).toBe(0);
  expect(indexOf(eventRow(all, 9, 1))).toBe(10);
  expect(all[10]?.silence).toBeGreaterThan(SECOND);
  expect(indexOf(eventRow(all, 11, -1))).toBe(9);
  expect(indexOf(eventRow(all, 0, -1))).toBe(0);
  expect(indexOf(eventRow(all, 3, 10))).toBe(13);
  expect(indexOf(eventRow(all, 3, Number.POSITIVE_INFINITY))).toBe(24);
  expect(indexOf(eventRow(all, 20, Number.NEGATIVE_INFINITY))).toBe(0);
  expect(eventRow([], -1, 1)).toBe(-1);
});

test('the hosts are known before the stage has them', async () => {
  expect(firstHosts(await record('copy'))).toEqual(['A', 'B']);
  expect(firstHosts([])).toEqual([]);
});
