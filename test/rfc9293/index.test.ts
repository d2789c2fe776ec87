/** docs/rfc9293.md says of every requirement of RFC 9293 where it is done and which test shows it: is it so? */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isTest, parse, ROOT, sourcesIn } from '../structure/source.ts';
import ids from './ids.json' with { type: 'json' };
import { checkPage, namesDeclaredIn, projectSource, type Source, strangers, testNamesIn } from './page.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'rfc9293.md'), 'utf8');

test('every requirement and event of RFC 9293 has one row, and what the rows name is there', () => {
  expect(checkPage(PAGE, ids, projectSource())).toEqual([]);
});

test('every requirement that the name of a test carries is on the page', () => {
  const names = [...sourcesIn('src'), ...sourcesIn('test')]
    .filter(({ path }) => isTest(path) && path !== 'test/rfc9293/index.test.ts')
    .flatMap(({ tree }) => testNamesIn(tree));
  expect(names.length).toBeGreaterThan(500);
  expect(strangers(PAGE, names)).toEqual([]);
});

test('the fixture has the numbers that the RFC has', () => {
  const all = Object.values(ids).flat();
  const count = (kind: string) => all.filter((id) => id.startsWith(kind)).length;
  expect(['MUST-', 'SHLD-', 'MAY-', 'REC-', 'EVT-'].map(count)).toEqual([69, 31, 18, 1, 50]);
  expect(new Set(all).size).toBe(all.length);
});

const SOURCE: Source = {
  declared: (path) => (path === 'src/tcp/a.ts' ? new Set(['one', '#two']) : undefined),
  tests: (path) => (path === 'test/rfc9293/3.1-x.test.ts' ? ['MUST-1: a', 'MUST-1: ab', 'MUST-2: b'] : undefined),
};
const GOOD = `
## RFC 9293

### 3.1 Header
| id | what is asked | where | shown by |
|---|---|---|---|
| MUST-1 | something | \`tcp/a.ts\` \`one\`, \`#two\` | \`3.1-x\` "MUST-1: ab"; \`3.1-x\` "MUST-2: …" |
| MAY-1 | something | not done: for a reason |  |

## Its neighbours

### RFC 1
| section | what it says | where | shown by |
|---|---|---|---|
| 2 | something | \`tcp/a.ts\` \`one\` | \`3.1-x\` "MUST-2: …" |
`;
const IDS = { '3.1': ['MUST-1', 'MAY-1'] };

test('a page that is right has nothing wrong', () => {
  expect(checkPage(GOOD, IDS, SOURCE)).toEqual([]);
  expect(strangers(GOOD, ['MUST-1, MAY-1: all', 'V3: none'])).toEqual([]);
});

test.each([
  ['a row is missing', '| MAY-1 | something | not done: for a reason |  |\n', '', 'MAY-1 (3.1) is missing'],
  ['an id is unknown', '| MAY-1 |', '| MAY-9 |', 'MAY-9 stands twice, or is no requirement'],
  ['a row stands twice', '| MAY-1 |', '| MUST-1 |', 'MUST-1 stands twice, or is no requirement'],
  ['a row stands elsewhere', '### 3.1 Header', '### 3.2 Header', 'MUST-1 belongs to 3.1, and stands in 3.2'],
  ['a function is gone', '`#two`', '`#three`', 'MUST-1: src/tcp/a.ts has no #three'],
  ['a file is gone', '`tcp/a.ts` `one`,', '`tcp/b.ts` `one`,', 'MUST-1: there is no file src/tcp/b.ts'],
  ['a file stands alone', ' `one`, `#two`', '', 'MUST-1: what in src/tcp/a.ts?'],
  ['a test is gone', '"MUST-1: ab"', '"MUST-1: abc"', 'MUST-1: test/rfc9293/3.1-x.test.ts has no test "MUST-1: abc"'],
  [
    'a beginning is that of two',
    '"MUST-1: ab"',
    '"MUST-1: …"',
    'MUST-1: test/rfc9293/3.1-x.test.ts has 2 tests "MUST-1: …"',
  ],
  [
    'a test’s file is gone',
    '`3.1-x` "MUST-1',
    '`3.2-x` "MUST-1',
    'MUST-1: there is no file test/rfc9293/3.2-x.test.ts',
  ],
  ['a test has no file', '`3.1-x` "MUST-1: ab"; ', '"MUST-1: ab"; ', `MUST-1: '"MUST-1:ab"' is no test with its file`],
  ['no test', '`3.1-x` "MUST-1: ab"; `3.1-x` "MUST-2: …"', '', 'MUST-1: no test shows it'],
  ['no reason', 'not done: for a reason', 'not done', 'MAY-1: no test shows it'],
  [
    'a neighbour’s function is gone',
    '| 2 | something | `tcp/a.ts` `one`',
    '| 2 | something | `tcp/a.ts` `none`',
    'neighbours, 2: src/tcp/a.ts has no none',
  ],
])('it is found: %s', (_what, right, wrong, finding) => {
  expect(GOOD).toContain(right);
  expect(checkPage(GOOD.replace(right, wrong), IDS, SOURCE)).toContain(finding);
});

test('it is found: a test names a requirement that is not on the page', () => {
  expect(strangers(GOOD, ['MUST-1: known', 'V9, MUST-70: not known'])).toEqual([
    'MUST-70 of "V9, MUST-70: not known" is not on the page',
  ]);
});

test('names are read from the syntax, not from texts and comments', () => {
  const code = `
    // function inComment() {}
    const text = 'function inText() {}';
    export function outer() { const inner = () => 1; return { property: inner }; }
    class Box { #secret = 1; method() {} get width() { return 1; } }
    test('plain', () => {});
    test.each([1])('each %s', () => {});
    describe(\`group \${text} end\`, () => { test.skipIf(text)('skipped', () => {}); });
  `;
  const { tree } = parse('sample.ts', code);
  const names = ['text', 'outer', 'inner', 'property', 'Box', '#secret', 'method', 'width'];
  expect([...namesDeclaredIn(tree)].sort()).toEqual(names.sort());
  expect(testNamesIn(tree)).toEqual(['plain', 'each %s', 'group … end', 'skipped']);
});
