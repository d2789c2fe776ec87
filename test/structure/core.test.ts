import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCore, EXACT_MATH } from './core-rules.ts';
import { report } from './finding.ts';
import { CORE, inCore, isTest, parse, ROOT, sourcesIn } from './source.ts';

test('the core uses no arithmetic and no text function that differs between machines', () => {
  const core = sourcesIn('src').filter((file) => inCore(file.path) && !isTest(file.path));
  expect(report(core.flatMap(checkCore))).toBe('');
});

test.each([
  'Math.sin(1)',
  'Math.random()',
  'Math.pow(2, 3)',
  'Math.round(1.5)',
  'Math.PI',
  'Math["floor"](1)',
  'Math[name](1)',
  'const { sin } = Math',
  'const m = Math',
  '2 ** 32',
  'x **= 2',
  '"a".localeCompare("b")',
  '(1.5).toLocaleString()',
  'text["toLocaleUpperCase"]()',
])('refused in the core: %s', (text) => {
  expect(checkCore(parse('src/sim/a.ts', text)).map(({ place }) => place)).toEqual(['src/sim/a.ts:1']);
});

test('the exact functions of Math are allowed', () => {
  const text = [...EXACT_MATH].map((name) => `Math.${name}(1);`).join('\n');
  expect(checkCore(parse('src/tcp/a.ts', text))).toEqual([]);
});

test.each(['async function f() {}', 'const p: Promise<void> = q', 'class A { async b() {} }', 'await x'])(
  'refused below socket/: %s',
  (text) => {
    expect(checkCore(parse('src/host/a.ts', text)).length).toBeGreaterThan(0);
    expect(checkCore(parse('src/socket/a.ts', text))).toEqual([]);
  },
);

/** Globals that tell the time, draw numbers, or belong to a host; each is used on a line of its own. */
const BANNED_GLOBALS = {
  // In the language itself: only the linter knows that they are banned.
  language: ['Date', 'Intl', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'eval', 'globalThis'],
  // The host's: the compiler does not know them either.
  host: [
    'Buffer',
    'process',
    'console',
    'performance',
    'crypto',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'clearTimeout',
    'clearInterval',
    'clearImmediate',
    'queueMicrotask',
    'structuredClone',
    'TextEncoder',
    'TextDecoder',
    'AbortController',
    'AbortSignal',
    'URL',
    'fetch',
    'navigator',
    'window',
    'document',
  ],
};

const everyLine = (names: readonly string[]) =>
  `${names.map((name) => `export const _${name} = ${name};`).join('\n')}\n`;

test('the linter refuses every banned global in every folder of the core, and in no other', () => {
  const names = [...BANNED_GLOBALS.language, ...BANNED_GLOBALS.host];
  const refused = CORE.map((folder) => `src/${folder}/sample.ts`);
  const allowed = ['src/cli/sample.ts', 'src/index.ts', 'src/tcp/sample.test.ts'];
  const lines = lintedLines([...refused, ...allowed], everyLine(names));
  for (const path of refused) expect(lines.get(path), path).toEqual(names.map((_, index) => index + 1));
  for (const path of allowed) expect(lines.get(path), path).toEqual([]);
});

test('the compiler knows no host type in the core', () => {
  const folder = join(ROOT, '.cache');
  mkdirSync(folder, { recursive: true });
  const sample = mkdtempSync(join(folder, 'core-sample-'));
  try {
    writeFileSync(join(sample, 'sample.ts'), everyLine(BANNED_GLOBALS.host));
    const configuration = { extends: '../../tsconfig.core.json', include: ['sample.ts'], exclude: [] };
    writeFileSync(join(sample, 'tsconfig.json'), JSON.stringify(configuration));
    const { stdout } = tool('typescript', 'tsc', ['--noEmit', '--pretty', 'false', '-p', sample]);
    const lines = [...stdout.matchAll(/sample\.ts\((\d+),/g)].map((match) => Number(match[1]));
    expect(lines).toEqual(BANNED_GLOBALS.host.map((_, index) => index + 1));
  } finally {
    rmSync(sample, { recursive: true, force: true });
  }
});

/** Lines of each file in which biome, as this project configures it, finds a global that is refused there. */
function lintedLines(paths: readonly string[], text: string): Map<string, number[]> {
  const lines = new Map(paths.map((path): [string, number[]] => [path, []]));
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-lint-'));
  try {
    const configuration = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
    // The sample lies in no repository.
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...configuration, vcs: { enabled: false } }));
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { stdout } = tool('@biomejs/biome', 'biome', ['lint', '--reporter=rdjson', '--max-diagnostics=none'], folder);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
    for (const { code, location } of diagnostics) {
      if (!code?.value.endsWith('noRestrictedGlobals')) continue;
      lines.get(location.path)?.push(location.range.start.line);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const found of lines.values()) found.sort((a, b) => a - b);
  return lines;
}

interface Diagnostic {
  readonly code?: { readonly value: string };
  readonly location: { readonly path: string; readonly range: { readonly start: { readonly line: number } } };
}

function tool(packageName: string, bin: string, args: readonly string[], cwd = ROOT) {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin: bins } = require(manifest) as { bin: Record<string, string> };
  const script = join(dirname(manifest), bins[bin] ?? '');
  return spawnSync(process.execPath, [script, ...args], { cwd, encoding: 'utf8' });
}
