/** Three workers at once, whatever the machine has. */
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['*.vitest.ts'], maxWorkers: 3 } });
