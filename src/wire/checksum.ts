/**
 * The Internet checksum: RFC 1071, and RFC 1624 for a change of one word.
 *
 * A sum here is a number that `fold` brings to 16 bits, in network byte order; sums of several ranges are added before
 * the fold, as long as each but the last has an even length. A double holds it exactly: 64 KiB are 16384 words below
 * 2^32, together below 2^46.
 *
 * The fast way (RFC 1071 section 2 (B) and (C)): sum the memory in the machine's own 32-bit words and byte order, fold
 * once, swap the two bytes at the end. `Uint32Array` sums are twice as fast in V8 as 16-bit ones, five times a DataView.
 *
 * Called by the writers and parsers of ipv4, icmp, udp, tcp.
 */
import { assert } from '../base/assert.ts';
import { type IpAddress, wordsOf } from './address.ts';

// Node and every browser run on little-endian machines; `sum16` counts on it, so it is checked once.
assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'the machine is little-endian');

/** A sum brought to 16 bits with end-around carry. A range that includes its own right checksum gives 0xffff. */
export function fold(sum: number): number {
  // 2^32 and 2^16 are both 1 modulo 65535, so that all 16-bit parts are simply added.
  const high = Math.floor(sum / 0x1_0000_0000);
  const low = sum >>> 0;
  let folded = (high >>> 16) + (high & 0xffff) + (low >>> 16) + (low & 0xffff);
  folded = (folded >>> 16) + (folded & 0xffff);
  return (folded >>> 16) + (folded & 0xffff);
}

/**
 * `initial` plus the sum of bytes[start, end) as 16-bit numbers in network byte order, the first starting at `start`;
 * an odd last byte is followed by a zero. `words` is the same memory as `bytes`. Any `start`, odd too.
 */
export function sum16(bytes: Uint8Array, words: Uint32Array, start: number, end: number, initial: number): number {
  // The sum in memory order: a byte at an even offset counts 1, at an odd offset 256.
  let sum = 0;
  let at = start;
  while (at < end && (at & 3) !== 0) {
    const byte = bytes[at] as number;
    sum += (at & 1) === 0 ? byte : byte << 8;
    at += 1;
  }
  let i = at >>> 2;
  const lastWord = end >>> 2;
  // Eight words a round, added in pairs so that no addition waits for the one before; counted down, which V8 likes best.
  for (let rounds = (lastWord - i) >> 3; rounds > 0; rounds--, i += 8) {
    sum +=
      (words[i] as number) +
      (words[i + 1] as number) +
      ((words[i + 2] as number) + (words[i + 3] as number)) +
      ((words[i + 4] as number) + (words[i + 5] as number) + ((words[i + 6] as number) + (words[i + 7] as number)));
  }
  for (; i < lastWord; i++) sum += words[i] as number;
  at = Math.max(at, i << 2);
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    sum += (at & 1) === 0 ? byte : byte << 8;
  }
  // Network order counts the byte at `start` 256. If `start` is odd, memory order did so already.
  const folded = fold(sum);
  return initial + ((start & 1) === 1 ? folded : ((folded & 0xff) << 8) | (folded >>> 8));
}

/** As `sum16` for the 20 bytes from `start` on, a multiple of 4: an IPv4 header without options, twice in every packet. */
export function sum20(words: Uint32Array, start: number): number {
  const i = start >>> 2;
  const sum =
    (words[i] as number) +
    (words[i + 1] as number) +
    ((words[i + 2] as number) + (words[i + 3] as number)) +
    (words[i + 4] as number);
  const folded = fold(sum);
  return ((folded & 0xff) << 8) | (folded >>> 8);
}

/** The checksum (ready to be written) of bytes[start, end) in memory without a view of words. Slow: for tests and tools. */
export function checksumOf(bytes: Uint8Array, start: number, end: number, initial: number): number {
  let sum = initial;
  for (let i = start; i < end; i += 2) {
    sum += (((bytes[i] as number) << 8) | (i + 1 < end ? (bytes[i + 1] as number) : 0)) >>> 0;
  }
  return fold(sum) ^ 0xffff;
}

/**
 * The sum of the pseudo header that TCP and UDP checksums include (RFC 9293 3.1; RFC 8200 8.1), both addresses being of
 * one family: length in bytes, header and data.
 */
export function pseudoHeaderSum(source: IpAddress, destination: IpAddress, protocol: number, length: number): number {
  if (source.family === 'ipv6' || destination.family === 'ipv6') {
    return sumOfWords(wordsOf(source)) + sumOfWords(wordsOf(destination)) + protocol + length;
  }
  const from = source.bits;
  const to = destination.bits;
  return (from >>> 16) + (from & 0xffff) + (to >>> 16) + (to & 0xffff) + protocol + length;
}

/** 2^16 is 1 modulo 65535: words are added as they are, and `fold` brings their halves together. */
function sumOfWords(words: readonly number[]): number {
  let sum = 0;
  for (const word of words) sum += word;
  return sum;
}

/** The checksum after one 16-bit word under it has changed: HC' = ~(~HC + ~m + m') (RFC 1624 section 3, equation 3). */
export function updateChecksum(checksum: number, before: number, after: number): number {
  return fold((checksum ^ 0xffff) + (before ^ 0xffff) + after) ^ 0xffff;
}
