import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Act } from '../../system/timetable.ts';
import type { RunPlan } from '../run/plan.ts';
import { readLink, writeLink } from './link.ts';

const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    at: fc.nat(),
    after: fc.nat(),
    do: fc.constant('type' as const),
    target: fc.string(),
    data: fc.base64String(),
  }),
  fc.record({
    at: fc.constantFrom('3s', '1h'),
    do: fc.constantFrom('kill' as const, 'power-off' as const),
    target: fc.string(),
  }),
  fc.record({
    at: fc.nat(),
    do: fc.constant('cut' as const),
    target: fc.string(),
    direction: fc.constantFrom('a-to-b' as const, 'b-to-a' as const),
    carrier: fc.constantFrom('kept' as const, 'lost' as const),
  }),
);

const plans: fc.Arbitrary<RunPlan> = fc
  .record(
    {
      name: fc.string({ maxLength: 50 }),
      source: fc.string({ unit: 'grapheme', maxLength: 3000 }),
      seed: fc.nat(),
      set: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.nat(), fc.boolean())),
      without: fc.string(),
      acts: fc.array(acts, { maxLength: 5 }),
    },
    { requiredKeys: ['name', 'seed', 'set', 'acts'] },
  )
  .map((plan) => ({ ...plan, set: { ...plan.set } }));

test('a link holds the plan and the cursor, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(), async (plan, cursor) => {
      expect(await readLink(await writeLink(plan, cursor))).toEqual({ plan, cursor });
    }),
    { numRuns: 60 },
  );
});

test('what is no link of ours is not taken for one', async () => {
  expect(await readLink('')).toBeUndefined();
  expect(await readLink('#open=given/x.jsonl')).toBeUndefined();
  expect(await readLink('#section')).toBeUndefined();
});

test('a link that was cut off, changed, or is of another version is told in a sentence', async () => {
  const link = await writeLink({ name: 'copy', seed: 1, set: {}, acts: [] }, 7);
  const broken = { wrong: { en: expect.stringContaining('damaged'), ko: expect.stringContaining('손상') } };
  expect(await readLink(link.slice(0, -9))).toEqual(broken);
  expect(await readLink('#v1.!!!')).toEqual(broken);
  expect(await readLink('#v1.AAAA')).toEqual(broken);
  expect(await readLink(link.replace('v1', 'v2'))).toEqual({
    wrong: expect.objectContaining({ en: expect.stringContaining('v2') }),
  });
});

test('a link with any one character changed is read whole or refused, and never throws', async () => {
  const link = await writeLink({ name: 'copy', seed: 1, set: { a: 1 }, acts: [{ at: 1, do: 'kill', target: 'x' }] }, 7);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 4, max: link.length - 1 }),
      fc.constantFrom('A', 'z', '0', '-'),
      async (at, by) => {
        const read = await readLink(link.slice(0, at) + by + link.slice(at + 1));
        expect(read).toEqual(
          expect.objectContaining(
            read !== undefined && 'wrong' in read ? { wrong: expect.anything() } : { plan: expect.anything() },
          ),
        );
      },
    ),
  );
});

test('a small link that unpacks to very much is not unpacked', async () => {
  const bomb = await writeLink({ name: 'copy', seed: 1, set: {}, acts: [], source: 'x'.repeat(5_000_000) }, 0);
  expect(await readLink(bomb)).toEqual({
    wrong: expect.objectContaining({ en: expect.stringContaining('too large') }),
  });
});
