/**
 * The command behind `npm run fuzz:parsers`: its code was built with counters (`scripts/fuzz-parsers.js`). Prints how far it is,
 * and the input that fails with the command that repeats it.
 */
import { parseArgs } from 'node:util';
import { Sha256 } from '../../src/base/sha256.ts';
import { type Coverage, Guided, InputFailed } from './guided.ts';
import { TARGETS } from './targets.ts';

const { values } = parseArgs({
  options: {
    parser: { type: 'string', default: 'frames' },
    executions: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    every: { type: 'string', default: 'Infinity' },
  },
});

const target = TARGETS[values.parser];
const executions = Number(values.executions);
const seed = Number(values.seed);
const every = Number(values.every);
if (target === undefined) {
  process.stderr.write(`fuzz:parsers: --parser is one of ${Object.keys(TARGETS).join(', ')}\n`);
  process.exit(2);
}
if (!(Number.isInteger(executions) && executions > 0 && Number.isInteger(seed) && seed >= 0 && every > 0)) {
  process.stderr.write('fuzz:parsers: --executions, --seed and --every take whole numbers\n');
  process.exit(2);
}
const coverage = Reflect.get(globalThis, '__coverage__') as Coverage | undefined;
if (coverage === undefined) throw new Error('the code has no counters: run `npm run fuzz:parsers`');

const started = performance.now();
const digest = new Sha256();
const told = (guided: Guided): string => {
  const wall = ((performance.now() - started) / 1000).toFixed(0);
  const reached = `${guided.reached} of ${guided.counters} counters reached`;
  return `${values.parser}: ${guided.executions} executions in ${wall} s, ${guided.kept} inputs kept, ${reached}; digest ${digest.digestHex().slice(0, 16)}\n`;
};

try {
  const guided = new Guided(target(), coverage, seed, digest);
  while (guided.executions < executions) {
    guided.step();
    if (guided.executions % every === 0) process.stdout.write(told(guided));
  }
  process.stdout.write(told(guided));
} catch (error) {
  if (!(error instanceof InputFailed)) throw error;
  const again = `npm run fuzz:parsers -- --parser ${values.parser} --seed ${seed} --executions ${error.execution}`;
  process.stdout.write(`${error.message}\n  ${again}\n${(error.cause as Error | undefined)?.stack ?? ''}\n`);
  process.exitCode = 1;
}
