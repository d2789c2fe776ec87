/** A path that swallows long packets and says nothing, between two of our TCPs. */
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { Pair, type PairOptions } from '../../test/support/pair.ts';
import { linux, tcpConfigOf } from '../host/profiles.ts';
import { Sysctl } from '../host/sysctl.ts';

const MINUTE = 60_000_000_000;
const BYTES = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >>> 9)) & 255);

interface Told {
  readonly lengths: readonly number[];
  /** How much arrived, if it is what was sent; else NaN. */
  readonly got: number;
  readonly failed: string | undefined;
  readonly ssthresh: number;
}

/** B sends `count` bytes over a path on which no segment with more than `most` bytes of data arrives. */
function send(probing: number, most: number, count = 30_000, more: PairOptions = {}): Told {
  const { mtuProbing } = tcpConfigOf(linux, new Sysctl(linux.sysctl, { 'net.ipv4.tcp_mtu_probing': probing }));
  const pair = new Pair({ ...more, config: { ...more.config, mtuProbing } }).connect();
  pair.verdict = ({ length }) => length <= most;
  const before = pair.sent.length;
  const parts: Uint8Array[] = [];
  let given = 0;
  for (let turn = 0; turn < 600 && pair.b.failed === undefined && size(parts) < count; turn++) {
    if (given < count) given += pair.send(pair.b, BYTES.subarray(given, count));
    pair.run(MINUTE / 60);
    parts.push(pair.read(pair.a));
  }
  const lengths = pair.sent.slice(before).flatMap(({ from, length }) => (from === 'b' && length > 0 ? [length] : []));
  const { ssthresh } = pair.b.tcb.congestion;
  return {
    lengths,
    got: Buffer.concat(parts).equals(BYTES.subarray(0, size(parts))) ? size(parts) : Number.NaN,
    failed: pair.b.failed,
    ssthresh,
  };
}

/** No loss has been answered yet. */
const FRESH = new Pair().connect().b.tcb.congestion.ssthresh;

const size = (parts: readonly Uint8Array[]) => parts.reduce((sum, { length }) => sum + length, 0);

test('a black hole: nothing arrives, ever, unless it is looked for', () => {
  const { got, lengths } = send(0, 1100);
  expect(got).toBe(0);
  expect(Math.min(...lengths)).toBe(1448);
});

test('from a black hole on: 1024 bytes of data after tcp_retries1, then all arrives', () => {
  const { got, lengths } = send(1, 1100);
  expect(got).toBe(30_000);
  expect(lengths.find((length) => length < 1448)).toBe(1024);
});

test('a narrower one: halved with each time-out, down to what the path takes and no further', () => {
  const { got, lengths } = send(1, 300);
  expect(got).toBe(30_000);
  const full = [...new Set(lengths)].filter((length) => [1448, 1024, 512, 256].includes(length));
  expect(full).toEqual([1448, 1024, 512, 256]);
});

test('none is shorter than tcp_mtu_probe_floor: such a path is given up as any other', () => {
  const { lengths, got } = send(1, 20, 20 * 48);
  expect(got).toBe(0);
  expect(Math.min(...lengths)).toBe(48);
});

test('always: it begins at tcp_base_mss, and finds the longest that arrives, within tcp_probe_threshold', () => {
  const { got, lengths, ssthresh } = send(2, 1300, 200_000);
  expect(got).toBe(200_000);
  expect(lengths[0]).toBe(1024);
  // 1236 of 1024…1448 arrives, 1342 is lost, and so on: what is sent in the end is the last that arrived.
  const tried = [...new Set(lengths)].filter((length) => length > 1024);
  expect(tried.slice(0, 3)).toEqual([1236, 1342, 1288]);
  const longest = Math.max(...lengths.slice(-20));
  expect(longest).toBeLessThanOrEqual(1300);
  expect(longest).toBeGreaterThan(1300 - 8);
  // RFC 4821, 7.5: a lost probe is no sign of congestion.
  expect(ssthresh).toBe(FRESH);
});

test('always, and all of the path is free: it ends at the path as the interface knows it', () => {
  const { got, lengths } = send(2, 1448, 200_000);
  expect(got).toBe(200_000);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1448);
  expect(Math.max(...lengths)).toBeGreaterThan(1448 - 8);
});

test('a lost probe without SACK: sent again in segments that fit, and the window of congestion stays', () => {
  const { got, ssthresh } = send(2, 1100, 200_000, { config: { sack: false } });
  expect(got).toBe(200_000);
  expect(ssthresh).toBe(FRESH);
});
