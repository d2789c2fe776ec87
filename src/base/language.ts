/** Which language people are spoken to in: as a command line says, or else the locale. */
export type Language = 'en' | 'ko';
export const LANGUAGES: readonly Language[] = ['en', 'ko'];

/** POSIX: LC_ALL stands above LC_MESSAGES, and that above LANG; an empty one counts as not set. */
const LOCALE = ['LC_ALL', 'LC_MESSAGES', 'LANG'];

/**
 * The language for those arguments in that environment. Help and errors of the command line itself need it before the
 * arguments are parsed, so this looks for `--lang` by itself; a wrong value is left to the parser to refuse.
 */
export function languageOf(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const end = argv.indexOf('--');
  const options = end === -1 ? argv : argv.slice(0, end);
  for (const [index, argument] of options.entries()) {
    const value = argument === '--lang' ? options[index + 1] : argument.match(/^--lang=(.*)$/)?.[1];
    const language = LANGUAGES.find((known) => known === value);
    if (language !== undefined) return language;
  }
  const locale = LOCALE.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
  return locale?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}
