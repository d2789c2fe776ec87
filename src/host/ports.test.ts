import { expect, test } from 'vitest';
import { Rng } from '../base/rng.ts';
import { ipv4 } from '../wire/address.ts';
import { Ports } from './ports.ts';

const ANY = ipv4(0);
const ONE = ipv4(0x0a00_0001);
const TWO = ipv4(0x0a00_0002);

function ports(low = 40_000, high = 40_099, steals = false): Ports {
  return new Ports(low, high, new Rng(1), steals);
}

test('one address and port are held once; another address, or another port, is free', () => {
  const table = ports();
  expect(table.bind(ONE, 80, false)).toBeDefined();
  expect(table.bind(ONE, 80, false)).toBeUndefined();
  expect(table.bind(ANY, 80, false)).toBeUndefined();
  expect(table.bind(TWO, 80, false)).toBeDefined();
  expect(table.bind(ONE, 81, false)).toBeDefined();
});

test('rows 52 and 55: SO_REUSEADDR helps only if both have it and none listens', () => {
  const table = ports();
  const first = table.bind(ANY, 80, true);
  expect(table.bind(ANY, 80, false)).toBeUndefined();
  const second = table.bind(ANY, 80, true);
  expect(first && table.startListening(first)).toBe(true);
  expect(second && table.startListening(second)).toBe(false);
  expect(table.bind(ANY, 80, true)).toBeUndefined();
});

test("a listener's connections hold its port after it has closed", () => {
  const table = ports();
  const listener = table.bind(ANY, 80, false);
  if (listener === undefined) throw new Error('the port is free');
  table.startListening(listener);
  const one = table.share(listener, ONE);
  const other = table.share(listener, ONE);
  expect(other).toBe(one);
  listener.listening = false;
  table.release(listener);
  expect(table.bind(ONE, 80, false)).toBeUndefined();
  expect(table.bind(TWO, 80, false)).toBeDefined();
  table.release(one);
  expect(table.bind(ONE, 80, false)).toBeUndefined();
  table.release(other);
  expect(table.bind(ONE, 80, false)).toBeDefined();
});

test('with SO_REUSEADDR on both sides a server starts again while its old connections linger', () => {
  const table = ports();
  const listener = table.bind(ANY, 80, true);
  if (listener === undefined) throw new Error('the port is free');
  table.startListening(listener);
  table.share(listener, ONE);
  listener.listening = false;
  table.release(listener);
  const again = table.bind(ANY, 80, true);
  expect(again && table.startListening(again)).toBe(true);
});

test('port 0 gives a free port of the range until all are in use', () => {
  const table = ports(40_000, 40_009);
  const given = new Set<number>();
  for (let i = 0; i < 10; i++) given.add(table.bind(ANY, 0, false)?.port ?? 0);
  expect([...given].sort()).toEqual(Array.from({ length: 10 }, (_, i) => 40_000 + i));
  expect(table.bind(ANY, 0, true)).toBeUndefined();
});

test('an ephemeral port is chosen anew for each connection to one peer, and shared towards others', () => {
  const table = ports(40_000, 40_003);
  const taken = new Set<number>();
  const isFree = (port: number) => !taken.has(port);
  for (let i = 0; i < 4; i++) taken.add(table.choose(ONE, { address: TWO, port: 80 }, false, isFree)?.port ?? 0);
  expect(taken.size).toBe(4);
  expect(table.choose(ONE, { address: TWO, port: 80 }, false, isFree)).toBeUndefined();
  expect(table.choose(ONE, { address: TWO, port: 81 }, false, () => true)).toBeDefined();
});

test('a port that a program bound is not chosen, and one that was chosen cannot be bound', () => {
  const table = ports(40_000, 40_001);
  const bound = table.bind(ANY, 0, false);
  const chosen = table.choose(ONE, { address: TWO, port: 80 }, false, () => true);
  expect(chosen?.port).not.toBe(bound?.port);
  expect(table.bind(ONE, chosen?.port ?? 0, false)).toBeUndefined();
});

test('V20, RFC 6056: the ports of one peer do not tell those of another', () => {
  const table = new Ports(32_768, 60_999, new Rng(5), false);
  const first: number[] = [];
  for (let peer = 1; peer <= 400; peer++) {
    first.push(table.choose(ONE, { address: ipv4(peer), port: 443 }, false, () => true)?.port ?? 0);
  }
  const differences = new Set(first.map((port, i) => port - (first[i - 1] ?? 0)));
  expect(new Set(first).size).toBeGreaterThan(380);
  expect(differences.size).toBeGreaterThan(380);
  const quarters = [0, 0, 0, 0];
  for (const port of first) {
    const quarter = Math.floor(((port - 32_768) * 4) / 28_232);
    quarters[quarter] = (quarters[quarter] ?? 0) + 1;
  }
  for (const count of quarters) expect(count).toBeGreaterThan(60);
});

test('Windows: SO_REUSEADDR takes a port over', () => {
  const table = ports(40_000, 40_009, true);
  const victim = table.bind(ANY, 80, false);
  if (victim !== undefined) table.startListening(victim);
  const thief = table.bind(ANY, 80, true);
  expect(thief && table.startListening(thief)).toBe(true);
});
