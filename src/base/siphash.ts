/**
 * HalfSipHash-2-4: SipHash (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012) on 32-bit words, as its
 * authors' reference implementation defines it; 32 bits of output. A keyed function of few words, whose next value
 * nobody guesses without the key: initial sequence numbers, timestamps' offsets, ephemeral ports.
 *
 * A key of 64 bits resists off-path attackers in tests; it is no cryptographic signature. Messages are whole words here.
 */

/** The hash, an unsigned 32-bit number, of the words (each taken as four bytes, little-endian) under the key k0, k1. */
export function halfSipHash(k0: number, k1: number, words: readonly number[]): number {
  let v0 = k0 | 0;
  let v1 = k1 | 0;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  // The words, then a word with the length in bytes on top (2 rounds each), then the finish (4 rounds).
  for (let i = 0; i <= words.length + 1; i++) {
    const finish = i > words.length;
    const word = finish ? 0 : i === words.length ? (words.length << 26) | 0 : (words[i] as number) | 0;
    if (finish) v2 ^= 0xff;
    v3 ^= word;
    for (let round = finish ? 4 : 2; round > 0; round--) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
