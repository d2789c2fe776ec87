import { expect, test } from 'vitest';
import { fromHex } from '../../base/bytes.ts';
import { fieldsOf } from './fields.ts';

/** 'layer name: value' of each field, as Linux 6.18 sent the frame. */
function told(text: string): string[] {
  const bytes = fromHex(text);
  const fields = fieldsOf(bytes);
  // No byte is told twice.
  for (const [i, { from }] of fields.entries()) expect(from).toBeGreaterThanOrEqual(fields[i - 1]?.to ?? 0);
  return fields.map(({ layer, name, value }) => `${layer} ${name}: ${value}`);
}

test('a neighbor solicitation', () => {
  const fields = told(
    '3333ff0000024e220d93f71f86dd6000000000203afffd770000000000000000000000000001ff0200000000000000000001ff00000287002bd500000000fd7700000000000000000000000000020101' +
      '4e220d93f71f',
  );
  expect(fields).toEqual([
    'Ethernet destination: 33:33:ff:00:00:02',
    'Ethernet source: 4e:22:0d:93:f7:1f',
    'Ethernet type: 0x86dd',
    'IPv6 version, traffic class, flow label: 0x60000000',
    'IPv6 payload length: 32',
    'IPv6 next header: 58 (ICMPv6)',
    'IPv6 hop limit: 255',
    'IPv6 source address: fd77::1',
    'IPv6 destination address: ff02::1:ff00:2',
    'ICMPv6 type: 135',
    'ICMPv6 code: 0',
    'ICMPv6 checksum: 0x2bd5',
    'ICMPv6 rest of header: 0x00000000',
    'ICMPv6 target address: fd77::2',
    'data bytes: 8',
  ]);
});

test('a SYN over IPv6, its options too', () => {
  const fields = told(
    '020000000077c21b499c215d86dd600b7b4a00280640fd770000000000000000000000000001fd770000000000000000000000000002a146005134b30b7700000000a002fb40e73b00000204053c0402080a18b17093000000000103030a',
  );
  expect(fields).toContain('IPv6 next header: 6 (TCP)');
  expect(fields).toContain('TCP control bits: SYN');
  expect(fields).toContain('TCP option: maximum segment size: 1340');
});

test('a fragment but the first has no header behind it', () => {
  const head = '02000000007702000000000186dd60000000';
  const addresses = 'fd770000000000000000000000000001fd770000000000000000000000000002';
  expect(told(`${head}00102c40${addresses}1100000912345678aabbccddeeff0011`).slice(9)).toEqual([
    'IPv6 next header: 17 (UDP)',
    'IPv6 fragment offset, more: 8, more',
    'IPv6 identification: 305419896',
  ]);
});
