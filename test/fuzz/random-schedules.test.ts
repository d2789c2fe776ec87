import { expect, test } from 'vitest';
import { nodePlatform } from '../../src/node-platform.ts';
import { type Outcome, runSchedule, type Size } from './schedule.ts';

/** How many of which `npm test` runs; `npm run fuzz -- --seeds N` runs as many as one likes. */
const SMALL = 10_000;
const LARGE = 20;
const WITH_FRAMES = 200;

async function runAll(size: Size, seeds: number, trace: 'off' | 'frames' = 'off'): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      outcomes.push(await runSchedule(nodePlatform, seed, { size, trace }));
    } catch (error) {
      const again = `npm run fuzz -- --seeds 1 --from ${seed} --size ${size} --trace ${trace} --verbose`;
      throw new Error(`seed ${seed} fails; this repeats it: ${again}`, { cause: error });
    }
  }
  return outcomes;
}

test('10,000 small random worlds: what arrives is what was sent, and every invariant holds after every event', {
  timeout: 1_200_000,
}, async () => {
  const outcomes = await runAll('small', SMALL);
  // They are small, not empty: all that a world can meet is met in many of them.
  const among = (what: string) => outcomes.filter(({ text }) => text.includes(what)).length;
  for (const what of ['IPv4', 'IPv6', 'cable', 'switch', 'router', 'ring', 'cut@', 'power-off@', 'kill@', 'stop@']) {
    expect(among(what), what).toBeGreaterThan(SMALL / 10);
  }
  expect(outcomes.filter(({ read }) => read > 1000).length).toBeGreaterThan(SMALL / 2);
});

test('large random worlds', { timeout: 600_000 }, async () => {
  const outcomes = await runAll('large', LARGE);
  expect(outcomes.reduce((sum, { read }) => sum + read, 0)).toBeGreaterThan(1_000_000);
});

test('small random worlds whose frames are kept: each checksum is right, no RST answers a RST, both ledgers agree', {
  timeout: 600_000,
}, async () => {
  const outcomes = await runAll('small', WITH_FRAMES, 'frames');
  expect(outcomes.filter(({ text }) => text.includes('IPv6')).length).toBeGreaterThan(WITH_FRAMES / 10);
});

test('a random world is the same in every run, whatever its trace keeps', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const one = await runSchedule(nodePlatform, seed, { trace: 'hash', events: 5000 });
    const other = await runSchedule(nodePlatform, seed, { trace: 'frames', events: 5000 });
    expect(other).toEqual(one);
  }
});
