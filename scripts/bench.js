#!/usr/bin/env node
/**
 * `npm run bench [-- NAME …] [--quick] [--json FILE]`: builds what is missing, measures the stack beside `node:net`,
 * prints a table, and writes JSON (bench/results/latest.json unless told otherwise).
 */
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.js';
import { checkNode, ensureDependencies } from './lib/install.js';
import { ROOT, run, runTool } from './lib/run.js';
import { giveUp } from './lib/say.js';

checkNode();
ensureDependencies();
if (ensureBuilt() !== 0) giveUp('the build failed');
if (runTool('typescript', 'tsc', ['-p', 'tsconfig.bench.json'], { output: 'stderr' }) !== 0) giveUp('the build failed');
const main = join(ROOT, '.cache', 'bench', 'main.js');
process.exitCode = run(process.execPath, [main, ...process.argv.slice(2)]);
