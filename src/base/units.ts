/**
 * Sizes in bytes and rates in bits per second, as numbers or as texts with a unit.
 * KiB, MiB, GiB are powers of 1024; kB, MB, GB and all rates are powers of 1000.
 */
import { decimal, oneOfUnits, shown, trimmed } from './decimal.ts';

const SIZES: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 1024],
  ['MiB', 1_048_576],
  ['GiB', 1_073_741_824],
]);

const RATES: ReadonlyMap<string, number> = new Map([
  ['bit/s', 1],
  ['kbit/s', 1e3],
  ['Mbit/s', 1e6],
  ['Gbit/s', 1e9],
  ['Tbit/s', 1e12],
]);

/** 1 Pbit/s. Far beyond any cable, and far below where a double would lose a bit. */
const HIGHEST_RATE = 1e15;

/**
 * The size in whole bytes. `value` is a number of bytes or a text: '100B', '64KiB', '1MB', '1.5MiB'.
 *
 * @throws TypeError if it is neither, RangeError if it is negative, no whole number of bytes, or above 2^53 - 1
 */
export function parseSize(argument: string, value: unknown): number {
  const size = parse(argument, value, SIZES, 'size', `a number of bytes or a text with a unit such as '64KiB'`);
  if (!(Number.isSafeInteger(size) && size >= 0)) {
    const allowed = `a whole number of bytes from 0 to ${Number.MAX_SAFE_INTEGER}`;
    throw new RangeError(`${argument}: ${shown(value)} is out of range; allowed is ${allowed}`);
  }
  return size === 0 ? 0 : size;
}

/**
 * The rate in bits per second. `value` is a number of bits per second or a text: '100Mbit/s', '2.5Gbit/s'.
 *
 * @throws TypeError if it is neither, RangeError if it is not above 0, or above 1000 Tbit/s
 */
export function parseRate(argument: string, value: unknown): number {
  const rate = parse(
    argument,
    value,
    RATES,
    'rate',
    `a number of bits per second or a text with a unit such as '100Mbit/s'`,
  );
  if (!(rate > 0 && rate <= HIGHEST_RATE)) {
    throw new RangeError(`${argument}: ${shown(value)} is out of range; allowed is above 0 to 1000Tbit/s`);
  }
  return rate;
}

function parse(
  argument: string,
  value: unknown,
  units: ReadonlyMap<string, number>,
  what: string,
  allowed: string,
): number {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? decimal(value, units) : undefined;
  if (parsed !== undefined) return parsed;
  throw new TypeError(`${argument}: ${shown(value)} is not a ${what}; allowed is ${allowed} (${oneOfUnits(units)})`);
}

/** For people: '1023 B', '64 KiB', '1.5 MiB'. At most three decimals, rounded. */
export function formatSize(bytes: number): string {
  if (bytes < 0) return `-${formatSize(-bytes)}`;
  for (const [name, unit] of [
    ['GiB', 1_073_741_824],
    ['MiB', 1_048_576],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= unit) return `${trimmed(bytes / unit)} ${name}`;
  }
  return `${trimmed(bytes)} B`;
}
