import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress } from '../wire/address.ts';
import { ipv6, mappedBits, writeIpv6Address } from '../wire/ipv6-address.ts';
import { addressOf, endpointText, portOf } from './endpoints.ts';
import { address6 } from './headers-ipv6.ts';

test('what is read from a frame is called as the stack calls it', () => {
  const word = fc.oneof(fc.constantFrom(0, 1, 0x10000, 0x0010_0000), fc.integer({ min: 0, max: 0xffff_ffff }));
  fc.assert(
    fc.property(word, word, word, word, (a, b, c, d) => {
      const address = ipv6(a, b, c, d);
      fc.pre(mappedBits(address) === undefined); // on no cable
      const view = new DataView(new ArrayBuffer(16));
      writeIpv6Address(view, 0, address);
      expect(address6(view, 0)).toBe(formatAddress(address));
    }),
  );
});

test('an endpoint is taken apart as it was put together', () => {
  for (const [address, text] of [
    ['10.0.0.1', '10.0.0.1:80'],
    ['fd00::1', '[fd00::1]:80'],
    ['B', 'B:80'],
  ] as const) {
    expect(endpointText(address, 80)).toBe(text);
    expect([addressOf(text), portOf(text)]).toEqual([address, '80']);
  }
});
