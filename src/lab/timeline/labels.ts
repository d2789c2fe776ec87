/**
 * Room for texts: each lane gives a place only to what does not overlap the text before it. Pure.
 *
 * Calls it: `drawing.tsx`, which asks from left to right.
 */

/** Of one character of the time line's font, in pixels. */
export const CHARACTER = 6.7;
const MARGIN = 6;

export class Labels {
  readonly #ends = new Map<string, number>();

  /** True if `text` finds room at `x`, which it then takes. Less than a part of a letter is no room. */
  fits(lane: string, x: number, text: string): boolean {
    if (x < (this.#ends.get(lane) ?? Number.NEGATIVE_INFINITY)) return false;
    this.#ends.set(lane, x + text.length * CHARACTER + MARGIN);
    return true;
  }
}
