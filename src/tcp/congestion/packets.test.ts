/** The window of congestion in packets, as Linux counts it, and in bytes (RFC 5681). */
import { expect, test } from 'vitest';
import { OneEnd } from '../../../test/support/one-end.ts';
import { MILLISECOND } from '../../base/time.ts';
import { rfc } from '../../host/profiles.ts';

const RTT = 10 * MILLISECOND;
const chatty = { rtt: RTT, peer: 'mss 1000,sackOK', user: { noDelay: true } };

/** Writes of `size` bytes, each tried at once; how many leave. */
function writes(end: OneEnd, count: number, size = 1): number {
  let left = 0;
  for (let i = 0; i < count; i++) left += end.write(size).length;
  return left;
}

test('ten packets to begin with, however short; what waits is merged, and leaves in one', () => {
  const end = OneEnd.established(chatty);
  expect(writes(end, 30)).toBe(10);
  expect(end.arrive('. 1:1(0) ack 2')).toEqual(['P. 11:31(20) ack 1']);
});

test('in bytes, thirty short ones are nothing', () => {
  const end = OneEnd.established({ ...chatty, profile: rfc });
  expect(writes(end, 30)).toBe(30);
});

test('slow start: each short packet that is acknowledged lets two leave', () => {
  const end = OneEnd.established(chatty);
  writes(end, 10);
  end.arrive('. 1:1(0) ack 11');
  expect(end.tcp.status().info.sndCwnd).toBe(20_000);
  expect(writes(end, 30)).toBe(20);
});

test('V14: a peer gains nothing by acknowledging a packet in pieces', () => {
  const end = OneEnd.established(chatty);
  writes(end, 10, 100);
  for (let ack = 11; ack <= 1001; ack += 10) end.arrive(`. 1:1(0) ack ${ack}`);
  expect(end.tcp.status().info.sndCwnd).toBe(20_000);
});

test('a window that ten short packets do not use does not grow', () => {
  const end = OneEnd.established(chatty);
  writes(end, 4);
  end.arrive('. 1:1(0) ack 5');
  expect(end.tcp.status().info.sndCwnd).toBe(10_000);
});

test('what is selectively acknowledged makes room for as many', () => {
  const end = OneEnd.established(chatty);
  expect(writes(end, 10, 500)).toBe(10);
  expect(end.arrive('. 1:1(0) ack 1 <sack 501:1001>')).toEqual([]);
  expect(writes(end, 3, 500)).toBe(1);
});

test('after a time-out one packet leaves; CUBIC keeps 717/1024 of the window as threshold, Reno half of what is in flight', () => {
  for (const [congestionControl, threshold] of [
    [undefined, 7000],
    ['cubic', 7000],
    ['reno', 5000],
  ] as const) {
    const chosen = congestionControl === undefined ? {} : { congestionControl };
    const end = OneEnd.established({ ...chatty, config: { lossProbe: false, ...chosen } });
    writes(end, 10);
    expect(end.run(300 * MILLISECOND)).toEqual(['P. 1:11(10) ack 1']); // the short ones leave as one
    expect(end.tcp.status().info).toMatchObject({ sndCwnd: 1000, sndSsthresh: threshold });
  }
});
