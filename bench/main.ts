/**
 * Runs the benchmarks, prints their table and writes the figures as JSON. Called by scripts/bench.js.
 *
 * Each benchmark has a process of its own, this file with `--one NAME`: what the engine has learnt from one kind of load
 * would slow down the next.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bulk } from './bulk.ts';
import { connects } from './connects.ts';
import { type Benchmark, measure, type Result } from './measure.ts';
import { memory } from './memory.ts';
import { nodePrograms } from './node-programs.ts';
import { roundTrips } from './round-trips.ts';
import { segments } from './segments.ts';
import { table } from './table.ts';

const ALL: readonly Benchmark[] = [...bulk, ...roundTrips, ...connects, ...memory, ...segments, ...nodePrograms];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string', default: 'bench/results/latest.json' },
    repetitions: { type: 'string', default: '5' },
    /** A tenth of the work, once: to see that everything runs. */
    quick: { type: 'boolean', default: false },
    one: { type: 'string' },
  },
});
const repetitions = values.quick ? 1 : Number(values.repetitions);
const scale = values.quick ? 0.1 : 1;

const one = ALL.find(({ name }) => name === values.one);
if (one !== undefined) {
  process.stdout.write(JSON.stringify(await measure(one, repetitions, scale)));
  process.exit(0);
}

const chosen = ALL.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(`no benchmark is called ${positionals.join(' ')}; there are ${ALL.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const results: Result[] = [];
for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.title} …\n`);
  const [, main = ''] = process.argv;
  const given = ['--one', benchmark.name, '--repetitions', values.repetitions, ...(values.quick ? ['--quick'] : [])];
  results.push(JSON.parse(execFileSync(process.execPath, [main, ...given], { encoding: 'utf8' })) as Result);
}
console.log(
  `Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores; medians\n`,
);
console.log(table(results));
console.log('\nFigures of ns-3 are published ones, from another machine; all others come from this run.');

const path = resolve(values.json);
mkdirSync(dirname(path), { recursive: true });
const machine = { node: process.versions.node, processor: cpus()[0]?.model, cores: cpus().length };
writeFileSync(path, `${JSON.stringify({ ...machine, quick: values.quick, results }, null, 2)}\n`);
