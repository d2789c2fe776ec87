/**
 * Golden traces: what the built-in scenarios did when somebody last looked at it closely. A change of the stack that is
 * meant to change a trace writes them anew, and the difference is read in review like code:
 *
 *     GOLDEN=write npx vitest run test/golden
 *
 * A few short scenarios are kept whole, as lines; of all of them the hash, which must also be the same on every machine
 * and on every version of Node.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { runScenario } from '../../src/sim/scenario-run.ts';
import type { Scenario } from '../../src/system/scenario.ts';
import { Formatter } from '../../src/trace/format.ts';
import { readTrace } from '../../src/trace/jsonl.ts';
import { Trace } from '../../src/trace/query.ts';

const WHOLE = ['hello', 'copy', 'acknowledged', 'datagrams', 'cut-mended', 'kill-unread', 'power-off-reboot'];
const HERE = import.meta.dirname;
const HASHES = join(HERE, 'hashes.json');
const WRITE = process.env.GOLDEN === 'write';

const scenarios: readonly Scenario<Record<string, Json>>[] = SCENARIOS;
const found: Record<string, string> = {};

async function traceOf(name: string): Promise<Trace> {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario '${name}'`);
  const { world } = await runScenario(nodePlatform, scenario, { seed: 1, trace: 'frames' });
  return world.trace;
}

function goldenHashes(): Record<string, string> {
  return existsSync(HASHES) ? JSON.parse(readFileSync(HASHES, 'utf8')) : {};
}

/** The first line that differs, in words, with a few before it. */
function firstDifference(golden: string, now: string): string {
  const [before, after] = [golden.split('\n'), now.split('\n')];
  const at = after.findIndex((line, i) => line !== before[i]);
  if (at < 1) return before.length === after.length ? 'none' : 'the end';
  const words = new Formatter();
  const told = readTrace(now).map((event) => words.line(event));
  return [...told.slice(Math.max(0, at - 4), at), `golden: ${before[at]}`, `now:    ${after[at]}`].join('\n');
}

test.each(scenarios.map(({ name }) => name))('%s', async (name) => {
  const trace = await traceOf(name);
  const lines = trace.toJsonl();
  const file = join(HERE, `${name}.jsonl`);
  found[name] = trace.hash();
  if (WRITE) {
    if (WHOLE.includes(name)) writeFileSync(file, lines);
    writeFileSync(HASHES, `${JSON.stringify({ ...goldenHashes(), ...found }, null, 2)}\n`);
    return;
  }
  if (WHOLE.includes(name)) expect(firstDifference(readFileSync(file, 'utf8'), lines)).toBe('none');
  expect(trace.hash()).toBe(goldenHashes()[name]);
});

test('a golden trace read from its file has the hash that its run had, and all its words', () => {
  for (const name of WHOLE) {
    const trace = Trace.read(readFileSync(join(HERE, `${name}.jsonl`), 'utf8'));
    expect(trace.hash()).toBe(goldenHashes()[name]);
    expect(trace.toText('ko').split('\n')).toHaveLength(trace.events.length + 1);
  }
});
