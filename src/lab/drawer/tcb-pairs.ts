/** Which ends belong together: the two of one connection, or one whose peer has none yet. Calls it: `tcb.tsx`. */
import type { End } from './tcb-end.ts';

export type Pair = readonly [End, ...End[]];

/** In the order in which the connections began; of each the end that began it first. */
export function pairsOf(ends: readonly End[]): readonly Pair[] {
  const pairs: [End, ...End[]][] = [];
  /** Of each 'local>remote' the newest pair whose first end that is. */
  const alone = new Map<string, [End, ...End[]]>();
  for (const end of ends) {
    const swapped = `${end.remote}>${end.local}`;
    const pair = alone.get(swapped);
    if (pair !== undefined && pair.length === 1) {
      pair.push(end);
      alone.delete(swapped);
      continue;
    }
    const made: [End, ...End[]] = [end];
    pairs.push(made);
    alone.set(end.connection, made);
  }
  return pairs;
}
