/**
 * Random numbers that are the same everywhere: sfc32 (Chris Doty-Humphrey, PractRand), 32-bit integer arithmetic only.
 *
 * A world has one seed; each part that needs chance forks a stream of its own by a label, so that one more draw on a
 * cable changes nothing on another. A fork depends on the seed and the labels, never on what was drawn before.
 * Left out on purpose: secrets. What must not be guessed outside of a simulation is not made here.
 */
import { assert } from './assert.ts';
import { utf8 } from './bytes.ts';
import { checkInteger } from './check.ts';
import { halfSipHash } from './siphash.ts';

const TWO_TO_32 = 0x1_0000_0000;
const TWO_TO_26 = 0x400_0000;
const TWO_TO_53 = 0x20_0000_0000_0000;

export class Rng {
  /** The stream's name, 64 bits: the seed itself, or what `fork` made of it and the label. */
  #k0 = 0;
  #k1 = 0;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  /** @throws TypeError, RangeError if the seed is no integer from 0 to 2^53 - 1 */
  constructor(seed: number) {
    const checked = checkInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER);
    this.#start(checked >>> 0, Math.floor(checked / TWO_TO_32));
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const b = this.#b;
    const c = this.#c;
    const result = (((this.#a + b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** 0 to n - 1, each as likely as the other. `n` is an integer from 1 to 2^32. */
  below(n: number): number {
    assert(Number.isInteger(n) && n >= 1 && n <= TWO_TO_32, 'below(n) takes an integer from 1 to 2^32');
    // Draws at or above the greatest multiple of n would make small results likelier; they are thrown away.
    const limit = TWO_TO_32 - (TWO_TO_32 % n);
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return drawn % n;
  }

  /** 0 (allowed) to 1 (never reached), in steps of 2^-53. */
  fraction(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * TWO_TO_26 + low) / TWO_TO_53;
  }

  /** Another stream. The same label of the same stream gives the same one, however much either has drawn. */
  fork(label: string): Rng {
    const bytes = utf8(label);
    const words = [0, bytes.length];
    for (let i = 0; i < bytes.length; i += 4) {
      words.push(
        (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24),
      );
    }
    const k0 = halfSipHash(this.#k0, this.#k1, words);
    words[0] = 1;
    const k1 = halfSipHash(this.#k0, this.#k1, words);
    const stream = new Rng(0);
    stream.#start(k0, k1);
    return stream;
  }

  #start(k0: number, k1: number): void {
    this.#k0 = k0;
    this.#k1 = k1;
    this.#a = 0;
    this.#b = k0 | 0;
    this.#c = k1 | 0;
    this.#counter = 1;
    // The author's own warm-up for a 64-bit seed: neighbouring seeds have nothing in common afterwards.
    for (let i = 0; i < 12; i++) this.uint32();
  }
}
