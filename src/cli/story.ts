/** `halfopen story`, which `npm start` runs: every scenario in turn, told in few lines each. */
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { lookOf } from './look.ts';
import { wordsIn } from './messages.ts';
import { perform } from './watchdog.ts';

export function storyCommand(language: Language): Command {
  return new Command('story').description(wordsIn(language).helpStory).action(async () => {
    const scenarios = SCENARIOS.map(({ name }) => name);
    process.exitCode = await perform({ kind: 'story', scenarios, ...lookOf(language) });
  });
}
