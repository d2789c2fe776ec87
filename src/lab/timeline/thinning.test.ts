import { expect, test } from 'vitest';
import { thinned } from './thinning.ts';

const many = Array.from({ length: 100_000 }, (_, from) => ({
  from,
  to: from + 1000,
  line: from % 2 === 0 ? 'a' : 'b',
}));
const line = (span: { readonly line: string }) => span.line;

test('of very many there are no more than the picture has places', () => {
  const shown = thinned(many, line, (index) => index / 100, 20);
  expect(shown.length).toBeLessThan(4 * 1000);
  // Each place of each line has one still.
  for (const name of ['a', 'b']) {
    const places = new Set(shown.filter((span) => span.line === name).map(({ from }) => Math.floor(from / 200)));
    expect(places.size).toBe(500);
  }
});

test('one that lasts long is never left out', () => {
  const long = { from: 50_001, to: 90_000, line: 'a' };
  const among = [...many.slice(0, 50_001), long, ...many.slice(50_002)].map((span) =>
    span === long ? span : { ...span, to: span.from + 1 },
  );
  expect(thinned(among, line, (index) => index / 100, 20)).toContain(long);
});

test('few, and what lies at places of its own, stay', () => {
  const few = many.slice(0, 300);
  expect(thinned(few, line, () => 0)).toBe(few);
  const apart = many.slice(0, 1000);
  expect(thinned(apart, line, (index) => index * 2)).toEqual(apart);
});
