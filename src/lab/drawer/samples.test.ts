import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import { placesOf, total } from './places.ts';
import { Sampler, upTo } from './samples.ts';

const never = () => false;

test('each sample is the ledger after so many events, in slices or at once', async () => {
  const events = await record('acknowledged');
  const whole = new Sampler(events, 0);
  expect(whole.advance(never)).toBe(true);
  const fold = new LedgerFold();
  for (const [index, event] of events.entries()) {
    fold.apply(event);
    const sample = whole.samples[index];
    expect(sample?.cursor).toBe(index + 1);
    expect(sample?.ways.map(({ ledger }) => ledger)).toEqual([fold.channels()[0], fold.channels()[1]]);
  }
  const sliced = new Sampler(events, 0);
  let slices = 1;
  while (!sliced.advance(() => true)) slices += 1;
  expect(slices).toBeGreaterThan(1);
  expect(sliced.samples).toEqual(whole.samples);
});

test('a recording that grows is not begun again, and a long one has no more samples than a picture can show', async () => {
  const some = await record('acknowledged');
  const events = some.slice(0, 10);
  const sampler = new Sampler(events, 0);
  expect(sampler.advance(never)).toBe(true);
  expect(sampler.samples.at(-1)?.cursor).toBe(10);
  events.push(...some.slice(10));
  expect(sampler.advance(never)).toBe(true);
  expect(sampler.samples.at(-1)?.cursor).toBe(some.length);

  const last = some.at(-1);
  const silent = Array.from({ length: 50_000 }, (_, i) => ({ n: some.length + i + 1, at: last?.at ?? 0 }));
  events.push(
    ...silent.map((stamp) => ({
      ...stamp,
      host: 'A',
      cause: 0,
      kind: 'process.printed' as const,
      process: 'server',
      text: '',
    })),
  );
  expect(sampler.advance(never)).toBe(true);
  expect(sampler.samples.length).toBeLessThanOrEqual(801);
  expect(sampler.samples.length).toBeGreaterThan(300);
  const cursors = sampler.samples.map(({ cursor }) => cursor);
  expect(cursors).toEqual(cursors.toSorted((a, b) => a - b));
  expect(cursors.at(-1)).toBe(events.length);
  expect(upTo(sampler.samples, 1000).at(-1)?.cursor).toBeLessThanOrEqual(1000);
  expect(upTo(sampler.samples, 0)).toEqual([]);
});

test.each(['copy', 'kill-unread', 'power-off-reboot', 'cut-sending'])(
  '%s: the places add up to what was asked',
  async (name) => {
    const events = await record(name);
    const sampler = new Sampler(events, 0);
    sampler.advance(never);
    let isLost = false;
    for (const { ways } of sampler.samples) {
      for (const { ledger } of ways) {
        const counts = placesOf(ledger);
        isLost ||= counts.lost > 0;
        if (ledger?.requested !== undefined && ledger.received !== undefined)
          expect(total(counts)).toBe(ledger.requested);
      }
    }
    if (name === 'kill-unread') expect(isLost).toBe(true);
  },
);
