/**
 * `halfopen/node`: unmodified Node programs on simulated hosts.
 */
export type { NodeProgramOptions } from './node-process.ts';
export { nodeProgram } from './program.ts';
