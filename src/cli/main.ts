/**
 * The command `halfopen`: parses its arguments (commander) and calls the file of the command that was named. What the
 * user got wrong is one line on stderr and exit status 2, in the language of `--lang` or the locale.
 *
 * Called by `bin/halfopen.js`.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { LANGUAGES, type Language, languageOf } from '../base/language.ts';
import { drillCommand } from './drill/drill.ts';
import { explainCommand } from './explain.ts';
import { huntCommand } from './hunt/hunt.ts';
import { labCommand } from './lab.ts';
import { listCommand } from './list.ts';
import { type Words, wordsIn } from './messages.ts';
import { endQuietlyOnBrokenPipe } from './output.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';
import { storyCommand } from './story.ts';
import { EXIT, UserError } from './user-error.ts';
import { whereCommand } from './where.ts';

/** Runs the command line; sets the process's exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnBrokenPipe();
  const language = languageOf(argv, process.env);
  const words = wordsIn(language);
  try {
    await programFor(language).parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const text = messageOf(error, words);
    if (text === undefined) throw error;
    process.stderr.write(`halfopen: ${text}\n`);
    process.exitCode = EXIT.misuse;
  }
}

/** The command with its subcommands, its help in that language. */
export function programFor(language: Language): Command {
  const words = wordsIn(language);
  const program = new Command('halfopen');
  program
    .description(words.about)
    .version(version(), '-V, --version', words.helpVersion)
    .helpOption('-h, --help', words.helpHelp)
    .helpCommand('help [command]', words.helpHelpCommand)
    .addOption(new Option('--lang <language>', words.helpLang).choices(LANGUAGES));
  const commands = [
    listCommand(language),
    runCommand(language),
    replayCommand(language),
    whereCommand(language),
    explainCommand(language),
    huntCommand(language),
    drillCommand(language),
    storyCommand(language),
    labCommand(language),
    serveCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) speak(command, words);
  return program;
}

/** Errors come to `main` instead of ending the process, and the help's headings are in the user's language. */
function speak(command: Command, words: Words): void {
  const titles = new Map([
    ['Usage:', words.usage],
    ['Arguments:', words.arguments],
    ['Options:', words.options],
    ['Global Options:', words.globalOptions],
    ['Commands:', words.commands],
  ]);
  command
    .helpOption('-h, --help', words.helpHelp)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => titles.get(title) ?? title });
}

function version(): string {
  const description: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(Reflect.get(Object(description), 'version'));
}

/** The one line that the user reads; undefined for a mistake that is ours. */
function messageOf(error: unknown, words: Words): string | undefined {
  if (error instanceof UserError) return error.message;
  if (error instanceof CommanderError) return commanderMessage(error, words);
  return undefined;
}

/** commander's errors in our words. Their codes are its interface; what they are about is quoted in their message. */
function commanderMessage({ code, message }: CommanderError, words: Words): string {
  const [quoted = '', second = ''] = [...message.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  const near = message.match(/\(Did you mean (?:one of )?([^?,)]+)/)?.[1] ?? '';
  switch (code) {
    case 'commander.unknownOption':
      return words.unknownOption(quoted, near);
    case 'commander.unknownCommand':
      return words.unknownCommand(quoted, near);
    case 'commander.missingArgument':
      return words.missingArgument(quoted);
    case 'commander.optionMissingArgument':
      return words.missingValue(quoted);
    case 'commander.excessArguments':
      return words.tooManyArguments;
    case 'commander.invalidArgument':
      return words.wrongChoice(
        quoted.split(' ')[0] ?? '',
        second,
        message.match(/choices are (.*?)\.?$/)?.[1] ?? message,
      );
    default:
      return message.replace(/^error: /, '').replaceAll('\n', ' ');
  }
}
