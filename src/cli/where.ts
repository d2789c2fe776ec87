/** `halfopen where NAME|FILE CHANNEL OFFSET [--at TIME]`: where one byte is, and what brought it there. */
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { parseDuration } from '../base/time.ts';
import { lookOf } from './look.ts';
import { type Words, wordsIn } from './messages.ts';
import { parseInteger } from './parameters.ts';
import { isTraceFile, readTraceFile } from './trace-file.ts';
import { EXIT, UserError } from './user-error.ts';
import { perform } from './watchdog.ts';
import { whereLines } from './where-lines.ts';

export function whereCommand(language: Language): Command {
  const words = wordsIn(language);
  return new Command('where')
    .description(words.helpWhere)
    .argument('<scenario>', words.helpWhereArgument)
    .argument('<channel>', words.helpChannelArgument)
    .argument('<offset>', words.helpOffsetArgument, (text) => parseInteger('offset', text, words))
    .option('--at <time>', words.helpAt, (text) => parseTime(text, words))
    .action(async (scenario: string, channel: string, offset: number, { at }: { readonly at?: number }) => {
      const question = { channel, offset, language, ...(at === undefined ? {} : { at }) };
      if (isTraceFile(scenario)) {
        process.stdout.write(`${whereLines(readTraceFile(scenario, words).events, question).join('\n')}\n`);
        process.exitCode = EXIT.holds;
        return;
      }
      const choice = { scenario, seed: 1, set: [] };
      process.exitCode = await perform({ kind: 'where', choice, ...lookOf(language), ...question });
    });
}

function parseTime(text: string, words: Words): number {
  try {
    return parseDuration('--at', text);
  } catch {
    throw new UserError(words.wrongTime(text));
  }
}
