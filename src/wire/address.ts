/**
 * Addresses: IPv4, endpoints, prefixes, and the MAC addresses below them.
 *
 * An IP address is an object that carries its family, so that IPv6 can come beside it in every layer; its value never
 * changes, so that it may be shared. Headers keep the object while the bits are the same: a stream of frames between
 * two hosts allocates no address.
 *
 * Left out on purpose: IPv6; the short and octal forms of inet_aton ('10.1', '012.0.0.1'), which inet_pton refuses too.
 * Called by every layer above.
 */
import { shown } from '../base/decimal.ts';

export interface Ipv4Address {
  readonly family: 'ipv4';
  /** The address as an unsigned 32-bit number: 10.0.0.1 is 0x0a000001. */
  readonly bits: number;
}

export type IpAddress = Ipv4Address;

export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
}

/** All addresses whose first `length` bits are those of `network`; the other bits of `network` are 0. */
export interface Prefix {
  readonly network: IpAddress;
  readonly length: number;
}

/** The address with these 32 bits (any number; taken modulo 2^32). */
export function ipv4(bits: number): Ipv4Address {
  return { family: 'ipv4', bits: bits >>> 0 };
}

/** 0.0.0.0: no address yet, or any address (RFC 1122 3.2.1.3). */
export const ANY: IpAddress = ipv4(0);
/** 255.255.255.255: all hosts of this link (RFC 919). */
export const LIMITED_BROADCAST: IpAddress = ipv4(0xffff_ffff);

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/**
 * The address that a text such as '10.0.0.1' names: four decimal numbers without leading zeros.
 *
 * @throws TypeError if it is not of that form, RangeError if a number is above 255
 */
export function parseAddress(argument: string, text: unknown): IpAddress {
  const allowed = `an IPv4 address such as '10.0.0.1'`;
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

/** '10.0.0.1' */
export function formatAddress(address: IpAddress): string {
  const bits = address.bits;
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** '10.0.0.1:7000' */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${formatAddress(endpoint.address)}:${endpoint.port}`;
}

export function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.bits === b.bits && a.family === b.family;
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && sameAddress(a.address, b.address);
}

/**
 * The prefix that a text such as '10.0.0.0/24' names.
 *
 * @throws TypeError for another form, RangeError if the length is above 32 or a bit behind the prefix is set
 */
export function parsePrefix(argument: string, text: unknown): Prefix {
  const { address, length } = parseWithLength(argument, text, undefined);
  const prefix = prefixOf(address, length);
  if (prefix.network.bits !== address.bits) {
    const meant = formatPrefix(prefix);
    throw new RangeError(`${argument}: ${shown(text)} has bits behind its prefix; allowed is '${meant}'`);
  }
  return prefix;
}

/**
 * The address of an interface and the prefix of its network: '10.0.0.1' (a /24) or '10.0.0.1/16'.
 *
 * @throws TypeError for another form, RangeError if no host may have that address (0.0.0.0, multicast, class E, or
 * the first or last address of its network)
 */
export function parseInterfaceAddress(argument: string, text: unknown): { address: IpAddress; prefix: Prefix } {
  const { address, length } = parseWithLength(argument, text, 24);
  const prefix = prefixOf(address, length);
  const allowed = `a host's address such as '10.0.0.1' (a /24) or '10.0.0.1/16'`;
  if (isUnspecified(address) || address.bits >= 0xe000_0000) {
    throw new RangeError(`${argument}: ${shown(text)} is no host's address; allowed is ${allowed}`);
  }
  // RFC 3021: a /31 has no network and no broadcast address; a /32 is one host.
  if (length <= 30 && (sameAddress(address, prefix.network) || sameAddress(address, broadcastOf(prefix)))) {
    const which = sameAddress(address, prefix.network) ? 'the network' : 'the broadcast address';
    throw new RangeError(`${argument}: ${shown(text)} is ${which} of ${formatPrefix(prefix)}; allowed is ${allowed}`);
  }
  return { address, prefix };
}

function parseWithLength(
  argument: string,
  text: unknown,
  defaultLength: number | undefined,
): { address: IpAddress; length: number } {
  const match = typeof text === 'string' ? /^([^/]*)(?:\/(\d{1,2}))?$/.exec(text) : null;
  const length = match?.[2] === undefined ? defaultLength : Number(match[2]);
  if (match === null || length === undefined) {
    const allowed = `an IPv4 address and a prefix length such as '10.0.0.0/24'`;
    throw new TypeError(`${argument}: ${shown(text)} is not of that form; allowed is ${allowed}`);
  }
  const address = parseAddress(argument, match[1]);
  if (length > 32) {
    throw new RangeError(`${argument}: ${shown(text)} has a prefix length above 32; allowed is 0 to 32`);
  }
  return { address, length };
}

/** The prefix of `length` bits that the address lies in. */
export function prefixOf(address: IpAddress, length: number): Prefix {
  return { network: ipv4(address.bits & maskBits(length)), length };
}

/** '10.0.0.0/24' */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.network)}/${prefix.length}`;
}

export function inPrefix(address: IpAddress, prefix: Prefix): boolean {
  return ((address.bits ^ prefix.network.bits) & maskBits(prefix.length)) === 0;
}

/** The prefix's last address: all its hosts (RFC 922). */
export function broadcastOf(prefix: Prefix): IpAddress {
  return ipv4(prefix.network.bits | ~maskBits(prefix.length));
}

/** The 32-bit mask of a prefix length. A shift by 32 is a shift by 0 in this language, hence the case of its own. */
function maskBits(length: number): number {
  return length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0;
}

/** 224.0.0.0/4 (RFC 1112). */
export function isMulticast(address: IpAddress): boolean {
  return address.bits >>> 28 === 0xe;
}

/** 127.0.0.0/8 (RFC 1122 3.2.1.3). */
export function isLoopback(address: IpAddress): boolean {
  return address.bits >>> 24 === 127;
}

export function isUnspecified(address: IpAddress): boolean {
  return address.bits === 0;
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
