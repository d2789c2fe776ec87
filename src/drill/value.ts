/**
 * Expressions of a script as values: numbers, lists of bytes, fields.
 *
 * Calls it: the calls.
 */
import { utf8 } from '../base/bytes.ts';
import { errnoNumber, isErrnoCode } from '../socket/errno.ts';
import { CONSTANTS } from './constants.ts';
import { type Expression, ScriptError } from './script.ts';

/** `inet_pton(AF_INET6, "::1", &sin6_addr)`: it writes the field by itself. */
const PTON = 'inet_pton';
const ADDRESS_CALLS = ['inet_addr', 'inet6_addr'];

/** The number that it stands for; undefined: '...'. @throws ScriptError for what is none */
export function numberOf(expression: Expression, line: number): number | undefined {
  switch (expression.kind) {
    case 'any':
      return undefined;
    case 'integer':
      return expression.value;
    case 'word': {
      const { name } = expression;
      const value = isErrnoCode(name) ? errnoNumber(name) : CONSTANTS[name];
      if (value === undefined) throw new ScriptError(line, `'${name}' is not known; allowed are Linux's names`);
      return value;
    }
    case 'or': {
      const left = required(expression.left, line, 'a flag');
      return (left | required(expression.right, line, 'a flag')) >>> 0;
    }
    case 'function':
      if (expression.name === 'htons' && expression.args[0] !== undefined) return numberOf(expression.args[0], line);
      throw new ScriptError(line, `${expression.name}(…) is no number`);
    default:
      throw new ScriptError(line, 'expected a number');
  }
}

/** @throws ScriptError also for '...' and for nothing */
export function required(expression: Expression | undefined, line: number, what: string): number {
  const value = expression === undefined ? undefined : numberOf(expression, line);
  if (value === undefined) throw new ScriptError(line, `${what} is missing; allowed is a number`);
  return value;
}

/** The one number of `[n]`, or a number by itself; undefined: '...' or nothing. */
export function elementOf(expression: Expression | undefined, line: number): number | undefined {
  if (expression === undefined) return undefined;
  if (expression.kind !== 'array') return numberOf(expression, line);
  const [first] = expression.items;
  return first === undefined ? undefined : numberOf(first, line);
}

/** A field of a structure, by its name. */
export function fieldOf(expression: Expression | undefined, name: string): Expression | undefined {
  if (expression?.kind !== 'struct') return undefined;
  return expression.fields.find((field) => field.name === name)?.value;
}

/** An address of `{sa_family = AF_INET, sin_port = htons(80), sin_addr = inet_addr("1.2.3.4")}`. */
export function placeOf(expression: Expression | undefined, line: number): { address?: string; port?: number } {
  const port = fieldOf(expression, 'sin_port') ?? fieldOf(expression, 'sin6_port');
  const address = fieldOf(expression, 'sin_addr') ?? fieldOf(expression, 'sin6_addr');
  const written =
    expression?.kind === 'struct'
      ? expression.fields.map(({ value }) => value).find((value) => value.kind === 'function' && value.name === PTON)
      : undefined;
  const place: { address?: string; port?: number } = {};
  if (port !== undefined) place.port = required(port, line, 'sin_port');
  if (address?.kind === 'function' && ADDRESS_CALLS.includes(address.name) && address.args[0]?.kind === 'string') {
    place.address = address.args[0].text;
  }
  const text = written?.kind === 'function' ? written.args[1] : undefined;
  if (text?.kind === 'string') place.address = text.text;
  return place;
}

/** Bytes to be sent: those of a string, or `length` zeros. */
export function dataOf(expression: Expression | undefined, length: number): Uint8Array {
  const data = new Uint8Array(length);
  if (expression?.kind === 'string') data.set(utf8(expression.text).subarray(0, length));
  return data;
}
