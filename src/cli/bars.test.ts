import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChannelLedger } from '../system/scenario.ts';
import { barLines, restingLine } from './bars.ts';
import { wordsIn } from './messages.ts';
import { PLACES } from './places.ts';
import { widthOf } from './width.ts';

const words = wordsIn('en');

function ledger(figures: Partial<ChannelLedger>): ChannelLedger {
  return { channel: 'B:50000>A:7000', discarded: [], ...figures };
}

test('each place has its own character, from the reader to the writer', () => {
  const [bar, figures] = barLines(
    ledger({ requested: 12, read: 2, unread: 2, outOfOrder: 2, inFlight: 2, unsent: 2, waiting: 2 }),
    100,
    words,
  );
  expect(bar).toMatch(/^B:50000>A:7000 +██▓▓▚▚▒▒░░··$/);
  expect(figures?.trim()).toBe('█ read 2  ▓ unread 2  ▚ out of order 2  ▒ in flight 2  ░ unsent 2  · waiting 2');
});

test('a place with a single byte among millions can still be seen, and no bar is wider than its room', () => {
  const bytes = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5_000_000 }));
  fc.assert(
    fc.property(fc.tuple(bytes, bytes, bytes, bytes, bytes, bytes), (counts) => {
      const figures = Object.fromEntries(PLACES.map((place, index) => [place, counts[index]]));
      const [bar = ''] = barLines(ledger(figures), 100, words);
      expect(widthOf(bar)).toBeLessThanOrEqual(100);
      for (const [index, character] of ['█', '▓', '▚', '▒', '░', '·'].entries()) {
        expect(bar.includes(character)).toBe((counts[index] ?? 0) > 0);
      }
    }),
  );
});

test('what a side cannot tell is a question mark, never a zero', () => {
  const [, figures] = barLines(ledger({ requested: 8, unsent: 8, waiting: 0 }), 100, words);
  expect(figures).toContain('read ?');
});

test('a channel at rest has no line; one whose ACK is missing tells that its bytes lie at both ends', () => {
  expect(restingLine(ledger({ requested: 8, read: 8 }), words)).toBeUndefined();
  const nothing = { read: 0, outOfOrder: 0, inFlight: 0, unsent: 0, waiting: 0 };
  const both = ledger({ ...nothing, requested: 8, unread: 8, unacknowledged: 8 });
  expect(restingLine(both, words)).toBe('B→A  ▓▓▓▓▓▓▓▓  ▓ unread 8 (unacknowledged 8)');
});
