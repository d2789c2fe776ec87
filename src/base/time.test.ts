import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DAY,
  formatDuration,
  HOUR,
  LONGEST_RUN,
  MICROSECOND,
  MILLISECOND,
  MINUTE,
  NEVER,
  parseDuration,
  SECOND,
} from './time.ts';

test('a number is milliseconds, a text has a unit', () => {
  expect(parseDuration('delay', 5)).toBe(5 * MILLISECOND);
  expect(parseDuration('delay', 0.5)).toBe(500 * MICROSECOND);
  expect(parseDuration('delay', 0)).toBe(0);
  expect(parseDuration('delay', '5ms')).toBe(5 * MILLISECOND);
  expect(parseDuration('delay', '1.5s')).toBe(1500 * MILLISECOND);
  expect(parseDuration('delay', '2h')).toBe(2 * HOUR);
  expect(parseDuration('delay', '200us')).toBe(200 * MICROSECOND);
  expect(parseDuration('delay', '200µs')).toBe(200 * MICROSECOND);
  expect(parseDuration('delay', '10ns')).toBe(10);
  expect(parseDuration('delay', '20min')).toBe(20 * MINUTE);
  expect(parseDuration('delay', '1d')).toBe(DAY);
  expect(parseDuration('delay', '7 s')).toBe(7 * SECOND);
});

test('the result is a whole number of nanoseconds, rounded', () => {
  expect(parseDuration('delay', 0.1)).toBe(100_000);
  expect(parseDuration('delay', 0.000_000_6)).toBe(1);
  expect(parseDuration('delay', '0.3us')).toBe(300);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
      expect(Number.isSafeInteger(parseDuration('delay', ms))).toBe(true);
    }),
  );
});

test('whole numbers of every unit are exact up to 104 days', () => {
  expect(parseDuration('for', '104d')).toBe(LONGEST_RUN);
  expect(parseDuration('for', '8985599999999999ns')).toBe(LONGEST_RUN - 1);
  expect(Number.isSafeInteger(LONGEST_RUN)).toBe(true);
});

test('what is no duration is a TypeError that names argument, value and what is allowed', () => {
  for (const value of ['5', '5 m s', 'ms', '', '1e3ms', '5ms ', '.5s', '5.s', null, undefined, true, {}, [], 5n]) {
    expect(() => parseDuration('delay', value)).toThrow(TypeError);
  }
  expect(() => parseDuration('delay', '5 fortnights')).toThrow(
    "delay: '5 fortnights' is not a duration; allowed is a number of milliseconds or a text with a unit " +
      "(ns, us, ms, s, min, h, d) such as '1.5s'",
  );
});

test('a duration out of range is a RangeError that names argument, value and what is allowed', () => {
  for (const value of [-1, '-5ms', NaN, Infinity, -Infinity, '105d', '9999999999999999d']) {
    expect(() => parseDuration('SO_RCVTIMEO', value)).toThrow(RangeError);
  }
  expect(() => parseDuration('SO_RCVTIMEO', -1)).toThrow('SO_RCVTIMEO: -1 is out of range; allowed is 0 to 104 days');
});

test('a duration is written for people', () => {
  expect(formatDuration(0)).toBe('0 ns');
  expect(formatDuration(200)).toBe('200 ns');
  expect(formatDuration(1500)).toBe('1.5 µs');
  expect(formatDuration(5 * MILLISECOND)).toBe('5 ms');
  expect(formatDuration(924.6 * SECOND)).toBe('924.6 s');
  expect(formatDuration(7875 * SECOND)).toBe('2 h 11 min 15 s');
  expect(formatDuration(2 * HOUR)).toBe('2 h');
  expect(formatDuration(1000 * SECOND)).toBe('16 min 40 s');
  expect(formatDuration(DAY + SECOND / 2)).toBe('1 d 0.5 s');
  expect(formatDuration(-5 * MILLISECOND)).toBe('-5 ms');
  expect(formatDuration(NEVER)).toBe('never');
});

test('a duration just below a unit is rounded into it', () => {
  expect(formatDuration(MILLISECOND - 1)).toBe('999.999 µs');
  expect(formatDuration(SECOND - 1)).toBe('1 s');
  expect(formatDuration(SECOND - 501)).toBe('999.999 ms');
  expect(formatDuration(1000 * SECOND - 1)).toBe('16 min 40 s');
});

test('what is written without loss is read back as the same duration', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999_999 }),
      fc.constantFrom(MICROSECOND, MILLISECOND),
      (thousandths, unit) => {
        const duration = thousandths * (unit / 1000);
        expect(parseDuration('again', formatDuration(duration))).toBe(duration);
      },
    ),
  );
});
