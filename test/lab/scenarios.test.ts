/** Each scenario in the page ends as it does in Node, to the last byte of its trace. */
import { expect, test } from 'vitest';
import { nodePlatform } from '../../src/node-platform.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { runScenario } from '../../src/sim/scenario-run.ts';
import { describeLab } from './support/browser.ts';
import { choose, endOf } from './support/page.ts';

describeLab('a scenario in the page', (lab) => {
  test('ends with the hash and the expectations of the same run in Node, each of them in turn', async () => {
    const page = await lab.open();
    for (const scenario of SCENARIOS) {
      const { world, expectations } = await runScenario(nodePlatform, scenario);
      await choose(page, scenario.name);
      const end = await endOf(page, world.trace.hash());
      expect({ name: scenario.name, ...end }).toEqual({
        name: scenario.name,
        hash: world.trace.hash(),
        expectations: expectations.map(({ ok }) => String(ok)),
      });
    }
  }, 120_000);
});
