/**
 * A queue of moments, first in first out, in a ring of doubles: a million of them cost no object.
 *
 * Calls it: `line.ts`, twice for each direction of a cable.
 */
import { type Nanoseconds, NEVER } from '../base/time.ts';

/** Made when the first moment comes: most lines of a large world never carry anything. */
const NONE = new Float64Array(0);
const SMALLEST = 16; // a power of two, as every length of the ring

export class Moments {
  #ring = NONE;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The oldest; NEVER if there is none. */
  first(): Nanoseconds {
    return this.#length === 0 ? NEVER : (this.#ring[this.#head] as number);
  }

  push(moment: Nanoseconds): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = moment;
    this.#length += 1;
  }

  /** Drops the oldest. */
  shift(): void {
    if (this.#length === 0) return;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length -= 1;
  }

  clear(): void {
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const old = this.#ring;
    const ring = new Float64Array(Math.max(SMALLEST, old.length * 2));
    for (let i = 0; i < this.#length; i++) ring[i] = old[(this.#head + i) & (old.length - 1)] as number;
    this.#ring = ring;
    this.#head = 0;
  }
}
