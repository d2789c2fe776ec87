/**
 * The network as the events of a trace tell it: whose address is whose, what hangs on which cable, and what of it is
 * broken at this moment.
 *
 * Calls it: `ledger.ts`, `where.ts`, `noticed.ts`.
 */
import { endpointText } from './endpoints.ts';
import type { Event } from './event.ts';

interface Link {
  readonly cable: string;
  readonly a: string;
  readonly b: string;
}

export class Network {
  readonly #hosts = new Map<string, string>();
  readonly #addresses = new Map<string, string[]>();
  readonly #forwarding = new Set<string>();
  readonly #links: Link[] = [];

  /** A copy that goes its own way. */
  clone(): Network {
    const copy = new Network();
    for (const [address, host] of this.#hosts) copy.#hosts.set(address, host);
    for (const [host, addresses] of this.#addresses) copy.#addresses.set(host, [...addresses]);
    for (const device of this.#forwarding) copy.#forwarding.add(device);
    copy.#links.push(...this.#links);
    return copy;
  }

  apply(event: Event): void {
    switch (event.kind) {
      case 'host.added':
        if (event.what !== 'host') this.#forwarding.add(event.name);
        for (const address of event.addresses) this.#own(event.name, address);
        return;
      case 'interface.added':
        this.#own(event.host, event.address);
        return;
      case 'cable.added':
        this.#links.push({ cable: event.cable, a: event.a, b: event.b });
        return;
      default:
    }
  }

  /** The host that has an address; undefined if the trace knows none: a machine outside. */
  hostOf(address: string): string | undefined {
    return this.#hosts.get(address);
  }

  /** 'B:49152' for '10.0.1.2:49152'; the address itself for a machine outside. */
  nameOf(address: string, port: number): string {
    return endpointText(this.#hosts.get(address) ?? address, port);
  }

  /** All addresses of a host, without their prefix lengths. */
  addressesOf(host: string): readonly string[] {
    return this.#addresses.get(host) ?? [];
  }

  /** An address of a host: the first. */
  addressOf(host: string): string | undefined {
    return this.#addresses.get(host)?.[0];
  }

  /**
   * The names of all cables, switches and routers on the shortest ways from one host to another, and of both hosts;
   * empty if there is no way.
   */
  between(one: string, other: string): ReadonlySet<string> {
    const forth = this.#distances(one);
    const back = this.#distances(other);
    const length = forth.get(other);
    const names = new Set<string>();
    if (length === undefined) return names;
    const lies = (device: string) => (forth.get(device) ?? Infinity) + (back.get(device) ?? Infinity) === length;
    for (const { cable, a, b } of this.#links) {
      if (!lies(a) || !lies(b) || forth.get(a) === forth.get(b)) continue;
      names.add(cable).add(a).add(b);
    }
    return names;
  }

  /** Cables to each device; a host in between forwards nothing. */
  #distances(from: string): ReadonlyMap<string, number> {
    const distances = new Map([[from, 0]]);
    const queue = [from];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      if (at !== from && !this.#forwarding.has(at)) continue;
      for (const { a, b } of this.#links) {
        const next = a === at ? b : b === at ? a : undefined;
        if (next === undefined || distances.has(next)) continue;
        distances.set(next, (distances.get(at) ?? 0) + 1);
        queue.push(next);
      }
    }
    return distances;
  }

  #own(host: string, text: string): void {
    const address = text.split('/')[0] ?? text;
    this.#hosts.set(address, host);
    const known = this.#addresses.get(host);
    if (known === undefined) this.#addresses.set(host, [address]);
    else if (!known.includes(address)) known.push(address);
  }
}
