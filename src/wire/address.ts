/**
 * Addresses of both families, endpoints, prefixes, and the MAC addresses below them. IPv6's own: `ipv6-address.ts`.
 *
 * An IP address is an object that carries its family; its value never changes, so that it may be shared. Headers keep
 * the object while the bits are the same: a stream of frames between two hosts allocates no address. Two addresses are
 * the same exactly if their keys are: a number in one family, a text in the other.
 *
 * Left out on purpose: the short and octal forms of inet_aton ('10.1', '012.0.0.1'), which inet_pton refuses too.
 * Called by every layer above.
 */
import { shown } from '../base/decimal.ts';
import {
  ANY6,
  formatIpv6,
  type Ipv6Address,
  isMulticast6,
  LOOPBACK6,
  mappedBits,
  maskIpv6,
  parseIpv6,
  samePrefixBits,
} from './ipv6-address.ts';

export type Family = 'ipv4' | 'ipv6';
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

export interface Ipv4Address {
  readonly family: 'ipv4';
  /** The address as an unsigned 32-bit number: 10.0.0.1 is 0x0a000001. */
  readonly bits: number;
  /** The bits. */
  readonly key: number;
}

export type IpAddress = Ipv4Address | Ipv6Address;

/** Equal for equal addresses alone; for maps and comparisons. */
export type AddressKey = number | string;

export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
}

/** An address of an interface, and the network that it is in. */
export interface OnLink {
  readonly address: IpAddress;
  readonly prefix: Prefix;
}

/** All addresses whose first `length` bits are those of `network`; the other bits of `network` are 0. */
export interface Prefix {
  readonly network: IpAddress;
  readonly length: number;
}

/** The address with these 32 bits (any number; taken modulo 2^32). */
export function ipv4(bits: number): Ipv4Address {
  const value = bits >>> 0;
  return { family: 'ipv4', bits: value, key: value };
}

/** 0.0.0.0: no address yet, or any address (RFC 1122 3.2.1.3). */
export const ANY: Ipv4Address = ipv4(0);
/** 255.255.255.255: all hosts of this link (RFC 919). */
export const LIMITED_BROADCAST: Ipv4Address = ipv4(0xffff_ffff);
/** 127.0.0.1 (RFC 1122 3.2.1.3). */
export const LOOPBACK: Ipv4Address = ipv4(0x7f00_0001);

/** 0.0.0.0 or ::, any address of a family. */
export function anyOf(family: Family): IpAddress {
  return family === 'ipv4' ? ANY : ANY6;
}

/** 127.0.0.1 or ::1. */
export function loopbackOf(family: Family): IpAddress {
  return family === 'ipv4' ? LOOPBACK : LOOPBACK6;
}

/** Unsigned 32 bits: for a hash table. */
export function hashOf(address: IpAddress): number {
  return address.family === 'ipv4' ? address.bits : address.hash;
}

/** The address as 32-bit words, one or four: what a keyed hash is computed over. */
export function wordsOf(address: IpAddress): readonly number[] {
  return address.family === 'ipv4' ? [address.bits] : address.words;
}

/** ::ffff:10.0.0.1, which stands for an IPv4 address where IPv6 ones do (RFC 4291 2.5.5.2), as that; others as they are. */
export function unmapped(address: IpAddress): IpAddress {
  const bits = address.family === 'ipv6' ? mappedBits(address) : undefined;
  return bits === undefined ? address : ipv4(bits);
}

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/**
 * The address that a text such as '10.0.0.1' names, four decimal numbers without leading zeros, or 'fd00::1'.
 *
 * @throws TypeError if it is not of that form, RangeError if a number is above 255
 */
export function parseAddress(argument: string, text: unknown): IpAddress {
  const allowed = `an IPv4 address such as '10.0.0.1' or an IPv6 address such as 'fd00::1'`;
  const six = typeof text === 'string' && text.includes(':') ? parseIpv6(text) : undefined;
  if (six !== undefined) return six;
  const match = typeof text === 'string' ? DOTTED.exec(text) : null;
  if (match === null) throw new TypeError(`${argument}: ${shown(text)} is not an address; allowed is ${allowed}`);
  let bits = 0;
  for (const part of match.slice(1)) {
    // '010' is 8 to some programs and 10 to others: nobody shall have to guess.
    if (part.length > 1 && part.startsWith('0')) {
      throw new TypeError(`${argument}: ${shown(text)} has a leading zero; allowed is ${allowed}`);
    }
    const octet = Number(part);
    if (octet > 255) throw new RangeError(`${argument}: ${shown(text)} has a number above 255; allowed is ${allowed}`);
    bits = bits * 256 + octet;
  }
  return ipv4(bits);
}

/**
 * The same, of IPv4 alone.
 *
 * @throws as `parseAddress`; RangeError for an IPv6 address
 */
export function parseIpv4Address(argument: string, text: unknown): Ipv4Address {
  return requireIpv4(argument, parseAddress(argument, text));
}

/** The address, where no other family can be. @throws RangeError for an IPv6 address */
export function requireIpv4(argument: string, address: IpAddress): Ipv4Address {
  if (address.family === 'ipv4') return address;
  throw new RangeError(
    `${argument}: '${formatAddress(address)}' is an IPv6 address; allowed is an IPv4 address such as '10.0.0.1'`,
  );
}

/** '10.0.0.1', 'fd00::1' */
export function formatAddress(address: IpAddress): string {
  if (address.family === 'ipv6') return formatIpv6(address);
  const bits = address.bits;
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** '10.0.0.1:7000', '[fd00::1]:7000' (RFC 3986 3.2.2) */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.family === 'ipv4' ? `${formatAddress(address)}:${port}` : `[${formatAddress(address)}]:${port}`;
}

export function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.key === b.key;
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && sameAddress(a.address, b.address);
}

/**
 * The prefix that a text such as '10.0.0.0/24' or 'fd00::/64' names.
 *
 * @throws TypeError for another form, RangeError if the length is above 32 (128) or a bit behind the prefix is set
 */
export function parsePrefix(argument: string, text: unknown): Prefix {
  const { address, length } = parseWithLength(argument, text, undefined, undefined);
  const prefix = prefixOf(address, length);
  if (!sameAddress(prefix.network, address)) {
    const meant = formatPrefix(prefix);
    throw new RangeError(`${argument}: ${shown(text)} has bits behind its prefix; allowed is '${meant}'`);
  }
  return prefix;
}

/**
 * The address of an interface and the prefix of its network: '10.0.0.1' (a /24) or '10.0.0.1/16', 'fd00::1' (a /64).
 *
 * @throws TypeError for another form, RangeError if no host may have that address (0.0.0.0, multicast, class E, or
 * the first or last address of its network)
 */
export function parseInterfaceAddress(argument: string, text: unknown): OnLink {
  const { address, length } = parseWithLength(argument, text, 24, 64);
  const prefix = prefixOf(address, length);
  const allowed = `a host's address such as '10.0.0.1' (a /24) or '10.0.0.1/16'`;
  if (address.family === 'ipv6') return checkInterfaceAddress6(argument, text, address, prefix);
  if (isUnspecified(address) || address.bits >= 0xe000_0000) {
    throw new RangeError(`${argument}: ${shown(text)} is no host's address; allowed is ${allowed}`);
  }
  // RFC 3021: a /31 has no network and no broadcast address; a /32 is one host.
  if (length <= 30 && (sameAddress(address, prefix.network) || address.key === broadcastOf(prefix)?.key)) {
    const which = sameAddress(address, prefix.network) ? 'the network' : 'the broadcast address';
    throw new RangeError(`${argument}: ${shown(text)} is ${which} of ${formatPrefix(prefix)}; allowed is ${allowed}`);
  }
  return { address, prefix };
}

/** RFC 4291 2.4, 2.5.5 and 2.6.1: not '::', '::1', multicast, an IPv4-mapped one, nor the subnet-router anycast address. */
function checkInterfaceAddress6(argument: string, text: unknown, address: Ipv6Address, prefix: Prefix): OnLink {
  const allowed = `a host's address such as 'fd00::1' (a /64) or 'fd00::1/48'`;
  const isNobodys = isUnspecified(address) || isLoopback(address) || isMulticast6(address);
  if (isNobodys || mappedBits(address) !== undefined) {
    throw new RangeError(`${argument}: ${shown(text)} is no host's address; allowed is ${allowed}`);
  }
  // RFC 6164: a /127 has no anycast address.
  if (prefix.length <= 126 && sameAddress(address, prefix.network)) {
    throw new RangeError(
      `${argument}: ${shown(text)} is the network of ${formatPrefix(prefix)}; allowed is ${allowed}`,
    );
  }
  return { address, prefix };
}

function parseWithLength(
  argument: string,
  text: unknown,
  default4: number | undefined,
  default6: number | undefined,
): { address: IpAddress; length: number } {
  const match = typeof text === 'string' ? /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) : null;
  const isSix = match?.[1]?.includes(':') === true;
  const length = match?.[2] === undefined ? (isSix ? default6 : default4) : Number(match[2]);
  if (match === null || length === undefined) {
    const allowed = `an address and a prefix length such as '10.0.0.0/24' or 'fd00::/64'`;
    throw new TypeError(`${argument}: ${shown(text)} is not of that form; allowed is ${allowed}`);
  }
  const address = parseAddress(argument, match[1]);
  const most = bitsOf(address.family);
  if (length > most) {
    throw new RangeError(`${argument}: ${shown(text)} has a prefix length above ${most}; allowed is 0 to ${most}`);
  }
  return { address, length };
}

/** 32 or 128. */
function bitsOf(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/** The prefix of `length` bits that the address lies in. */
export function prefixOf(address: IpAddress, length: number): Prefix {
  const network = address.family === 'ipv4' ? ipv4(address.bits & maskBits(length)) : maskIpv6(address, length);
  return { network, length };
}

/** '10.0.0.0/24' */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.network)}/${prefix.length}`;
}

export function inPrefix(address: IpAddress, { network, length }: Prefix): boolean {
  if (address.family === 'ipv6') return network.family === 'ipv6' && samePrefixBits(address, network, length);
  return network.family === 'ipv4' && ((address.bits ^ network.bits) & maskBits(length)) === 0;
}

/** The prefix's last address: all its hosts (RFC 922). IPv6 has no broadcast: undefined. */
export function broadcastOf({ network, length }: Prefix): Ipv4Address | undefined {
  return network.family === 'ipv4' ? ipv4(network.bits | ~maskBits(length)) : undefined;
}

/** The 32-bit mask of a prefix length. A shift by 32 is a shift by 0 in this language, hence the case of its own. */
function maskBits(length: number): number {
  return length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0;
}

/** 224.0.0.0/4 (RFC 1112), ff00::/8. */
export function isMulticast(address: IpAddress): boolean {
  return address.family === 'ipv4' ? address.bits >>> 28 === 0xe : isMulticast6(address);
}

/** 127.0.0.0/8 (RFC 1122 3.2.1.3), ::1. */
export function isLoopback(address: IpAddress): boolean {
  return address.family === 'ipv4' ? address.bits >>> 24 === 127 : address.key === LOOPBACK6.key;
}

/** 0.0.0.0, ::. */
export function isUnspecified(address: IpAddress): boolean {
  return address.key === (address.family === 'ipv4' ? 0 : ANY6.key);
}

/** 48 bits in a double, which holds integers up to 53 bits: 02:00:00:00:00:01 is 0x020000000001. */
export type MacAddress = number;

export const MAC_BROADCAST: MacAddress = 0xffff_ffff_ffff;

/** 2^40: the low bit of the first octet says that the address names a group (IEEE 802, 8.2). */
const GROUP_BIT = 0x100_0000_0000;

/** Whether the address names a group of stations: multicast or broadcast. */
export function isGroupMac(mac: MacAddress): boolean {
  return Math.floor(mac / GROUP_BIT) % 2 === 1;
}

/** '02:00:00:00:00:01' */
export function formatMac(mac: MacAddress): string {
  const digits = mac.toString(16).padStart(12, '0');
  let text = digits.slice(0, 2);
  for (let i = 2; i < 12; i += 2) text += `:${digits.slice(i, i + 2)}`;
  return text;
}

/**
 * The MAC address that a text such as '02:00:00:00:00:01' names.
 *
 * @throws TypeError if it is not of that form
 */
export function parseMac(argument: string, text: unknown): MacAddress {
  if (typeof text !== 'string' || !/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) {
    const allowed = `six pairs of hexadecimal digits such as '02:00:00:00:00:01'`;
    throw new TypeError(`${argument}: ${shown(text)} is not a MAC address; allowed is ${allowed}`);
  }
  return Number(`0x${text.replaceAll(':', '')}`);
}
