/**
 * The routing table of one host: the longest prefix wins, then the lowest metric, then the older route.
 *
 * Source: RFC 1122, 3.3.1; RFC 1812, 5.2.4.3. Left out on purpose: multipath, policy rules, types of service.
 * Calls it: `host/`, for each new flow, not for each packet: a flow keeps its route until `generation` changes.
 */
import { assert } from '../base/assert.ts';

/** `I` is what the caller sends through: an interface. Addresses are uint32. */
export interface Route<I> {
  readonly network: number;
  /** 0 to 32. */
  readonly length: number;
  /** undefined: the destination is on the link itself. */
  readonly gateway: number | undefined;
  readonly through: I;
  readonly metric: number;
  /** The address that we send from, if the caller did not choose one. */
  readonly source: number;
}

/** Destinations whose route is remembered. */
const CACHE_LIMIT = 4096;

export function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

export class Routes<I> {
  /** Rises with each change: who kept a route asks again. */
  generation = 0;
  readonly #routes: Route<I>[] = [];
  readonly #cache = new Map<number, Route<I> | undefined>();

  add(route: Route<I>): void {
    assert((route.network & ~maskOf(route.length)) === 0, 'a network has no host bits');
    // Sorted, so that the first match is the best; equal ones keep the order in which they came.
    const at = this.#routes.findIndex(
      (other) => other.length < route.length || (other.length === route.length && other.metric > route.metric),
    );
    this.#routes.splice(at < 0 ? this.#routes.length : at, 0, route);
    this.#changed();
  }

  /** Takes out all that `drop` says; the count of them. */
  remove(drop: (route: Route<I>) => boolean): number {
    const before = this.#routes.length;
    const kept = this.#routes.filter((route) => !drop(route));
    this.#routes.splice(0, before, ...kept);
    if (kept.length !== before) this.#changed();
    return before - kept.length;
  }

  /** The route to a destination, undefined if there is none. */
  lookup(destination: number): Route<I> | undefined {
    if (this.#cache.has(destination)) return this.#cache.get(destination);
    const route = this.#routes.find(({ network, length }) => (destination & maskOf(length)) >>> 0 === network);
    if (this.#cache.size >= CACHE_LIMIT) this.#cache.clear();
    this.#cache.set(destination, route);
    return route;
  }

  /** Best first. */
  list(): readonly Route<I>[] {
    return this.#routes;
  }

  #changed(): void {
    this.generation += 1;
    this.#cache.clear();
  }
}
