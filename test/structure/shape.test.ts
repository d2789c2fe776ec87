import { expect, test } from 'vitest';
import { report } from './finding.ts';
import { checkShape, LONGEST_FILE, LONGEST_FUNCTION } from './shape-rules.ts';
import { parse, sourcesIn } from './source.ts';

test('files and functions in src are short, headed, and leave nothing for later', () => {
  expect(report(sourcesIn('src').flatMap(checkShape))).toBe('');
});

const HEAD = '/** What this file is, where it comes from, who calls it. */\n';
const problems = (path: string, text: string) => checkShape(parse(path, text)).map(({ problem }) => problem);

test('a file of 600 lines passes, of 601 not', () => {
  const lines = (count: number) => HEAD + 'f();\n'.repeat(count - 1);
  expect(problems('src/tcp/a.ts', lines(LONGEST_FILE))).toEqual([]);
  expect(problems('src/tcp/a.ts', lines(LONGEST_FILE + 1))).toEqual(['601 lines, more than 600']);
});

test('a function of 70 lines passes, of 71 not, whatever its form', () => {
  const body = (count: number) => `{\n${'f();\n'.repeat(count - 2)}}`;
  const forms = (count: number) => [
    `function g() ${body(count)}`,
    `const g = () => ${body(count)};`,
    `class A { g() ${body(count)} }`,
    `const a = { g() ${body(count)} };`,
    `class A { get g() ${body(count)} }`,
  ];
  for (const form of forms(LONGEST_FUNCTION)) expect(problems('src/tcp/a.ts', HEAD + form)).toEqual([]);
  for (const form of forms(LONGEST_FUNCTION + 1)) {
    expect(problems('src/tcp/a.ts', HEAD + form)).toEqual(['g has 71 lines, more than 70']);
  }
});

test.each([
  ['no head', 'f();', ['the file has no head comment']],
  ['a head that says nothing', '/** x */\nf();', ['the file has no head comment']],
  [
    'a comment that is not the head',
    'f();\n/** What this is, at some length, but too late. */',
    ['the file has no head comment'],
  ],
  ['later', `${HEAD}// TODO: later`, ['a comment says TODO']],
  ['a linter silenced', `${HEAD}// biome-ignore lint: no`, ['a comment says biome-ignore']],
  ['a compiler silenced', `${HEAD}// @ts-ignore`, ['a comment says @ts-ignore']],
  ['an error expected', `${HEAD}// @ts-expect-error`, ['@ts-expect-error outside of a test']],
])('refused: %s', (_what, text, expected) => {
  expect(problems('src/tcp/a.ts', text)).toEqual(expected);
});

test('a test needs no head and may expect a type error', () => {
  expect(problems('src/tcp/a.test.ts', '// @ts-expect-error\nf();')).toEqual([]);
});

test('TODO in a text is none', () => {
  expect(problems('src/tcp/a.ts', `${HEAD}f('TODO');`)).toEqual([]);
});
