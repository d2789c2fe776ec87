/**
 * Which simulated process the code that runs now belongs to. An async context decides, so callbacks and promises stay
 * with the process that they began in; outside of every process all of Node is as it always was.
 *
 * Calls it: everything in `node/` that stands in for a part of Node.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { NodeProcess } from './node-process.ts';

const processes = new AsyncLocalStorage<NodeProcess | undefined>();

/** undefined: the code belongs to no simulated process. */
export function currentProcess(): NodeProcess | undefined {
  return processes.getStore();
}

/** Runs `work`, and all that it begins, as a part of `process`. */
export function runIn<T>(process: NodeProcess, work: () => T): T {
  return processes.run(process, work);
}
