import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatAddress,
  formatEndpoint,
  formatPrefix,
  inPrefix,
  isLoopback,
  isMulticast,
  isUnspecified,
  parseAddress,
  parseInterfaceAddress,
  parsePrefix,
  prefixOf,
  sameAddress,
  unmapped,
} from './address.ts';
import { ipv6, isLinkLocal, parseIpv6, solicitedNode } from './ipv6-address.ts';

const six = (text: string) => {
  const address = parseIpv6(text);
  if (address === undefined) throw new Error(text);
  return address;
};
const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff_ffff }));

// The left texts stand in RFC 5952, sections 1, 2 and 4; the right ones are what section 4 makes of them.
test.each([
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8::0:1', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['1:0:0:0:0:0:0:0', '1::'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['::ffff:c000:201', '::ffff:192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
])('RFC 5952: %s is written %s', (text, canonical) => {
  expect(formatAddress(parseAddress('address', text))).toBe(canonical);
});

test('each of the 2^128 is read as it is written, and equal to no other', () => {
  fc.assert(
    fc.property(word, word, word, word, word, (a, b, c, d, e) => {
      const address = ipv6(a, b, c, d);
      const again = six(formatAddress(address));
      expect(again).toEqual(address);
      expect(sameAddress(again, address)).toBe(true);
      expect(sameAddress(ipv6(a, b, c, e), address)).toBe(d === e);
    }),
  );
});

test.each([
  ':',
  ':::',
  '1',
  '1:2',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  '12345::',
  'g::',
  '1:2:3:4:5:6:7::8:9',
  '::1.2.3',
  '::1.2.3.256',
  '::01.2.3.4',
  '1.2.3.4::',
  '::1%eth0',
  '[::1]',
  '::1 ',
  '1:2:3:4:5:6:7:1.2.3.4',
])('what inet_pton refuses is refused: %s', (text) => {
  expect(() => parseAddress('address', text)).toThrow(TypeError);
});

test('an endpoint has brackets, so that its port can be told from its address', () => {
  expect(formatEndpoint({ address: six('fd00::1'), port: 80 })).toBe('[fd00::1]:80');
});

test('an address lies in the prefix of each of its lengths, and its complement in none but /0', () => {
  fc.assert(
    fc.property(word, word, word, word, fc.integer({ min: 0, max: 128 }), (a, b, c, d, length) => {
      const prefix = prefixOf(ipv6(a, b, c, d), length);
      expect(inPrefix(ipv6(a, b, c, d), prefix)).toBe(true);
      expect(inPrefix(ipv6(~a, ~b, ~c, ~d), prefix)).toBe(length === 0);
      expect(parsePrefix('prefix', formatPrefix(prefix))).toEqual(prefix);
    }),
  );
  expect(inPrefix(parseAddress('address', '10.0.0.1'), parsePrefix('prefix', '::/0'))).toBe(false);
});

test('an interface has a /64 unless it says otherwise, and no address that is nobody’s', () => {
  expect(formatPrefix(parseInterfaceAddress('address', 'fd00::1').prefix)).toBe('fd00::/64');
  expect(formatPrefix(parseInterfaceAddress('address', 'fd00::1/48').prefix)).toBe('fd00::/48');
  expect(parseInterfaceAddress('address', 'fd00::/127').address).toEqual(six('fd00::'));
  for (const text of ['::', '::1', 'ff02::1', '::ffff:10.0.0.1', 'fd00::', 'fd00::1/129', 'fd00:0:0:1::/64']) {
    expect(() => parseInterfaceAddress('address', text), text).toThrow(RangeError);
  }
  expect(() => parsePrefix('prefix', 'fd00::1/64')).toThrow("allowed is 'fd00::/64'");
});

test('the kinds of RFC 4291 are told apart', () => {
  const kinds = (text: string) => {
    const address = six(text);
    return [isUnspecified(address), isLoopback(address), isMulticast(address), isLinkLocal(address)];
  };
  expect(kinds('::')).toEqual([true, false, false, false]);
  expect(kinds('::1')).toEqual([false, true, false, false]);
  expect(kinds('ff02::1')).toEqual([false, false, true, false]);
  expect(kinds('fe80::1')).toEqual([false, false, false, true]);
  expect(kinds('febf::1')).toEqual([false, false, false, true]);
  expect(kinds('fec0::1')).toEqual([false, false, false, false]);
});

test('RFC 4291 2.7.1: the group that is asked for an address has its last 24 bits', () => {
  expect(formatAddress(solicitedNode(six('4037::01:800:200e:8c6c')))).toBe('ff02::1:ff0e:8c6c');
});

test('an IPv4-mapped address stands for the other family’s', () => {
  expect(formatAddress(unmapped(six('::ffff:10.0.0.1')))).toBe('10.0.0.1');
  expect(unmapped(six('fd00::1'))).toEqual(six('fd00::1'));
});
