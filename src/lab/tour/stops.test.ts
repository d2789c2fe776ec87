import { expect, test } from 'vitest';
import { nodePlatform } from '../../node-platform.ts';
import { findScenario } from '../../scenarios/index.ts';
import { runScenario, type ScenarioRunOptions } from '../../sim/scenario-run.ts';
import type { Event } from '../../trace/event.ts';
import { reply, type Stop } from './stop.ts';
import { STOPS } from './stops.ts';

async function eventsOf(stop: Stop, other: ScenarioRunOptions = {}): Promise<readonly Event[]> {
  const scenario = findScenario(stop.plan.name);
  if (scenario === undefined) throw new Error(`no scenario ${stop.plan.name}`);
  const options = { ...other, set: { ...stop.plan.set, ...other.set }, worldKind: 'page' } as const;
  const { world } = await runScenario(nodePlatform, scenario, options);
  return world.trace.events;
}

test('the tour goes through S1 to S25 in order', () => {
  expect(STOPS.map(({ story }) => story)).toEqual(Array.from({ length: 25 }, (_, index) => `S${index + 1}`));
});

/** What a person who knows TCP answers. The stops themselves know no answer: they read it off the trace. */
const KNOWN: Readonly<Record<string, number>> = {
  S1: 6,
  S2: 2,
  S3: 0,
  S4: 48,
  S5: 6,
  S6: 0,
  S7: 12,
  S8: 4,
  S9: 0,
  S10: 12,
  S11: 0,
  S12: 36,
  S13: 8,
  S14: 1,
  S15: 8,
  S16: 16,
  S17: 12,
  S18: 0,
  S19: 1,
  S20: 0,
  S21: 1,
  S22: 2,
  S23: 0,
  S24: 3,
  S25: 0,
};

test.each(STOPS)('$story: the trace of its scenario decides the question', async (stop) => {
  const events = await eventsOf(stop);
  const decision = stop.decide(events);
  if (decision === undefined) throw new Error('no moment');
  expect(decision.right).toBe(KNOWN[stop.story]);
  expect(decision.moment).toBeGreaterThan(0);
  expect(decision.moment).toBeLessThanOrEqual(events.length);
  expect(stop.claim.en.split(/\s+/).length).toBeLessThanOrEqual(25);
  if (stop.answers !== 'bytes') {
    const values = stop.answers.map(({ value }) => value);
    expect(values).toContain(decision.right);
    expect(new Set(values).size).toBe(values.length);
    expect(values.length).toBeGreaterThan(1);
    expect(values.length).toBeLessThanOrEqual(4);
  }
  const text = reply(stop, decision.right, decision);
  expect(text.en).toContain(`event ${decision.moment},`);
  expect(text.ko).toContain(`사건 ${decision.moment}:`);
  expect(reply(stop, 77, decision).en).toContain('“77');
  for (const said of [text.en, text.ko]) expect(said).not.toMatch(/undefined|NaN|object Object|Infinity/);
});

/** Another world for each stop, and what is so there. */
const OTHER: Readonly<Record<string, readonly [world: ScenarioRunOptions, right: number]>> = {
  S1: [{ acts: [{ at: '1s', do: 'cut', target: 'cable' }] }, 0],
  S2: [{ set: { ask: 'after-connect' } }, 0],
  // A cable so long that the greetings last into what is quiet elsewhere.
  S3: [{ acts: [{ at: '0s', do: 'set', target: 'cable', options: { delay: '200ms' } }] }, 1],
  S4: [{ set: { turns: true } }, 24],
  S5: [{ set: { clients: 2 } }, 4],
  S6: [{ set: { protocol: 'tcp' } }, 8],
  S7: [{ set: { acceptAfter: '0s' } }, 0],
  S8: [{ set: { clients: 1 } }, 2],
  S9: [{ set: { overwrite: 'before-send' } }, 1],
  S10: [{ set: { length: 'strlen' } }, 5],
  S11: [{ set: { sendBuffer: 8 } }, 16],
  S12: [{ set: { bytes: 80 } }, 16],
  S13: [{ set: { buffer: 64 } }, 32],
  S14: [{ set: { wait: false } }, 0],
  S15: [{ set: { buffer: 16 } }, 16],
  S16: [{ set: { quickAck: true } }, 8],
  S17: [{ set: { acceptAfter: '0s' } }, 0],
  S18: [{ set: { keepAlive: true } }, 1],
  S19: [{ set: { keepAlive: false } }, 0],
  S20: [{ set: { how: 'kill' } }, 1],
  S21: [{ set: { how: 'power-off' } }, 0],
  S22: [{ without: 'power-on' }, 0],
  S23: [{ set: { how: 'power-off' } }, 1],
  S24: [{ set: { buffer: 64 } }, 1],
  S25: [{ set: { readAfter: '0s' } }, 20],
};

test.each(STOPS)('$story: in another world the trace gives another answer', async (stop) => {
  const [world, right] = OTHER[stop.story] ?? [{}, Number.NaN];
  expect(right).not.toBe(KNOWN[stop.story]);
  expect(stop.decide(await eventsOf(stop, world))?.right).toBe(right);
});

test('S14: a recv() that never returns is an answer too', async () => {
  const stop = STOPS[13];
  if (stop === undefined) throw new Error('no S14');
  const events = await eventsOf(stop, { acts: [{ at: '500ms', do: 'cut', target: 'cable' }] });
  expect(stop.decide(events)?.right).toBe(2);
});

test('S15: what is only looked at makes no room, and none is offered', async () => {
  const stop = STOPS[14];
  if (stop === undefined) throw new Error('no S15');
  expect(stop.decide(await eventsOf(stop, { set: { peek: true } }))?.right).toBe(0);
});
