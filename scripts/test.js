#!/usr/bin/env node
/**
 * `npm test`: installs and builds what is missing, checks types, formatting and lint, runs the tests, and ends with
 * one line, `N passed, N failed, N skipped`, taken from the runner's JSON report; a check that failed adds one to
 * `failed`. `npm test -- src/wire` only runs the tests whose path matches.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensurePageBuilt } from './lib/build.js';
import { checkNode, ensureDependencies, ensurePrograms } from './lib/install.js';
import { ensureOtherNodes } from './lib/other-nodes.js';
import { ROOT, runTool } from './lib/run.js';
import { say } from './lib/say.js';

const REPORT = join(ROOT, '.cache', 'vitest.json');
const filters = process.argv.slice(2);

checkNode();
ensureDependencies();
ensurePrograms();
ensureOtherNodes();
const checksFailed = filters.length === 0 ? runChecks() : runBuild();
const { passed, failed, skipped } = runTests();
console.log(`${passed} passed, ${failed + checksFailed} failed, ${skipped} skipped`);
process.exitCode = failed + checksFailed === 0 ? 0 : 1;

/** How many of the checks failed. */
function runChecks() {
  const checks = [
    ['types', () => runTool('typescript', 'tsc', ['--noEmit', '-p', 'tsconfig.json'])],
    ['types of the core, with no host', () => runTool('typescript', 'tsc', ['--noEmit', '-p', 'tsconfig.core.json'])],
    ['types of the page', () => runTool('typescript', 'tsc', ['--noEmit', '-p', 'tsconfig.lab.json'])],
    ["types of the page's tests", () => runTool('typescript', 'tsc', ['--noEmit', '-p', 'tsconfig.lab-tests.json'])],
    ['format and lint', () => runTool('@biomejs/biome', 'biome', ['check', '--error-on-warnings', '.'])],
  ];
  let count = runBuild();
  for (const [what, check] of checks) {
    say(`checking ${what}`);
    if (check() !== 0) {
      say(`FAILED: ${what}`);
      count += 1;
    }
  }
  return count;
}

function runBuild() {
  if (ensureBuilt() === 0 && ensurePageBuilt() === 0) return 0;
  say('FAILED: build');
  return 1;
}

function runTests() {
  say(filters.length === 0 ? 'running the tests' : `running the tests of ${filters.join(' ')}`);
  rmSync(REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const status = runTool('vitest', 'vitest', ['run', ...reporters, ...filters]);
  let report;
  try {
    report = JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch {
    say('the runner left no report');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that could not even be loaded has no test in the report, but failed.
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  let failed = report.numFailedTests + broken.length;
  // An error outside of any test is told by the exit status alone.
  if (status !== 0 && failed === 0) failed = 1;
  return { passed, failed, skipped };
}
