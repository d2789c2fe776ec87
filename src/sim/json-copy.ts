/** What a program returned, as JSON: a copy, so that nothing that runs on can change what a report tells. */
import { shown } from '../base/decimal.ts';
import type { Json } from '../base/json.ts';

/** Deeper than any report; a circle is found by it. */
const DEEPEST = 64;

/**
 * The value as JSON; undefined for nothing. A property that is undefined is left out, as JSON.stringify does.
 *
 * @throws TypeError naming the place of what is no JSON
 */
export function jsonCopy(argument: string, value: unknown): Json | undefined {
  return value === undefined ? undefined : copy(argument, value, 0);
}

function copy(place: string, value: unknown, depth: number): Json {
  if (depth > DEEPEST) {
    throw new TypeError(`${place}: nested deeper than ${DEEPEST}, or in a circle; allowed is JSON`);
  }
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value === 0 ? 0 : value;
      break;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((item, i) => copy(`${place}[${i}]`, item, depth + 1));
      if (isPlain(value)) return copyObject(place, value, depth);
      break;
    default:
  }
  throw new TypeError(
    `${place}: ${describe(value)} is no JSON; allowed are texts, finite numbers, booleans, null, arrays and plain objects`,
  );
}

function copyObject(place: string, value: object, depth: number): Json {
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) result[key] = copy(`${place}.${key}`, item, depth + 1);
  }
  return result;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return shown(value);
  const made: unknown = value.constructor;
  return typeof made === 'function' && made.name !== '' ? `a ${made.name}` : shown(value);
}
