/**
 * The smallest set of faults that still fails: one after the other is left out, and stays out if the failure stays.
 *
 * Calls it: `hunt.ts`.
 */

/** As many faults are tried; a body with more is told as it is. */
const MOST = 64;

/**
 * The numbers that may be left out of 0 to `acts` - 1 so that `fails` still says true. No single one of the others can be
 * left out as well. `fails` is asked at most about acts²/2 times.
 */
export async function shrink(acts: number, fails: (skip: readonly number[]) => Promise<boolean>): Promise<number[]> {
  if (acts > MOST) return [];
  let skip: number[] = [];
  for (let changed = true; changed; ) {
    changed = false;
    for (let act = 0; act < acts; act++) {
      if (skip.includes(act)) continue;
      const fewer = [...skip, act].sort((a, b) => a - b);
      if (!(await fails(fewer))) continue;
      skip = fewer;
      changed = true;
    }
  }
  return skip;
}
