/**
 * `nodeProgram`: an unmodified Node program as a program of a simulated host.
 *
 * Calls it: users, by `halfopen/node`.
 */
import { fileURLToPath } from 'node:url';
import { checkKeys, checkOneOf } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import type { Program } from '../system/system.ts';
import { checkTimers } from './guards.ts';
import { programUrl, runModule } from './modules.ts';
import { NodeProcess, type NodeProgramOptions } from './node-process.ts';

/**
 * A program that runs as a process of Node: its sockets, its timers and its clock are those of the host that it is spawned
 * on. It ends when nothing is left for it to wait for, as Node does.
 *
 * A function shares its modules with whoever calls this, so that a variable of a module is the same one on all hosts; the
 * program brings what the function brought. A file (its path or `file:` URL) is run as `node FILE` would, with modules of
 * its own for each spawn.
 *
 * @throws TypeError for a URL that is no file, and for options that cannot be
 */
export function nodeProgram<T>(
  main: (() => Promise<T> | T) | URL | string,
  options: NodeProgramOptions = {},
): Program<T | undefined> {
  checkOptions(options);
  checkTimers();
  if (typeof main === 'function') return (os) => new NodeProcess(os, options).run(main);
  const url = programUrl(main);
  const file = fileURLToPath(url);
  return async (os) => {
    const process = new NodeProcess(os, options, file);
    await process.run(() => runModule(url, process));
    return undefined;
  };
}

function checkOptions(options: unknown): void {
  const { env = {}, args = [], random = 'real' } = checkKeys('options', options, ['env', 'args', 'random']);
  checkOneOf('options.random', random, ['real', 'seed']);
  if (!Array.isArray(args) || args.some((arg) => typeof arg !== 'string')) {
    throw new TypeError(`options.args: ${shown(args)} is no list of texts; allowed is ['--port', '80']`);
  }
  const isText = (value: unknown) => value === undefined || typeof value === 'string';
  if (typeof env !== 'object' || env === null || !Object.values(env).every(isText)) {
    throw new TypeError(`options.env: ${shown(env)} is not of texts; allowed is { NAME: 'value' }`);
  }
}
