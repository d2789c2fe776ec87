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

  /**
   * Where `text` stands, which has that place then: at `x`, or behind the text before it if it still ends before `limit`;
   * undefined: there is no room. Less than a part of a letter is no room.
   */
  place(lane: string, x: number, text: string, limit = x): number | undefined {
    const at = Math.max(x, this.#ends.get(lane) ?? Number.NEGATIVE_INFINITY);
    const end = at + text.length * CHARACTER;
    if (at > x && end > limit) return undefined;
    this.#ends.set(lane, end + MARGIN);
    return at;
  }

  /** The first of these texts that there is room for, longest first, and where it stands; else the last, nowhere. */
  first(
    lane: string,
    x: number,
    texts: readonly [string, ...string[]],
    limit = x,
  ): readonly [string, number | undefined] {
    let text: string = texts[0];
    for (text of texts) {
      const at = this.place(lane, x, text, limit);
      if (at !== undefined) return [text, at];
    }
    return [text, undefined];
  }
}
