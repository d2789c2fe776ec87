#!/usr/bin/env node
/**
 * `node scripts/node-tests.js FOLDER [NAME…]`: runs Node's own tests, of which the user has a checkout (FOLDER holds
 * `parallel/` and `common/`), each as the program of one simulated host, and natively; prints which passes where.
 *
 * NAME is how a file's name begins; without one: test-net- and test-http-. Each run is a child process with a limit of
 * 20 seconds. Exit status 1 if a test passes natively and not on a simulated host.
 * Leaves out: what a test's comment `// Env:` asks for; tests for a simulated network of several hosts.
 * Runs for it: `lib/node-test.js` in the child. Nothing of Node's tests is part of this project.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkNode, ensureDependencies } from './lib/install.js';
import { ROOT, runTool } from './lib/run.js';
import { giveUp } from './lib/say.js';

const LIMIT = 20_000;

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) giveUp('usage: node scripts/node-tests.js FOLDER [NAME…]');
const parallel = join(resolve(folder), 'parallel');
if (!existsSync(parallel)) giveUp(`${parallel} is no folder; needed is the test/ folder of a checkout of Node`);
checkNode();
ensureDependencies();
if (runTool('typescript', 'tsc', ['-p', 'tsconfig.build.json'], { output: 'stderr' }) !== 0) giveUp('the build failed');

const begins = names.length > 0 ? names : ['test-net-', 'test-http-'];
const files = readdirSync(parallel).filter(
  (file) => /\.m?js$/.test(file) && begins.some((one) => file.startsWith(one)),
);
if (files.length === 0) giveUp(`no file in ${parallel} begins with ${begins.join(' or ')}`);

/** The switches that a test asks for in a comment, as Node's own runner reads it. */
function flagsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(/^\/\/ Flags: (.*)$/gm)].flatMap(([, flags]) => flags.split(' '));
}

/** @returns {Promise<{ passed: boolean, why: string }>} */
function runOne(values) {
  return new Promise((done) => {
    const child = spawn(process.execPath, values, { stdio: ['ignore', 'pipe', 'pipe'], cwd: parallel });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(-20_000);
      });
    }
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, LIMIT);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      const why = late ? `did not end within ${LIMIT / 1000} s` : firstError(said, signal ?? `exit code ${code}`);
      done({ passed: code === 0, why });
    });
  });
}

function firstError(said, otherwise) {
  return (
    said
      .split('\n')
      .find((line) => /(Error|Mismatched|halfopen)\b.*[:.]/.test(line))
      ?.trim() ?? otherwise
  );
}

const count = { native: 0, ours: 0 };
for (const file of files) {
  const path = join(parallel, file);
  const flags = flagsOf(path);
  const native = await runOne([...flags, path]);
  const ours = await runOne([...flags, join(ROOT, 'scripts', 'lib', 'node-test.js'), path]);
  if (native.passed) count.native += 1;
  if (native.passed && ours.passed) count.ours += 1;
  const mark = native.passed ? (ours.passed ? 'passes ' : 'DIFFERS') : 'fails natively';
  const why = native.passed ? (ours.passed ? '' : `  ${ours.why}`) : `  ${native.why}`;
  console.log(`${mark}  ${file}${why}`);
}
console.log(
  `\n${files.length} files; ${count.native} pass natively on Node ${process.version}, ${count.ours} of those on a simulated host`,
);
if (count.ours < count.native) process.exitCode = 1;
