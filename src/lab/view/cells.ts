/**
 * Bytes as cells: which state each has, which of them make one character together, and where such a character is split.
 * Pure. Calls it: `buffer.tsx`.
 */

/** The state of a byte in one place; each has a pattern of its own. */
export type CellState =
  | 'waiting'
  | 'copied'
  | 'unsent'
  | 'unacknowledged'
  | 'unread'
  | 'out-of-order'
  | 'hole'
  | 'read';

/** Bytes of a channel, from an offset to behind the last, that are in one state. */
export interface Run {
  readonly state: CellState;
  readonly from: number;
  readonly to: number;
}

export interface Cell {
  readonly offset: number;
  readonly state: CellState;
  /** '48'; '' when its value is not known, as in a hole. */
  readonly hex: string;
  /** The character, on one cell of those that make it; '' on the others. */
  readonly glyph: string;
  /** It is one character with the cell before it, or behind it. */
  readonly joinsBefore: boolean;
  readonly joinsAfter: boolean;
  /** Its character is not whole here: other bytes of it lie elsewhere. */
  readonly split: boolean;
}

/** More bytes than these are drawn as areas. */
export const FEW = 64;

type Bytes = ArrayLike<number | undefined>;

/** How many bytes of UTF-8 begin at `at`: 0 when none does there. */
function lengthAt(bytes: Bytes, at: number): number {
  const lead = bytes[at];
  if (lead === undefined) return 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || lead >= 0xf5) return 0;
  for (let next = at + 1; next < at + length; next++) {
    const byte = bytes[next];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return 0;
  }
  return length;
}

const decoder = new TextDecoder();

function glyphAt(bytes: Bytes, at: number, length: number): string {
  const first = bytes[at] ?? 0;
  if (length === 1) {
    if (first === 0x20) return '␣';
    if (first === 0x0a) return '↵';
    return first < 0x20 || first === 0x7f ? '·' : String.fromCharCode(first);
  }
  return decoder.decode(Uint8Array.from({ length }, (_, index) => bytes[at + index] ?? 0));
}

/**
 * The cells of these runs, in order. `bytesOf` gives the channel's bytes by offset: it is asked for three more on both
 * sides, so that a character that began before, or ends behind, is known.
 */
export function cellsOf(runs: readonly Run[], bytesOf: (from: number, to: number) => Bytes): Cell[] {
  const first = runs[0];
  const last = runs.at(-1);
  if (first === undefined || last === undefined) return [];
  const base = Math.max(0, first.from - 3);
  const bytes = bytesOf(base, last.to + 3);
  const shown = new Map<number, CellState>();
  for (const { state, from, to } of runs) for (let offset = from; offset < to; offset++) shown.set(offset, state);
  /** By offset: where its character begins, and how long it is. */
  const characters = new Map<number, { readonly start: number; readonly length: number }>();
  for (let at = 0; at < last.to - base; ) {
    const length = lengthAt(bytes, at);
    for (let index = 0; index < length; index++) characters.set(base + at + index, { start: base + at, length });
    at += Math.max(1, length);
  }
  return [...shown].map(([offset, state]) => {
    const byte = state === 'hole' ? undefined : bytes[offset - base];
    const character = characters.get(offset);
    const plain = { offset, state, joinsBefore: false, joinsAfter: false, split: false };
    if (byte === undefined) return { ...plain, hex: '', glyph: '' };
    const hex = byte.toString(16).padStart(2, '0');
    if (character === undefined) return { ...plain, hex, glyph: '·' };
    const { start, length } = character;
    const members = Array.from({ length }, (_, index) => start + index);
    const here = members.filter((member) => shown.has(member) && shown.get(member) !== 'hole');
    const split = here.length < length;
    const middle = here[Math.floor((here.length - 1) / 2)];
    return {
      ...plain,
      hex,
      glyph: offset === middle ? glyphAt(bytes, start - base, length) : '',
      joinsBefore: here.includes(offset - 1),
      joinsAfter: here.includes(offset + 1),
      split,
    };
  });
}

/** Neighbours in one state, with how many there are; empty ones left out. */
export function areasOf(runs: readonly Run[]): { readonly state: CellState; readonly bytes: number }[] {
  const areas: { state: CellState; bytes: number }[] = [];
  for (const { state, from, to } of runs) {
    if (to <= from) continue;
    const last = areas.at(-1);
    if (last?.state === state) last.bytes += to - from;
    else areas.push({ state, bytes: to - from });
  }
  return areas;
}

/** How many bytes the runs hold. */
export function sizeOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}
