#!/usr/bin/env node
/**
 * `npm run fuzz:parsers -- [--parser frames|scripts|python|traces] [--executions N] [--seed S] [--every N]`: fuzzes what reads
 * foreign bytes, led by coverage. Builds the code, puts a counter at each statement and branch of it, and runs it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkNode, ensureDependencies } from './lib/install.js';
import { ROOT, run, runTool } from './lib/run.js';
import { giveUp } from './lib/say.js';

/** What reads foreign bytes; the rest only carries it. */
const COUNTED = /^src[\\/](wire|ip|host|tcp|drill|trace)[\\/]/;

checkNode();
ensureDependencies();
if (runTool('typescript', 'tsc', ['-p', 'tsconfig.fuzz.json'], { output: 'stderr' }) !== 0) giveUp('the build failed');
const { createInstrumenter } = createRequire(join(ROOT, 'package.json'))('istanbul-lib-instrument');
const built = join(ROOT, '.cache', 'fuzz');
const counted = join(ROOT, '.cache', 'fuzz-counted');
for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.js')) continue;
  const code = readFileSync(join(built, name), 'utf8');
  const instrumenter = createInstrumenter({ esModules: true, coverageVariable: '__coverage__' });
  const text = COUNTED.test(name) ? instrumenter.instrumentSync(code, name) : code;
  mkdirSync(dirname(join(counted, name)), { recursive: true });
  writeFileSync(join(counted, name), text);
}
const main = join(counted, 'test', 'fuzz', 'guided-main.js');
process.exitCode = run(process.execPath, [main, ...process.argv.slice(2)]);
