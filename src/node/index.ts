/**
 * `halfopen/node`: unmodified Node programs on simulated hosts.
 */
import { install } from './install.ts';

export type { NodeProgramOptions } from './node-process.ts';
export { nodeProgram } from './program.ts';

// At once: what another module copies out of Node's modules from now on is what a simulated process needs.
install();
