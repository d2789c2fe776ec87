/**
 * IPv6 addresses (RFC 4291): their text (RFC 5952), and the few kinds that the stack treats differently.
 *
 * An address is four 32-bit words, the first the most significant. Beside them stand two values that are made once, so
 * that addresses of both families compare and hash the same way: `key`, the bits as a text of eight characters, equal
 * exactly if the addresses are; and `hash`, 32 bits.
 *
 * Left out on purpose: zone identifiers ('fe80::1%eth0', RFC 4007), anycast.
 * Called by `address.ts`, which unites both families, and by the files about IPv6 alone.
 */

export type Words = readonly [number, number, number, number];

export interface Ipv6Address {
  readonly family: 'ipv6';
  /** Unsigned 32-bit numbers: fd00::1 is 0xfd000000, 0, 0, 1. */
  readonly words: Words;
  /** Equal for equal addresses alone. */
  readonly key: string;
  /** Unsigned 32 bits: for a hash table. */
  readonly hash: number;
}

/** The address of these four words (any numbers; taken modulo 2^32). */
export function ipv6(a: number, b: number, c: number, d: number): Ipv6Address {
  const words: Words = [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
  let hash = Math.imul(a, 0x85eb_ca6b) ^ b;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35) ^ c;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b) ^ d;
  return { family: 'ipv6', words, key: String.fromCharCode(...groupsOf(words)), hash: hash >>> 0 };
}

/** ::, no address yet, or any address (RFC 4291 2.5.2). */
export const ANY6: Ipv6Address = ipv6(0, 0, 0, 0);
/** ::1 (RFC 4291 2.5.3). */
export const LOOPBACK6: Ipv6Address = ipv6(0, 0, 0, 1);

/** The eight 16-bit numbers of an address. */
function groupsOf(words: Words): number[] {
  return words.flatMap((word) => [word >>> 16, word & 0xffff]);
}

/** The address at an offset of a packet: `known` itself if its bits are the same, so that a stream makes no objects. */
export function readIpv6(view: DataView, at: number, known: Ipv6Address): Ipv6Address {
  const a = view.getUint32(at);
  const b = view.getUint32(at + 4);
  const c = view.getUint32(at + 8);
  const d = view.getUint32(at + 12);
  const { words } = known;
  return words[3] === d && words[2] === c && words[1] === b && words[0] === a ? known : ipv6(a, b, c, d);
}

export function writeIpv6Address(view: DataView, at: number, { words }: Ipv6Address): void {
  view.setUint32(at, words[0]);
  view.setUint32(at + 4, words[1]);
  view.setUint32(at + 8, words[2]);
  view.setUint32(at + 12, words[3]);
}

/** The address that a text such as 'fd00::1' or '::ffff:10.0.0.1' names (RFC 4291 2.2); undefined if it names none. */
export function parseIpv6(text: string): Ipv6Address | undefined {
  const halves = withoutDots(text)?.split('::');
  if (halves === undefined || halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':').map(groupOf)));
  const known = [...(head ?? []), ...(tail ?? [])];
  const missing = 8 - known.length;
  // '::' stands for one group of zeros or more.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...(head ?? []), ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  if (groups.some((group) => group === undefined)) return undefined;
  const word = (i: number) => (groups[i] ?? 0) * 65_536 + (groups[i + 1] ?? 0);
  return ipv6(word(0), word(2), word(4), word(6));
}

function groupOf(text: string): number | undefined {
  return /^[0-9a-fA-F]{1,4}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** An IPv4 address at the end is two groups of it (RFC 4291 2.2, 3). */
function withoutDots(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const match = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const octets = match?.slice(2) ?? [];
  if (octets.length !== 4 || octets.some((octet) => Number(octet) > 255 || /^0\d/.test(octet))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return `${match?.[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/**
 * 'fd00::1': lower case, no leading zeros, '::' for the longest run of zeros, the first of two (RFC 5952 4); an
 * IPv4-mapped address with the dots of the other family (RFC 5952 5).
 */
export function formatIpv6(address: Ipv6Address): string {
  const mapped = mappedBits(address);
  if (mapped !== undefined) {
    return `::ffff:${mapped >>> 24}.${(mapped >>> 16) & 255}.${(mapped >>> 8) & 255}.${mapped & 255}`;
  }
  const groups = groupsOf(address.words);
  const run = longestRun(groups);
  const text = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return text(groups);
  return `${text(groups.slice(0, run.start))}::${text(groups.slice(run.start + run.length))}`;
}

function longestRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i + 1 - length, length };
  }
  return best;
}

/** The IPv4 address in ::ffff:0:0/96 (RFC 4291 2.5.5.2), as its 32 bits; undefined for others. */
export function mappedBits({ words }: Ipv6Address): number | undefined {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? words[3] : undefined;
}

/** ff00::/8 (RFC 4291 2.7). */
export function isMulticast6({ words }: Ipv6Address): boolean {
  return words[0] >>> 24 === 0xff;
}

/** fe80::/10 (RFC 4291 2.5.6): its packets leave no link. */
export function isLinkLocal({ words }: Ipv6Address): boolean {
  return words[0] >>> 22 === 0x3fa;
}

/** ff02::1:ff00:0/104 and the lower 24 bits: who may have this address listens there (RFC 4291 2.7.1). */
export function solicitedNode({ words }: Ipv6Address): Ipv6Address {
  return ipv6(0xff02_0000, 0, 1, 0xff00_0000 | (words[3] & 0xff_ffff));
}

/** The first `length` bits, the others 0. */
export function maskIpv6({ words }: Ipv6Address, length: number): Ipv6Address {
  const word = (i: 0 | 1 | 2 | 3) => words[i] & maskOfWord(length - i * 32);
  return ipv6(word(0), word(1), word(2), word(3));
}

/** Whether the first `length` bits are the same. */
export function samePrefixBits(a: Ipv6Address, b: Ipv6Address, length: number): boolean {
  for (const i of [0, 1, 2, 3] as const) {
    if (((a.words[i] ^ b.words[i]) & maskOfWord(length - i * 32)) !== 0) return false;
  }
  return true;
}

/** A shift by 32 is a shift by 0 in this language, hence the cases of their own. */
function maskOfWord(length: number): number {
  if (length <= 0) return 0;
  return length >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - length)) >>> 0;
}
