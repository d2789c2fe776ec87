/** `halfopen explain [ERRNO]`: what brings an errno about, on which systems, and the scenario that shows it. */
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { ERRNO_CODES, type ErrnoCode, errnoMessage, errnoNumber, isErrnoCode } from '../socket/errno.ts';
import { ERRNO_EXPLANATIONS, type ErrnoCause, type OperatingSystem } from '../socket/errno-causes.ts';
import { lookOf } from './look.ts';
import { wordsIn } from './messages.ts';
import { type Paint, paintFor } from './paint.ts';
import { nearest, UserError } from './user-error.ts';
import { padEnd, wrap } from './width.ts';

const SYSTEMS: { readonly [S in OperatingSystem]: string } = { linux: 'Linux', windows: 'Windows', bsd: 'BSD' };

export function explainCommand(language: Language): Command {
  const words = wordsIn(language);
  return new Command('explain')
    .description(words.helpExplain)
    .argument('[errno]', words.helpErrnoArgument)
    .action((name: string | undefined) => {
      const { width, colour } = lookOf(language);
      const lines =
        name === undefined
          ? allLines(language, width)
          : explanationLines(codeOf(name, language), language, width, paintFor(colour));
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}

/** 'econnreset', 'WSAECONNRESET' and '104' mean ECONNRESET. @throws UserError */
function codeOf(name: string, language: Language): ErrnoCode {
  const upper = name.toUpperCase();
  if (isErrnoCode(upper)) return upper;
  const found = ERRNO_CODES.find((code) => {
    const { windows } = ERRNO_EXPLANATIONS[code];
    return String(errnoNumber(code)) === name || windows?.name === upper || String(windows?.number) === name;
  });
  if (found !== undefined) return found;
  throw new UserError(wordsIn(language).unknownErrno(name, nearest(upper, ERRNO_CODES)));
}

function allLines(language: Language, width: number): string[] {
  return ERRNO_CODES.flatMap((code) => {
    const [first = '', ...more] = wrap(ERRNO_EXPLANATIONS[code].meaning[language], width - 22);
    return [
      `${code.padEnd(16)}${String(errnoNumber(code)).padStart(4)}  ${first}`,
      ...more.map((line) => ' '.repeat(22) + line),
    ];
  });
}

function explanationLines(code: ErrnoCode, language: Language, width: number, paint: Paint): string[] {
  const { meaning, windows, causes } = ERRNO_EXPLANATIONS[code];
  const other = windows === undefined ? '' : ` · ${windows.name} ${windows.number}`;
  return [
    `${paint.bold(code)}  ${errnoNumber(code)}${other}  "${errnoMessage(code)}"`,
    ...wrap(meaning[language], width - 2).map((line) => `  ${line}`),
    ...causes.flatMap((cause) => ['', ...causeLines(cause, language, width)]),
  ];
}

function causeLines({ text, systems, scenario, set }: ErrnoCause, language: Language, width: number): string[] {
  const names = systems.map((system) => SYSTEMS[system]).join(', ');
  const lines = wrap(text[language], width - 26).map(
    (line, index) => `  ${padEnd(index === 0 ? names : '', 22)}${line}`,
  );
  if (scenario === undefined) return lines;
  const settings = set === undefined || set.length === 0 ? '' : ` --set ${set.join(' ')}`;
  return [...lines, `${' '.repeat(24)}→ halfopen run ${scenario}${settings}`];
}
