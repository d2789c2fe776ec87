/** Every scenario in the simulated world: all that it expects holds, and each expectation fails in its counter-run. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { runScenario, type ScenarioRunOptions } from '../../src/sim/scenario-run.ts';
import type { Expectation, Scenario } from '../../src/system/scenario.ts';

/** Expectations that do not hold, as '3 S12: text'. */
async function failures(scenario: Scenario, options: ScenarioRunOptions): Promise<string[]> {
  const { expectations } = await runScenario(nodePlatform, scenario, options);
  return expectations.flatMap(({ story, text, ok }, index) => (ok ? [] : [`${index} ${story}: ${text.en}`]));
}

function counterOptions({ counter }: Expectation<Readonly<Record<string, Json>>>): ScenarioRunOptions {
  return {
    ...(counter.set === undefined ? {} : { set: counter.set as Record<string, Json> }),
    ...(counter.without === undefined ? {} : { without: counter.without }),
  };
}

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
  test('shows what it says', async () => {
    expect(await failures(scenario, {})).toEqual([]);
  });

  test('shows it with another seed', async () => {
    expect(await failures(scenario, { seed: 4711 })).toEqual([]);
  });

  test('shows it over IPv6', async () => {
    expect(await failures(scenario, { family: 'ipv6' })).toEqual([]);
    expect(await failures(scenario, { family: 'ipv6', seed: 4711 })).toEqual([]);
  });

  for (const [index, expectation] of scenario.expect.entries()) {
    const options = counterOptions(expectation);
    test(`${index} ${expectation.story} fails with ${JSON.stringify(options)}`, async () => {
      const failed = await failures(scenario, options);
      expect(failed).toContain(`${index} ${expectation.story}: ${expectation.text.en}`);
    });
  }

  /** What a user may choose without changing what is claimed: sizes, the network, whose system. */
  for (const name of ['sizes', 'network', 'profile']) {
    const { oneOf = [], default: usual } = scenario.params[name] ?? { default: null };
    const isClaim = scenario.expect.some(({ counter }) => counter.set !== undefined && name in counter.set);
    for (const value of isClaim ? [] : oneOf.filter((choice) => choice !== usual)) {
      test(`shows it with ${name}=${value}`, async () => {
        expect(await failures(scenario, { set: { [name]: value } })).toEqual([]);
      });
    }
  }
});
