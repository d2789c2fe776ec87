/**
 * The tests that `npm run mutate` holds against each change of `src/tcp`: those of the protocol alone, and of them those
 * that take seconds. Left out are the matrix of all flags and places and the long runs under drawn losses: each mutant that
 * nothing else notices would be run through all of them. So what is reported as killed is the least that the whole suite kills.
 */
import { defineConfig } from 'vitest/config';

const LONG = ['3.10.7-state-matrix', '3.5-connection', 'transfer', 'security', 'index'];

export default defineConfig({
  test: {
    include: ['src/tcp/*.test.ts', 'test/rfc9293/*.test.ts'],
    exclude: ['src/tcp/tuning.test.ts', ...LONG.map((name) => `test/rfc9293/${name}.test.ts`)],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
  },
});
