/**
 * The command behind `npm run fuzz`: runs random worlds from one seed after the other, and tells which fail.
 */
import { parseArgs } from 'node:util';
import { nodePlatform } from '../../src/node-platform.ts';
import { runSchedule } from './schedule.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seconds: { type: 'string', default: 'Infinity' },
    trace: { type: 'string', default: 'off' },
    verbose: { type: 'boolean', default: false },
  },
});

const from = Number(values.from);
const seeds = Number(values.seeds);
const seconds = Number(values.seconds);
if (!(Number.isInteger(from) && from >= 0 && Number.isInteger(seeds) && seeds > 0 && seconds > 0)) {
  process.stderr.write('fuzz: --seeds and --from take whole numbers, --seconds a number above 0\n');
  process.exit(2);
}

const started = performance.now();
const failing: number[] = [];
let done = 0;
let events = 0;
for (let seed = from; seed < from + seeds && performance.now() - started < seconds * 1000; seed++) {
  try {
    const outcome = await runSchedule(nodePlatform, seed, { trace: values.trace === 'frames' ? 'frames' : 'off' });
    events += outcome.events;
    if (values.verbose) process.stdout.write(`seed ${seed}: ${outcome.text}\n`);
  } catch (error) {
    failing.push(seed);
    const text = error instanceof Error ? (values.verbose ? error.stack : error.message) : String(error);
    process.stdout.write(
      `seed ${seed} FAILED: ${text}\n  npm run fuzz -- --seeds 1 --from ${seed} --trace ${values.trace} --verbose\n`,
    );
  }
  done += 1;
}
const wall = ((performance.now() - started) / 1000).toFixed(1);
process.stdout.write(`${done} worlds, ${events} events in ${wall} s; ${failing.length} failed\n`);
process.exitCode = failing.length === 0 ? 0 : 1;
