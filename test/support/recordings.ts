/**
 * Recordings for the tests of the stage: built-in scenarios, run in Node.
 */
import type { Json } from '../../src/base/json.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { runScenario, type ScenarioRunOptions } from '../../src/sim/scenario-run.ts';
import type { Scenario } from '../../src/system/scenario.ts';
import type { Event } from '../../src/trace/event.ts';

const scenarios: readonly Scenario<Record<string, Json>>[] = SCENARIOS;

export const SCENARIO_NAMES: readonly string[] = scenarios.map(({ name }) => name);

/** All events of a scenario's run. */
export async function record(name: string, options: ScenarioRunOptions = {}): Promise<readonly Event[]> {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario '${name}'`);
  const { world } = await runScenario(nodePlatform, scenario, { seed: 1, ...options });
  return world.trace.events;
}
