import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import { parseIpv4Address } from './address.ts';
import { checksumOf, fold, pseudoHeaderSum, sum16, sum20, updateChecksum } from './checksum.ts';

/** RFC 1071 by the letter: 16-bit words in network order, carry added at once. */
function reference(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i += 2) {
    sum += (bytes[i] ?? 0) * 256 + (i + 1 < end ? (bytes[i + 1] ?? 0) : 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

function wordsOf(bytes: Uint8Array): { bytes: Uint8Array; words: Uint32Array } {
  const memory = new ArrayBuffer((bytes.length + 3) & ~3);
  const copy = new Uint8Array(memory);
  copy.set(bytes);
  return { bytes: copy, words: new Uint32Array(memory) };
}

test('the example of RFC 1071 section 3: the sum of 00 01 f2 03 f4 f5 f6 f7 is ddf2', () => {
  const { bytes, words } = wordsOf(fromHex('0001 f203 f4f5 f6f7'));
  expect(fold(sum16(bytes, words, 0, 8, 0))).toBe(0xddf2);
  expect(checksumOf(bytes, 0, 8, 0)).toBe(0xddf2 ^ 0xffff);
});

test('an IPv4 header with its right checksum sums to ffff', () => {
  const { bytes, words } = wordsOf(fromHex('45000073 00004000 4011b861 c0a80001 c0a800c7'));
  expect(fold(sum16(bytes, words, 0, 20, 0))).toBe(0xffff);
  expect(checksumOf(fromHex('45000073 00004000 40110000 c0a80001 c0a800c7'), 0, 20, 0)).toBe(0xb861);
});

test('every start and end within 40 bytes gives what the letter of the RFC gives', () => {
  const { bytes, words } = wordsOf(Uint8Array.from({ length: 40 }, (_, i) => (i * 89 + 201) & 255));
  for (let start = 0; start <= 40; start++) {
    for (let end = start; end <= 40; end++) {
      const expected = reference(bytes, start, end);
      expect(fold(sum16(bytes, words, start, end, 0)), `[${start}, ${end})`).toBe(expected);
      expect(checksumOf(bytes, start, end, 0), `[${start}, ${end})`).toBe(expected ^ 0xffff);
    }
  }
});

test('any bytes from any start give what the letter of the RFC gives; 64 KiB of ff do not overflow', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }), (given, from, less) => {
      const { bytes, words } = wordsOf(given);
      const end = Math.max(0, given.length - less);
      const start = Math.min(from, end);
      expect(fold(sum16(bytes, words, start, end, 0))).toBe(reference(bytes, start, end));
    }),
  );
  const { bytes, words } = wordsOf(new Uint8Array(65_536).fill(255));
  expect(fold(sum16(bytes, words, 0, 65_536, 0))).toBe(0xffff);
  expect(fold(sum16(bytes, words, 1, 65_535, 0))).toBe(0xffff);
});

test('the 20 bytes of a header give what any 20 bytes give', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), fc.nat({ max: 5 }), (given, word) => {
      const { bytes, words } = wordsOf(given);
      expect(sum20(words, word * 4)).toBe(reference(bytes, word * 4, word * 4 + 20));
    }),
  );
});

test('sums of ranges of even length add up', () => {
  const { bytes, words } = wordsOf(Uint8Array.from({ length: 101 }, (_, i) => i * 7));
  for (let cut = 0; cut <= 100; cut += 2) {
    const first = sum16(bytes, words, 0, cut, 0);
    expect(fold(sum16(bytes, words, cut, 101, first))).toBe(reference(bytes, 0, 101));
  }
});

test('the pseudo header is that of RFC 9293 3.1', () => {
  const source = parseIpv4Address('source', '192.168.0.1');
  const destination = parseIpv4Address('destination', '255.0.1.255');
  expect(fold(pseudoHeaderSum(source, destination, 6, 1480))).toBe(
    reference(fromHex('c0a80001 ff0001ff 0006 05c8'), 0, 12),
  );
});

test('one word changed: RFC 1624 section 4, its example, and any other', () => {
  expect(updateChecksum(0xdd2f, 0x5555, 0x3285)).toBe(0x0000);
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      fc.nat({ max: 9 }),
      fc.nat({ max: 0xffff }),
      (bytes, word, after) => {
        bytes[word * 2 === 0 ? 2 : 0] = 0x45; // a header is never all zeros: one word that is not 0 stays
        const checksum = checksumOf(bytes, 0, 20, 0);
        const before = (bytes[word * 2] ?? 0) * 256 + (bytes[word * 2 + 1] ?? 0);
        bytes[word * 2] = after >>> 8;
        bytes[word * 2 + 1] = after & 255;
        expect(updateChecksum(checksum, before, after)).toBe(checksumOf(bytes, 0, 20, 0));
      },
    ),
  );
});
