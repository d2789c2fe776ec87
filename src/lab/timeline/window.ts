/**
 * The part of a recording that the time line shows, and where each of its events stands: spaced by events, or by virtual
 * time. Nothing behind the cursor is in it: what has not happened yet is not told. Pure.
 *
 * Calls it: `timeline.tsx`.
 */
import { MICROSECOND, MILLISECOND, SECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { type Column, columnsAround, type Steps } from './columns.ts';
import { firstAt } from './spans.ts';

export interface TimeWindow {
  /** Events `first` to `last - 1` are in sight. */
  readonly first: number;
  readonly last: number;
  /** Where an event stands, `part` of the way through its step; outside of the window at its edge. */
  place(index: number, part: number): number;
  /** The cursor that a place means. */
  cursorAt(x: number): number;
  /** Folded silences: the right edge of each, and how long it lasts in nanoseconds. */
  readonly silences: readonly { readonly end: number; readonly lasting: number }[];
  /** Moments on the axis, with the text that tells each from its neighbours; none where time is spaced by events. */
  readonly ticks: readonly { readonly x: number; readonly at: number; readonly text: string }[];
}

export interface Spacing {
  readonly width: number;
  /** Of one step, and of a folded silence. */
  readonly step: number;
  readonly gap: number;
  /** Nanoseconds without an event from which on they are folded. */
  readonly silence: number;
}

/** One step is as wide as the other, and silence is folded. */
export function byEvents(cursor: number, events: readonly Event[], steps: Steps, spacing: Spacing): TimeWindow {
  const { width, step, gap, silence } = spacing;
  const columns = columnsAround(cursor, events, steps, width, step, gap, silence);
  const first = columns[0]?.from ?? 0;
  const shown = columns.filter(({ to }) => to <= cursor);
  return {
    first,
    last: Math.max(first, shown.at(-1)?.to ?? first),
    place: placer(columns),
    cursorAt: (x) => columns.find((column) => x < column.x + column.width)?.to ?? events.length,
    silences: shown.flatMap(({ x, silence: lasting }) => (lasting === undefined ? [] : [{ end: x, lasting }])),
    ticks: [],
  };
}

function placer(columns: readonly Column[]): TimeWindow['place'] {
  return (index, part) => {
    const column = columns[firstAt(columns, index + 1, ({ to }) => to)];
    const end = columns.at(-1);
    if (column === undefined) return end === undefined ? 0 : end.x + end.width;
    return index < column.from ? column.x : column.x + part * column.width;
  };
}

/** Part of the width that stays free at the right of the cursor. */
const AHEAD = 0.06;

/** In proportion to virtual time: the last `span` nanoseconds up to the cursor. */
export function byTime(cursor: number, events: readonly Event[], width: number, span: number): TimeWindow {
  const now = events[cursor - 1]?.at ?? 0;
  const begin = Math.max(0, now - span);
  const scale = (width * (1 - AHEAD)) / Math.max(1, span);
  const xOf = (at: number) => (at - begin) * scale;
  const first = firstAt(events, begin, ({ at }) => at);
  return {
    first,
    last: Math.max(first, cursor),
    place: (index) => Math.max(0, Math.min(xOf(events[index]?.at ?? now), width)),
    cursorAt: (x) => firstAt(events, begin + x / scale + 1, ({ at }) => at),
    silences: [],
    ticks: ticksOf(begin, begin + span / (1 - AHEAD), scale, width),
  };
}

const TICK_WIDTH = 110;

/** At round moments: 1, 2 or 5 times a power of ten. */
function ticksOf(begin: number, end: number, scale: number, width: number): TimeWindow['ticks'] {
  const least = (end - begin) / Math.max(1, width / TICK_WIDTH);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= least) ?? 10);
  const ticks: TimeWindow['ticks'][number][] = [];
  for (let at = Math.ceil(begin / step) * step; at < end; at += step) {
    const x = (at - begin) * scale;
    // The last has a text only if there is room for it.
    ticks.push({ x, at, text: x + TICK_WIDTH / 2 > width ? '' : tickText(at, step) });
  }
  return ticks;
}

const UNITS = [
  ['s', SECOND],
  ['ms', MILLISECOND],
  ['µs', MICROSECOND],
] as const;

/** '60.878 s': in the unit of the moment, to the digit in which neighbours differ. */
function tickText(at: number, step: number): string {
  const [name, unit] = UNITS.find(([, unit]) => at >= unit) ?? ['µs', MICROSECOND];
  const digits = Math.max(0, Math.ceil(Math.log10(unit / step) - 1e-9));
  return `${(at / unit).toFixed(digits)} ${name}`;
}
