/**
 * Where the frames of one direction stand on their way, in hundredths of the way; and which way that is. Pure.
 * Calls it: `cable.tsx`.
 */
import type { CableView, EndedFrame, FrameView, StageModel } from '../stage/model.ts';

/** The cables from one host to the other, in order, and the machines that they lead over, both hosts included. */
export interface Way {
  readonly machines: readonly string[];
  readonly cables: readonly CableView[];
}

/** The shortest way from `from` to `to`; undefined: there is none. */
export function wayBetween(cables: readonly CableView[], from: string, to: string): Way | undefined {
  const ways: Way[] = [{ machines: [from], cables: [] }];
  const seen = new Set([from]);
  for (const way of ways) {
    const here = way.machines.at(-1);
    if (here === to) return way;
    for (const cable of cables) {
      const next = cable.a === here ? cable.b : cable.b === here ? cable.a : undefined;
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      ways.push({ machines: [...way.machines, next], cables: [...way.cables, cable] });
    }
  }
  return undefined;
}

/** A frame on the stage. `at`: 0 at the sender's end of the whole way, 1 at the receiver's. */
export interface Underway {
  readonly frame: FrameView;
  readonly at: number;
  readonly ended: 'no' | 'arrived' | 'lost';
}

/** How far a frame has come on its own cable at this moment: 0 to 1. One that nobody will ever see arrive stays at the start. */
export function progress(frame: FrameView, now: number): number {
  if (frame.fate === undefined) return 0;
  const whole = frame.fate.at - frame.sentAt;
  const part = whole <= 0 ? 0 : Math.min(1, Math.max(0, (now - frame.sentAt) / whole));
  // A frame that will be lost comes as far as the middle, where a cut cable shows its gap.
  return frame.fate.kind === 'dropped' ? part / 2 : part;
}

/** What is under way on these cables in the direction of `machines`, the farthest first. */
export function underway(way: Way, now: number, ended: readonly EndedFrame[]): Underway[] {
  const found: Underway[] = [];
  const count = way.cables.length;
  way.cables.forEach((cable, index) => {
    const from = way.machines[index];
    for (const frame of cable.frames)
      if (frame.from === from) found.push({ frame, at: (index + progress(frame, now)) / count, ended: 'no' });
    for (const { frame, cable: on } of ended) {
      if (on !== cable.name || frame.from !== from) continue;
      const lost = frame.fate?.kind === 'dropped';
      found.push({ frame, at: (index + (lost ? 0.5 : 1)) / count, ended: lost ? 'lost' : 'arrived' });
    }
  });
  return found.sort((one, other) => other.at - one.at || one.frame.n - other.frame.n);
}

export function reversed(way: Way): Way {
  return { machines: way.machines.toReversed(), cables: way.cables.toReversed() };
}

export interface Place {
  /** From the sender's end of the way to the frame's hind edge, and its width, in hundredths. */
  readonly left: number;
  readonly width: number;
}

/**
 * A place for each, without overlap, as near as can be to where it is: the farthest first, as `underway` gives them.
 * Frames at one moment stand side by side, the one that was sent first in front.
 */
export function places(frames: readonly Underway[], width: number): Place[] {
  const each = Math.min(width, 100 / Math.max(1, frames.length));
  const lefts: number[] = [];
  let limit = 100 - each;
  for (const { at } of frames) {
    const left = Math.min(at * (100 - each), limit);
    lefts.push(left);
    limit = left - each;
  }
  let floor = 0;
  for (let index = lefts.length - 1; index >= 0; index--) {
    const left = Math.max(lefts[index] ?? 0, floor);
    lefts[index] = left;
    floor = left + each;
  }
  return lefts.map((left) => ({ left, width: each }));
}

/** How many frames stand in each of `count` equal parts of the way. */
export function density(frames: readonly Underway[], count: number): number[] {
  const bins = Array.from({ length: count }, () => 0);
  for (const { at } of frames) {
    const bin = Math.min(count - 1, Math.floor(at * count));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

/** The two hosts on the stage: those that were chosen, if they are there; or the first two. */
export function pairOf(
  model: StageModel,
  chosen: readonly [string, string] | undefined,
): readonly [string | undefined, string | undefined] {
  const hosts = model.hosts.filter(({ what }) => what === 'host').map(({ name }) => name);
  if (chosen !== undefined && chosen[0] !== chosen[1] && chosen.every((name) => hosts.includes(name))) return chosen;
  return [hosts[0], hosts[1]];
}
