/**
 * A queue, first in first out: a ring that doubles when it is full. Every operation is O(1) (`push` on average), unlike
 * `Array.shift`, which moves what stays.
 */

/** The memory of a queue in which nothing ever lay. Shared, since nothing is ever written to it. */
const NO_ITEMS: never[] = [];

export class Fifo<T> {
  #ring: (T | undefined)[] = NO_ITEMS; // its length is 0 or a power of two
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends at the end. */
  push(item: T): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length += 1;
  }

  /** Takes the oldest, undefined if empty. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined; // the ring must not keep it alive
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length -= 1;
    return item;
  }

  /** The oldest, undefined if empty. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#ring[this.#head];
  }

  /** The item at place `i`, 0 being the oldest; undefined outside. */
  at(i: number): T | undefined {
    if (i < 0 || i >= this.#length) return undefined;
    return this.#ring[(this.#head + i) & (this.#ring.length - 1)];
  }

  /** Forgets all items, and the memory that they needed. */
  clear(): void {
    this.#ring = NO_ITEMS;
    this.#head = 0;
    this.#length = 0;
  }

  /** From the oldest to the newest. What is pushed meanwhile is visited too. */
  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.#length; i++) yield this.at(i) as T;
  }

  #grow(): void {
    const old = this.#ring;
    if (old.length === 0) {
      this.#ring = [undefined, undefined, undefined, undefined];
      return;
    }
    const mask = old.length - 1;
    const ring: (T | undefined)[] = [];
    for (let i = 0; i < old.length; i++) ring.push(old[(this.#head + i) & mask]);
    for (let i = 0; i < old.length; i++) ring.push(undefined);
    this.#ring = ring;
    this.#head = 0;
  }
}
