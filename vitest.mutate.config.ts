/**
 * The tests that `npm run mutate` holds against each change of `src/tcp`: those of the protocol alone, and of them those
 * that take seconds. Left out are the matrix of all flags and places and the long runs under drawn losses: each mutant that
 * nothing else notices would be run through all of them. So what is reported as killed is the least that the whole suite kills.
 */
import { defineConfig } from 'vitest/config';

/** `MUTATE_TESTS=rto,3.8.1` holds only the tests whose name begins so against the mutants: for one file, in minutes. */
const CHOSEN = process.env['MUTATE_TESTS']?.split(',');
const LONG = ['3.10.7-state-matrix', '3.5-connection', 'transfer', 'security', 'index'];

export default defineConfig({
  test: {
    include: (CHOSEN ?? ['']).flatMap((name) => [`src/tcp/${name}*.test.ts`, `test/rfc9293/${name}*.test.ts`]),
    exclude: ['src/tcp/tuning.test.ts', ...LONG.map((name) => `test/rfc9293/${name}.test.ts`)],
    setupFiles: ['test/support/seed.ts'],
    isolate: false,
    testTimeout: 60_000,
  },
});
