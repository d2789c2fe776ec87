/**
 * Who is joined with whom, and what follows from it: the LANs that cables and switches make, the addresses of routers,
 * and the routes, by shortest path. Nothing of it changes while a cable is merely cut: no routing protocol runs here, so
 * a cut stays silent.
 *
 * - A LAN's network is that of its hosts; a router takes the network's last free address (.254 in a /24, or below).
 * - Routers on a LAN without hosts share a network of their own out of 10.255.0.0/16, a /30 for two.
 * - A router knows the way to every network; of two ways equally long the one by the older router.
 * - A cable with a router at an end is a point-to-point line, as to a provider: both ends know each other for good and
 *   ask nothing by ARP. So a cut behind a router is silent, and ends in ETIMEDOUT; on a LAN ARP fails, EHOSTUNREACH.
 * - A host on one LAN has a default route to that LAN's first router. A host on several has the routes of a router,
 *   but forwards nothing. A host's explicit routes win; one on several LANs that has any has only those.
 *
 * Calls it: the world, when something was added and it is about to run.
 */
import { assert } from '../base/assert.ts';
import {
  broadcastOf,
  formatAddress,
  formatPrefix,
  type IpAddress,
  inPrefix,
  ipv4,
  type MacAddress,
  type Prefix,
  parseAddress,
  prefixOf,
  sameAddress,
} from '../wire/address.ts';
import type { Switch } from './switch.ts';

/** An interface as far as the topology looks at it. */
export interface Place {
  readonly device: string;
  readonly name: string;
  /** Whether its address was given by the user; a router's is chosen here. */
  readonly fixed: boolean;
  readonly mac: MacAddress;
  address: IpAddress | undefined;
  prefix: Prefix | undefined;
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

interface Lan {
  readonly places: Place[];
  prefix: Prefix | undefined;
  /** One cable, with no switch. */
  isLine: boolean;
}

const LINKS = prefixOf(ipv4(0x0aff_0000), 16); // 10.255.0.0/16
const EVERYWHERE = prefixOf(ipv4(0), 0);

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
      if (place.address !== undefined && sameAddress(place.address, address)) return place;
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

  /** Gives each router an address on each LAN that it is on. An address that still fits stays. */
  assignAddresses(): void {
    const taken = this.#networksOfHosts();
    for (const lan of new Set(this.#lans.values())) {
      const network = lan.places.find(({ fixed }) => fixed)?.prefix;
      lan.prefix = network ?? linkNetwork(lan, taken);
      if (network === undefined) taken.push(lan.prefix);
      for (const place of lan.places) if (!place.fixed) assignAddress(place, lan, lan.prefix);
    }
  }

  /** The routes of a host or router beside those to its own networks; the addresses must have been assigned. */
  routesOf(station: Station): PlannedRoute[] {
    const routes = station.explicitRoutes.map((route) => this.#explicit(station, route));
    const joined = station.places.filter((place) => this.#lans.has(place));
    if (!station.forwards && joined.length < 2) {
      const gateway = this.#firstRouter(joined[0]);
      const hasDefault = routes.some(({ prefix }) => prefix.length === 0);
      if (gateway !== undefined && !hasDefault) routes.push({ prefix: EVERYWHERE, ...gateway });
    } else if (station.forwards || routes.length === 0) {
      routes.push(...this.#shortestPaths(station, joined));
    }
    return routes;
  }

  /** The neighbours that need not be searched for: the other ends of the lines to and from routers. */
  neighborsOf(station: Station): PlannedNeighbor[] {
    const neighbors: PlannedNeighbor[] = [];
    for (const through of station.places) {
      const lan = this.#lans.get(through);
      const other = lan?.places.find((place) => place !== through);
      if (lan?.isLine !== true || other?.address === undefined) continue;
      const isRouters = station.forwards || this.#owners.get(other)?.forwards === true;
      if (isRouters) neighbors.push({ through, address: other.address, mac: other.mac });
    }
    return neighbors;
  }

  #explicit(station: Station, { prefix, via }: { prefix: Prefix; via: string }): PlannedRoute {
    const neighbor = this.#stations.find(({ name }) => name === via);
    for (const through of station.places) {
      const { prefix: own } = through;
      if (own === undefined) continue;
      const lan = this.#lans.get(through);
      const gateway =
        neighbor === undefined
          ? parseAddress('via', via)
          : neighbor.places.find((place) => lan !== undefined && this.#lans.get(place) === lan)?.address;
      if (gateway !== undefined && inPrefix(gateway, own)) return { prefix, gateway, through };
    }
    const own = station.places.map((place) => (place.prefix === undefined ? '' : formatPrefix(place.prefix)));
    throw new RangeError(
      `via: '${via}' is on no network of host '${station.name}'; allowed is a neighbour on ${own.join(' or ')}`,
    );
  }

  #firstRouter(through: Place | undefined): { gateway: IpAddress; through: Place } | undefined {
    if (through === undefined) return undefined;
    for (const place of this.#lans.get(through)?.places ?? []) {
      const owner = this.#owners.get(place);
      if (owner?.forwards === true && place.address !== undefined) return { gateway: place.address, through };
    }
    return undefined;
  }

  /** Breadth first over the routers, from the station's own LANs. */
  #shortestPaths(station: Station, joined: readonly Place[]): PlannedRoute[] {
    const routes: PlannedRoute[] = [];
    const reached = new Map<Lan, { gateway: IpAddress; through: Place } | undefined>();
    for (const place of joined) {
      const lan = this.#lans.get(place);
      if (lan !== undefined) this.#reach(reached, lan, undefined, station);
    }
    // A Map's iteration also visits what is added meanwhile, in order: it is the queue of the search.
    for (const [lan, first] of reached) {
      for (const place of lan.places) {
        const router = this.#owners.get(place);
        if (router === undefined || !router.forwards || router === station) continue;
        for (const onward of router.places) {
          const next = this.#lans.get(onward);
          if (next === undefined || reached.has(next)) continue;
          const hop = first ?? { gateway: addressOf(place), through: this.#own(joined, lan) };
          this.#reach(reached, next, hop, station);
          assert(next.prefix !== undefined, 'addresses were assigned');
          routes.push({ prefix: next.prefix, ...hop });
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
  ): void {
    for (const { prefix, places } of reached.keys()) {
      if (prefix === undefined || lan.prefix === undefined || !samePrefix(prefix, lan.prefix)) continue;
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

  #networksOfHosts(): Prefix[] {
    const networks: Prefix[] = [];
    for (const place of this.#owners.keys()) if (place.fixed && place.prefix !== undefined) networks.push(place.prefix);
    return networks;
  }
}

function lanOf(end: Place | Switch): Lan {
  return { places: isPlace(end) ? [end] : [], prefix: undefined, isLine: isPlace(end) };
}

function isPlace(end: Place | Switch): end is Place {
  return 'fixed' in end;
}

function nameOf(end: Place | Switch): string {
  return isPlace(end) ? end.device : end.name;
}

function refuseMixed(one: Lan, other: Lan): void {
  const [a, b] = [one, other].map(({ places }) => places.find(({ fixed }) => fixed));
  if (a?.prefix === undefined || b?.prefix === undefined || samePrefix(a.prefix, b.prefix)) return;
  throw new RangeError(
    `cable: hosts '${a.device}' (${formatPrefix(a.prefix)}) and '${b.device}' (${formatPrefix(b.prefix)}) are of different networks and cannot share a LAN; allowed is a router between them: world.router('R')`,
  );
}

function samePrefix(a: Prefix, b: Prefix): boolean {
  return a.length === b.length && sameAddress(a.network, b.network);
}

function overlaps(a: Prefix, b: Prefix): boolean {
  return inPrefix(a.network, b) || inPrefix(b.network, a);
}

function addressOf(place: Place): IpAddress {
  assert(place.address !== undefined, 'addresses were assigned');
  return place.address;
}

/** A network for a LAN of routers alone: the one it has, or the first of 10.255.0.0/16 that overlaps with nobody's. */
function linkNetwork(lan: Lan, taken: readonly Prefix[]): Prefix {
  // Two addresses are no station's: the network's own and the broadcast.
  let length = 30;
  while ((1 << (32 - length)) - 2 < lan.places.length) length -= 1;
  const kept = lan.prefix;
  if (kept !== undefined && kept.length === length && !taken.some((other) => overlaps(other, kept))) return kept;
  const step = 1 << (32 - length);
  for (let bits = LINKS.network.bits; inPrefix(ipv4(bits), LINKS); bits += step) {
    const candidate = prefixOf(ipv4(bits), length);
    if (!taken.some((other) => overlaps(other, candidate))) return candidate;
  }
  throw new RangeError(`topology: no network is left in ${formatPrefix(LINKS)} for the links between routers`);
}

function assignAddress(place: Place, lan: Lan, prefix: Prefix): void {
  const others = new Set<number>();
  for (const { address, fixed } of lan.places) {
    // What a router has from before counts as taken too, once it fits into this network.
    if (address !== undefined && (fixed || inPrefix(address, prefix))) others.add(address.bits);
  }
  const fits = place.address !== undefined && inPrefix(place.address, prefix);
  const clash = lan.places.some((other) => other !== place && other.address?.bits === place.address?.bits);
  if (fits && !clash) {
    place.prefix = prefix;
    return;
  }
  for (let bits = broadcastOf(prefix).bits - 1; bits > prefix.network.bits; bits -= 1) {
    if (others.has(bits)) continue;
    place.address = ipv4(bits);
    place.prefix = prefix;
    return;
  }
  throw new RangeError(
    `topology: router '${place.device}' finds no free address in ${formatPrefix(prefix)}; allowed is a larger network: '${formatAddress(prefix.network)}/24'`,
  );
}
