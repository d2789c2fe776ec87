/**
 * A queue of numbers, first in first out, of which any one can be read. Unlike `base/fifo.ts` it holds plain doubles, so
 * that nothing is allocated for an entry.
 *
 * Calls it: what remembers units and segments in flight (`accounting.ts`, `short-segments.ts`).
 */

/** The memory of a ring that holds nothing. Shared, since nothing is ever written to it. */
const NO_ITEMS: number[] = [];

export class Ring {
  length = 0;
  #items = NO_ITEMS; // its length is 0 or a power of two
  #first = 0;

  /** The number at place `i`, 0 being the oldest; only places below `length` mean something. */
  at(i: number): number {
    return this.#items[(this.#first + i) & (this.#items.length - 1)] ?? 0;
  }

  /** The number at place `i`, which is there, becomes `value`. */
  set(i: number, value: number): void {
    this.#items[(this.#first + i) & (this.#items.length - 1)] = value;
  }

  /** Appends at the end. */
  push(value: number): void {
    if (this.length === this.#items.length) {
      const grown = [0.5, 0.5, 0.5, 0.5]; // doubles from the beginning: the engine keeps them unboxed
      while (grown.length < 2 * this.length) grown.push(0.5);
      for (let i = 0; i < this.length; i++) grown[i] = this.at(i);
      this.#items = grown;
      this.#first = 0;
    }
    this.length++;
    this.set(this.length - 1, value);
  }

  /** Takes the oldest; there must be one. */
  shift(): number {
    const first = this.at(0);
    this.#first = (this.#first + 1) & (this.#items.length - 1);
    this.length--;
    return first;
  }
}

/** What holds nothing yet: shared, so that an idle connection owns no ring. Never written to; `ringFor` replaces it. */
export const EMPTY = new Ring();

/** The ring itself, or a new one in place of EMPTY: to be called before the first `push`. */
export function ringFor(ring: Ring): Ring {
  return ring === EMPTY ? new Ring() : ring;
}
