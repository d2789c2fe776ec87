import { expect, test } from 'vitest';
import { nodePlatform } from '../../src/node-platform.ts';
import { runSchedule } from './schedule.ts';

/** How long `npm test` spends here; `npm run fuzz -- --seeds N` takes as long as one likes. */
const SECONDS = Number(process.env['HALFOPEN_FUZZ_SECONDS'] ?? 30);

test('random worlds: what arrives is what was sent, and every invariant holds after every event', {
  timeout: SECONDS * 1000 + 120_000,
}, async () => {
  const end = performance.now() + SECONDS * 1000;
  let worlds = 0;
  for (let seed = 1; performance.now() < end; seed++) {
    try {
      await runSchedule(nodePlatform, seed);
    } catch (error) {
      throw new Error(`seed ${seed} fails; npm run fuzz -- --seeds 1 --from ${seed} --verbose repeats it`, {
        cause: error,
      });
    }
    worlds += 1;
  }
  expect(worlds).toBeGreaterThan(0);
});

test('a random world is the same in every run, whatever its trace keeps', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const one = await runSchedule(nodePlatform, seed, { trace: 'hash', events: 5000 });
    const other = await runSchedule(nodePlatform, seed, { trace: 'frames', events: 5000 });
    expect(other).toEqual(one);
  }
});
