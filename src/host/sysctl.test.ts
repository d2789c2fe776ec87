import { expect, test } from 'vitest';
import { SYSCTL_NAMES, Sysctl } from './sysctl.ts';

test("Linux's defaults, the profile's over them, the user's over both", () => {
  const name = 'net.ipv4.tcp_retries2';
  expect(new Sysctl({}).get(name)).toBe(15);
  expect(new Sysctl({ [name]: 5 }).get(name)).toBe(5);
  expect(new Sysctl({ [name]: 5 }, { [name]: '3' }).get(name)).toBe(3);
});

test('settings of several numbers are texts', () => {
  const sysctl = new Sysctl({}, { 'net.ipv4.tcp_wmem': '4096\t8192  16384' });
  expect([0, 1, 2].map((i) => sysctl.get('net.ipv4.tcp_wmem', i))).toEqual([4096, 8192, 16_384]);
  expect(sysctl.text('net.ipv4.tcp_wmem')).toBe('4096 8192 16384');
  expect(sysctl.text('net.ipv4.ip_local_port_range')).toBe('32768 60999');
});

test.each([
  [{ 'net.ipv4.tcp_retris2': 5 }, "'net.ipv4.tcp_retries2'"],
  [{ tcp_retries2: 5 }, "'net.ipv4.tcp_retries2'"],
  [{ 'net/ipv4/tcp_retries2': 5 }, "'net.ipv4.tcp_retries2'"],
  [{ __proto__x: 5 }, '__proto__x'],
])('an unknown name %j is refused, and the nearest is named', (values, named) => {
  expect(() => new Sysctl({}, values)).toThrow(TypeError);
  expect(() => new Sysctl({}, values)).toThrow(named);
});

test('names of Object.prototype are no settings', () => {
  for (const name of ['toString', 'constructor', 'hasOwnProperty']) {
    expect(() => new Sysctl({}, { [name]: 1 })).toThrow(TypeError);
  }
});

test.each([
  [{ 'net.ipv4.tcp_retries2': -1 }, RangeError],
  [{ 'net.ipv4.tcp_retries2': 256 }, RangeError],
  [{ 'net.ipv4.tcp_retries2': 1.5 }, RangeError],
  [{ 'net.ipv4.tcp_retries2': Number.NaN }, RangeError],
  [{ 'net.ipv4.tcp_retries2': 'many' }, TypeError],
  [{ 'net.ipv4.tcp_retries2': '1 2' }, TypeError],
  [{ 'net.ipv4.tcp_wmem': 4096 }, TypeError],
  [{ 'net.ipv4.tcp_wmem': '4096 2048 1024' }, RangeError],
  [{ 'net.ipv4.ip_local_port_range': '0 70000' }, RangeError],
])('%j is refused with its name, its value and what is allowed', (values, kind) => {
  const [name = ''] = Object.keys(values);
  expect(() => new Sysctl({}, values)).toThrow(kind);
  expect(() => new Sysctl({}, values)).toThrow(name);
  expect(() => new Sysctl({}, values)).toThrow('allowed');
});

test('every setting has a default', () => {
  const sysctl = new Sysctl({});
  for (const name of SYSCTL_NAMES) expect(sysctl.text(name)).toMatch(/^(\d+( \d+)*|cubic)$/);
});

test('congestion control is a word, and no other than those that there are', () => {
  const name = 'net.ipv4.tcp_congestion_control';
  expect(new Sysctl({}).text(name)).toBe('cubic');
  expect(new Sysctl({}, { [name]: 'reno' }).text(name)).toBe('reno');
  for (const value of ['bbr', 1]) {
    expect(() => new Sysctl({}, { [name]: value })).toThrow(TypeError);
    expect(() => new Sysctl({}, { [name]: value })).toThrow('reno or cubic');
  }
});
