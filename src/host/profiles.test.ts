import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../base/time.ts';
import { linux, PROFILES, type Profile, tcpConfigOf, userOptionsOf, windows } from './profiles.ts';
import { Sysctl } from './sysctl.ts';

const configOf = (profile: Profile, user = {}) => tcpConfigOf(profile, new Sysctl(profile.sysctl, user));

test('linux: the figures of linux-behaviour section 1', () => {
  expect(configOf(linux)).toMatchObject({
    synRetries: 6,
    synLinearTimeouts: 4,
    synAckRetries: 5,
    retries2: 15,
    orphanRetries: 8,
    finTimeout: 60 * SECOND,
    timeWait: 60 * SECOND,
    rtoMin: 200 * MILLISECOND,
    rtoMax: 120 * SECOND,
    sendBufferDefault: 16_384,
    receiveBufferDefault: 131_072,
  });
  expect(userOptionsOf(new Sysctl({}))).toMatchObject({
    keepIdle: 7200 * SECOND,
    keepInterval: 75 * SECOND,
    keepCount: 9,
  });
});

test('windows: a connect that nobody answers ends after 3 + 6 + 12 = 21 s', () => {
  const { rtoInitial, synRetries, synLinearTimeouts } = configOf(windows);
  let total = 0;
  for (let i = 0, wait = rtoInitial; i <= synRetries; i++, wait *= 2) total += wait;
  expect([synLinearTimeouts, total]).toEqual([0, 21 * SECOND]);
});

test('a sysctl changes what TCP is told, in its own unit', () => {
  const config = configOf(linux, { 'net.ipv4.tcp_rto_min_us': 5000, 'net.ipv4.tcp_fin_timeout': 10 });
  expect([config.rtoMin, config.finTimeout]).toEqual([5 * MILLISECOND, 10 * SECOND]);
});

test('every profile is a valid set of settings', () => {
  for (const [name, profile] of Object.entries(PROFILES)) {
    expect(profile.name).toBe(name);
    expect(() => configOf(profile)).not.toThrow();
  }
});
