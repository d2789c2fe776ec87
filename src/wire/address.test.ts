import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ANY,
  broadcastOf,
  formatAddress,
  formatEndpoint,
  formatMac,
  formatPrefix,
  inPrefix,
  ipv4,
  isGroupMac,
  isLoopback,
  isMulticast,
  isUnspecified,
  LIMITED_BROADCAST,
  MAC_BROADCAST,
  parseAddress,
  parseInterfaceAddress,
  parseIpv4Address,
  parseMac,
  parsePrefix,
  prefixOf,
  requireIpv4,
  sameAddress,
  sameEndpoint,
} from './address.ts';

const bits = fc.integer({ min: 0, max: 0xffff_ffff });
const address = (text: string) => parseIpv4Address('address', text);

test('an address is read and written, each of the 2^32', () => {
  expect(address('10.0.0.1')).toEqual(ipv4(0x0a00_0001));
  expect(address('255.255.255.255').bits).toBe(0xffff_ffff);
  expect(ipv4(-1).bits).toBe(0xffff_ffff);
  fc.assert(
    fc.property(bits, (value) => {
      expect(address(formatAddress(ipv4(value))).bits).toBe(value);
    }),
  );
});

test('what inet_pton refuses is refused, with argument, value and what is allowed', () => {
  for (const text of [
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.01',
    '0x0a.0.0.1',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '',
    ':::1',
    7,
    null,
  ]) {
    expect(() => parseAddress('address', text)).toThrow(TypeError);
  }
  expect(() => parseAddress('address', '10.0.0.256')).toThrow(RangeError);
  expect(() => parseAddress('to', 'B')).toThrow(
    "to: 'B' is not an address; allowed is an IPv4 address such as '10.0.0.1'",
  );
});

test('endpoints are the same if address and port are', () => {
  const endpoint = { address: address('10.0.0.1'), port: 7000 };
  expect(formatEndpoint(endpoint)).toBe('10.0.0.1:7000');
  expect(sameEndpoint(endpoint, { address: ipv4(0x0a00_0001), port: 7000 })).toBe(true);
  expect(sameEndpoint(endpoint, { address: ipv4(0x0a00_0001), port: 7001 })).toBe(false);
  expect(sameEndpoint(endpoint, { address: ipv4(0x0a00_0002), port: 7000 })).toBe(false);
  expect(sameAddress(ANY, LIMITED_BROADCAST)).toBe(false);
});

test('a prefix has no bits behind it', () => {
  expect(formatPrefix(parsePrefix('to', '10.0.0.0/24'))).toBe('10.0.0.0/24');
  expect(formatPrefix(parsePrefix('to', '0.0.0.0/0'))).toBe('0.0.0.0/0');
  expect(() => parsePrefix('to', '10.0.0.1/24')).toThrow(
    "to: '10.0.0.1/24' has bits behind its prefix; allowed is '10.0.0.0/24'",
  );
  for (const text of ['10.0.0.0', '10.0.0.0/', '10.0.0.0/x', '10.0.0.0/-1', '10.0.0/24', '/24', 7]) {
    expect(() => parsePrefix('to', text)).toThrow(TypeError);
  }
  expect(() => parsePrefix('to', '10.0.0.0/33')).toThrow(RangeError);
});

test("an interface's address is a /24 unless it says otherwise", () => {
  const plain = parseInterfaceAddress('address', '10.0.0.1');
  expect([formatAddress(plain.address), formatPrefix(plain.prefix)]).toEqual(['10.0.0.1', '10.0.0.0/24']);
  const wide = parseInterfaceAddress('address', '10.1.2.3/8');
  expect([formatAddress(wide.address), formatPrefix(wide.prefix)]).toEqual(['10.1.2.3', '10.0.0.0/8']);
  expect(formatPrefix(parseInterfaceAddress('address', '10.0.0.0/31').prefix)).toBe('10.0.0.0/31');
  expect(formatPrefix(parseInterfaceAddress('address', '127.0.0.1/8').prefix)).toBe('127.0.0.0/8');
});

test('no host has the first or the last address of its network, nor one that is none', () => {
  for (const text of [
    '10.0.0.0',
    '10.0.0.255',
    '10.255.255.255/8',
    '0.0.0.0',
    '0.0.0.0/0',
    '224.0.0.1',
    '255.255.255.255',
  ]) {
    expect(() => parseInterfaceAddress('address', text)).toThrow(RangeError);
  }
  expect(() => parseInterfaceAddress('address', '10.0.0.255')).toThrow('is the broadcast address of 10.0.0.0/24');
});

test('an address lies in the prefix of each of its lengths, and the broadcast address is its last', () => {
  fc.assert(
    fc.property(bits, fc.integer({ min: 0, max: 32 }), (value, length) => {
      const prefix = prefixOf(ipv4(value), length);
      expect(inPrefix(ipv4(value), prefix)).toBe(true);
      const last = broadcastOf(prefix);
      const first = requireIpv4('network', prefix.network).bits;
      expect((last?.bits ?? 0) - first).toBe(2 ** (32 - length) - 1);
      if (length > 0) expect(inPrefix(ipv4((last?.bits ?? 0) + 1), prefix)).toBe(false);
    }),
  );
});

test('kinds of addresses', () => {
  expect(isMulticast(address('224.0.0.1')) && isMulticast(address('239.255.255.255'))).toBe(true);
  expect(isMulticast(address('223.255.255.255')) || isMulticast(address('240.0.0.0'))).toBe(false);
  expect(isLoopback(address('127.255.0.1'))).toBe(true);
  expect(isLoopback(address('128.0.0.1'))).toBe(false);
  expect(isUnspecified(ANY)).toBe(true);
});

test('a MAC address is read and written, its group bit seen', () => {
  expect(parseMac('mac', '02:00:00:00:00:01')).toBe(0x0200_0000_0001);
  expect(formatMac(MAC_BROADCAST)).toBe('ff:ff:ff:ff:ff:ff');
  expect(isGroupMac(MAC_BROADCAST) && isGroupMac(parseMac('mac', '01:00:5E:00:00:01'))).toBe(true);
  expect(isGroupMac(parseMac('mac', '02:ff:ff:ff:ff:ff'))).toBe(false);
  for (const text of ['02:00:00:00:00', '02-00-00-00-00-01', '2:0:0:0:0:1', 7]) {
    expect(() => parseMac('mac', text)).toThrow(TypeError);
  }
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const mac = Math.abs(value) % 2 ** 48;
      expect(parseMac('mac', formatMac(mac))).toBe(mac);
    }),
  );
});
