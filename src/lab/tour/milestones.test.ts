import { expect, test } from 'vitest';
import { MILLISECOND } from '../../base/time.ts';
import { nodePlatform } from '../../node-platform.ts';
import { findScenario } from '../../scenarios/index.ts';
import { runScenario } from '../../sim/scenario-run.ts';
import type { Act } from '../../system/timetable.ts';
import { FIRST, LATER, milestones, TYPED } from './milestones.ts';

async function minute(acts: readonly Act[] = []) {
  const scenario = findScenario(FIRST.name);
  if (scenario === undefined) throw new Error(`no scenario ${FIRST.name}`);
  const { world } = await runScenario(nodePlatform, scenario, { set: FIRST.set, acts, worldKind: 'page' });
  return milestones(world.trace.events);
}

/** The cable is cut then, and B's user types two hours later. */
function cutAt(ms: number): readonly Act[] {
  return [
    { at: ms, do: 'cut', target: 'cable' },
    { at: ms + LATER / MILLISECOND, do: 'type', target: 'client', data: TYPED },
  ];
}

test('20 bytes are copied, 0 have left; recv() wakes with 8, 8 and 4; then the send buffer is empty', async () => {
  const seen = await minute();
  expect(seen?.sent.right).toBe(0);
  expect(seen?.emptied?.right).toBe(20);
  expect(seen?.emptied?.what.en).toContain('8, 8, 4 bytes');
  expect(seen?.cut).toBeUndefined();
});

test('two hours after the cut send() succeeds again, and neither side knows', async () => {
  const seen = await minute(cutAt(40));
  expect(seen?.again?.right).toBe(0);
  expect(seen?.again?.what.en).toContain('2 h after the cut');
  expect(seen?.again?.what.en).toContain('send() returned 12');
  expect(seen?.again?.what.en).toContain('Neither side knows');
});

test('who cuts while bytes are unacknowledged is told another end', async () => {
  const seen = await minute(cutAt(22));
  expect(seen?.emptied).toBeUndefined();
  expect(seen?.again?.right).toBe(1);
  expect(seen?.again?.what.en).toMatch(/send\(\) ended with E[A-Z]+/);
});
