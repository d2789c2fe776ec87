/**
 * What did not change stays the same object, so that whoever draws it can see at once that there is nothing to do.
 *
 * Calls it: the folds of the stage, and `checkpoints.ts` for two models that were made apart.
 */

/** The list as it was before if it holds the very same things now. */
export function shared<T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] {
  if (before === undefined || before.length !== now.length) return now;
  return now.every((one, i) => one === before[i]) ? before : now;
}

/** True if two objects of the same kind hold the very same things. */
export function sameFields<T extends object>(one: T, other: T): boolean {
  for (const key in one) if (one[key] !== other[key]) return false;
  return true;
}

/** `now` with every part that is equal to the part of `before` in its place replaced by that: JSON-like data. */
export function reused<T>(before: unknown, now: T): T {
  if (Object.is(before, now) || !isObject(before) || !isObject(now)) return now;
  if (Array.isArray(before) || Array.isArray(now)) {
    return Array.isArray(before) && Array.isArray(now) ? (reusedList(before, now) as T) : now;
  }
  const keys = Object.keys(now);
  let isSame = keys.length === Object.keys(before).length;
  const mixed: Record<string, unknown> = {};
  for (const key of keys) {
    const part = reused(before[key], now[key]);
    mixed[key] = part;
    if (part !== before[key]) isSame = false;
  }
  return (isSame ? before : mixed) as T;
}

/** Lists that grow at their end and are cut at their beginning: parts are looked for in their own place, then by key. */
function reusedList(before: readonly unknown[], now: readonly unknown[]): readonly unknown[] {
  const byKey = new Map<unknown, unknown>();
  for (const one of before) {
    const key = keyOf(one);
    if (key !== undefined) byKey.set(key, one);
  }
  let isSame = before.length === now.length;
  const mixed = now.map((one, i) => {
    const key = keyOf(one);
    const part = reused(key === undefined ? before[i] : byKey.get(key), one);
    if (part !== before[i]) isSame = false;
    return part;
  });
  return isSame ? before : mixed;
}

/** What tells an element apart from its neighbours: the number of its event, its id or its name. */
function keyOf(one: unknown): unknown {
  if (!isObject(one)) return undefined;
  return one.n ?? one.id ?? one.name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
