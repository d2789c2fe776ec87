/**
 * The addresses that routers take by themselves, of either family, and the networks of links that no host is on.
 *
 * - In a host's network: the last free address (.254 in a /24, or below); in IPv6 ::fffe, or below.
 * - Links between routers: networks out of 10.255.0.0/16, a /30 for two; in IPv6 a /64 out of fdff:ffff::/32.
 *
 * Calls it: `topology.ts`.
 */
import {
  broadcastOf,
  type Family,
  formatAddress,
  formatPrefix,
  type IpAddress,
  inPrefix,
  ipv4,
  type Prefix,
  prefixOf,
} from '../wire/address.ts';
import { ipv6 } from '../wire/ipv6-address.ts';
import type { Lan, Place } from './topology.ts';

const LINKS = prefixOf(ipv4(0x0aff_0000), 16);
/** Unique local (RFC 4193), and nobody's guess. */
const LINKS6 = prefixOf(ipv6(0xfdff_ffff, 0, 0, 0), 32);
/** The last part of a router's address in an IPv6 network, if it is free. */
const HIGHEST6 = 0xfffe;

/** A network for a LAN of routers alone: the one it has, or the first that overlaps with nobody's. */
export function linkNetwork(lan: Lan, family: Family, taken: readonly Prefix[]): Prefix {
  // In IPv4 two addresses are no station's: the network's own and the broadcast.
  let length = family === 'ipv4' ? 30 : 64;
  while (family === 'ipv4' && (1 << (32 - length)) - 2 < lan.places.length) length -= 1;
  const isFree = (candidate: Prefix) => !taken.some((other) => overlaps(other, candidate));
  const kept = lan.prefixes[family];
  if (kept !== undefined && kept.length === length && isFree(kept)) return kept;
  for (const candidate of family === 'ipv4' ? links4(length) : links6()) if (isFree(candidate)) return candidate;
  const links = family === 'ipv4' ? LINKS : LINKS6;
  throw new RangeError(`topology: no network is left in ${formatPrefix(links)} for the links between routers`);
}

function* links4(length: number): Iterable<Prefix> {
  const step = 1 << (32 - length);
  for (let address = ipv4(0x0aff_0000); inPrefix(address, LINKS); address = ipv4(address.bits + step)) {
    yield prefixOf(address, length);
  }
}

function* links6(): Iterable<Prefix> {
  for (let link = 0; link < 65_536; link++) yield prefixOf(ipv6(0xfdff_ffff, link, 0, 0), 64);
}

/** Gives a router's interface an address of this network. One that still fits stays. */
export function assignAddress(place: Place, lan: Lan, prefix: Prefix): void {
  const { family } = prefix.network;
  const others = new Set<unknown>();
  for (const other of lan.places) {
    const address = other[family]?.address;
    // What a router has from before counts as taken too, once it fits into this network.
    if (address !== undefined && (other.fixed || inPrefix(address, prefix))) others.add(address.key);
  }
  const own = place[family]?.address;
  const clash = lan.places.some((other) => other !== place && other[family]?.address.key === own?.key);
  if (own !== undefined && inPrefix(own, prefix) && !clash) {
    place[family] = { address: own, prefix };
    return;
  }
  for (const address of candidates(prefix)) {
    if (others.has(address.key)) continue;
    place[family] = { address, prefix };
    return;
  }
  const network = formatAddress(prefix.network);
  const allowed = family === 'ipv4' ? `${network}/24` : `${network}/64`;
  throw new RangeError(
    `topology: router '${place.device}' finds no free address in ${formatPrefix(prefix)}; allowed is a larger network: '${allowed}'`,
  );
}

/** The addresses of a network that a router may take, from the last one down. */
function* candidates(prefix: Prefix): Iterable<IpAddress> {
  const { network, length } = prefix;
  if (network.family === 'ipv4') {
    const last = broadcastOf(prefix)?.key ?? 0;
    for (let bits = last - 1; bits > network.bits; bits -= 1) yield ipv4(bits);
    return;
  }
  const [a, b, c, d] = network.words;
  const highest = length > 112 ? (1 << (128 - length)) - 1 : HIGHEST6;
  for (let i = highest; i > 0; i -= 1) yield ipv6(a, b, c, d + i);
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return inPrefix(a.network, b) || inPrefix(b.network, a);
}
