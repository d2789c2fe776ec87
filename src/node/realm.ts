/**
 * The global objects that code of a program looks at: this one, and that of Node's own library, which is another one where
 * a test runner gives each file a context of its own (Jest, Vitest's vmThreads and vmForks).
 *
 * Calls it: what stands in for a global, in `node/`.
 */
import net from 'node:net';

/** What a function of Node's library was made by makes functions there. */
const maker = net.connect.constructor as FunctionConstructor;

/** The global object of Node's own library. */
export const NODE_GLOBAL: typeof globalThis = maker('return globalThis')();

/** Both, or the one that there is. */
export const GLOBALS: ReadonlySet<typeof globalThis> = new Set([NODE_GLOBAL, globalThis]);
