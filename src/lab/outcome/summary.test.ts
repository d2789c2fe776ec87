import { expect, test } from 'vitest';
import type { Failure, Outcome } from '../run/protocol.ts';
import { type Shown, summary } from './summary.ts';

const END: Outcome = { ended: 'idle', virtualMs: 2000, hash: '', expectations: [], waiting: [], errors: [] };
const WRONG: Failure = { kind: 'source', message: 'Unexpected token' };
const RUN: Shown = { outcome: END, failure: undefined, refusal: undefined, length: 1234, isFile: false, isSeen: true };

test('a run that did not begin leaves the one on the screen what it is', () => {
  expect(summary(RUN).en).toBe('Recorded: 2 s of virtual time, 1,234 events');
  expect(summary({ ...RUN, refusal: WRONG }).en).toBe(
    'The new run did not begin; this is the one before. Recorded: 2 s of virtual time, 1,234 events',
  );
});

test('a run that broke off, and one that never was, have a sentence each', () => {
  expect(summary({ ...RUN, outcome: undefined, failure: WRONG }).en).toBe(
    'The run broke off after 1,234 events: Unexpected token',
  );
  expect(summary({ ...RUN, outcome: undefined, refusal: WRONG, length: 0 }).en).toBe('The run did not begin');
});

test('a run that was ended by its limit says so', () => {
  expect(summary({ ...RUN, outcome: { ...END, ended: 'limit' } }).en).toMatch(/^Stopped at the limit of a run: 2 s/);
});

test('an error that a program did not catch is told, in Korean first what it means', () => {
  const errors = [{ process: 'server', message: 'TCP_MAXSEG: 8 is out of range' }];
  const { en, ko } = summary({ ...RUN, outcome: { ...END, errors } });
  expect(en).toMatch(/; server did not catch an error: TCP_MAXSEG: 8 is out of range$/);
  expect(ko).toMatch(/; server에서 오류를 처리하지 않았습니다: TCP_MAXSEG: 8 is out of range$/);
});

test('what a run shows is told when the reader has come to its end; a mistake in the text at once', () => {
  const expectations = [{ story: 'S1', text: { en: '', ko: '' }, ok: true }];
  const errors = [{ process: 'client', message: 'recv ETIMEDOUT', byCall: true as const }];
  const shown = { ...RUN, outcome: { ...END, expectations, errors } };
  expect(summary(shown).en).toBe(
    'Recorded: 2 s of virtual time, 1,234 events; 1 of 1 expectations hold; client did not catch an error: recv ETIMEDOUT',
  );
  expect(summary({ ...shown, isSeen: false }).en).toBe('Recorded: 2 s of virtual time, 1,234 events');
  const mistake = { process: 'client', message: 'TypeError: x is not a function' };
  expect(summary({ ...shown, isSeen: false, outcome: { ...END, errors: [mistake] } }).en).toContain('TypeError');
});
