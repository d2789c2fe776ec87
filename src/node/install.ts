/**
 * Puts what stands in for parts of Node in their places, once for the whole process. Each of them asks whose code is
 * running, and leaves everything to Node where it is nobody's.
 *
 * Calls it: `program.ts`.
 */
import { installClock } from './clock.ts';
import { installTcp } from './install-tcp.ts';
import { installTimers } from './install-timers.ts';

let installed = false;

export function install(): void {
  if (installed) return;
  installed = true;
  installTimers();
  installClock();
  installTcp();
}
