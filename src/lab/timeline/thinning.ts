/**
 * What would be drawn on the same pixels is drawn once, so that a picture of a million events has no more lines than the
 * screen has room for. A picture of few is left as it is. Pure.
 *
 * Calls it: `drawing.tsx`.
 */
import type { Span } from './spans.ts';

/** So many are drawn without a look at where they lie. */
const FEW = 300;
/** So many are looked at: of more, a sample. A screen has no more than some thousand pixels in a row. */
const MOST = 16_000;
/** Pixels within which two ends are the same. */
const GRAIN = 2;
/** More than a picture has pixels. */
const ROW = 65_536;

/**
 * Of those on the same line which begin and end at the same places, the first; in their order. What is `long` pixels
 * wide or wider is in every sample; undefined: no more than the rest.
 */
export function thinned<T extends Span>(
  spans: readonly T[],
  lineOf: (span: T) => string,
  place: (index: number) => number,
  long?: number,
): readonly T[] {
  if (spans.length <= FEW) return spans;
  const every = Math.ceil(spans.length / MOST);
  const drawn = new Map<string, Set<number>>();
  return spans.filter((span, index) => {
    const { from, to = Number.POSITIVE_INFINITY } = span;
    if (index % every !== 0 && (long === undefined || place(to) - place(from) < long)) return false;
    const line = lineOf(span);
    let places = drawn.get(line);
    if (places === undefined) {
      places = new Set();
      drawn.set(line, places);
    }
    const key = Math.floor(place(from) / GRAIN) * ROW + Math.floor(place(to) / GRAIN);
    if (places.has(key)) return false;
    places.add(key);
    return true;
  });
}
