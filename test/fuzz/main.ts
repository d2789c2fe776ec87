/**
 * The command behind `npm run fuzz`: runs random worlds from one seed after the other, tells which fail, and sums up
 * what all of them did in one digest.
 */
import { parseArgs } from 'node:util';
import { Sha256 } from '../../src/base/sha256.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { runSchedule, type Size } from './schedule.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seconds: { type: 'string', default: 'Infinity' },
    size: { type: 'string', default: 'large' },
    trace: { type: 'string', default: 'off' },
    every: { type: 'string', default: 'Infinity' },
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
