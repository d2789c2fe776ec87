/** What the documents say can be found: links lead somewhere, examples print what stands beside them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isTest, ROOT, sourcesIn } from '../structure/source.ts';

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].sort();

test('links between documents, and to files, lead somewhere', () => {
  const broken = documents.flatMap((path) =>
    [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('files that documents and comments name are there', () => {
  const named = (text: string) => [...text.matchAll(/\b(?:docs|src|test|examples)\/[\w./-]+\.(?:md|ts|js|json)\b/g)];
  const texts = [
    ...documents.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
    ...sourcesIn('src').map(({ path, comments }) => ({ path, text: comments.map(({ value }) => value).join('\n') })),
  ].filter(({ path }) => !isTest(path));
  const missing = texts.flatMap(({ path, text }) =>
    named(text)
      .filter(([name]) => !existsSync(join(ROOT, name)))
      .map(([name]) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('every decision is in the index, in order', () => {
  const folder = join(ROOT, 'docs', 'decisions');
  const pages = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  const index = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(
    ([, name]) => name,
  );
  expect(index).toEqual(pages.sort());
});

test('both READMEs show what their example prints', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'readme.js'), '--check'], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
});

test('the table of the profiles is what they are', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'profiles.js'), '--check'], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
});

test('both READMEs have the same shape', () => {
  const shape = (name: string) =>
    readFileSync(join(ROOT, name), 'utf8')
      .split('\n')
      .filter((line) => /^(#|\||```|<!--)/.test(line))
      .map((line) => (/^\S+/.exec(line)?.[0] ?? '') + (line.startsWith('|') ? line.split('|').length : ''));
  expect(shape('README.ko.md')).toEqual(shape('README.md'));
});
