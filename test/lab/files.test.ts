/** A saved trace in the page: opened without the simulator, by the address that `halfopen lab FILE` tells. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { nodePlatform } from '../../src/node-platform.ts';
import { findScenario } from '../../src/scenarios/index.ts';
import { runScenario } from '../../src/sim/scenario-run.ts';
import { describeLab } from './support/browser.ts';
import { cursorSlider, moveTo, pictureOf, step } from './support/page.ts';

const FILE = join(mkdtempSync(join(tmpdir(), 'halfopen-lab-')), 'saved run.jsonl');
let count = 0;

beforeAll(async () => {
  const scenario = findScenario('copy');
  if (scenario === undefined) throw new Error('copy is gone');
  const { world } = await runScenario(nodePlatform, scenario);
  writeFileSync(FILE, world.trace.toJsonl());
  count = world.trace.events.length;
});

describeLab(
  'a saved trace',
  (lab) => {
    test('opens and can be stepped through with the simulator blocked', async () => {
      const page = await lab.open(`#open=given/${encodeURIComponent('saved run.jsonl')}`, {
        without: ['world.js', 'sandbox.js', 'sandbox.html'],
      });
      await cursorSlider(page)
        .and(page.locator(`[max="${count}"]`))
        .waitFor();
      await moveTo(page, 'Home');
      const first = await pictureOf(page);
      await step(page, 'Step', 5);
      await moveTo(page, 'End');
      expect(await pictureOf(page)).toContain('read: Hello, 안녕, TCP!!');
      await moveTo(page, 'Home');
      expect(await pictureOf(page)).toBe(first);
      // That it could not be had is no complaint of the page's; that it was needed would be.
      lab.problems.splice(
        0,
        lab.problems.length,
        ...lab.problems.filter((problem) => !/world\.js|sandbox/.test(problem)),
      );
    });
  },
  { given: FILE },
);
