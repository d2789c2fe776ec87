/**
 * The routing table of one host: the longest prefix wins, then the lowest metric, then the older route.
 *
 * Source: RFC 1122, 3.3.1; RFC 1812, 5.2.4.3. Left out on purpose: multipath, policy rules, types of service.
 * Calls it: `host/`, for each new flow, not for each packet: a flow keeps its route until `generation` changes.
 */
import { assert } from '../base/assert.ts';
import { type AddressKey, type IpAddress, inPrefix, type Prefix, prefixOf, sameAddress } from '../wire/address.ts';

/** `I` is what the caller sends through: an interface. Routes of both families stand in one table. */
export interface Route<I> {
  readonly prefix: Prefix;
  /** undefined: the destination is on the link itself. */
  readonly gateway: IpAddress | undefined;
  readonly through: I;
  readonly metric: number;
  /** The address that we send from, if the caller did not choose one. */
  readonly source: IpAddress;
}

/** Destinations whose route is remembered. */
const CACHE_LIMIT = 4096;

export class Routes<I> {
  /** Rises with each change: who kept a route asks again. */
  generation = 0;
  readonly #routes: Route<I>[] = [];
  readonly #cache = new Map<AddressKey, Route<I> | undefined>();

  add(route: Route<I>): void {
    const { network, length } = route.prefix;
    assert(sameAddress(prefixOf(network, length).network, network), 'a network has no host bits');
    // Sorted, so that the first match is the best; equal ones keep the order in which they came.
    const at = this.#routes.findIndex(
      ({ prefix, metric }) => prefix.length < length || (prefix.length === length && metric > route.metric),
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
  lookup(destination: IpAddress): Route<I> | undefined {
    const { key } = destination;
    if (this.#cache.has(key)) return this.#cache.get(key);
    const route = this.#routes.find(({ prefix }) => inPrefix(destination, prefix));
    if (this.#cache.size >= CACHE_LIMIT) this.#cache.clear();
    this.#cache.set(key, route);
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
