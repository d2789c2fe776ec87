import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../base/time.ts';
import { linux, rfc, tcpConfigOf } from '../host/profiles.ts';
import { Sysctl } from '../host/sysctl.ts';
import { Rto } from './rto.ts';

const LINUX = tcpConfigOf(linux, new Sysctl(linux.sysctl));
const RFC = tcpConfigOf(rfc, new Sysctl(rfc.sysctl));

test('RFC 6298, 2.1: one second before the first sample', () => {
  expect(new Rto(RFC).value).toBe(SECOND);
});

test('RFC 6298, 2.2 and 2.3: SRTT, RTTVAR and RTO after one and after two samples', () => {
  const rto = new Rto(RFC);
  rto.sample(800 * MILLISECOND);
  expect([rto.srtt, rto.rttvar, rto.value]).toEqual([800, 400, 2400].map((ms) => ms * MILLISECOND));
  rto.sample(1000 * MILLISECOND);
  expect([rto.srtt, rto.rttvar, rto.value]).toEqual([825, 350, 2225].map((ms) => ms * MILLISECOND));
});

test('RFC 6298, 2.4: the whole is at least a second; Linux: only the variance is at least 200 ms', () => {
  const whole = new Rto(RFC);
  whole.sample(10 * MILLISECOND);
  expect(whole.value).toBe(SECOND);
  const variance = new Rto(LINUX);
  variance.sample(10 * MILLISECOND);
  expect(variance.value).toBe(210 * MILLISECOND);
});

test('RFC 6298, 5.5: each time-out doubles it, up to 120 s', () => {
  const rto = new Rto(LINUX);
  rto.sample(1);
  const values: number[] = [];
  for (let i = 0; i < 12; i++) {
    values.push(Math.round(rto.value / MILLISECOND));
    rto.backOff();
  }
  expect(values).toEqual([200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 102400, 120000, 120000]);
  rto.restart();
  expect(Math.round(rto.value / MILLISECOND)).toBe(200);
});

test('T1, T2: what Linux takes fifteen, eight and three retransmissions to last', () => {
  const rto = new Rto(LINUX);
  expect([15, 8, 3].map((retries) => rto.modelTimeout(retries) / SECOND)).toEqual([924.6, 102.2, 3]);
});

test('RFC 6298, 5.7: data begins with 3 s after a lost handshake, unless the handshake gave a sample all the same', () => {
  const lost = new Rto(RFC);
  lost.afterLostHandshake(3 * SECOND);
  expect(lost.value).toBe(3 * SECOND);
  const sampled = new Rto(RFC);
  sampled.sample(100 * MILLISECOND);
  sampled.afterLostHandshake(3 * SECOND);
  expect(sampled.value).toBe(SECOND);
});
