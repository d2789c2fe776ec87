/**
 * TCP options: RFC 9293 3.1 and 3.2 (kinds 0, 1, 2), RFC 7323 (3 window scale, 8 timestamps), RFC 2018 (4, 5 SACK).
 *
 *     kind 0  end of list        1 byte          kind 3  window scale      [3][3][shift]
 *     kind 1  no operation       1 byte          kind 4  SACK permitted    [4][2]
 *     kind 2  maximum segment    [2][4][size..]  kind 5  SACK              [5][2+8n][left....][right....]...
 *                                                kind 8  timestamps        [8][10][value....][echo reply....]
 *
 * MUST-6 (RFC 9293 3.1): any other kind is skipped by its length. MUST-7: a length that cannot be (0, 1, or past the
 * header) ends the parsing: what follows has no meaning, and a loop that stands still is the oldest attack on stacks
 * (Amnesia:33, NUCLEUS:13). The RFC suggests to reset the connection; Linux: it reads no further, as here. MUST-64: an
 * option may start anywhere. A known kind with a wrong length is skipped, as Linux does.
 * Left out on purpose: which segment may carry which option (tcp/); TCP Fast Open, MD5, AO, MPTCP.
 */
import { assert } from '../base/assert.ts';
import { TCP_OPTIONS_MAX } from './tcp.ts';

/** RFC 9293, 3.7.1, MUST-15: what a peer takes that sent no MSS option. Linux TCP_MSS_DEFAULT. */
export const DEFAULT_MSS = 536;
/** The same over IPv6: the smallest MTU less both headers. */
export const DEFAULT_MSS6 = 1220;

const END_OF_LIST = 0;
const NO_OPERATION = 1;
const MAXIMUM_SEGMENT_SIZE = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;

/** RFC 7323 2.3: a greater shift is to be taken as 14, or the window would not fit the sequence space. */
export const WINDOW_SCALE_MAX = 14;
/** Blocks that fit without timestamps; with them, three. */
export const SACK_BLOCKS_MAX = 4;

export interface TcpOptions {
  /** undefined: no such option (a size of 0 counts as none, as in Linux). */
  mss: number | undefined;
  /** The shift, 14 at most; undefined: no such option. */
  windowScale: number | undefined;
  sackPermitted: boolean;
  /** Whether tsval and tsecr were there. */
  timestamps: boolean;
  tsval: number;
  tsecr: number;
  /** How many pairs of `sack` count. */
  sackCount: number;
  /** Left and right edges, eight numbers, unsigned 32 bits; left is the block's first sequence number, right one past. */
  readonly sack: number[];
  /** Parsing ended early, at a length that cannot be; what came before it stands. */
  malformed: boolean;
}

export function emptyTcpOptions(): TcpOptions {
  return {
    mss: undefined,
    windowScale: undefined,
    sackPermitted: false,
    timestamps: false,
    tsval: 0,
    tsecr: 0,
    sackCount: 0,
    sack: [0, 0, 0, 0, 0, 0, 0, 0],
    malformed: false,
  };
}

/** As `emptyTcpOptions`, in place. */
export function clearTcpOptions(options: TcpOptions): void {
  options.mss = undefined;
  options.windowScale = undefined;
  options.sackPermitted = false;
  options.timestamps = false;
  options.tsval = 0;
  options.tsecr = 0;
  options.sackCount = 0;
  options.malformed = false;
}

/** Fills `options` from bytes[start, end). Any bytes: it never throws, and takes at least one byte in each step. */
export function parseTcpOptions(bytes: Uint8Array, start: number, end: number, options: TcpOptions): void {
  clearTcpOptions(options);
  let at = start;
  while (at < end) {
    const kind = bytes[at];
    if (kind === END_OF_LIST) return;
    if (kind === NO_OPERATION) {
      at += 1;
      continue;
    }
    const length = at + 1 < end ? (bytes[at + 1] as number) : 0;
    if (length < 2 || at + length > end) {
      options.malformed = true;
      return;
    }
    switch (kind) {
      case MAXIMUM_SEGMENT_SIZE:
        if (length === 4) {
          const mss = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
          options.mss = mss === 0 ? undefined : mss;
        }
        break;
      case WINDOW_SCALE:
        if (length === 3) options.windowScale = Math.min(bytes[at + 2] as number, WINDOW_SCALE_MAX);
        break;
      case SACK_PERMITTED:
        if (length === 2) options.sackPermitted = true;
        break;
      case SACK:
        parseSack(bytes, at, length, options);
        break;
      case TIMESTAMPS:
        if (length === 10) {
          options.timestamps = true;
          options.tsval = uint32(bytes, at + 2);
          options.tsecr = uint32(bytes, at + 6);
        }
        break;
      default:
        break; // skipped by its length
    }
    at += length;
  }
}

function parseSack(bytes: Uint8Array, at: number, length: number, options: TcpOptions): void {
  const count = (length - 2) / 8;
  if (!Number.isInteger(count) || count < 1 || count > SACK_BLOCKS_MAX) return;
  options.sackCount = count;
  for (let i = 0; i < count * 2; i++) options.sack[i] = uint32(bytes, at + 2 + i * 4);
}

function uint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  return ((high << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}

/**
 * How many bytes `writeTcpOptions` will write: a multiple of 4. More than 40 cannot be written; the caller leaves SACK
 * blocks out until it fits.
 */
export function tcpOptionsLength(options: Readonly<TcpOptions>): number {
  const mss = options.mss === undefined ? 0 : 4;
  const timestamps = options.timestamps ? 12 : 0;
  const sackPermitted = options.sackPermitted && !options.timestamps ? 4 : 0; // else it stands in place of the padding
  const windowScale = options.windowScale === undefined ? 0 : 4;
  const sack = options.sackCount === 0 ? 0 : 4 + 8 * options.sackCount;
  return mss + timestamps + sackPermitted + windowScale + sack;
}

/**
 * Writes the options from `offset` on and answers their length, a multiple of 4. Order and padding are those of Linux
 * (tcp_options_write): MSS; SACK permitted and timestamps; NOP and window scale; NOP NOP and SACK blocks. `bytes` and
 * `view` are the same memory.
 */
export function writeTcpOptions(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  options: Readonly<TcpOptions>,
): number {
  assert(tcpOptionsLength(options) <= TCP_OPTIONS_MAX, 'options fit into 40 bytes');
  let at = offset;
  if (options.mss !== undefined) {
    bytes[at] = MAXIMUM_SEGMENT_SIZE;
    bytes[at + 1] = 4;
    view.setUint16(at + 2, options.mss);
    at += 4;
  }
  if (options.timestamps) {
    bytes[at] = options.sackPermitted ? SACK_PERMITTED : NO_OPERATION;
    bytes[at + 1] = options.sackPermitted ? 2 : NO_OPERATION;
    bytes[at + 2] = TIMESTAMPS;
    bytes[at + 3] = 10;
    view.setUint32(at + 4, options.tsval);
    view.setUint32(at + 8, options.tsecr);
    at += 12;
  } else if (options.sackPermitted) {
    bytes[at] = NO_OPERATION;
    bytes[at + 1] = NO_OPERATION;
    bytes[at + 2] = SACK_PERMITTED;
    bytes[at + 3] = 2;
    at += 4;
  }
  if (options.windowScale !== undefined) {
    bytes[at] = NO_OPERATION;
    bytes[at + 1] = WINDOW_SCALE;
    bytes[at + 2] = 3;
    bytes[at + 3] = options.windowScale;
    at += 4;
  }
  if (options.sackCount > 0) {
    bytes[at] = NO_OPERATION;
    bytes[at + 1] = NO_OPERATION;
    bytes[at + 2] = SACK;
    bytes[at + 3] = 2 + 8 * options.sackCount;
    at += 4;
    for (let i = 0; i < options.sackCount * 2; i++, at += 4) view.setUint32(at, options.sack[i] ?? 0);
  }
  return at - offset;
}
