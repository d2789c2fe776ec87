#!/usr/bin/env node
/**
 * `npm run readme`: runs the examples that the READMEs show and writes program and output between their marks,
 *
 *     <!-- example: half-open.js -->  …  <!-- end of example -->
 *
 * Of a test (`failing/cut.test.ts`) that is what it says when it fails.
 * `--check` changes nothing and fails if something would change; a test calls it, so that no README goes stale.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureBuilt } from './lib/build.js';
import { ROOT } from './lib/run.js';
import { giveUp, say } from './lib/say.js';

const READMES = ['README.md', 'README.ko.md'];
const EXAMPLE = /(<!-- example: (\S+) -->\n)[\s\S]*?(<!-- end of example -->)/g;

const check = process.argv.includes('--check');
if (ensureBuilt() !== 0) giveUp('the build failed');

for (const name of READMES) {
  const path = join(ROOT, name);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(EXAMPLE, (_, begin, file, end) => begin + blockOf(file) + end);
  if (after === before) continue;
  if (check) {
    say(`${name} does not show what its example prints; run npm run readme`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, after);
    say(`${name} written`);
  }
}

function blockOf(file) {
  const path = join(ROOT, 'examples', file);
  const program = readFileSync(path, 'utf8').trimEnd();
  if (file.endsWith('.test.ts')) return `\`\`\`ts\n${program}\n\`\`\`\n\n\`\`\`text\n${failureOf(path)}\n\`\`\`\n`;
  const output = execFileSync(process.execPath, [path], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  }).trimEnd();
  return `\`\`\`js\n${program}\n\`\`\`\n\n\`\`\`text\n${output}\n\`\`\`\n`;
}

/** What Vitest prints for a test that fails: the account of its world, and the expectation that did not hold. */
function failureOf(path) {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const { status, stderr } = spawnSync(process.execPath, [vitest, 'run', '--root', dirname(path)], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', LANG: 'C', LC_ALL: 'C', HALFOPEN_SEED: '1' },
  });
  const account = stderr.match(/^halfopen: [\s\S]*?^ {2}repeat it.*$/m);
  const failure = stderr.match(/^ FAIL [\s\S]*?\^$/m);
  if (status !== 1 || account === null || failure === null) giveUp(`${path} did not fail as it should:\n${stderr}`);
  return `${failure[0].trimStart()}\n\n${account[0]}`;
}
