import { expect, test } from 'vitest';
import type { Json } from '../../base/json.ts';
import { nodePlatform } from '../../node-platform.ts';
import { findScenario } from '../../scenarios/index.ts';
import { runScenario } from '../../sim/scenario-run.ts';
import { reply } from './stop.ts';
import { STOPS } from './stops.ts';

test('the tour goes through S1 to S25 in order', () => {
  expect(STOPS.map(({ story }) => story)).toEqual(Array.from({ length: 25 }, (_, index) => `S${index + 1}`));
});

test.each(STOPS)('$story: the trace of its scenario decides the question', async (stop) => {
  const scenario = findScenario(stop.plan.name);
  if (scenario === undefined) throw new Error(`no scenario ${stop.plan.name}`);
  const { world } = await runScenario(nodePlatform, scenario, { set: stop.plan.set ?? {}, worldKind: 'page' });
  const decision = stop.decide(world.trace.events);
  if (decision === undefined) throw new Error('no moment');
  expect(decision.moment).toBeGreaterThan(0);
  expect(stop.claim.en.split(/\s+/).length).toBeLessThanOrEqual(25);
  if (stop.answers !== 'bytes') {
    expect(stop.answers.map(({ value }) => value)).toContain(decision.right);
    expect(new Set(stop.answers.map(({ value }) => value)).size).toBeGreaterThan(1);
  }
  const text = reply(stop, decision.right, decision);
  expect(text.en).toContain(String(decision.moment));
  expect(text.ko).toMatch(/[가-힣]/);
  for (const said of [text.en, text.ko]) expect(said).not.toMatch(/undefined|NaN|object Object/);
});

const WITH_COUNTERS: readonly (readonly [story: string, set: Readonly<Record<string, Json>>])[] = [
  ['S2', { ask: 'after-connect' }],
  ['S7', { acceptAfter: '0s' }],
  ['S9', { overwrite: 'before-send' }],
  ['S10', { sendBuffer: 8 }],
  ['S11', { sendBuffer: 8 }],
  ['S17', { acceptAfter: '0s' }],
  ['S18', { keepAlive: true }],
  ['S19', { keepAlive: false }],
  ['S25', { readAfter: '0s' }],
];

test.each(WITH_COUNTERS)('%s: in the world of the counter-run the trace answers otherwise', async (story, set) => {
  const stop = STOPS.find((one) => one.story === story);
  const scenario = findScenario(stop?.plan.name ?? '');
  if (stop === undefined || scenario === undefined) throw new Error(`no stop ${story}`);
  const [usual, other] = await Promise.all(
    [stop.plan.set ?? {}, { ...stop.plan.set, ...set }].map(async (values) => {
      const { world } = await runScenario(nodePlatform, scenario, { set: values, worldKind: 'page' });
      return stop.decide(world.trace.events)?.right;
    }),
  );
  expect(usual).toBeDefined();
  expect(other).not.toBe(usual);
});
