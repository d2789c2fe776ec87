import { expect, test } from 'vitest';
import { nodePlatform } from '../node-platform.ts';
import type { Platform } from './platform.ts';
import { simulateOn } from './simulate.ts';

/** A platform whose wall clock moves only when somebody waits for it; each wait is noted. */
function clocked(): { readonly platform: Platform; readonly waits: number[]; at(): number } {
  let now = 5000;
  const waits: number[] = [];
  const wait = (milliseconds: number, then: (at: number) => void) => {
    waits.push(milliseconds);
    now += milliseconds;
    queueMicrotask(() => then(now));
  };
  return { platform: { ...nodePlatform, wall: { now: () => now, wait } }, waits, at: () => now };
}

test('virtual time follows the clock: each thing happens when its time has come there', async () => {
  const { platform, at } = clocked();
  const world = simulateOn(platform, {});
  const host = world.host('A', { address: '10.0.0.1' });
  const seen: number[] = [];
  host.spawn('sleeper', async (os) => {
    for (const duration of ['25ms', '1s']) {
      await os.sleep(duration);
      seen.push(at() - 5000);
    }
  });
  await world.run({ pace: 'real' });
  expect(seen).toEqual([25, 1025]);
});

test('a run for a time takes that time, though nothing happens in it', async () => {
  const { platform, waits, at } = clocked();
  const world = simulateOn(platform, {});
  const { ended } = await world.run({ pace: 'real', for: '95ms' });
  expect(ended).toBe('for');
  expect(at() - 5000).toBe(95);
  // In slices, so that what is done to the world meanwhile takes effect soon.
  expect(waits).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
  expect(world.now).toBe(95);
});

test('what is late is not waited for, and a second run begins where the first ended', async () => {
  const { platform, at } = clocked();
  const world = simulateOn(platform, {});
  await world.run({ for: '1h' });
  expect(at()).toBe(5000);
  await world.run({ pace: 'real', for: '20ms' });
  expect(at()).toBe(5020);
});

test('nonsense is refused, and so is a place without a clock', async () => {
  const world = simulateOn(nodePlatform, {});
  await expect(world.run({ pace: 'fast' as 'real' })).rejects.toThrow(/options\.pace/);
  const { wall: _, ...without } = nodePlatform;
  await expect(simulateOn(without, {}).run({ pace: 'real' })).rejects.toThrow("options.pace: 'real' needs a clock");
});
