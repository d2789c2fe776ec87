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
