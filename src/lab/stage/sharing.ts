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
  let isMixed = false;
  const mixed: Record<string, unknown> = {};
  for (const key of keys) {
    const part = reused(before[key], now[key]);
    mixed[key] = part;
    if (part !== before[key]) isSame = false;
    if (part !== now[key]) isMixed = true;
  }
  if (isSame) return before as T;
  return isMixed ? (mixed as T) : now;
}

/**
 * Lists grow at their end and are cut at their beginning: a part is looked for in its own place, then as far behind it as
 * the list was cut, then by its key. The last is dear: a thousand frames under way move up by one at each arrival.
 */
function reusedList(before: readonly unknown[], now: readonly unknown[]): readonly unknown[] {
  let byKey: Map<unknown, unknown> | undefined;
  const cut = cutBetween(before, now);
  const counterpart = (one: unknown, i: number) => {
    const key = keyOf(one);
    if (key === undefined || keyOf(before[i]) === key) return before[i];
    if (keyOf(before[i + cut]) === key) return before[i + cut];
    byKey ??= new Map(before.map((part) => [keyOf(part), part]));
    return byKey.get(key);
  };
  let isSame = before.length === now.length;
  let isMixed = false;
  const mixed = now.map((one, i) => {
    if (one === before[i]) return one;
    if (one === before[i + cut]) {
      isSame = false;
      return one;
    }
    const part = reused(counterpart(one, i), one);
    if (part !== before[i]) isSame = false;
    if (part !== one) isMixed = true;
    return part;
  });
  if (isSame) return before;
  return isMixed ? mixed : now;
}

/** How many parts were cut off at the beginning; 0 if none, or if that cannot be told. */
function cutBetween(before: readonly unknown[], now: readonly unknown[]): number {
  const first = keyOf(now[0]);
  if (first === undefined) return 0;
  return Math.max(
    0,
    before.findIndex((part) => keyOf(part) === first),
  );
}

/** What tells an element apart from its neighbours: the number of its event, its id or its name. */
function keyOf(one: unknown): unknown {
  if (!isObject(one)) return undefined;
  return one.n ?? one.id ?? one.name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
