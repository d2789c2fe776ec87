import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase64 } from '../../base/bytes.ts';
import type { Act } from '../../system/timetable.ts';
import type { RunPlan } from '../run/plan.ts';
import { CARRIED_MOST, nameBytes, withFile } from './large.ts';
import { readLink, TRACE_MOST, writeLink, writeTraceLink } from './link.ts';
import { WORDS } from './words.ts';

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
  fc.record({
    at: fc.nat(),
    after: fc.nat(),
    do: fc.constantFrom('option' as const, 'set' as const),
    target: fc.string(),
    options: fc.record({ SO_SNDBUF: fc.nat(), SO_KEEPALIVE: fc.boolean() }, { noNullPrototype: true }),
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
      hosts: fc.dictionary(
        fc.constantFrom('A', 'B', 'C'),
        fc.record(
          {
            profile: fc.constantFrom('linux' as const, 'windows' as const, 'rfc' as const),
            accounting: fc.constantFrom('linux' as const, 'payload' as const),
            sysctl: fc.constant({ 'net.ipv4.tcp_wmem': '4096 16384 4194304' }),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
        { noNullPrototype: true },
      ),
      cables: fc.dictionary(
        fc.constantFrom('cable', 'north'),
        fc.record(
          { delay: fc.constantFrom('5ms', '1s'), reorder: fc.nat(1), duplicate: fc.nat(1), corrupt: fc.nat(1) },
          { requiredKeys: [], noNullPrototype: true },
        ),
        { noNullPrototype: true },
      ),
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

test('a file that was typed and is too large is named in the link, and asked for', async () => {
  const bytes = Uint8Array.from({ length: CARRIED_MOST + 1 }, (_, at) => (at * 7) & 0xff);
  nameBytes(bytes, 'my file.bin');
  const typed: Act = { at: 3, after: 12, do: 'type', target: 'client', data: toBase64(bytes) };
  const small: Act = { at: 4, do: 'type', target: 'client', data: toBase64(bytes.subarray(0, CARRIED_MOST)) };
  const plan: RunPlan = { name: 'typing', seed: 1, set: {}, acts: [typed, small] };
  const link = await writeLink(plan, 12);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const read = await readLink(link);
  const file = { name: 'my file.bin', size: bytes.length, sha256 };
  expect(read).toEqual({
    plan: { ...plan, acts: [{ ...typed, data: '' }, small] },
    cursor: 12,
    wanted: [{ act: 0, file }],
  });
  if (read === undefined || !('plan' in read) || read.wanted?.[0] === undefined) throw new Error('not asked for');
  expect(withFile(read.plan, read.wanted[0], bytes)).toEqual(plan);
  expect(withFile(read.plan, read.wanted[0], bytes.subarray(1))).toBeUndefined();
  expect(withFile(read.plan, read.wanted[0], bytes.with(5, 0))).toBeUndefined();
});

test('many typed files do not make a link that cannot be read', async () => {
  const data = toBase64(Uint8Array.from({ length: CARRIED_MOST }, (_, at) => Math.imul(at, 0x9e3779b1) >>> 24));
  const acts = Array.from({ length: 60 }, (_, at): Act => ({ at, do: 'type', target: 'client', data }));
  const read = await readLink(await writeLink({ name: 'typing', seed: 1, set: {}, acts }, 0));
  expect(read).toHaveProperty('plan.acts.length', 60);
  expect(read).toHaveProperty('wanted.length', 52);
});

test.each([{ name: 7 }, { size: -1 }, { size: 1e12 }, { sha256: 'short' }, { sha256: undefined }])(
  'a missing file that is badly described makes the link a broken one: %j',
  async (change) => {
    const file = { name: 'x', size: 40_000, sha256: 'a'.repeat(64), ...change };
    const acts = [{ at: 1, do: 'type', target: 'client', file }];
    expect(
      await readLink(await packed({ plan: { name: 'typing', seed: 1, set: {}, acts }, cursor: 0 })),
    ).toHaveProperty('wrong.en', expect.stringContaining('damaged'));
  },
);

test('what a link says of prototypes is data, and changes none', async () => {
  const text =
    '{"plan":{"name":"copy","seed":1,"set":{"__proto__":{"polluted":1}},"acts":[],"__proto__":{"x":1}},"cursor":0}';
  const read = await readLink(await packed(JSON.parse(text)));
  expect(read).toHaveProperty('plan.name', 'copy');
  expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted');
  expect(read).not.toHaveProperty('plan.x');
});

/** A link that holds any value. */
function packed(value: unknown): Promise<string> {
  return packedText(JSON.stringify(value));
}

async function packedText(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return `#v1.${Buffer.from(await new Response(stream).arrayBuffer()).toString('base64url')}`;
}

test.each([{ hosts: 3 }, { hosts: { A: 'windows' } }, { cables: [] }, { cables: { cable: null } }])(
  'hosts and cables that are no objects make the link a broken one: %j',
  async (change) => {
    const plan = { name: 'copy', seed: 1, set: {}, acts: [], ...change };
    expect(await readLink(await packed({ plan, cursor: 0 }))).toHaveProperty(
      'wrong.en',
      expect.stringContaining('damaged'),
    );
  },
);

test('a trace from a file is named in a link, with its size and its SHA-256, and not carried', async () => {
  const trace = { name: 'my run.jsonl', size: 123_456, sha256: 'ab'.repeat(32) };
  const link = await writeTraceLink(trace, 40);
  expect(link.length).toBeLessThan(300);
  expect(await readLink(link)).toEqual({ trace, cursor: 40 });
  for (const wrong of [
    { ...trace, size: TRACE_MOST + 1 },
    { ...trace, sha256: 'x' },
    { ...trace, name: 'x'.repeat(301) },
  ]) {
    expect(await readLink(await writeTraceLink(wrong, 0))).toEqual({ wrong: WORDS.broken });
  }
});

test('a link that is packed well and says nonsense is refused with a sentence, and never throws', async () => {
  const values = fc.oneof(fc.jsonValue(), acts, plans);
  const shapes = fc.oneof(
    values,
    fc.record({ plan: values, cursor: fc.oneof(fc.nat(), values) }),
    fc.record({ trace: values, cursor: fc.nat() }),
    fc
      .tuple(plans, fc.constantFrom('name', 'source', 'seed', 'set', 'hosts', 'cables', 'acts', 'other'), values)
      .map(([plan, part, value]) => ({ plan: { ...plan, [part]: value }, cursor: 0 })),
  );
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const read = await readLink(await packed(shape));
      // It is a link of ours by its looks: so either it can be opened, or it is told why not.
      expect(read !== undefined && ('plan' in read || 'trace' in read || 'wrong' in read)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a link whose values lie in one another without end is refused', async () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  for (const part of ['set', 'hosts', 'acts', 'name']) {
    const read = await readLink(await packedText(`{"plan":{"name":"copy","seed":1,"${part}":${deep}},"cursor":0}`));
    expect(read, part).toEqual({ wrong: WORDS.broken });
  }
  expect(await readLink(await packedText(deep))).toEqual({ wrong: WORDS.broken });
});
