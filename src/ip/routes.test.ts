import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inPrefix, ipv4, prefixOf } from '../wire/address.ts';
import { type Route, Routes } from './routes.ts';

function route(network: number, length: number, through: string, metric = 0): Route<string> {
  return { prefix: prefixOf(ipv4(network), length), gateway: undefined, through, metric, source: ipv4(1) };
}

test('the longest prefix wins, then the lowest metric, then the older route', () => {
  const routes = new Routes<string>();
  routes.add(route(0, 0, 'default'));
  routes.add(route(0x0a00_0000, 8, 'ten', 5));
  routes.add(route(0x0a00_0000, 8, 'ten better', 1));
  routes.add(route(0x0a00_0000, 8, 'ten late', 1));
  routes.add(route(0x0a00_0100, 24, 'narrow', 9));
  expect(routes.lookup(ipv4(0x0a00_0105))?.through).toBe('narrow');
  expect(routes.lookup(ipv4(0x0a01_0000))?.through).toBe('ten better');
  expect(routes.lookup(ipv4(0x0b00_0000))?.through).toBe('default');
});

test('no route is an answer too, and is forgotten when one is added', () => {
  const routes = new Routes<string>();
  expect(routes.lookup(ipv4(0x0a00_0001))).toBeUndefined();
  const before = routes.generation;
  routes.add(route(0x0a00_0001, 32, 'host'));
  expect(routes.generation).toBeGreaterThan(before);
  expect(routes.lookup(ipv4(0x0a00_0001))?.through).toBe('host');
  expect(routes.remove(({ through }) => through === 'host')).toBe(1);
  expect(routes.lookup(ipv4(0x0a00_0001))).toBeUndefined();
  expect(routes.remove(() => true)).toBe(0);
});

test('a look-up finds what a walk over all routes finds', () => {
  const prefix = fc.record({ bits: fc.nat({ max: 0xffff_ffff }), length: fc.integer({ min: 0, max: 32 }) });
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 20 }), fc.nat({ max: 0xffff_ffff }), (prefixes, destination) => {
      const routes = new Routes<string>();
      for (const { bits, length } of prefixes) routes.add(route(bits, length, 'x'));
      let longest = -1;
      for (const { prefix } of routes.list()) {
        if (inPrefix(ipv4(destination), prefix)) longest = Math.max(longest, prefix.length);
      }
      expect(routes.lookup(ipv4(destination))?.prefix.length ?? -1).toBe(longest);
    }),
  );
});
