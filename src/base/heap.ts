/**
 * A queue of deadlines: the world's events. The earliest comes out first, and of two at the same moment the one that
 * was put in first: the order of events is part of what a run means, so a tie is never left to chance.
 *
 * A heap with four children to a node (half as deep as a binary one, and the four keys lie in one cache line). Keys and
 * insertion numbers stand in typed arrays beside the items; nothing is allocated per entry.
 * Left out on purpose: removal. A timer that was re-armed looks at its deadline when it fires.
 */
import { assert } from './assert.ts';
import { type Nanoseconds, NEVER } from './time.ts';

/** Above every insertion number, so that rank and number make one key, which is exact for 4096 ranks. */
const RANK = 2_199_023_255_552;

export class DeadlineHeap<T> {
  #size = 0;
  #inserted = 0;
  #keys = new Float64Array(64);
  #orders = new Float64Array(64);
  readonly #items: (T | undefined)[] = [];

  /** How many entries it holds. */
  get size(): number {
    return this.#size;
  }

  /**
   * Puts an item in, due at `at`. NEVER is allowed and comes last. Of two at one moment the one of lower `rank` (0 to 4095)
   * comes first.
   */
  push(at: Nanoseconds, item: T, rank = 0): void {
    assert(!Number.isNaN(at), 'a deadline is a number');
    if (this.#size === this.#keys.length) this.#grow();
    this.#inserted += 1;
    const order = rank === 0 ? this.#inserted : rank * RANK + this.#inserted;
    const keys = this.#keys;
    const orders = this.#orders;
    const items = this.#items;
    let hole = this.#size;
    this.#size += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const key = keys[parent] as number;
      if (key < at || (key === at && (orders[parent] as number) <= order)) break;
      keys[hole] = key;
      orders[hole] = orders[parent] as number;
      items[hole] = items[parent];
      hole = parent;
    }
    keys[hole] = at;
    orders[hole] = order;
    items[hole] = item;
  }

  /** The earliest deadline, NEVER if empty. */
  peekAt(): Nanoseconds {
    return this.#size === 0 ? NEVER : (this.#keys[0] as number);
  }

  /** The item that `pop` would take. */
  peek(): T | undefined {
    return this.#size === 0 ? undefined : this.#items[0];
  }

  /** Takes the earliest item, undefined if empty. */
  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const items = this.#items;
    const first = items[0];
    this.#size -= 1;
    const last = this.#size;
    const item = items[last];
    items[last] = undefined; // the array must not keep it alive
    if (last > 0) this.#sink(this.#keys[last] as number, this.#orders[last] as number, item);
    return first;
  }

  /** Forgets all entries. */
  clear(): void {
    this.#size = 0;
    this.#items.length = 0;
  }

  /** Puts an entry into the hole at the root and moves it down to its place. */
  #sink(at: number, order: number, item: T | undefined): void {
    const size = this.#size;
    const keys = this.#keys;
    const orders = this.#orders;
    const items = this.#items;
    let hole = 0;
    for (;;) {
      const first = (hole << 2) + 1;
      if (first >= size) break;
      let least = first;
      let leastKey = keys[first] as number;
      const end = Math.min(first + 4, size);
      for (let child = first + 1; child < end; child++) {
        const key = keys[child] as number;
        if (key < leastKey || (key === leastKey && (orders[child] as number) < (orders[least] as number))) {
          least = child;
          leastKey = key;
        }
      }
      if (at < leastKey || (at === leastKey && order < (orders[least] as number))) break;
      keys[hole] = leastKey;
      orders[hole] = orders[least] as number;
      items[hole] = items[least];
      hole = least;
    }
    keys[hole] = at;
    orders[hole] = order;
    items[hole] = item;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    const orders = new Float64Array(this.#orders.length * 2);
    orders.set(this.#orders);
    this.#orders = orders;
  }
}
