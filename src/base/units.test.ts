import { expect, test } from 'vitest';
import { formatSize, parseRate, parseSize } from './units.ts';

test('a size is a number of bytes or a text with a unit', () => {
  expect(parseSize('SO_SNDBUF', 4096)).toBe(4096);
  expect(parseSize('SO_SNDBUF', 0)).toBe(0);
  expect(Object.is(parseSize('SO_SNDBUF', -0), 0)).toBe(true);
  expect(parseSize('SO_SNDBUF', '100B')).toBe(100);
  expect(parseSize('SO_SNDBUF', '64KiB')).toBe(65_536);
  expect(parseSize('SO_SNDBUF', '1.5 MiB')).toBe(1_572_864);
  expect(parseSize('SO_SNDBUF', '1GiB')).toBe(1_073_741_824);
  expect(parseSize('SO_SNDBUF', '10kB')).toBe(10_000);
  expect(parseSize('SO_SNDBUF', '1MB')).toBe(1_000_000);
});

test('a wrong size names argument, value and what is allowed', () => {
  for (const value of ['64', '64kib', 'KiB', '64KB', null, undefined, {}, true]) {
    expect(() => parseSize('SO_SNDBUF', value)).toThrow(TypeError);
  }
  for (const value of [-1, 1.5, NaN, Infinity, '0.5B', '-1B', '9007199254740992B']) {
    expect(() => parseSize('SO_SNDBUF', value)).toThrow(RangeError);
  }
  expect(() => parseSize('SO_SNDBUF', '64KB')).toThrow(
    "SO_SNDBUF: '64KB' is not a size; allowed is a number of bytes or a text with a unit such as '64KiB' " +
      '(B, kB, MB, GB, KiB, MiB, GiB)',
  );
  expect(() => parseSize('SO_SNDBUF', -1)).toThrow(
    'SO_SNDBUF: -1 is out of range; allowed is a whole number of bytes from 0 to 9007199254740991',
  );
});

test('a rate is a number of bits per second or a text with a unit', () => {
  expect(parseRate('rate', 9600)).toBe(9600);
  expect(parseRate('rate', '56kbit/s')).toBe(56_000);
  expect(parseRate('rate', '100Mbit/s')).toBe(100_000_000);
  expect(parseRate('rate', '2.5Gbit/s')).toBe(2_500_000_000);
  expect(parseRate('rate', '1Tbit/s')).toBe(1e12);
});

test('a wrong rate names argument, value and what is allowed', () => {
  for (const value of ['100', '100Mbps', '100MB/s', null, {}])
    expect(() => parseRate('rate', value)).toThrow(TypeError);
  for (const value of [0, -1, NaN, Infinity, '0bit/s', '1001Tbit/s']) {
    expect(() => parseRate('rate', value)).toThrow(RangeError);
  }
  expect(() => parseRate('rate', 0)).toThrow('rate: 0 is out of range; allowed is above 0 to 1000Tbit/s');
});

test('a size is written for people', () => {
  expect(formatSize(0)).toBe('0 B');
  expect(formatSize(1023)).toBe('1023 B');
  expect(formatSize(46_080)).toBe('45 KiB');
  expect(formatSize(65_536)).toBe('64 KiB');
  expect(formatSize(1_572_864)).toBe('1.5 MiB');
  expect(formatSize(2_147_483_648)).toBe('2 GiB');
  expect(formatSize(-2048)).toBe('-2 KiB');
});
