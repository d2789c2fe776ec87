import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../base/bytes.ts';
import { formatMac, MAC_BROADCAST } from './address.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, emptyEthernetHeader, parseEthernet, writeEthernet } from './ethernet.ts';
import { FRAME_START, FramePool, NETWORK } from './frame.ts';

const pool = new FramePool();

test('the head of an ARP request that Linux 6.18 sent', () => {
  const header = emptyEthernetHeader();
  const frame = pool.from(fromHex('ffffffffffff 020000000001 0806 00010800'));
  expect(parseEthernet(frame, header)).toBe(undefined);
  expect(header).toEqual({ destination: MAC_BROADCAST, source: 0x0200_0000_0001, type: ETHERTYPE_ARP });
  expect(frame.network).toBe(NETWORK);
});

test('what is shorter than the header, or has a length instead of a type, is refused', () => {
  const header = emptyEthernetHeader();
  for (let length = 0; length < 14; length++) {
    expect(parseEthernet(pool.from(new Uint8Array(length).fill(8)), header)).toBe('ethernet-truncated');
  }
  // A spanning tree frame: 802.3 with the length 0x26.
  expect(parseEthernet(pool.from(fromHex('0180c2000000 020000000001 0026 424203')), header)).toBe(
    'ethernet-length-field',
  );
  expect(header).toEqual(emptyEthernetHeader());
});

test('what is written is read back', () => {
  const mac = fc.maxSafeInteger().map((value) => Math.abs(value) % 2 ** 48);
  fc.assert(
    fc.property(mac, mac, fc.integer({ min: 0x600, max: 0xffff }), (destination, source, type) => {
      const frame = pool.take(14);
      writeEthernet(frame, destination, source, type);
      const header = emptyEthernetHeader();
      expect(parseEthernet(frame, header)).toBe(undefined);
      expect(header).toEqual({ destination, source, type });
      const hex = toHex(frame.bytes.subarray(FRAME_START, FRAME_START + 12));
      expect(hex).toBe((formatMac(destination) + formatMac(source)).replaceAll(':', ''));
      frame.release();
    }),
  );
});

test('IPv4 and ARP have the numbers of the IANA', () => {
  expect([ETHERTYPE_IPV4, ETHERTYPE_ARP]).toEqual([0x0800, 0x0806]);
});
