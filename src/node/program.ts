/**
 * `nodeProgram`: an unmodified Node program as a program of a simulated host.
 *
 * Calls it: users, by `halfopen/node`.
 */
import type { Program } from '../system/system.ts';
import { install } from './install.ts';
import { programUrl, runModule } from './modules.ts';
import { NodeProcess } from './node-process.ts';

/**
 * A program that runs as a process of Node: its sockets, its timers and its clock are those of the host that it is spawned
 * on. It ends when nothing is left for it to wait for, as Node does.
 *
 * A function shares its modules with whoever calls this, so that a variable of a module is the same one on all hosts; the
 * program brings what the function brought. A file (its path or `file:` URL) is run as `node FILE` would, with modules of
 * its own for each spawn.
 *
 * @throws TypeError for a URL that is no file
 */
export function nodeProgram<T>(main: (() => Promise<T> | T) | URL | string): Program<T | undefined> {
  install();
  if (typeof main === 'function') return (os) => new NodeProcess(os).run(main);
  const url = programUrl(main);
  return async (os) => {
    const process = new NodeProcess(os);
    await process.run(() => runModule(url, process));
    return undefined;
  };
}
