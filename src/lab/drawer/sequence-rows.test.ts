import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { causesOf, Rows } from './sequence-rows.ts';

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
