/**
 * Python expressions over numbers: arithmetic, bits, comparisons in chains, and, or, not, a few functions. Each is
 * parsed and worked out in one go, by descending through the levels of precedence.
 *
 *     0 < tcpi_rtt < 100000 and (tcpi_options & TCPI_OPT_SACK) != 0        abs(a - b) <= 1        a if b else c
 *
 * Source: The Python Language Reference, 6. Leaves out: attributes, lists, slices, lambdas, all that has an effect.
 * Calls it: `statements.ts`.
 */
import { PythonError, type PythonToken, pythonTokens } from './tokens.ts';

export type PythonValue = number | string | boolean;
/** The value of a name; undefined: there is none of that name. */
export type Names = (name: string) => PythonValue | undefined;

const COMPARISONS: Readonly<Record<string, (a: PythonValue, b: PythonValue) => boolean>> = {
  '==': (a, b) => a === b || (typeof a !== 'string' && typeof b !== 'string' && Number(a) === Number(b)),
  '!=': (a, b) => a !== b && (typeof a === 'string' || typeof b === 'string' || Number(a) !== Number(b)),
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const INTEGER_LIMIT = 2 ** 53;

/** Each level, from the loosest; `**` and the signs are below them. */
const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '|': (a, b) => bits(a, b, (x, y) => x | y) },
  { '^': (a, b) => bits(a, b, (x, y) => x ^ y) },
  { '&': (a, b) => bits(a, b, (x, y) => x & y) },
  { '<<': (a, b) => a * 2 ** b, '>>': (a, b) => Math.floor(a / 2 ** b) },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  {
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '//': (a, b) => Math.floor(a / b),
    '%': (a, b) => a - Math.floor(a / b) * b,
  },
];

const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  int: Math.trunc,
  float: Number,
  round: Math.round,
};

/** So that a hostile text ends in an error of its own, and not with the engine's stack. */
const DEEPEST = 200;

export class Expressions {
  readonly #tokens: readonly PythonToken[];
  readonly #names: Names;
  #at = 0;
  #level = 0;

  /** @throws PythonError for what is no Python */
  constructor(text: string, names: Names) {
    this.#tokens = pythonTokens(text);
    this.#names = names;
  }

  get atEnd(): boolean {
    return this.#peek().kind === 'end';
  }

  /** Takes that sign or word if it comes next. */
  take(text: string): boolean {
    const { kind, text: found } = this.#peek();
    if (found !== text || kind === 'string' || kind === 'end') return false;
    this.#at += 1;
    return true;
  }

  /** The value of the expression that comes next. @throws PythonError */
  next(): PythonValue {
    const value = this.#or();
    if (!this.take('if')) return value;
    const condition = this.#or();
    if (!this.take('else')) throw new PythonError("'if' has no 'else'");
    this.#enter();
    const other = this.next();
    this.#level -= 1;
    return truth(condition) ? value : other;
  }

  #or(): PythonValue {
    let value = this.#and();
    while (this.take('or')) {
      const right = this.#and();
      value = truth(value) ? value : right;
    }
    return value;
  }

  #and(): PythonValue {
    let value = this.#not();
    while (this.take('and')) {
      const right = this.#not();
      value = truth(value) ? right : value;
    }
    return value;
  }

  #not(): PythonValue {
    this.#enter();
    const value = this.take('not') ? !truth(this.#not()) : this.#comparison();
    this.#level -= 1;
    return value;
  }

  /** `a < b < c` is `a < b and b < c`. */
  #comparison(): PythonValue {
    let left = this.#binary(0);
    let holds: boolean | undefined;
    for (;;) {
      const { kind, text } = this.#peek();
      const compare = kind === 'sign' ? COMPARISONS[text] : undefined;
      if (compare === undefined) return holds ?? left;
      this.#at += 1;
      const right = this.#binary(0);
      holds = (holds ?? true) && compare(left, right);
      left = right;
    }
  }

  #binary(level: number): PythonValue {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const { kind, text } = this.#peek();
      const operator = kind === 'sign' ? operators[text] : undefined;
      if (operator === undefined) return left;
      this.#at += 1;
      left = operator(numeric(left, text), numeric(this.#binary(level + 1), text));
    }
  }

  #unary(): PythonValue {
    this.#enter();
    const value = this.#signed();
    this.#level -= 1;
    return value;
  }

  #signed(): PythonValue {
    if (this.take('-')) return -numeric(this.#unary(), '-');
    if (this.take('+')) return numeric(this.#unary(), '+');
    if (this.take('~')) return -numeric(this.#unary(), '~') - 1;
    const base = this.#primary();
    return this.take('**') ? numeric(base, '**') ** numeric(this.#unary(), '**') : base;
  }

  #primary(): PythonValue {
    const { kind, text } = this.#peek();
    this.#at += 1;
    if (kind === 'number') return Number(text);
    if (kind === 'string') return text.slice(1, -1);
    if (kind === 'name') return this.#named(text);
    if (text !== '(') throw new PythonError(`${kind === 'end' ? 'a value is missing' : `'${text}' is not understood`}`);
    const value = this.next();
    if (!this.take(')')) throw new PythonError("')' is missing");
    return value;
  }

  #named(name: string): PythonValue {
    if (name === 'True' || name === 'False') return name === 'True';
    if (this.take('(')) {
      const called = FUNCTIONS[name];
      if (called === undefined)
        throw new PythonError(`${name}() is not known; allowed are ${Object.keys(FUNCTIONS).join(', ')}`);
      const args: number[] = [];
      while (!this.take(')')) {
        args.push(numeric(this.next(), name));
        if (!this.take(',') && this.#peek().text !== ')') throw new PythonError("')' is missing");
      }
      return called(...args);
    }
    const value = this.#names(name);
    if (value === undefined) throw new PythonError(`${name} is not known here`);
    return value;
  }

  #enter(): void {
    this.#level += 1;
    if (this.#level > DEEPEST) throw new PythonError('parentheses and signs are nested too deeply');
  }

  #peek(): PythonToken {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }
}

export function truth(value: PythonValue): boolean {
  return typeof value === 'string' ? value !== '' : Number(value) !== 0;
}

function numeric(value: PythonValue, operator: string): number {
  if (typeof value === 'string') throw new PythonError(`${operator} is for numbers, not for '${value}'`);
  return Number(value);
}

/** Bits of numbers up to 2^53, in two parts. */
function bits(a: number, b: number, work: (x: number, y: number) => number): number {
  if (Math.abs(a) > INTEGER_LIMIT || Math.abs(b) > INTEGER_LIMIT)
    throw new PythonError('a number is too large for its bits');
  const high = work(Math.floor(a / 2 ** 32), Math.floor(b / 2 ** 32));
  return high * 2 ** 32 + (work((a % 2 ** 32) | 0, (b % 2 ** 32) | 0) >>> 0);
}
