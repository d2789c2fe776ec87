/**
 * Runs a scenario for the command: checks what the user set, runs it with its programs watched, and makes the one
 * document of it. Runs in the worker.
 */

import type { Json } from '../base/json.ts';
import type { Language } from '../base/language.ts';
import { nodePlatform } from '../node-platform.ts';
import type { Platform } from '../sim/platform.ts';
import { runScenario, type ScenarioRun } from '../sim/scenario-run.ts';
import { SocketError } from '../socket/errno.ts';
import type { Scenario } from '../system/scenario.ts';
import type { TraceMode } from '../trace/recorder.ts';
import type { CallDocument, RunDocument } from './document.ts';
import { loadScenario, messageWithLine } from './load-scenario.ts';
import { wordsIn } from './messages.ts';
import { checkWithout, parseSettings, valuesOf } from './parameters.ts';
import { UserError } from './user-error.ts';
import { type Watch, watched } from './watch.ts';
import type { Choice } from './work.ts';

export interface Execution {
  readonly scenario: Scenario;
  readonly run: ScenarioRun<Readonly<Record<string, Json>>>;
  readonly document: RunDocument;
}

export interface Circumstances {
  readonly language: Language;
  readonly watch: Watch;
  readonly trace: TraceMode;
  /** Told before the first program starts. */
  started(scenario: Scenario): void;
}

/** @throws UserError for what the user got wrong, also in a scenario file of their own */
export async function execute(choice: Choice, circumstances: Circumstances): Promise<Execution> {
  const { language, watch, trace, started } = circumstances;
  const words = wordsIn(language);
  const scenario = await loadScenario(choice.scenario, words);
  const { set, family } = parseSettings(scenario, choice.set, words);
  const begun = performance.now();
  let bug: { readonly program: string; readonly error: unknown } | undefined;
  const programs = watched(scenario, watch, (program, error) => {
    // An errno that a program does not catch ends it, as on any system. Anything else is a mistake in its code.
    if (!(error instanceof SocketError)) bug ??= { program, error };
  });
  let run: Execution['run'];
  try {
    checkWithout(scenario, valuesOf(scenario, set), choice.without, words);
    started(scenario);
    const without = choice.without === undefined ? {} : { without: choice.without };
    run = await runScenario(watchedPlatform(watch), programs, { seed: choice.seed, set, family, trace, ...without });
  } catch (error) {
    throw mistakeOf(error, choice.scenario, scenario);
  }
  if (bug !== undefined) throw new UserError(`${messageWithLine(bug.error, choice.scenario)} (${bug.program})`);
  const wallMs = Math.round(performance.now() - begun);
  return { scenario, run, document: documentOf(scenario, choice.seed, run, wallMs, language) };
}

/** What the world refuses (a wrong address, a fault without target) or the user's own code throws is the user's. */
function mistakeOf(error: unknown, argument: string, scenario: Scenario): unknown {
  if (error instanceof UserError) return error;
  const isRefusal = (error instanceof TypeError || error instanceof RangeError) && error.message.includes('allowed is');
  if (scenario.name !== argument || isRefusal) return new UserError(messageWithLine(error, argument));
  return error;
}

/** A frame that is sent and a program that is woken are progress. */
function watchedPlatform(watch: Watch): Platform {
  return {
    ...nodePlatform,
    giveWay: (then) => {
      watch.step();
      nodePlatform.giveWay(then);
    },
    base64: (bytes, start, end) => {
      watch.step();
      return nodePlatform.base64(bytes, start, end);
    },
  };
}

function documentOf(
  scenario: Scenario,
  seed: number,
  { result, expectations, world }: Execution['run'],
  wallMs: number,
  language: Language,
): RunDocument {
  return {
    scenario: scenario.name,
    seed,
    ok: expectations.every(({ ok }) => ok),
    virtualMs: result.virtualMs,
    wallMs,
    traceHash: world.trace.hash(),
    expectations: expectations.map(({ text, story, ok }) => ({ text: text[language], story, ok })),
    processes: result.processes.map(({ host, name, exit, calls }) => ({
      host,
      name,
      exit,
      calls: calls.map(({ call, atMs, returnedAtMs, result, error }) =>
        callDocument(call, atMs, returnedAtMs, result, error),
      ),
    })),
    breaks: result.breaks.map(({ kind, target, atMs, noticed }) => ({ kind, target, atMs, noticed })),
    ledger: result.ledger,
  };
}

function callDocument(
  call: string,
  atMs: number,
  returnedAtMs: number | undefined,
  result: Json | undefined,
  error: string | undefined,
): CallDocument {
  if (returnedAtMs === undefined) return { call, atMs };
  return error === undefined
    ? { call, atMs, returnedAtMs, result: result ?? null }
    : { call, atMs, returnedAtMs, error };
}
