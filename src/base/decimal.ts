/**
 * Decimal numbers with a unit, as people write them ('1.5s', '64KiB'), and how a value is shown in an error's text.
 * Shared by `time.ts`, `units.ts` and `check.ts`.
 */

const DECIMAL = /^(-?)(\d{1,16})(?:\.(\d{1,16}))? ?([^\s\d.]+)$/;

/** The number times its unit, or undefined if the text is no decimal number with one of the units. */
export function decimal(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', name = ''] = match;
  const unit = units.get(name);
  if (unit === undefined) return undefined;
  // The whole part is multiplied by itself: an integer of any size that a double holds comes out exact.
  const value = Number(whole) * unit + (fraction === '' ? 0 : Number(`0.${fraction}`) * unit);
  return sign === '-' ? -value : value;
}

/** At most three decimals, without zeros at the end: '1.5', '200', '0.001'. */
export function trimmed(value: number): string {
  const text = value.toFixed(3);
  let end = text.length;
  while (text[end - 1] === '0') end--;
  if (text[end - 1] === '.') end--;
  return text.slice(0, end);
}

/** The units' names, for an error's text. */
export function oneOfUnits(units: ReadonlyMap<string, number>): string {
  return [...units.keys()].join(', ');
}

/** A value as an error names it: a text in quotes (cut at 60 characters), otherwise what it is. Never throws. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
    case 'number':
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
  }
}
