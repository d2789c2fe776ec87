import { expect, test } from 'vitest';
import { AssertionFailed, assert, unreachable } from './assert.ts';

test('a condition that holds passes, one that does not throws with its message', () => {
  assert(true, 'never seen');
  expect(() => assert(0, 'SND.UNA is at most SND.NXT')).toThrow(new AssertionFailed('SND.UNA is at most SND.NXT'));
});

test('an impossible value is named', () => {
  const value: unknown = 'LISTENING';
  expect(() => unreachable(value as never, 'state')).toThrow('impossible state: LISTENING');
});
