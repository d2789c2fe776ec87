import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../base/bytes.ts';
import { ipv4, parseIpv4Address } from './address.ts';
import { ARP_REPLY, ARP_REQUEST, emptyArpHeader, parseArp, writeArp } from './arp.ts';
import { ETHERTYPE_ARP, writeEthernet } from './ethernet.ts';
import { FRAME_START, FramePool } from './frame.ts';

const pool = new FramePool();
const A = parseIpv4Address('A', '10.0.0.1');
const B = parseIpv4Address('B', '10.0.0.2');

/** Who has 10.0.0.2? Tell 10.0.0.1. As Linux 6.18 sent it through a TAP device. */
const REQUEST = 'ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002';
/** 10.0.0.2 is at 02:00:00:00:00:02. Padded to 60 bytes; Linux 6.18 took it. */
const REPLY = `020000000001020000000002080600010800060400020200000000020a0000020200000000010a000001${'00'.repeat(18)}`;

test('a request of Linux', () => {
  const header = emptyArpHeader();
  expect(parseArp(pool.from(fromHex(REQUEST)), header)).toBe(undefined);
  expect(header).toEqual({
    operation: ARP_REQUEST,
    senderMac: 0x0200_0000_0001,
    senderAddress: A,
    targetMac: 0,
    targetAddress: B,
  });
});

test('a padded reply', () => {
  const header = emptyArpHeader();
  expect(parseArp(pool.from(fromHex(REPLY)), header)).toBe(undefined);
  expect([header.operation, header.senderMac, header.targetAddress]).toEqual([ARP_REPLY, 0x0200_0000_0002, A]);
});

test('we write the same bytes as Linux', () => {
  const frame = pool.take(1514);
  writeEthernet(frame, 0xffff_ffff_ffff, 0x0200_0000_0001, ETHERTYPE_ARP);
  writeArp(frame, {
    operation: ARP_REQUEST,
    senderMac: 0x0200_0000_0001,
    senderAddress: A,
    targetMac: 0,
    targetAddress: B,
  });
  expect(toHex(frame.bytes.subarray(FRAME_START, frame.end))).toBe(REQUEST);
});

test('each field that is not as it must be has its refusal', () => {
  const header = emptyArpHeader();
  const refusal = (offset: number, byte: number) => {
    const frame = pool.from(fromHex(REQUEST));
    frame.bytes[FRAME_START + 14 + offset] = byte;
    return parseArp(frame, header);
  };
  expect(refusal(1, 6)).toBe('arp-hardware-type');
  expect(refusal(2, 0x86)).toBe('arp-protocol-type');
  expect(refusal(4, 8)).toBe('arp-address-length');
  expect(refusal(5, 16)).toBe('arp-address-length');
  expect(refusal(7, 0)).toBe('arp-operation');
  expect(refusal(7, 3)).toBe('arp-operation');
  expect(header).toEqual(emptyArpHeader());
});

test('every truncation is refused', () => {
  const bytes = fromHex(REQUEST);
  for (let length = 14; length < bytes.length; length++) {
    expect(parseArp(pool.from(bytes.subarray(0, length)), emptyArpHeader())).toBe('arp-truncated');
  }
});

test('what is written is read back, and an address object stays while its bits do', () => {
  const mac = fc.maxSafeInteger().map((value) => Math.abs(value) % 2 ** 48);
  const address = fc.integer({ min: 0, max: 0xffff_ffff }).map(ipv4);
  const fields = fc.record({
    operation: fc.constantFrom(ARP_REQUEST, ARP_REPLY),
    senderMac: mac,
    senderAddress: address,
    targetMac: mac,
    targetAddress: address,
  });
  fc.assert(
    fc.property(fields, (given) => {
      const frame = pool.take(42);
      writeArp(frame, given);
      const header = emptyArpHeader();
      expect(parseArp(frame, header)).toBe(undefined);
      expect(header).toEqual(given);
      const kept = header.senderAddress;
      parseArp(frame, header);
      expect(header.senderAddress).toBe(kept);
      frame.release();
    }),
  );
});
