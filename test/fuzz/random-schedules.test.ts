import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodePlatform } from '../../src/node-platform.ts';
import { Chance } from './chance.ts';
import { BLOCK, firstSeedOf, readRecorded, runBlock } from './recorded.ts';
import { type Outcome, runSchedule, type Size } from './schedule.ts';

/** How many of which `npm test` runs; `npm run fuzz -- --seeds N` runs as many as one likes. */
const BLOCKS = 100;
const LARGE = 20;
const WITH_FRAMES = 200;

/** `WORLDS=7 npm test` draws the same blocks as a run that said so. */
const DRAWN = Number(process.env['WORLDS'] ?? randomInt(2 ** 31));

const recorded = readRecorded(
  readFileSync(join(import.meta.dirname, '../../docs/measurements/random-worlds.json'), 'utf8'),
);

function again(seed: number, size: Size, trace: string): string {
  return `npm run fuzz -- --seeds 1 --from ${seed} --size ${size} --trace ${trace} --verbose`;
}

async function runAll(size: Size, seeds: number, trace: 'off' | 'frames' = 'off'): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      outcomes.push(await runSchedule(nodePlatform, seed, { size, trace }));
    } catch (error) {
      throw new Error(`seed ${seed} fails; this repeats it: ${again(seed, size, trace)}`, { cause: error });
    }
  }
  return outcomes;
}

/** Different blocks of the recorded ones. */
function drawnBlocks(): number[] {
  const chance = new Chance(DRAWN, 'blocks');
  const blocks = new Set<number>();
  const count = Math.min(BLOCKS, recorded.digests.length);
  while (blocks.size < count) blocks.add(chance.from(0, recorded.digests.length - 1));
  return [...blocks];
}

test('10,000 small random worlds, drawn from those on record: each invariant holds after each event, and all does what it did', {
  timeout: 1_200_000,
}, async () => {
  const outcomes: Outcome[] = [];
  for (const block of drawnBlocks()) {
    const run = await runBlock(nodePlatform, block, recorded.size);
    const [failure] = run.failures;
    if (failure !== undefined) {
      const { seed, error } = failure;
      throw new Error(`seed ${seed} fails; this repeats it: ${again(seed, 'small', 'off')}`, { cause: error });
    }
    const first = firstSeedOf(block);
    const told = `the seeds from ${first} do something else than on commit ${recorded.commit}. If that is meant, record anew:
  npm run fuzz -- --record --size small --seeds ${recorded.digests.length * BLOCK} --jobs 2
this repeats it: WORLDS=${DRAWN} npx vitest run test/fuzz/random-schedules.test.ts`;
    expect(run.digest, told).toBe(recorded.digests[block]);
    outcomes.push(...run.outcomes);
  }
  expect(outcomes.length).toBe(BLOCKS * BLOCK);
  // They are small, not empty: all that a world can meet is met in many of them.
  const among = (what: string) => outcomes.filter(({ text }) => text.includes(what)).length;
  for (const what of ['IPv4', 'IPv6', 'cable', 'switch', 'router', 'ring', 'cut@', 'power-off@', 'kill@', 'stop@']) {
    expect(among(what), what).toBeGreaterThan(outcomes.length / 10);
  }
  expect(outcomes.filter(({ read }) => read > 1000).length).toBeGreaterThan(outcomes.length / 2);
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
