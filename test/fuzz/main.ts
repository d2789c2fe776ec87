/**
 * The command behind `npm run fuzz`: runs random worlds from one seed after the other, tells which fail, and sums up
 * what all of them did in one digest.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Sha256 } from '../../src/base/sha256.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { recordBlocks } from './record.ts';
import { BLOCK, writeRecorded } from './recorded.ts';
import { runSchedule, type Size } from './schedule.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seconds: { type: 'string', default: 'Infinity' },
    size: { type: 'string', default: 'large' },
    trace: { type: 'string', default: 'off' },
    every: { type: 'string', default: 'Infinity' },
    record: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});

const from = Number(values.from);
const seeds = Number(values.seeds);
const seconds = Number(values.seconds);
const every = Number(values.every);
const size: Size | undefined = values.size === 'small' || values.size === 'large' ? values.size : undefined;
const trace = (['off', 'hash', 'frames'] as const).find((mode) => mode === values.trace);
if (!(Number.isInteger(from) && from >= 0 && Number.isInteger(seeds) && seeds > 0 && seconds > 0 && every > 0)) {
  process.stderr.write('fuzz: --seeds and --from take whole numbers, --seconds and --every a number above 0\n');
  process.exit(2);
}
if (size === undefined || trace === undefined) {
  process.stderr.write('fuzz: --size is small or large; --trace is off, hash or frames\n');
  process.exit(2);
}

if (values.record) {
  await record();
  process.exit();
}

const started = performance.now();
const digest = new Sha256();
let failed = 0;
let done = 0;
let events = 0;

const sum = (): string => {
  const wall = ((performance.now() - started) / 1000).toFixed(1);
  return `${done} worlds, ${events} events in ${wall} s; ${failed} failed; digest ${digest.digestHex().slice(0, 16)}\n`;
};

for (let seed = from; seed < from + seeds && performance.now() - started < seconds * 1000; seed++) {
  try {
    const outcome = await runSchedule(nodePlatform, seed, { trace, size });
    events += outcome.events;
    digest.updateText(`${seed} ${outcome.text} ${outcome.hash}\n`);
    if (values.verbose) process.stdout.write(`seed ${seed}: ${outcome.text}\n`);
  } catch (error) {
    failed += 1;
    digest.updateText(`${seed} failed\n`);
    const text = error instanceof Error ? (values.verbose ? error.stack : error.message) : String(error);
    const again = `npm run fuzz -- --seeds 1 --from ${seed} --size ${size} --trace ${trace} --verbose`;
    process.stdout.write(`seed ${seed} FAILED: ${text}\n  ${again}\n`);
  }
  done += 1;
  if (done % every === 0) process.stdout.write(`to seed ${seed}: ${sum()}`);
}
process.stdout.write(sum());
process.exitCode = failed === 0 ? 0 : 1;

/** Writes anew what the seeds from 1 on do (`recorded.ts`). */
async function record(): Promise<void> {
  const jobs = Number(values.jobs);
  if (from !== 1 || seeds % BLOCK !== 0 || size !== 'small' || !(Number.isInteger(jobs) && jobs > 0)) {
    const needed = `--size small, --seeds in hundreds, no --from, and --jobs a whole number`;
    process.stderr.write(`fuzz: --record needs ${needed}\n`);
    process.exit(2);
  }
  const began = performance.now();
  let sumOfEvents = 0;
  let failures = 0;
  const digests = await recordBlocks(seeds / BLOCK, size, jobs, (blocks, { events: more, failed: wrong }) => {
    sumOfEvents += more;
    failures += wrong.length;
    for (const { seed, text } of wrong) process.stdout.write(`seed ${seed} FAILED: ${text}\n`);
    if (blocks % 100 === 0) process.stdout.write(`${blocks * BLOCK} worlds\n`);
  });
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const text = writeRecorded({ size, commit, events: sumOfEvents, failed: failures, digests });
  writeFileSync('docs/measurements/random-worlds.json', text);
  const all = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const wall = ((performance.now() - began) / 1000).toFixed(0);
  process.stdout.write(
    `${seeds} worlds, ${sumOfEvents} events in ${wall} s; ${failures} failed; digest of all ${all}\n`,
  );
  process.exitCode = failures === 0 ? 0 : 1;
}
