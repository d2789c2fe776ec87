import { expect, test } from 'vitest';
import { nodePlatform } from '../../node-platform.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { runScenario } from '../../sim/scenario-run.ts';
import type { Event } from '../../trace/event.ts';
import { isHeard } from './heard.ts';

const FIRST = { n: 1, at: 0, host: '', cause: 0, kind: 'world.started', version: 1 } as const;
const CALL = { n: 2, at: 5, host: 'A', cause: 1, kind: 'call.entered', process: 'p', call: 'recv', args: {} } as const;
const events = (...all: unknown[]) => ({ kind: 'events', id: 1, events: all, sites: [[2, 7]] });
const TEXT = { en: 'text', ko: '글' };
const FACTS = {
  name: 'mine',
  title: TEXT,
  text: TEXT,
  story: ['S1'],
  params: { size: 8 },
  programs: { client: { host: 'B', lines: undefined } },
  accounting: { A: 'linux' },
  hosts: { A: { profile: 'linux', sysctl: { 'net.ipv4.tcp_wmem': '1 2 3' } } },
  cables: { cable: { delay: '5ms' } },
};
const OUTCOME = {
  ended: 'idle',
  virtualMs: 1.5,
  hash: '0'.repeat(64),
  expectations: [{ story: 'S1', text: TEXT, ok: true }],
  waiting: [{ process: 'p', call: 'recv', since: 1 }],
  errors: [{ process: 'p', message: 'Error', place: { line: 3 } }],
};
/** What JSON cannot say and a structured clone can: to Preact, an element. */
const ELEMENT = { type: 'b', props: { children: 'forged' }, constructor: undefined };

test('what a run says is heard', () => {
  for (const message of [
    { kind: 'beat', id: 1 },
    { kind: 'started', id: 1, scenario: FACTS },
    events(FIRST, CALL),
    { kind: 'ended', id: 1, outcome: OUTCOME },
    { kind: 'ended', id: 1, outcome: { ...OUTCOME, pcap: new Uint8Array(1) } },
    { kind: 'failed', id: 1, failure: { kind: 'loop', message: 'no end', place: { line: 3, column: 1 } } },
  ]) {
    expect(isHeard(structuredClone(message), undefined)).toBe(true);
  }
  expect(isHeard(events(CALL), FIRST)).toBe(true);
});

test('every event of every scenario is heard', async () => {
  for (const scenario of SCENARIOS) {
    const { world } = await runScenario(nodePlatform, scenario);
    let last: Event | undefined;
    for (const event of world.trace.events) {
      expect(isHeard({ kind: 'events', id: 1, events: [event], sites: [] }, last), JSON.stringify(event)).toBe(true);
      last = event;
    }
  }
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a text', 'ended'],
  ['no kind', { id: 1 }],
  ['a kind that is not there', { kind: 'constructor', id: 1 }],
  ["the frame's word", { kind: 'ready' }],
  ['no events', events()],
  ['events that are no list', { kind: 'events', id: 1, events: { length: 1, 0: FIRST }, sites: [] }],
  ['an event of an unknown kind', events({ ...FIRST, kind: '__proto__' })],
  ['an event that is not the next', events(CALL)],
  ['an event before the one before', events(FIRST, { ...CALL, at: -1 })],
  ['an event with a field of another type', events(FIRST, { ...CALL, process: ELEMENT })],
  ['an event with one field more', events(FIRST, { ...CALL, more: 1 })],
  ['an event whose prototype is a field', events(FIRST, { ...CALL, ...JSON.parse('{"__proto__":{"x":1}}') })],
  ['arguments that are an element', events(FIRST, { ...CALL, args: ELEMENT })],
  ['arguments that are a Map', events(FIRST, { ...CALL, args: new Map() })],
  ['arguments that JSON cannot say', events(FIRST, { ...CALL, args: 1n })],
  ['an array of nothing but holes', events(FIRST, { ...CALL, args: new Array(2 ** 32 - 1) })],
  ['sites of nothing but holes', { kind: 'events', id: 1, events: [FIRST], sites: new Array(2 ** 32 - 1) }],
  ['sites that are none', { kind: 'events', id: 1, events: [FIRST], sites: [['2', 7]] }],
  ['a title that is an element', { kind: 'started', id: 1, scenario: { ...FACTS, title: { en: ELEMENT, ko: '' } } }],
  ['a cable whose delay is one', { kind: 'started', id: 1, scenario: { ...FACTS, cables: { a: { delay: ELEMENT } } } }],
  ['a program without a host', { kind: 'started', id: 1, scenario: { ...FACTS, programs: { client: {} } } }],
  ['a hash that is none', { kind: 'ended', id: 1, outcome: { ...OUTCOME, hash: 'x' } }],
  [
    'an error that is an element',
    { kind: 'ended', id: 1, outcome: { ...OUTCOME, errors: [{ ...OUTCOME.errors[0], message: ELEMENT }] } },
  ],
  ['a pcap that is none', { kind: 'ended', id: 1, outcome: { ...OUTCOME, pcap: 'x' } }],
  ['a failure of no kind', { kind: 'failed', id: 1, failure: { kind: 'mine', message: '' } }],
  ['a place that is none', { kind: 'failed', id: 1, failure: { kind: 'loop', message: '', place: { line: '3' } } }],
])('%s is not heard', (_, message) => {
  expect(isHeard(message, undefined)).toBe(false);
});

test('what contains itself is not heard', () => {
  const args: unknown[] = [];
  args.push(args);
  expect(isHeard(events({ ...CALL, args }), FIRST)).toBe(false);
});
