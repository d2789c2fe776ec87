/**
 * The clock that the player follows: the page's frames, which come only while somebody can see it. A tab that is hidden
 * has none, so what plays there waits, and goes on where it was.
 *
 * Calls it: `player.ts`.
 */

export interface PlayerClock {
  /** Wall-clock milliseconds. */
  now(): number;
  /** Calls `then` with the time of the next frame; what it answers cancels it. */
  onFrame(then: (now: number) => void): number;
  cancel(frame: number): void;
}

export const pageClock: PlayerClock = {
  now: () => performance.now(),
  onFrame: (then) => requestAnimationFrame(then),
  cancel: (frame) => cancelAnimationFrame(frame),
};
