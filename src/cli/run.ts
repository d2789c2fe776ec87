/** `halfopen run NAME|FILE.js|FILE.ts`: runs a scenario and shows what happened, or prints it as one JSON document. */
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { lookOf } from './look.ts';
import { wordsIn } from './messages.ts';
import { parseInteger } from './parameters.ts';
import { perform } from './watchdog.ts';

interface Options {
  readonly seed: number;
  readonly set: readonly string[];
  readonly without?: string;
  readonly json?: true;
  readonly pcap?: string;
  readonly trace?: string;
}

export function runCommand(language: Language): Command {
  const words = wordsIn(language);
  return new Command('run')
    .description(words.helpRun)
    .argument('<scenario>', words.helpScenarioArgument)
    .option('--seed <number>', words.helpSeed, (text) => parseInteger('--seed', text, words), 1)
    .option('--set <key=value...>', words.helpSet, [])
    .option('--without <fault>', words.helpWithout)
    .option('--json', words.helpJson)
    .option('--pcap <file>', words.helpPcap)
    .option('--trace <file>', words.helpTrace)
    .action(async (scenario: string, { seed, set, without, json, pcap, trace }: Options) => {
      const choice = { scenario, seed, set, ...(without === undefined ? {} : { without }) };
      const files = { ...(pcap === undefined ? {} : { pcap }), ...(trace === undefined ? {} : { trace }) };
      process.exitCode = await perform({ kind: 'run', choice, json: json === true, ...files, ...lookOf(language) });
    });
}
