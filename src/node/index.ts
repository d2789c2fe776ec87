/**
 * `halfopen/node`: unmodified Node programs on simulated hosts.
 */
export { nodeProgram } from './program.ts';
