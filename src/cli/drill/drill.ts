/**
 * `halfopen drill FILE.pkt …`: scripts in packetdrill's language on our stack. One line for each that does not hold, with
 * file and line; exit status 0 when all hold.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Language } from '../../base/language.ts';
import { type DrillOutcome, drill } from '../../drill/drill.ts';
import { DrillRecord } from '../../drill/record.ts';
import { nodePlatform } from '../../node-platform.ts';
import { Trace } from '../../trace/query.ts';
import { wordsIn } from '../messages.ts';
import { writeWhole } from '../output.ts';
import { reason } from '../parameters.ts';
import { EXIT, UserError } from '../user-error.ts';
import { DRILL_WORDS, type DrillWords } from './drill-words.ts';

interface Options {
  readonly define: readonly string[];
  readonly trace?: string;
  readonly notes?: true;
}

export function drillCommand(language: Language): Command {
  const told = DRILL_WORDS[language];
  return new Command('drill')
    .description(told.help)
    .argument('<files...>', told.helpFiles)
    .option('-D, --define <name=value...>', told.helpDefine, [])
    .option('--trace <file>', told.helpTrace)
    .option('--notes', told.helpNotes)
    .action((files: string[], options: Options) => {
      process.exitCode = drillAll(files, options, language);
    });
}

function drillAll(files: readonly string[], options: Options, language: Language): number {
  const told = DRILL_WORDS[language];
  const paths = files.flatMap((file) => scriptsOf(file, language));
  if (options.trace !== undefined && paths.length !== 1) throw new UserError(told.oneTrace);
  const defines = new Map(options.define.map((text) => definitionOf(text, told)));
  const start = performance.now();
  let failed = 0;
  for (const path of paths) {
    const outcome = drillOne(path, defines, options.trace, language);
    if (!outcome.ok) failed += 1;
    tell(path, outcome, options, told);
  }
  const ms = (performance.now() - start).toFixed(0);
  process.stdout.write(`${told.summary(paths.length - failed, failed, ms)}\n`);
  return failed === 0 ? EXIT.holds : EXIT.fails;
}

/** A script, or those of a folder and its folders, by name. @throws UserError */
function scriptsOf(path: string, language: Language): string[] {
  const told = DRILL_WORDS[language];
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch (error) {
    throw new UserError(wordsIn(language).cannotRead(path, reason(error)));
  }
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.pkt'))
    .sort()
    .map((name) => join(path, name));
  if (found.length === 0) throw new UserError(told.noScripts(path));
  return found;
}

function definitionOf(text: string, told: DrillWords): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new UserError(told.wrongDefine(text));
  return [text.slice(0, at), text.slice(at + 1)];
}

function drillOne(
  path: string,
  defines: ReadonlyMap<string, string>,
  trace: string | undefined,
  language: Language,
): DrillOutcome {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(wordsIn(language).cannotRead(path, reason(error)));
  }
  const readFile = (name: string) => {
    const beside = resolve(dirname(path), name);
    return existsSync(beside) ? readFileSync(beside, 'utf8') : undefined;
  };
  if (trace === undefined) return drill(text, { defines, readFile });
  const record = new DrillRecord(nodePlatform);
  const outcome = drill(text, { defines, readFile, ...record.options() });
  try {
    writeWhole(trace, new Trace(record.recorder).lines());
  } catch (error) {
    throw new UserError(wordsIn(language).cannotWrite(trace, reason(error)));
  }
  return outcome;
}

function tell(path: string, { ok, line, message, notes }: DrillOutcome, options: Options, told: DrillWords): void {
  const lines: string[] = [];
  if (!ok) lines.push(`${path}:${line}: ${message}`);
  if (options.notes === true) {
    lines.push(...notes.ignored.map((what) => `${path}: ${told.ignored(what)}`));
    lines.push(...notes.printed.map((text) => `${path}: ${text}`));
  }
  if (!ok && options.trace !== undefined) lines.push(`${told.open}: npx halfopen lab ${options.trace}`);
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}
