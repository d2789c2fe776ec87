/**
 * What random worlds are drawn with, and the bytes that travel in them: each byte of each stream is known from the
 * stream's number and its offset, so a reader can check what it gets without having seen what was sent.
 */
import { Rng } from '../../src/base/rng.ts';

export class Chance {
  readonly #rng: Rng;

  constructor(seed: number, label: string) {
    this.#rng = new Rng(seed).fork(label);
  }

  /** An integer from `least` to `most`. */
  from(least: number, most: number): number {
    return least + this.#rng.below(most - least + 1);
  }

  /** True with that probability. */
  is(probability: number): boolean {
    return this.#rng.fraction() < probability;
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.#rng.below(choices.length)] ?? choices[0];
  }

  /** A probability up to `most`, and often none at all. */
  rate(most: number): number {
    return this.is(0.5) ? 0 : this.#rng.fraction() * most;
  }
}

export function byteOf(stream: number, offset: number): number {
  const mixed = Math.imul(stream ^ (offset + 0x9e3779b9), 0x21f0aaad);
  return ((mixed >>> 15) ^ mixed ^ offset) & 0xff;
}

/** The bytes [offset, offset + length) of a stream. */
export function bytesOf(stream: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = byteOf(stream, offset + i);
  return bytes;
}
