/** What must be true of the scenarios' texts and tables, without running them. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import type { Scenario } from '../../src/system/scenario.ts';

const CLAIMS = Array.from({ length: 25 }, (_, index) => `S${index + 1}`);

/** The table of the issue. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  hello: ['S1', 'S2', 'S3', 'S7', 'S8', 'S10', 'S13', 'S17'],
  copy: ['S9', 'S10', 'S11', 'S25'],
  'full-buffer': ['S12'],
  'empty-buffer': ['S14'],
  'short-buffer': ['S13', 'S15'],
  'no-boundaries': ['S24'],
  acknowledged: ['S16', 'S25'],
  'full-duplex': ['S4'],
  'many-clients': ['S5', 'S8'],
  datagrams: ['S6'],
  'cut-idle': ['S18'],
  'cut-idle-keepalive': ['S19'],
  'cut-sending': ['S18'],
  'cut-mended': ['S18'],
  'cut-one-way': ['S18'],
  unplugged: ['S18'],
  'power-off': ['S20', 'S22'],
  'power-off-keepalive': ['S20', 'S22'],
  'power-off-reboot': ['S20', 'S22'],
  'kill-idle': ['S21'],
  'kill-unread': ['S21'],
  'kill-unsent': ['S21'],
  'kill-windows': ['S21'],
  hang: ['S23'],
  'hang-heartbeat': ['S23'],
  file: ['S16'],
  typing: ['S10', 'S13'],
};

test('the scenarios are those of the table, each by its name once', () => {
  expect(SCENARIOS.map(({ name }) => name)).toEqual(Object.keys(TABLE));
});

test('every claim of the story has an expectation', () => {
  const claimed = new Set(SCENARIOS.flatMap(({ expect }) => expect.map(({ story }) => story)));
  expect(CLAIMS.filter((claim) => !claimed.has(claim))).toEqual([]);
});

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (name, scenario) => {
  test('shows what the table says, and names exactly the claims that it has expectations for', () => {
    const expected = new Set(scenario.expect.map(({ story }) => story));
    expect([...expected].sort()).toEqual([...scenario.story].sort());
    for (const claim of TABLE[name] ?? []) expect(expected).toContain(claim);
  });

  test('every text is there in both languages, the Korean one in 합니다체', () => {
    for (const { en, ko } of [scenario.title, scenario.text, ...scenario.expect.map(({ text }) => text)]) {
      expect(en).not.toMatch(/[가-힣]/);
      expect(ko).toMatch(/[가-힣]/);
    }
    for (const { ko } of [scenario.text, ...scenario.expect.map(({ text }) => text)]) {
      expect(ko).toMatch(/니다/);
    }
    for (const parameter of Object.values(scenario.params)) expect(parameter.text?.ko).toMatch(/[가-힣]|^TCP_/);
  });

  test('every counter-run changes something that there is to change', () => {
    const defaults = defaultsOf(scenario);
    for (const { counter } of scenario.expect) {
      const set = Object.entries(counter.set ?? {});
      expect(set.length + (counter.without === undefined ? 0 : 1)).toBeGreaterThan(0);
      for (const [key, value] of set) {
        expect(Object.keys(defaults)).toContain(key);
        expect(value).not.toEqual(defaults[key]);
        expect(typeof value).toBe(typeof defaults[key]);
        const { oneOf } = scenario.params[key] ?? {};
        if (oneOf !== undefined) expect(oneOf).toContain(value);
      }
      if (counter.without !== undefined) expect(faultsOf(scenario, defaults)).toContain(counter.without);
    }
  });

  test('its topology, its faults and its parameters are JSON', () => {
    const defaults = defaultsOf(scenario);
    const topology = typeof scenario.topology === 'function' ? scenario.topology(defaults) : scenario.topology;
    expect(JSON.parse(JSON.stringify(topology))).toEqual(topology);
    expect(JSON.parse(JSON.stringify(defaults))).toEqual(defaults);
  });
});

function defaultsOf(scenario: Scenario): Record<string, Json> {
  return Object.fromEntries(Object.entries(scenario.params).map(([name, parameter]) => [name, parameter.default]));
}

function faultsOf(scenario: Scenario, params: Record<string, Json>): string[] {
  const faults = typeof scenario.faults === 'function' ? scenario.faults(params) : (scenario.faults ?? []);
  return faults.map((fault) => fault.name ?? fault.do);
}
