import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Span, Spans } from './spans.ts';

test('a window shows what a look at every span shows, however long ago it began', () => {
  const lasting = fc.array(fc.record({ gap: fc.nat(3), lasts: fc.option(fc.nat(2000)) }), { maxLength: 1500 });
  fc.assert(
    fc.property(lasting, fc.nat(5000), fc.nat(500), (plan, first, width) => {
      const spans = new Spans<Span & { readonly name: number }>();
      let from = 0;
      const all = plan.map(({ gap, lasts }, name) => {
        from += gap;
        const span = { name, from, to: undefined as number | undefined };
        const place = spans.begin(span);
        if (lasts === null) return span;
        const ended = { ...span, to: from + lasts };
        spans.end(place, ended);
        return ended;
      });
      const last = first + width;
      const shown = all.filter((span) => span.from < last && (span.to ?? Infinity) >= first);
      expect(spans.within(first, last).map(({ name }) => name)).toEqual(shown.map(({ name }) => name));
    }),
    { numRuns: 200 },
  );
});
