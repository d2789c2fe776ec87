/**
 * Who is joined with whom, and what follows from it: the LANs that cables and switches make, the addresses of routers,
 * and the routes, by shortest path. Nothing of it changes while a cable is merely cut: no routing protocol runs here, so
 * a cut stays silent.
 *
 * - Both families go by the same rules, each for itself: a router has, and knows the way to, what its hosts have.
 * - A LAN's network is that of its hosts; routers take addresses by themselves (`router-addresses.ts`).
 * - A router knows the way to every network; of two ways equally long the one by the older router.
 * - A cable with a router at an end is a point-to-point line, as to a provider: both ends know each other for good and
 *   ask nothing by ARP or neighbour discovery. So a cut behind a router is silent, and ends in ETIMEDOUT; on a LAN
 *   ARP fails, EHOSTUNREACH.
 * - A host on one LAN has a default route to that LAN's first router. A host on several has the routes of a router,
 *   but forwards nothing. A host's explicit routes win; one on several LANs that has any has only those.
 *
 * Calls it: the world, when something was added and it is about to run.
 */
import { assert } from '../base/assert.ts';
import {
  anyOf,
  FAMILIES,
  type Family,
  formatPrefix,
  type IpAddress,
  inPrefix,
  type MacAddress,
  type OnLink,
  type Prefix,
  parseAddress,
  prefixOf,
  sameAddress,
} from '../wire/address.ts';
import { assignAddress, linkNetwork } from './router-addresses.ts';
import type { Switch } from './switch.ts';

/** An interface as far as the topology looks at it. */
export interface Place {
  readonly device: string;
  readonly name: string;
  /** Whether its addresses were given by the user; a router's are chosen here. */
  readonly fixed: boolean;
  readonly mac: MacAddress;
  ipv4: OnLink | undefined;
  ipv6: OnLink | undefined;
}

/** A host or a router, as far as the topology looks at it. */
export interface Station {
  readonly name: string;
  readonly forwards: boolean;
  readonly places: readonly Place[];
  /** Those that the user gave: prefix, and the next hop's address or name. */
  readonly explicitRoutes: readonly { readonly prefix: Prefix; readonly via: string }[];
}

export interface PlannedRoute {
  readonly prefix: Prefix;
  readonly gateway: IpAddress;
  readonly through: Place;
}

/** Who is at the other end of a point-to-point line. */
export interface PlannedNeighbor {
  readonly through: Place;
  readonly address: IpAddress;
  readonly mac: MacAddress;
}

export interface Lan {
  readonly places: Place[];
  /** By family: none that no host of it has. */
  readonly prefixes: Partial<Record<Family, Prefix>>;
  /** One cable, with no switch. */
  isLine: boolean;
}

export class Topology {
  readonly #stations: Station[] = [];
  readonly #owners = new Map<Place, Station>();
  /** The LAN of each interface and switch that a cable is plugged into. */
  readonly #lans = new Map<Place | Switch, Lan>();

  addStation(station: Station): void {
    this.#stations.push(station);
  }

  removeStation(station: Station): void {
    const at = this.#stations.indexOf(station);
    if (at >= 0) this.#stations.splice(at, 1);
  }

  addPlace(station: Station, place: Place): void {
    this.#owners.set(place, station);
  }

  /** The interface that has this address, if any; not only of hosts. */
  placeOf(address: IpAddress): Place | undefined {
    for (const place of this.#owners.keys()) {
      if (place[address.family]?.address.key === address.key) return place;
    }
    return undefined;
  }

  /**
   * Joins two ends by a cable.
   *
   * @throws RangeError if hosts of different networks would share a LAN, or switches would form a loop
   */
  join(a: Place | Switch, b: Place | Switch): void {
    // What is joined with a LAN comes behind those who are on it already: the first router stays the first.
    if (!this.#lans.has(a) && this.#lans.has(b)) {
      this.join(b, a);
      return;
    }
    const one = this.#lans.get(a) ?? lanOf(a);
    const other = this.#lans.get(b) ?? lanOf(b);
    if (one === other) {
      throw new RangeError(
        `cable: switches '${nameOf(a)}' and '${nameOf(b)}' would form a loop, in which a broadcast never ends; allowed is one way between two switches`,
      );
    }
    refuseMixed(one, other);
    one.places.push(...other.places);
    one.isLine &&= other.isLine;
    this.#lans.set(a, one);
    this.#lans.set(b, one);
    for (const [end, lan] of this.#lans) if (lan === other) this.#lans.set(end, one);
  }

  /** Gives each router addresses on each LAN that it is on. An address that still fits stays. */
  assignAddresses(): void {
    for (const family of FAMILIES) {
      const taken = this.#networksOfHosts(family);
      // A world of routers alone speaks IPv4.
      const isSpoken = taken.length > 0 || (family === 'ipv4' && this.#networksOfHosts('ipv6').length === 0);
      for (const lan of new Set(this.#lans.values())) {
        const hasHosts = lan.places.some(({ fixed }) => fixed);
        const network = lan.places.find((place) => place.fixed && place[family] !== undefined)?.[family]?.prefix;
        const prefix = network ?? (hasHosts || !isSpoken ? undefined : linkNetwork(lan, family, taken));
        if (prefix === undefined) {
          for (const place of lan.places) if (!place.fixed) place[family] = undefined;
          delete lan.prefixes[family];
          continue;
        }
        lan.prefixes[family] = prefix;
        if (network === undefined) taken.push(prefix);
        for (const place of lan.places) if (!place.fixed) assignAddress(place, lan, prefix);
      }
    }
  }

  /** The routes of a host or router beside those to its own networks; the addresses must have been assigned. */
  routesOf(station: Station): PlannedRoute[] {
    return FAMILIES.flatMap((family) => this.#routesOf(station, family));
  }

  #routesOf(station: Station, family: Family): PlannedRoute[] {
    const explicit = station.explicitRoutes.filter(({ prefix }) => prefix.network.family === family);
    const routes = explicit.map((route) => this.#explicit(station, route));
    const joined = station.places.filter((place) => this.#lans.has(place) && place[family] !== undefined);
    if (!station.forwards && joined.length < 2) {
      const gateway = this.#firstRouter(joined[0], family);
      const hasDefault = routes.some(({ prefix }) => prefix.length === 0);
      if (gateway !== undefined && !hasDefault) routes.push({ prefix: prefixOf(anyOf(family), 0), ...gateway });
    } else if (station.forwards || routes.length === 0) {
      routes.push(...this.#shortestPaths(station, joined, family));
    }
    return routes;
  }

  /** The neighbours that need not be searched for: the other ends of the lines to and from routers. */
  neighborsOf(station: Station): PlannedNeighbor[] {
    const neighbors: PlannedNeighbor[] = [];
    for (const through of station.places) {
      const lan = this.#lans.get(through);
      const other = lan?.places.find((place) => place !== through);
      if (lan?.isLine !== true || other === undefined) continue;
      if (!station.forwards && this.#owners.get(other)?.forwards !== true) continue;
      for (const family of FAMILIES) {
        const address = other[family]?.address;
        if (address !== undefined) neighbors.push({ through, address, mac: other.mac });
      }
    }
    return neighbors;
  }

  #explicit(station: Station, { prefix, via }: { prefix: Prefix; via: string }): PlannedRoute {
    const neighbor = this.#stations.find(({ name }) => name === via);
    const { family } = prefix.network;
    for (const through of station.places) {
      const own = through[family]?.prefix;
      if (own === undefined) continue;
      const lan = this.#lans.get(through);
      const gateway =
        neighbor === undefined
          ? parseAddress('via', via)
          : neighbor.places.find((place) => lan !== undefined && this.#lans.get(place) === lan)?.[family]?.address;
      if (gateway !== undefined && inPrefix(gateway, own)) return { prefix, gateway, through };
    }
    const own = station.places.flatMap((place) => {
      const network = place[family]?.prefix;
      return network === undefined ? [] : [formatPrefix(network)];
    });
    throw new RangeError(
      `via: '${via}' is on no network of host '${station.name}'; allowed is a neighbour on ${own.join(' or ')}`,
    );
  }

  #firstRouter(through: Place | undefined, family: Family): { gateway: IpAddress; through: Place } | undefined {
    if (through === undefined) return undefined;
    for (const place of this.#lans.get(through)?.places ?? []) {
      const gateway = place[family]?.address;
      if (this.#owners.get(place)?.forwards === true && gateway !== undefined) return { gateway, through };
    }
    return undefined;
  }

  /** Breadth first over the routers, from the station's own LANs. */
  #shortestPaths(station: Station, joined: readonly Place[], family: Family): PlannedRoute[] {
    const routes: PlannedRoute[] = [];
    const reached = new Map<Lan, { gateway: IpAddress; through: Place } | undefined>();
    for (const place of joined) {
      const lan = this.#lans.get(place);
      if (lan !== undefined) this.#reach(reached, lan, undefined, station, family);
    }
    // A Map's iteration also visits what is added meanwhile, in order: it is the queue of the search.
    for (const [lan, first] of reached) {
      for (const place of lan.places) {
        const router = this.#owners.get(place);
        if (router === undefined || !router.forwards || router === station) continue;
        for (const onward of router.places) {
          const next = this.#lans.get(onward);
          const prefix = next?.prefixes[family];
          if (next === undefined || prefix === undefined || reached.has(next)) continue;
          const hop = first ?? { gateway: addressOf(place, family), through: this.#own(joined, lan) };
          this.#reach(reached, next, hop, station, family);
          routes.push({ prefix, ...hop });
        }
      }
    }
    return routes;
  }

  #reach(
    reached: Map<Lan, { gateway: IpAddress; through: Place } | undefined>,
    lan: Lan,
    hop: { gateway: IpAddress; through: Place } | undefined,
    station: Station,
    family: Family,
  ): void {
    const network = lan.prefixes[family];
    for (const { prefixes, places } of reached.keys()) {
      const prefix = prefixes[family];
      if (prefix === undefined || network === undefined || !samePrefix(prefix, network)) continue;
      const [one, other] = [places[0]?.device, lan.places.find(({ fixed }) => fixed)?.device];
      throw new RangeError(
        `topology: '${station.name}' reaches the network ${formatPrefix(prefix)} on two LANs, one with '${one}' and one with '${other}'; allowed is one LAN for each network: give one of them other addresses, or join them by a switch`,
      );
    }
    reached.set(lan, hop);
  }

  #own(joined: readonly Place[], lan: Lan): Place {
    const place = joined.find((candidate) => this.#lans.get(candidate) === lan);
    assert(place !== undefined, 'the first hop is on a LAN of our own');
    return place;
  }

  #networksOfHosts(family: Family): Prefix[] {
    const networks: Prefix[] = [];
    for (const place of this.#owners.keys()) {
      const network = place[family]?.prefix;
      if (place.fixed && network !== undefined) networks.push(network);
    }
    return networks;
  }
}

function lanOf(end: Place | Switch): Lan {
  return { places: isPlace(end) ? [end] : [], prefixes: {}, isLine: isPlace(end) };
}

function isPlace(end: Place | Switch): end is Place {
  return 'fixed' in end;
}

function nameOf(end: Place | Switch): string {
  return isPlace(end) ? end.device : end.name;
}

function refuseMixed(one: Lan, other: Lan): void {
  for (const family of FAMILIES) {
    const [a, b] = [one, other].map(({ places }) => places.find((place) => place.fixed && place[family] !== undefined));
    const [prefixA, prefixB] = [a?.[family]?.prefix, b?.[family]?.prefix];
    if (prefixA === undefined || prefixB === undefined || samePrefix(prefixA, prefixB)) continue;
    throw new RangeError(
      `cable: hosts '${a?.device}' (${formatPrefix(prefixA)}) and '${b?.device}' (${formatPrefix(prefixB)}) are of different networks and cannot share a LAN; allowed is a router between them: world.router('R')`,
    );
  }
}

function samePrefix(a: Prefix, b: Prefix): boolean {
  return a.length === b.length && sameAddress(a.network, b.network);
}

function addressOf(place: Place, family: Family): IpAddress {
  const address = place[family]?.address;
  assert(address !== undefined, 'addresses were assigned');
  return address;
}
