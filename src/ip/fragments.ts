/**
 * Fragments: those of both families put together on the way in; IPv4's cut on the way out.
 *
 * Source: RFC 791, 2.3 and 3.2; RFC 815; RFC 1122, 3.3.2 and 3.3.3; RFC 8200, 4.5; RFC 1858 and RFC 3128 (overlaps), RFC 5722 for the
 * answer to them: the whole datagram goes, also what of it comes later. Limits as in Linux (net.ipv4.ipfrag_time 30 s,
 * ipfrag_high_thresh 4 MiB).
 *
 *     piece    [offset, offset + length)  sorted by offset, never overlapping
 *     complete when the last one is known (MF clear) and the bytes of all pieces add up to its end
 *
 * An exact copy of a piece (same place, same bytes: a cable that duplicates) is no overlap: it can change nothing.
 * A mark on one piece (ECN) is a mark on the whole; where another piece could not be marked, one of them lies, and the whole
 * is dropped (RFC 3168, 5.3; Linux ip_frag_ecn_table).
 * Left out on purpose: refragmentation of what passes through a router reassembles nothing.
 * Calls it: `host/ip-input.ts` and `host/ip-output.ts`.
 */
import { assert } from '../base/assert.ts';
import { Fifo } from '../base/fifo.ts';
import { type Nanoseconds, NEVER, SECOND } from '../base/time.ts';
import type { IpAddress } from '../wire/address.ts';
import { checksumOf } from '../wire/checksum.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import type { Frame, FramePool } from '../wire/frame.ts';
import type { IpFields, IpHeader } from '../wire/ip.ts';
import { IPV4_HEADER_LENGTH, IPV4_MAX_LENGTH, type Ipv4Header, writeIpv4 } from '../wire/ipv4.ts';
import { IPV6_HEADER_LENGTH, writeIpv6 } from '../wire/ipv6.ts';

export type FragmentRefusal =
  | 'fragment-duplicate'
  | 'fragment-overlap'
  | 'fragment-end-conflict' // two different ends of one datagram, or a piece behind the end
  | 'fragment-of-discarded' // the datagram was thrown away before
  | 'fragment-too-many'
  | 'fragment-marked-in-part';

/** Figures that Linux keeps in net.ipv4.ipfrag_*. */
export interface FragmentLimits {
  readonly timeout: Nanoseconds;
  /** Memory for all incomplete datagrams of a host; the oldest give way. */
  readonly bytes: number;
}

export const LINUX_FRAGMENT_LIMITS: FragmentLimits = { timeout: 30 * SECOND, bytes: 4 * 1024 * 1024 };

export const FRAGMENT_DATAGRAMS = 1024;
/** Pieces of one datagram: 65515 bytes in pieces of 48 (an MTU of 68), the least that a link may have. */
export const FRAGMENT_PIECES = 1366;
/** What a piece costs beside its bytes, so that many small ones are no way around the limit. */
const PIECE_OVERHEAD = 128;

/** Codepoints of ECN. */
const NOT_ECT = 0;
const CE = 3;

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A datagram that waits for its pieces. */
interface Assembly {
  readonly key: string;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly deadline: Nanoseconds;
  readonly pieces: Piece[];
  held: number;
  charged: number;
  /** Length of the whole payload, -1 while the last piece has not come. */
  total: number;
  /** Header of the first fragment and the first 8 bytes behind it, for the ICMP error; undefined until it came. */
  first: Uint8Array | undefined;
  tos: number;
  /** A bit for each of the four ECN codepoints that its pieces have. */
  codepoints: number;
  protocol: number;
  /** Thrown away: what still comes of it is refused. */
  discarded: boolean;
}

/** A datagram that was given up. */
export interface AbandonedDatagram {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly why: 'timeout' | 'evicted' | 'overlap';
  /** The first fragment's IP header and 8 bytes of its data, if it had come (RFC 1122, 3.3.2: then an error is due). */
  readonly first: Uint8Array | undefined;
}

export class Reassembly {
  readonly #pool: FramePool;
  readonly #limits: FragmentLimits;
  /** Oldest first: all have the same time to live. */
  readonly #assemblies = new Map<string, Assembly>();
  #charged = 0;
  readonly #abandoned: Fifo<AbandonedDatagram> = new Fifo();

  constructor(pool: FramePool, limits: FragmentLimits = LINUX_FRAGMENT_LIMITS) {
    this.#pool = pool;
    this.#limits = limits;
  }

  /** Incomplete datagrams, and the memory that they are charged with. */
  get datagrams(): number {
    return this.#assemblies.size;
  }
  get charged(): number {
    return this.#charged;
  }

  /**
   * Takes a parsed fragment (the frame is the caller's still; its bytes are copied). Answers the whole packet as a new
   * frame of one owner, with a plain header and parsed offsets, or 'stored', or why it was refused.
   */
  handleFragment(frame: Frame, ip: IpHeader, now: Nanoseconds): Frame | 'stored' | FragmentRefusal {
    // RFC 8200, 4.5: the protocol is the first fragment's, so it cannot tell which belong together.
    const protocol = ip.source.family === 'ipv4' ? ip.protocol : 0;
    const key = `${ip.source.key} ${ip.destination.key} ${protocol} ${ip.identification}`;
    let assembly = this.#assemblies.get(key);
    if (assembly === undefined) {
      assembly = this.#begin(key, ip, now);
    }
    if (assembly.discarded) return 'fragment-of-discarded';
    const start = ip.fragmentOffset;
    const length = frame.payloadEnd - frame.transport;
    const refusal = this.#refuse(assembly, frame, start, length, ip.moreFragments);
    if (refusal !== undefined) return refusal;
    this.#insert(assembly, frame, start, length);
    if (!ip.moreFragments) assembly.total = start + length;
    assembly.codepoints |= 1 << (ip.tos & CE);
    if (start === 0) {
      const end = Math.min(frame.payloadEnd, frame.transport + 8);
      assembly.first = frame.bytes.slice(frame.network, end);
      assembly.tos = ip.tos;
      assembly.protocol = ip.protocol;
    }
    if (assembly.held === assembly.total) return this.#assemble(assembly, ip);
    this.#makeRoom(assembly);
    return 'stored';
  }

  handleTimeout(now: Nanoseconds): void {
    for (const assembly of this.#assemblies.values()) {
      if (assembly.deadline > now) return;
      this.#abandon(assembly, 'timeout');
    }
  }

  clear(): void {
    this.#assemblies.clear();
    this.#abandoned.clear();
    this.#charged = 0;
  }

  /** The next datagram that was given up, oldest first; undefined if there is none. */
  pollAbandoned(): AbandonedDatagram | undefined {
    return this.#abandoned.shift();
  }

  pollTimeout(): Nanoseconds {
    for (const assembly of this.#assemblies.values()) return assembly.deadline;
    return NEVER;
  }

  #begin(key: string, ip: IpHeader, now: Nanoseconds): Assembly {
    if (this.#assemblies.size >= FRAGMENT_DATAGRAMS) this.#evictOldest(undefined);
    const assembly: Assembly = {
      key,
      source: ip.source,
      destination: ip.destination,
      deadline: now + this.#limits.timeout,
      pieces: [],
      held: 0,
      charged: PIECE_OVERHEAD,
      total: -1,
      first: undefined,
      tos: 0,
      codepoints: 0,
      protocol: 0,
      discarded: false,
    };
    this.#assemblies.set(key, assembly);
    this.#charged += assembly.charged;
    return assembly;
  }

  #refuse(assembly: Assembly, frame: Frame, start: number, length: number, more: boolean): FragmentRefusal | undefined {
    const end = start + length;
    const at = placeOf(assembly.pieces, start);
    const before = assembly.pieces[at - 1];
    const after = assembly.pieces[at];
    if (after !== undefined && after.start === start && after.bytes.length === length) {
      if (sameBytesAt(frame, after.bytes)) return 'fragment-duplicate';
    }
    if (
      (before !== undefined && before.start + before.bytes.length > start) ||
      (after !== undefined && after.start < end)
    ) {
      this.#discard(assembly);
      return 'fragment-overlap';
    }
    const last = assembly.pieces[assembly.pieces.length - 1];
    const furthest = last === undefined ? 0 : last.start + last.bytes.length;
    const conflict = more
      ? assembly.total >= 0 && end >= assembly.total
      : (assembly.total >= 0 && assembly.total !== end) || furthest > end;
    if (conflict) {
      this.#discard(assembly);
      return 'fragment-end-conflict';
    }
    if (assembly.pieces.length >= FRAGMENT_PIECES) {
      this.#discard(assembly);
      return 'fragment-too-many';
    }
    return undefined;
  }

  #insert(assembly: Assembly, frame: Frame, start: number, length: number): void {
    const bytes = frame.bytes.slice(frame.transport, frame.transport + length);
    assembly.pieces.splice(placeOf(assembly.pieces, start), 0, { start, bytes });
    assembly.held += length;
    assembly.charged += length + PIECE_OVERHEAD;
    this.#charged += length + PIECE_OVERHEAD;
  }

  #assemble(assembly: Assembly, ip: IpHeader): Frame | FragmentRefusal {
    this.#forget(assembly);
    const isMarked = (assembly.codepoints & (1 << CE)) !== 0;
    if (isMarked && (assembly.codepoints & (1 << NOT_ECT)) !== 0) return 'fragment-marked-in-part';
    const { source, destination } = ip;
    const whole: IpFields = {
      tos: isMarked ? assembly.tos | CE : assembly.tos,
      identification: ip.identification,
      dontFragment: false,
      moreFragments: false,
      fragmentOffset: 0,
      ttl: ip.ttl,
      protocol: assembly.protocol,
      source,
      destination,
    };
    const header = source.family === 'ipv4' ? IPV4_HEADER_LENGTH : IPV6_HEADER_LENGTH;
    const frame = this.#pool.take(ETHERNET_HEADER_LENGTH + header + assembly.total);
    if (source.family === 'ipv4' && destination.family === 'ipv4') writeIpv4(frame, { ...whole, source, destination });
    if (source.family === 'ipv6' && destination.family === 'ipv6') writeIpv6(frame, { ...whole, source, destination });
    for (const piece of assembly.pieces) frame.bytes.set(piece.bytes, frame.transport + piece.start);
    return frame;
  }

  /** Its memory is given back, its name is kept until its time is over, so that the rest of it is refused too. */
  #discard(assembly: Assembly): void {
    this.#charged -= assembly.charged - PIECE_OVERHEAD;
    assembly.charged = PIECE_OVERHEAD;
    assembly.pieces.length = 0;
    assembly.held = 0;
    assembly.total = -1;
    assembly.discarded = true;
    const { source, destination } = assembly;
    this.#abandoned.push({ source, destination, why: 'overlap', first: undefined });
  }

  #makeRoom(spared: Assembly): void {
    while (this.#charged > this.#limits.bytes && this.#evictOldest(spared));
  }

  #evictOldest(spared: Assembly | undefined): boolean {
    for (const assembly of this.#assemblies.values()) {
      if (assembly === spared) continue;
      this.#abandon(assembly, 'evicted');
      return true;
    }
    return false;
  }

  #abandon(assembly: Assembly, why: 'timeout' | 'evicted'): void {
    this.#forget(assembly);
    if (assembly.discarded) return; // told already
    const { source, destination, first } = assembly;
    this.#abandoned.push({ source, destination, why, first: why === 'timeout' ? first : undefined });
  }

  #forget(assembly: Assembly): void {
    this.#assemblies.delete(assembly.key);
    this.#charged -= assembly.charged;
  }
}

/** Index of the first piece that starts at or behind `start`. */
function placeOf(pieces: readonly Piece[], start: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const piece = pieces[middle];
    assert(piece !== undefined, 'a place between two others exists');
    if (piece.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameBytesAt(frame: Frame, bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (frame.bytes[frame.transport + i] !== bytes[i]) return false;
  return true;
}

/** Bit of an option's type: it must stand in every fragment (RFC 791, 3.1). */
const COPIED = 0x80;
const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;

/**
 * Cuts a packet (header at frame.network, up to frame.payloadEnd, offsets parsed) into fragments that fit `mtu`, each a
 * new frame of one owner with the same Ethernet header. The frame stays the caller's. A packet that is itself a
 * fragment is cut further. An `mtu` is at least 68 (RFC 791), so that a header of 60 bytes leaves room for 8.
 */
export function fragmentPacket(
  frame: Frame,
  ip: Ipv4Header,
  mtu: number,
  pool: FramePool,
  out: (piece: Frame) => void,
): number {
  assert(mtu >= 68 && mtu <= IPV4_MAX_LENGTH, 'an MTU is 68 to 65535');
  const end = frame.payloadEnd;
  const others = optionsToCopy(frame, ip);
  let count = 0;
  for (let at = frame.transport; at < end; count++) {
    const first = at === frame.transport;
    const header = first ? ip.ihl : IPV4_HEADER_LENGTH + others.length;
    const left = end - at;
    // Offsets count in eights, so all but the last are a multiple of 8 long.
    const length = left <= mtu - header ? left : (mtu - header) & ~7;
    const piece = pool.take(ETHERNET_HEADER_LENGTH + header + length);
    const { bytes, view, network } = piece;
    bytes.set(
      frame.bytes.subarray(
        frame.network - ETHERNET_HEADER_LENGTH,
        frame.network + (first ? header : IPV4_HEADER_LENGTH),
      ),
      network - ETHERNET_HEADER_LENGTH,
    );
    if (!first) bytes.set(others, network + IPV4_HEADER_LENGTH);
    const more = at + length < end || ip.moreFragments;
    const offset = ip.fragmentOffset + (at - frame.transport);
    view.setUint8(network, 0x40 | (header >>> 2));
    view.setUint16(network + 2, header + length);
    view.setUint16(network + 6, (more ? 0x2000 : 0) | (offset >>> 3));
    view.setUint16(network + 10, 0);
    view.setUint16(network + 10, checksumOf(bytes, network, network + header, 0));
    piece.transport = network + header;
    piece.payloadEnd = piece.end;
    bytes.set(frame.bytes.subarray(at, at + length), piece.transport);
    at += length;
    out(piece);
  }
  return count;
}

/** The options that fragments but the first carry, padded to a multiple of 4 with zeros. */
function optionsToCopy(frame: Frame, ip: Ipv4Header): Uint8Array {
  if (ip.ihl === IPV4_HEADER_LENGTH) return NO_OPTIONS;
  const copied: number[] = [];
  for (let at = ip.optionsStart; at < ip.optionsEnd; ) {
    const type = frame.bytes[at] ?? END_OF_OPTIONS;
    if (type === END_OF_OPTIONS) break;
    const length = type === NO_OPERATION ? 1 : at + 1 < ip.optionsEnd ? (frame.bytes[at + 1] ?? 0) : 0;
    if (length < 1 || (length < 2 && type !== NO_OPERATION) || at + length > ip.optionsEnd) break;
    if ((type & COPIED) !== 0) for (let i = 0; i < length; i++) copied.push(frame.bytes[at + i] ?? 0);
    at += length;
  }
  while (copied.length % 4 !== 0) copied.push(END_OF_OPTIONS);
  return new Uint8Array(copied);
}

const NO_OPTIONS = new Uint8Array(0);
