import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { report } from './finding.ts';
import { checkImports, findRings, importsOf, LAYERS } from './import-rules.ts';
import { CORE, isTest, parse, ROOT, sourcesIn } from './source.ts';

const files = sourcesIn('src').filter((file) => !isTest(file.path));
const paths = new Set(files.map((file) => file.path));
/** A part of the page imports its styles as well. */
const exists = (path: string) => paths.has(path) || (path.endsWith('.css') && existsSync(join(ROOT, path)));

test('every import in src goes the way of the table', () => {
  expect(report(files.flatMap((file) => checkImports(file, exists)))).toBe('');
});

test('no files need one another in a ring when they run', () => {
  expect(findRings(files).map((ring) => ring.join(' -> '))).toEqual([]);
});

test('the table itself goes one way, and the core needs no package', () => {
  const reaches = (from: string, to: string): boolean =>
    (LAYERS[from]?.folders ?? []).some((folder) => folder === to || reaches(folder, to));
  for (const [name, layer] of Object.entries(LAYERS)) {
    expect(reaches(name, name), name).toBe(false);
    expect(
      layer.folders.filter((folder) => LAYERS[folder] === undefined),
      name,
    ).toEqual([]);
  }
  for (const name of CORE) expect(LAYERS[name]?.packages, name).toEqual([]);
});

test.each([
  ['up', 'src/wire/a.ts', `import { x } from '../tcp/x.ts';`],
  ['a type, up', 'src/wire/a.ts', `import type { X } from '../tcp/x.ts';`],
  ['sideways', 'src/ip/a.ts', `export { x } from '../tcp/x.ts';`],
  ['all, up', 'src/base/a.ts', `export * from '../tcp/x.ts';`],
  ['late, up', 'src/base/a.ts', `const x = await import('../tcp/x.ts');`],
  ['the type of a module', 'src/base/a.ts', `type X = import('../tcp/x.ts').X;`],
  ['the host', 'src/sim/a.ts', `import { setImmediate } from 'node:timers';`],
  ['a package', 'src/sim/a.ts', `import fc from 'fast-check';`],
  ['another package of a face', 'src/linux/a.ts', `import { Command } from 'commander';`],
  ['out of src', 'src/cli/a.ts', `import '../../scripts/start.js';`],
  ['a file that is not there', 'src/tcp/a.ts', `import './no.ts';`],
  ['something unknown until it runs', 'src/linux/a.ts', `const x = await import(name);`],
  ['the page from the command', 'src/cli/a.ts', `import '../lab/x.ts';`],
  ['the simulator from the page', 'src/lab/view/a.tsx', `import '../../sim/x.ts';`],
  ['the sandbox from the page', 'src/lab/run/a.ts', `import '../sandbox/x.ts';`],
  ['a package of the page, in its sandbox', 'src/lab/sandbox/a.ts', `import { h } from 'preact';`],
  ['a host from the page', 'src/lab/a.tsx', `import { join } from 'node:path';`],
  ['from a folder without a line', 'src/new/a.ts', `import '../base/x.ts';`],
])('refused: %s', (_what, path, text) => {
  const findings = checkImports(parse(path, text), (target) => target.endsWith('/x.ts'));
  expect(findings).toHaveLength(1);
  expect(findings[0]?.place).toBe(`${path}:1`);
});

test.each([
  ['elements', 'src/lab/view/a.tsx', `import { x } from '../x.ts';\nexport const A = () => <p>{x}</p>;`],
  ['the text of a file', 'src/lab/a.ts', `import text from './x.ts?raw';`],
  ['the simulator in the sandbox', 'src/lab/sandbox/a.ts', `import { x } from '../../sim/x.ts';`],
])('allowed in the page: %s', (_what, path, text) => {
  expect(checkImports(parse(path, text), (target) => target.endsWith('/x.ts'))).toEqual([]);
});

test('words that look like imports in comments and texts are none', () => {
  const file = parse('src/base/a.ts', `// import '../tcp/x.ts'\nconst text = "import '../tcp/x.ts'";`);
  expect(importsOf(file)).toEqual([]);
});

test('a ring is found and told with its way', () => {
  const ring = [
    parse('src/tcp/a.ts', `import './b.ts';`),
    parse('src/tcp/b.ts', `import { c } from './c.ts';`),
    parse('src/tcp/c.ts', `export * from './a.ts';\nimport type { D } from './d.ts';`),
    parse('src/tcp/d.ts', `import { c } from './c.ts';`),
  ];
  expect(findRings(ring)).toEqual([['src/tcp/a.ts', 'src/tcp/b.ts', 'src/tcp/c.ts', 'src/tcp/a.ts']]);
});
