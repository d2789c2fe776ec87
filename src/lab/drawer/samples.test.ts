import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import { FIGURES, Sampler } from './samples.ts';

test('the last sample is the ledger at the end, and time only rises, in slices or at once', async () => {
  const events = await record('acknowledged');
  const whole = new Sampler(events, 0);
  expect(whole.advance(() => false)).toBe(true);
  const { seconds, figures } = whole.samples;
  expect([...seconds].sort((a, b) => a - b)).toEqual(seconds);
  expect(new Set(seconds).size).toBe(seconds.length);
  const fold = new LedgerFold();
  for (const event of events) fold.apply(event);
  const [ledger] = fold.channels();
  for (const figure of FIGURES) expect(figures[figure].at(-1), figure).toBe(ledger?.[figure]);

  const sliced = new Sampler(events, 0);
  let slices = 1;
  while (!sliced.advance(() => true)) slices += 1;
  expect(slices).toBeGreaterThan(1);
  expect(sliced.samples).toEqual(whole.samples);
});
