/**
 * Time. Inside it is a whole number of nanoseconds since the world began; a double holds it exactly for 104 days, and
 * a longer run is refused. At the border a duration is a number of milliseconds or a text with a unit.
 *
 * Left out on purpose: dates, time zones, any clock. Nothing here asks what time it is; `now` is always an argument.
 */
import { decimal, oneOfUnits, shown, trimmed } from './decimal.ts';

/** A moment since the world began, or a duration: an integer, or NEVER. */
export type Nanoseconds = number;

export const NANOSECOND = 1;
export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The deadline of what is not armed. Greater than every moment. */
export const NEVER: Nanoseconds = Infinity;

/** 104 days: the last whole day below 2^53 ns, up to which every nanosecond is exact. */
export const LONGEST_RUN: Nanoseconds = 104 * DAY;

const UNITS: ReadonlyMap<string, Nanoseconds> = new Map([
  ['ns', NANOSECOND],
  ['us', MICROSECOND],
  ['µs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['min', MINUTE],
  ['h', HOUR],
  ['d', DAY],
]);

const ALLOWED = `a number of milliseconds or a text with a unit (ns, us, ms, s, min, h, d) such as '1.5s'`;

/**
 * The duration in nanoseconds, rounded to a whole one. `value` is a number of milliseconds or a text: '5ms', '1.5s',
 * '200us', '20min', '2h', '1d'.
 *
 * @throws TypeError if it is neither, RangeError if it is negative or longer than 104 days
 */
export function parseDuration(argument: string, value: unknown): Nanoseconds {
  let nanoseconds: number;
  if (typeof value === 'number') {
    nanoseconds = value * MILLISECOND;
  } else {
    const parsed = typeof value === 'string' ? decimal(value, UNITS) : undefined;
    if (parsed === undefined)
      throw new TypeError(`${argument}: ${shown(value)} is not a duration; allowed is ${ALLOWED}`);
    nanoseconds = parsed;
  }
  // NaN fails both comparisons, so the test is written as what must hold.
  if (!(nanoseconds >= 0 && nanoseconds <= LONGEST_RUN)) {
    throw new RangeError(
      `${argument}: ${shown(value)} is out of range; allowed is 0 to 104 days (${oneOfUnits(UNITS)})`,
    );
  }
  // Not floor(x + 0.5): above 2^52 the sum itself would be rounded, and an exact integer grow by one.
  const whole = Math.floor(nanoseconds);
  return nanoseconds - whole >= 0.5 ? whole + 1 : whole;
}

/**
 * For people: '200 ns', '1.5 ms', '924.6 s', and from 1000 s on '2 h 11 min 15 s'. At most three decimals, rounded;
 * NEVER is 'never'.
 */
export function formatDuration(duration: Nanoseconds): string {
  if (duration === NEVER) return 'never';
  if (duration < 0) return `-${formatDuration(-duration)}`;
  if (duration < MICROSECOND) return `${trimmed(duration)} ns`;
  // The bounds lie half a thousandth lower, so that 999.9996 ms reads '1 s' and not '1000 ms'.
  if (duration < MILLISECOND - 0.5) return `${trimmed(duration / MICROSECOND)} µs`;
  if (duration < SECOND - 500) return `${trimmed(duration / MILLISECOND)} ms`;
  if (duration < 1000 * SECOND - 500_000) return `${trimmed(duration / SECOND)} s`;
  return formatLong(duration);
}

function formatLong(duration: Nanoseconds): string {
  let milliseconds = Math.floor(duration / MILLISECOND + 0.5);
  const parts: string[] = [];
  for (const [name, unit] of [
    ['d', DAY / MILLISECOND],
    ['h', HOUR / MILLISECOND],
    ['min', MINUTE / MILLISECOND],
  ] as const) {
    const count = Math.floor(milliseconds / unit);
    milliseconds -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  if (milliseconds > 0) parts.push(`${trimmed(milliseconds / 1000)} s`);
  return parts.join(' ');
}
