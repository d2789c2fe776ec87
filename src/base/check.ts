/**
 * What a caller may pass. Each function answers the value it was given, checked, or throws: TypeError for a wrong type
 * or an unknown word, RangeError for a value out of range. The message names the argument, the value and what is allowed.
 *
 * Called at the public border: options of worlds, hosts, cables, sockets, scenarios.
 */
import { shown } from './decimal.ts';

/** An integer from `min` to `max`, both allowed. */
export function checkInteger(argument: string, value: unknown, min: number, max: number): number {
  const allowed = `an integer from ${min} to ${max}`;
  if (typeof value !== 'number')
    throw new TypeError(`${argument}: ${shown(value)} is not a number; allowed is ${allowed}`);
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw new RangeError(`${argument}: ${shown(value)} is out of range; allowed is ${allowed}`);
  }
  return value === 0 ? 0 : value; // no -0
}

/** A share or a probability: 0 to 1, both allowed. */
export function checkFraction(argument: string, value: unknown): number {
  const allowed = 'a number from 0 to 1';
  if (typeof value !== 'number')
    throw new TypeError(`${argument}: ${shown(value)} is not a number; allowed is ${allowed}`);
  if (!(value >= 0 && value <= 1))
    throw new RangeError(`${argument}: ${shown(value)} is out of range; allowed is ${allowed}`);
  return value === 0 ? 0 : value;
}

export function checkBoolean(argument: string, value: unknown): boolean {
  if (typeof value !== 'boolean')
    throw new TypeError(`${argument}: ${shown(value)} is not a boolean; allowed is true or false`);
  return value;
}

/** Space and control characters (the escapes are C0, DEL, C1, no-break space), and the signs that `A:7000>B:49152` uses. */
const NOT_IN_NAMES = /[\s:>,/\\"'`]|\p{Cc}|\p{Cs}/u;

/**
 * The name of a host, a cable, a process: 1 to 64 characters of any script, no space, and none of `: > , / \ " ' \``,
 * because names stand inside of `A:7000>B:49152` and in error texts.
 */
export function checkName(argument: string, value: unknown): string {
  const allowed = `1 to 64 characters, no space, none of : > , / \\ " ' \``;
  if (typeof value !== 'string')
    throw new TypeError(`${argument}: ${shown(value)} is not a text; allowed is ${allowed}`);
  if (value.length < 1 || value.length > 64 || NOT_IN_NAMES.test(value)) {
    throw new RangeError(`${argument}: ${shown(value)} is not a name; allowed is ${allowed}`);
  }
  return value;
}

/** One of the allowed words. The error names the nearest. */
export function checkOneOf<const T extends string>(argument: string, value: unknown, allowed: readonly T[]): T {
  for (const word of allowed) if (word === value) return word;
  const meant = typeof value === 'string' ? didYouMean(value, allowed) : '';
  const words = allowed.map((word) => `'${word}'`).join(', ');
  throw new TypeError(`${argument}: ${shown(value)} is not known${meant}; allowed is ${words || 'nothing'}`);
}

/**
 * A copy of a plain object whose own keys are all allowed. The copy has no prototype, so that a key that was not given
 * is undefined whatever stands on Object.prototype, and getters have run once.
 *
 * @throws TypeError if it is no plain object, or has an unknown key (the nearest allowed one is named)
 */
export function checkKeys(argument: string, object: unknown, allowed: readonly string[]): Record<string, unknown> {
  const known = checkKnown(argument, object, allowed);
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(known)) copy[key] = known[key];
  return copy;
}

/**
 * The object itself, no copy: plain, and without unknown keys.
 *
 * @throws TypeError as `checkKeys`
 */
export function checkKnown(argument: string, object: unknown, allowed: readonly string[]): Record<string, unknown> {
  if (!isPlainObject(object)) {
    throw new TypeError(
      `${argument}: ${shown(object)} is not a plain object; allowed is an object with ${keysOf(allowed)}`,
    );
  }
  for (const key in object) {
    // What somebody put onto Object.prototype is none of the caller's.
    if (allowed.includes(key) || !Object.hasOwn(object, key)) continue;
    const meant = didYouMean(key, allowed);
    throw new TypeError(`${argument}: key ${shown(key)} is not known${meant}; allowed is ${keysOf(allowed)}`);
  }
  return object;
}

function keysOf(allowed: readonly string[]): string {
  return allowed.length === 0 ? 'no key' : allowed.join(', ');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype of another realm (a worker's page, a vm) is as good as ours: what has no prototype itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function didYouMean(word: string, allowed: readonly string[]): string {
  let nearest = '';
  let least = Infinity;
  for (const candidate of allowed) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  // Beyond half of the word another word was meant, not a typing error.
  return least <= Math.max(2, word.length / 2) ? ` (did you mean '${nearest}'?)` : '';
}

/** Levenshtein's distance, one row at a time; long words count as far away. */
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
