/**
 * Other programs, run one after the other with the terminal as theirs.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, with no slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The exit status; 127 if there is no such program. `output: 'stderr'`: what it prints goes there. */
export function run(command, args, options = {}) {
  const { env = {}, cwd = ROOT, output = 'inherit' } = options;
  const done = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output === 'stderr' ? 2 : 'inherit', 'inherit'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  return done.error ? 127 : (done.status ?? 1);
}

/** Runs a command of an installed package with the Node that runs now. */
export function runTool(packageName, binName, args, options) {
  const require = createRequire(join(ROOT, 'package.json'));
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin } = require(manifest);
  const script = join(manifest, '..', typeof bin === 'string' ? bin : bin[binName]);
  return run(process.execPath, [script, ...args], options);
}

/** True if a program of that name is on the PATH. */
export function hasProgram(name) {
  return findProgram(name) !== undefined;
}

/** The path of the first program of that name on the PATH, or undefined. */
export function findProgram(name) {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
