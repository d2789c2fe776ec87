/**
 * `process.exit()` inside a simulated process ends that process. What is thrown then unwinds its code and is nobody's
 * error; a program that catches everything runs on to its next wait, and no farther.
 *
 * Calls it: `install.ts`; `node-process.ts` knows the thrown thing by its class.
 */
import { currentProcess } from './context.ts';

/** Unwinds the code of a process that has exited. */
export class Exited extends Error {
  override readonly name = 'Exited';

  constructor() {
    super('this process of a simulated host has exited');
  }
}

export function installExit(): void {
  const real = process.exit.bind(process);
  process.exit = (code?: number | string | null): never => {
    const own = currentProcess();
    if (own === undefined) return real(code);
    own.exit(code);
    throw new Exited();
  };
}
