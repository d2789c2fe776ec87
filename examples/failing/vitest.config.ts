/** A test that fails on purpose, to show in the README what is told then; `npm test` does not run it. */
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['*.test.ts'] } });
