/**
 * The columns of a window around the cursor: time spaced by events. A column is one step, as the player makes it; a
 * stretch of silence before it makes it wider. Pure.
 *
 * Calls it: `window.ts`.
 */
import type { Event } from '../../trace/event.ts';

/** A window: columns from left to right, each with the cursor at its end. */
export interface Column {
  /** The events `from` to `to - 1` stand in it; `to` is the cursor. */
  readonly from: number;
  readonly to: number;
  readonly x: number;
  readonly width: number;
  /** Virtual time that passes without an event before it, if that is long. */
  readonly silence: number | undefined;
}

export interface Steps {
  nextScene(cursor: number): number | undefined;
  previousScene(cursor: number): number;
}

/** The columns around a cursor, so that what is behind it, with the silences there, takes about nine tenths of the width. */
export function columnsAround(
  cursor: number,
  events: readonly Event[],
  steps: Steps,
  width: number,
  step: number,
  gap: number,
  silence: number,
): Column[] {
  const quietAt = (from: number): number | undefined => {
    const quiet = (events[from]?.at ?? 0) - (events[from - 1]?.at ?? 0);
    return from > 0 && quiet >= silence ? quiet : undefined;
  };
  const columns: Column[] = [];
  let x = 0;
  for (let from = firstShown(); x < width; ) {
    const to = steps.nextScene(from);
    if (to === undefined) break;
    const quiet = quietAt(from);
    if (quiet !== undefined) x += gap;
    columns.push({ from, to, x, width: step, silence: quiet });
    x += step;
    from = to;
  }
  return columns;

  /** At least the cursor's own column is in sight, however narrow the window is. */
  function firstShown(): number {
    let first = steps.previousScene(cursor);
    let taken = widthOf(first);
    while (first > 0) {
      const before = steps.previousScene(first);
      taken += widthOf(before);
      if (taken > width * 0.9) break;
      first = before;
    }
    return first;
  }

  function widthOf(from: number): number {
    return quietAt(from) === undefined ? step : step + gap;
  }
}
