/** `halfopen replay FILE.jsonl`: the picture of a run from its trace alone; no simulator is needed. */
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { MILLISECOND } from '../base/time.ts';
import { LedgerFold } from '../trace/ledger.ts';
import { findBreaks } from '../trace/noticed.ts';
import { lookOf } from './look.ts';
import { wordsIn } from './messages.ts';
import { paintFor } from './paint.ts';
import { pictureLines } from './picture.ts';
import { readTraceFile } from './trace-file.ts';

export function replayCommand(language: Language): Command {
  const words = wordsIn(language);
  return new Command('replay')
    .description(words.helpReplay)
    .argument('<trace>', words.helpTraceArgument)
    .action((path: string) => {
      const { events } = readTraceFile(path, words);
      const { width, colour } = lookOf(language);
      const breaks = findBreaks(events).map(({ kind, target, at, noticed }) => ({
        kind,
        target,
        atMs: at / MILLISECOND,
        noticed: noticed.map(({ process, call, result, after }) => ({
          process,
          call,
          result,
          afterMs: after / MILLISECOND,
        })),
      }));
      const ledger = LedgerFold.at(events, Number.POSITIVE_INFINITY);
      const lines = pictureLines({ events, breaks, ledger }, { width, language, paint: paintFor(colour) });
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
