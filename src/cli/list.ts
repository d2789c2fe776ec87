/** `halfopen list`: the built-in scenarios, what each is about, and which claims of the story it shows. */
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { wordsIn } from './messages.ts';
import { faultNames, valuesOf } from './parameters.ts';
import { padEnd, wrap } from './width.ts';

export function listCommand(language: Language): Command {
  return new Command('list').description(wordsIn(language).helpList).action(() => {
    process.stdout.write(`${listLines(language, process.stdout.columns ?? 100).join('\n')}\n`);
  });
}

export function listLines(language: Language, width: number): string[] {
  const words = wordsIn(language);
  const indent = ' '.repeat(22);
  return SCENARIOS.flatMap((scenario) => {
    const lines = [
      `${padEnd(scenario.name, 20)}  ${padEnd(scenario.title[language], 44)}  ${scenario.story.join(' ')}`,
    ];
    const parameters = Object.entries(scenario.params).map(([name, parameter]) => {
      const values = parameter.oneOf === undefined ? String(parameter.default) : parameter.oneOf.map(String).join('|');
      return `${name}=${values}`;
    });
    const details: [string, string[]][] = [
      [words.listParameters, parameters],
      [words.listFaults, faultNames(scenario, valuesOf(scenario, {}))],
    ];
    for (const [name, items] of details) {
      if (items.length === 0) continue;
      lines.push(...wrap(`${name}: ${items.join(' ')}`, width - indent.length).map((line) => indent + line));
    }
    return lines;
  });
}
