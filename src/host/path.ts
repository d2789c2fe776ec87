/**
 * Where packets to one destination go, and how long they may be: route, next hop, path MTU.
 *
 * A flow keeps its Path and asks again when `generation` has changed. Source: RFC 1122, 3.3.1; RFC 1191 and RFC 8201
 * with Linux's figures (route.min_pmtu 552: below it packets go out without DF instead; route.mtu_expires 600 s).
 * Calls it: `ip-output.ts`, `tcp-host.ts` (for the MTU), `icmp-input.ts` (which learns it).
 */
import { type Nanoseconds, NEVER, SECOND } from '../base/time.ts';
import type { Neighbor } from '../ip/neighbors.ts';
import {
  type AddressKey,
  formatAddress,
  type IpAddress,
  isMulticast,
  LIMITED_BROADCAST,
  MAC_BROADCAST,
  type MacAddress,
} from '../wire/address.ts';
import { IPV6_MIN_MTU } from '../wire/ipv6.ts';
import type { HostContext } from './context.ts';
import type { Interface } from './interface.ts';

export interface Path {
  /** Of the table that it was looked up in. */
  readonly generation: number;
  /** The loopback interface for our own addresses. */
  readonly through: Interface;
  /** The destination itself if it is on the link. */
  readonly nextHop: IpAddress;
  /** Fixed for broadcast and multicast, undefined where the neighbours decide. */
  readonly mac: MacAddress | undefined;
  /** The address that we send from, if nobody chose another. */
  readonly source: IpAddress;
  readonly mtu: number;
  /** False: the path is narrower than we follow, so routers may cut. */
  readonly dontFragment: boolean;
  /** The neighbour's entry that was used last. */
  neighbor: Neighbor | undefined;
}

interface LearnedMtu {
  readonly mtu: number;
  readonly locked: boolean;
  readonly expires: Nanoseconds;
}

/** What a host can take at least (RFC 791; in IPv6 IPV6_MIN_MTU): where no route says more. */
const NO_ROUTE_MTU = 576;
/** Destinations whose path or path MTU is remembered. */
const REMEMBERED = 4096;

export class Paths {
  readonly #context: HostContext;
  readonly #paths = new Map<AddressKey, Path>();
  readonly #learned = new Map<AddressKey, LearnedMtu>();
  #expires: Nanoseconds = NEVER;
  #changes = 0;
  #routesSeen = 0;
  /** The destination that was asked for last, and its MTU. */
  #lastKey: AddressKey = -1;
  #lastMtu = 0;

  constructor(context: HostContext) {
    this.#context = context;
  }

  /** Rises when any path may have changed. */
  get generation(): number {
    const { routes } = this.#context;
    if (routes.generation !== this.#routesSeen) {
      this.#routesSeen = routes.generation;
      this.#forgetPaths();
    }
    if (this.#context.now >= this.#expires) this.#expire();
    return this.#changes;
  }

  /** The path, undefined if there is no route. */
  to(destination: IpAddress): Path | undefined {
    const generation = this.generation;
    const known = this.#paths.get(destination.key);
    if (known !== undefined) return known;
    const path = this.#find(destination, generation);
    if (path === undefined) return undefined;
    if (this.#paths.size >= REMEMBERED) this.#paths.clear();
    this.#paths.set(destination.key, path);
    return path;
  }

  /** Longest packet to that destination, in bytes. Called for every segment. */
  mtu(destination: IpAddress): number {
    const { generation } = this;
    if (destination.key === this.#lastKey) return this.#lastMtu;
    const mtu = this.to(destination)?.mtu ?? (destination.family === 'ipv4' ? NO_ROUTE_MTU : IPV6_MIN_MTU);
    if (generation === this.#changes) {
      this.#lastKey = destination.key;
      this.#lastMtu = mtu;
    }
    return mtu;
  }

  /** A router said how long packets may be. Answers what holds now, undefined if that is nothing new. */
  learn(destination: IpAddress, said: number): number | undefined {
    const { sysctl, now } = this.#context;
    const before = this.to(destination);
    if (before === undefined || said >= before.mtu || sysctl.flag('net.ipv4.ip_no_pmtu_disc')) return undefined;
    const isFour = destination.family === 'ipv4';
    // RFC 8201, 4: never below what each link carries; there no router cuts what is longer.
    const least = isFour ? sysctl.get('net.ipv4.route.min_pmtu') : IPV6_MIN_MTU;
    const locked = isFour && said < least;
    const mtu = Math.min(before.mtu, Math.max(said, least));
    const expires = now + sysctl.get('net.ipv4.route.mtu_expires') * SECOND;
    if (this.#learned.size >= REMEMBERED) this.#learned.clear();
    this.#learned.set(destination.key, { mtu, locked, expires });
    if (expires < this.#expires) this.#expires = expires;
    this.#forgetPaths();
    const { sink } = this.#context;
    if (sink.on) sink.emit({ kind: 'path.mtu', to: formatAddress(destination), mtu });
    return mtu;
  }

  #find(destination: IpAddress, generation: number): Path | undefined {
    const { loopback, routes } = this.#context;
    if (this.#context.isLocal(destination)) {
      const { mtu } = loopback;
      return {
        generation,
        through: loopback,
        nextHop: destination,
        mac: undefined,
        source: destination,
        mtu,
        dontFragment: true,
        neighbor: undefined,
      };
    }
    const route = routes.lookup(destination) ?? this.#routeOfBroadcast(destination);
    if (route === undefined) return undefined;
    const { through, source } = route;
    const learned = this.#learned.get(destination.key);
    return {
      generation,
      through,
      nextHop: route.gateway ?? destination,
      mac: this.#context.isBroadcast(destination)
        ? MAC_BROADCAST
        : isMulticast(destination)
          ? multicastMac(destination)
          : undefined,
      source,
      mtu: Math.min(through.mtu, learned?.mtu ?? through.mtu),
      dontFragment: learned?.locked !== true && !this.#context.sysctl.flag('net.ipv4.ip_no_pmtu_disc'),
      neighbor: undefined,
    };
  }

  /** 255.255.255.255 without a default route: the first interface. */
  #routeOfBroadcast(destination: IpAddress): { through: Interface; source: IpAddress; gateway: undefined } | undefined {
    const first = this.#context.interfaces.find(({ ipv4 }) => ipv4 !== undefined);
    if (destination.key !== LIMITED_BROADCAST.key || first?.ipv4 === undefined) return undefined;
    return { through: first, source: first.ipv4, gateway: undefined };
  }

  #expire(): void {
    let next = NEVER;
    for (const [key, { expires }] of this.#learned) {
      if (expires <= this.#context.now) this.#learned.delete(key);
      else if (expires < next) next = expires;
    }
    this.#expires = next;
    this.#forgetPaths();
  }

  #forgetPaths(): void {
    this.#paths.clear();
    this.#lastKey = -1;
    this.#changes += 1;
  }
}

/** 01:00:5e and the lower 23 bits (RFC 1112, 6.4); 33:33 and the lower 32 (RFC 2464, 7). */
export function multicastMac(group: IpAddress): MacAddress {
  return group.family === 'ipv4' ? 0x0100_5e00_0000 + (group.bits & 0x7f_ffff) : 0x3333_0000_0000 + group.words[3];
}
