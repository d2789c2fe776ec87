/**
 * `nodeProgram`: an unmodified Node program as a program of a simulated host.
 *
 * Calls it: users, by `halfopen/node`.
 */
import type { Program } from '../system/system.ts';
import { install } from './install.ts';
import { NodeProcess } from './node-process.ts';

/**
 * A program that runs `main` as a process of Node: its sockets, its timers and its clock are those of the host that it
 * is spawned on. It ends when nothing is left for it to wait for, as Node does, and brings what `main` brought.
 *
 * `main` shares its modules with whoever calls this: a variable of a module is the same one on all hosts.
 */
export function nodeProgram<T>(main: () => Promise<T> | T): Program<T | undefined> {
  install();
  return (os) => new NodeProcess(os).run(main);
}
