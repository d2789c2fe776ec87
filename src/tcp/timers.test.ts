import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NEVER } from '../base/time.ts';
import { TIMERS, type TimerName, Timers } from './timers.ts';

test('a timer fires at its deadline and not one nanosecond before', () => {
  const timers = new Timers();
  timers.arm('persist', 1000);
  expect(timers.takeExpired(999)).toBeUndefined();
  expect(timers.takeExpired(1000)).toBe('persist');
  expect(timers.takeExpired(1000)).toBeUndefined();
});

test('`next` is always the earliest deadline, whatever is armed, moved or disarmed', () => {
  const step = fc.record({ name: fc.constantFrom(...TIMERS), at: fc.option(fc.nat({ max: 50 })) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const timers = new Timers();
      const model = new Map<TimerName, number>();
      for (const { name, at } of steps) {
        if (at === null) {
          timers.disarm(name);
          model.delete(name);
        } else {
          timers.arm(name, at);
          model.set(name, at);
        }
        expect(timers.next).toBe(Math.min(NEVER, ...model.values()));
        expect(timers.isArmed(name)).toBe(model.has(name));
      }
    }),
  );
});

test('what the trace is to be told is each deadline once, and nothing of a timer that went off', () => {
  const timers = new Timers();
  const told = () => [...timers.changes()];
  expect(told()).toEqual([]);
  timers.arm('retransmission', 200);
  timers.arm('keep-alive', 900);
  expect(told()).toEqual([
    ['retransmission', 200],
    ['keep-alive', 900],
  ]);
  // Only what it has come to counts.
  timers.arm('retransmission', 250);
  timers.arm('retransmission', 200);
  timers.disarm('keep-alive');
  expect(told()).toEqual([['keep-alive', NEVER]]);
  expect(timers.takeExpired(200)).toBe('retransmission');
  timers.toldExpired('retransmission');
  expect(told()).toEqual([]);
  timers.arm('retransmission', 200);
  expect(told()).toEqual([['retransmission', 200]]);
});
