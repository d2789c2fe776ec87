/**
 * `halfopen/vitest`: a `test` with a world, and expectations of processes.
 *
 * ```ts
 * import { expect, test } from 'halfopen/vitest';
 * test('the client notices', async ({ world }) => { … expect(client).toHaveNoticedWithin('30s'); });
 * ```
 */
import { test as base, expect } from 'vitest';
import { vitestCommand } from '../kit/command.ts';
import { openWorld, type WorldOptions } from '../kit/with-world.ts';
import { nodePlatform } from '../node-platform.ts';
import type { World } from '../sim/world.ts';
import { MATCHERS } from './matchers.ts';

expect.extend(MATCHERS);

export type { ProcessMatchers } from './matchers.ts';
export { expect };

/** Vitest's `test` with the fixture `world`, new for each test. `test.extend({ worldOptions: { seed: 7 } })` makes another. */
export const test = base.extend<{ worldOptions: WorldOptions; world: World }>({
  worldOptions: {},
  world: async ({ worldOptions, task, onTestFailed }, use) => {
    const { world, explain } = openWorld(nodePlatform, {
      name: task.name,
      command: vitestCommand(task.file.filepath, task.fullTestName),
      ...worldOptions,
    });
    onTestFailed(explain);
    await use(world);
    await world[Symbol.asyncDispose]();
  },
});
