/**
 * `halfopen hunt FILE`: runs a scenario, or a world's body that a module exports, in many of the worlds that might have
 * been, and tells which fail, with the command that repeats each and the smallest set of faults that still fails.
 */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import type { Language } from '../../base/language.ts';
import { wordsIn } from '../messages.ts';
import { parseInteger } from '../parameters.ts';
import { EXIT, UserError } from '../user-error.ts';
import { HUNT_WORDS, type HuntWords } from './hunt-words.ts';
import { Hunter } from './hunter.ts';
import type { Attempt, Verdict } from './protocol.ts';
import { shrink } from './shrink.ts';

interface Options {
  readonly seeds: { readonly from: number; readonly to: number };
  readonly jobs: number;
  readonly spread: number;
  readonly skip: readonly number[];
  readonly set: readonly string[];
  readonly all?: true;
  readonly trace?: string;
}

interface Failure {
  readonly attempt: Attempt;
  readonly verdict: Verdict;
}

const MOST_JOBS = 64;

export function huntCommand(language: Language): Command {
  const words = wordsIn(language);
  const told = HUNT_WORDS[language];
  return new Command('hunt')
    .description(told.help)
    .argument('<file>', told.helpFile)
    .addOption(
      new Option('--seeds <from..to>', told.helpSeeds)
        .argParser((text) => parseSeeds(text, told))
        .default({ from: 1, to: 1000 }, '1..1000'),
    )
    .option('--jobs <number>', told.helpJobs, (text) => parseInteger('--jobs', text, words), availableParallelism())
    .option('--spread <fraction>', told.helpSpread, (text) => parseSpread(text, told), 0.5)
    .addOption(
      new Option('--skip <numbers>', told.helpSkip).argParser((text) => parseSkip(text, told)).default([], '–'),
    )
    .option('--set <key=value...>', words.helpSet, [])
    .option('--all', told.helpAll)
    .option('--trace <file>', told.helpTrace)
    .action(async (file: string, options: Options) => {
      if (options.jobs < 1 || options.jobs > MOST_JOBS) throw new UserError(told.wrongJobs(options.jobs, MOST_JOBS));
      process.exitCode = await hunt(file, options, language);
    });
}

async function hunt(file: string, options: Options, language: Language): Promise<number> {
  const told = HUNT_WORDS[language];
  const { from, to } = options.seeds;
  const count = to - from + 1;
  const quarry = { file, set: options.set, language };
  const hunters = Array.from({ length: Math.min(options.jobs, count) }, () => new Hunter(quarry, told.stuck));
  const failures: Failure[] = [];
  const progress = new Progress(count, told);
  let next = from;
  const search = async (hunter: Hunter): Promise<void> => {
    while (next <= to && (options.all === true || failures.length === 0)) {
      const attempt: Attempt = { seed: next, spread: options.spread, skip: options.skip };
      next += 1;
      const verdict = await hunter.attempt(attempt);
      if (verdict.failure !== undefined) failures.push({ attempt, verdict });
      progress.step(failures.length);
    }
  };
  try {
    await Promise.all(hunters.map(search));
    progress.end();
    // In the order of seeds, whichever worker was quicker.
    failures.sort((a, b) => a.attempt.seed - b.attempt.seed);
    const shown = options.all === true ? failures : failures.slice(0, 1);
    const [hunter] = hunters;
    for (const failure of shown) {
      if (hunter !== undefined) process.stdout.write(await tell(failure, file, options, hunter, told));
    }
    process.stdout.write(`${told.summary(progress.done, failures.length)}\n`);
    return failures.length === 0 ? EXIT.holds : EXIT.fails;
  } finally {
    progress.end();
    await Promise.all(hunters.map((hunter) => hunter.end()));
  }
}

async function tell(
  { attempt, verdict }: Failure,
  file: string,
  options: Options,
  hunter: Hunter,
  told: HuntWords,
): Promise<string> {
  const fails = async (skip: readonly number[]) => (await hunter.attempt({ ...attempt, skip })).failure !== undefined;
  const given = attempt.skip;
  const fewer = given.length > 0 ? given : await shrink(verdict.acts, fails);
  const trace = options.trace === undefined ? {} : { trace: options.trace };
  const smallest = await hunter.attempt({ ...attempt, skip: fewer, ...trace });
  const faults = smallest.faults.length === 0 ? [told.noFaults] : smallest.faults;
  const again = ['npx halfopen hunt', quoted(file), `--seeds ${attempt.seed}..${attempt.seed}`];
  if (attempt.spread !== 0.5) again.push(`--spread ${attempt.spread}`);
  if (fewer.length > 0) again.push(`--skip ${fewer.join(',')}`);
  again.push(...options.set.map((setting) => `--set ${quoted(setting)}`));
  const lines = [
    told.failed(attempt.seed, smallest.failure ?? verdict.failure ?? ''),
    ...faults.map((fault, index) => `  ${(index === 0 ? told.faults : '').padEnd(told.column)}${fault}`),
    `  ${told.again.padEnd(told.column)}${again.join(' ')}`,
  ];
  if (options.trace !== undefined) {
    lines.push(`  ${told.open.padEnd(told.column)}npx halfopen lab ${quoted(options.trace)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** How far it has come, on the standard error stream: a line that changes on a terminal, else nothing. */
class Progress {
  done = 0;
  readonly #count: number;
  readonly #told: HuntWords;
  readonly #isTerminal = process.stderr.isTTY === true;
  #shownAt = 0;

  constructor(count: number, told: HuntWords) {
    this.#count = count;
    this.#told = told;
  }

  step(failures: number): void {
    this.done += 1;
    const now = performance.now();
    if (!this.#isTerminal || (now - this.#shownAt < 100 && this.done < this.#count)) return;
    this.#shownAt = now;
    process.stderr.write(`\r${this.#told.progress(this.done, this.#count, failures)}`);
  }

  end(): void {
    if (this.#isTerminal && this.#shownAt > 0) process.stderr.write('\n');
    this.#shownAt = 0;
  }
}

function quoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function parseSeeds(text: string, told: HuntWords): Options['seeds'] {
  const [, first, last] = text.match(/^(\d{1,15})(?:\.\.(\d{1,15}))?$/) ?? [];
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  if (first === undefined || to < from) throw new UserError(told.wrongSeeds(text));
  return { from, to };
}

function parseSpread(text: string, told: HuntWords): number {
  const spread = Number(text);
  if (text.trim() === '' || !(spread >= 0 && spread <= 1)) throw new UserError(told.wrongSpread(text));
  return spread;
}

function parseSkip(text: string, told: HuntWords): number[] {
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text)) throw new UserError(told.wrongSkip(text));
  return text.split(',').map(Number);
}
