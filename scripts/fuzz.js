#!/usr/bin/env node
/**
 * `npm run fuzz -- --seeds N [--from S] [--seconds T] [--size small|large] [--trace off|hash|frames] [--every N]
 * [--verbose]`: runs N random worlds, each from a seed of its own, with the invariants checked after each event. Prints
 * each seed that fails and the command that repeats it; exit status 1 if one did. `--every N` tells how far it is.
 *
 * `npm run fuzz -- --record --size small --seeds N [--jobs N]`: what the seeds 1 to N do is written to
 * docs/measurements/random-worlds.json, which the tests hold random worlds against.
 */
import { join } from 'node:path';
import { checkNode, ensureDependencies } from './lib/install.js';
import { ROOT, run, runTool } from './lib/run.js';
import { giveUp } from './lib/say.js';

checkNode();
ensureDependencies();
if (runTool('typescript', 'tsc', ['-p', 'tsconfig.fuzz.json'], { output: 'stderr' }) !== 0) giveUp('the build failed');
const main = join(ROOT, '.cache', 'fuzz', 'test', 'fuzz', 'main.js');
process.exitCode = run(process.execPath, [main, ...process.argv.slice(2)]);
