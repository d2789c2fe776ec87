/**
 * One attempt of a hunt: a scenario, or a world's body that a module exports, in one of the worlds that might have been.
 *
 * Calls it: `hunt-worker.ts`.
 */
import { nodePlatform } from '../../node-platform.ts';
import { fabricOf } from '../../sim/fabric.ts';
import type { Platform } from '../../sim/platform.ts';
import { runScenario } from '../../sim/scenario-run.ts';
import { simulateOn } from '../../sim/simulate.ts';
import type { World } from '../../sim/world.ts';
import { SocketError } from '../../socket/errno.ts';
import type { Scenario } from '../../system/scenario.ts';
import { Formatter, secondsOf } from '../../trace/format.ts';
import { loadExport, messageWithLine, scenarioOf } from '../load-scenario.ts';
import { wordsIn } from '../messages.ts';
import { writeWhole } from '../output.ts';
import { parseSettings, type Settings } from '../parameters.ts';
import { UserError } from '../user-error.ts';
import { type Watch, watched } from '../watch.ts';
import type { Attempt, Quarry, Verdict } from './protocol.ts';

type Body = (world: World) => unknown;

const FAULTS = /^(cable\.(cut|mended|changed)|host\.powered-|process\.(killed|stopped|continued))/;

/** What is hunted in: made once for each worker. @throws UserError */
export async function prepare(
  { file, set, language }: Quarry,
  watch: Watch,
): Promise<(attempt: Attempt) => Promise<Verdict>> {
  const words = wordsIn(language);
  const exported = await loadExport(file, words);
  const platform = watchedPlatform(watch);
  if (typeof exported === 'function') {
    if (set.length > 0) throw new UserError(words.setNeedsScenario(file));
    return (attempt) => inBody(platform, exported as Body, file, attempt);
  }
  const scenario = scenarioOf(exported, file, words);
  const settings = parseSettings(scenario, set, words);
  return (attempt) => inScenario(platform, scenario, settings, file, watch, attempt);
}

async function inBody(platform: Platform, body: Body, file: string, attempt: Attempt): Promise<Verdict> {
  const { seed, spread, skip } = attempt;
  const world = simulateOn(platform, { seed, trace: traceFor(attempt), vary: { spread, skip } });
  try {
    await body(world);
    return verdictOf(world, undefined, attempt);
  } catch (error) {
    return verdictOf(world, messageWithLine(error, file), attempt);
  }
}

async function inScenario(
  platform: Platform,
  scenario: Scenario,
  settings: Settings,
  file: string,
  watch: Watch,
  attempt: Attempt,
): Promise<Verdict> {
  const { seed, spread, skip } = attempt;
  let bug: string | undefined;
  const programs = watched(scenario, watch, (program, error) => {
    if (!(error instanceof SocketError)) bug ??= `${messageWithLine(error, file)} (${program})`;
  });
  const run = await runScenario(platform, programs, {
    seed,
    ...settings,
    trace: traceFor(attempt),
    vary: { spread, skip },
  });
  const failed = run.expectations.find(({ ok }) => !ok);
  return verdictOf(run.world, bug ?? failed?.text.en, attempt);
}

function traceFor({ trace }: Attempt): 'events' | 'frames' {
  return trace === undefined ? 'events' : 'frames';
}

function verdictOf(world: World, failure: string | undefined, { trace }: Attempt): Verdict {
  const formatter = new Formatter();
  const acts = fabricOf(world).variation?.acts ?? 0;
  const faults = world.trace.events
    .filter(({ kind }) => FAULTS.test(kind))
    .map((event) => `${secondsOf(event.at).trim()} s  ${event.host}  ${formatter.text(event)}`);
  if (failure !== undefined && trace !== undefined) writeWhole(trace, world.trace.lines());
  return { failure, acts, faults };
}

/** Programs that are woken and frames that are sent are progress. */
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
