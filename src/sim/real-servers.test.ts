import { expect, test } from 'vitest';
import { MILLISECOND } from '../base/time.ts';
import { RealServers } from './real-servers.ts';
import { Timeline } from './timeline.ts';

/** A clock on the wall that the test moves, and what waits for it. */
function wall() {
  let clock = 0;
  let waiting: { at: number; then: (at: number) => void }[] = [];
  return {
    now: () => clock,
    wait: (milliseconds: number, then: (at: number) => void) => void waiting.push({ at: clock + milliseconds, then }),
    /** Time passes, and nothing listens to it meanwhile. */
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
    /** The event loop has its turn, whose timers come before what it `hears`, which may take long. */
    turn: (hears = () => {}) => {
      const began = clock;
      const due = waiting.filter(({ at }) => at <= clock);
      waiting = waiting.filter(({ at }) => at > clock);
      hears();
      for (const { then } of due) then(began);
    },
  };
}

test('what came while the machine let the process stand still is heard before virtual time moves on', () => {
  const clock = wall();
  const servers = new RealServers(new Timeline(), clock);
  const soon = MILLISECOND;
  servers.heard(50);
  clock.pass(500);
  expect(servers.isEarly(soon, false)).toBe(true);

  let looked = 0;
  servers.wait(() => (looked += 1));
  clock.turn();
  expect(looked).toBe(0);
  clock.pass(20);
  clock.turn();
  expect(looked).toBe(1);
  expect(servers.isEarly(soon, false)).toBe(false);
});

test('a look that was under way when something was heard has not listened behind it, however long it took', () => {
  const clock = wall();
  const servers = new RealServers(new Timeline(), clock);
  servers.wait(() => {});
  clock.pass(10);
  clock.turn(() => {
    servers.heard(50);
    clock.pass(20);
  });
  expect(servers.isEarly(MILLISECOND, false)).toBe(true);
});

test('virtual time goes on once nothing more has come for a while, and then no faster than the clock', () => {
  const clock = wall();
  const servers = new RealServers(new Timeline(), clock);
  const look = () => {
    servers.wait(() => {});
    clock.pass(5);
    clock.turn();
  };
  servers.heard(50);
  expect(servers.isEarly(3 * MILLISECOND, false)).toBe(true);
  look();
  expect(servers.isEarly(3 * MILLISECOND, false)).toBe(false);
  expect(servers.isEarly(8 * MILLISECOND, false)).toBe(true);
  look();
  expect(servers.isEarly(8 * MILLISECOND, false)).toBe(false);
  expect(servers.isEarly(1000 * MILLISECOND, false)).toBe(true);
  for (let looks = 0; looks < 8; looks++) look();
  expect(servers.isEarly(1000 * MILLISECOND, false)).toBe(false);
});
