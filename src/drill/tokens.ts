/**
 * A script's tokens, read from left to right, with what a parser asks of them.
 *
 * Calls it: `parser.ts`, `parse-packet.ts`, `parse-expression.ts`.
 */

import type { Token, TokenKind } from './lexer.ts';
import { ScriptError } from './script.ts';

/** So that a hostile script ends in an error with its line, and not with the engine's stack. */
const DEEPEST = 100;

export class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;
  #level = 0;

  /** `tokens` ends with one of kind 'end'. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The next token, or one further ahead; the last is 'end'. */
  peek(ahead = 0): Token {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new ScriptError(1, 'the script is empty');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Whether the next token is that sign or word. */
  is(text: string, ahead = 0): boolean {
    const { kind, text: found } = this.peek(ahead);
    return found === text && (kind === 'sign' || kind === 'word');
  }

  isKind(kind: TokenKind, ahead = 0): boolean {
    return this.peek(ahead).kind === kind;
  }

  /** Takes that sign or word if it comes next. */
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at += 1;
    return true;
  }

  /** @throws ScriptError if something else comes */
  expect(text: string): void {
    if (!this.take(text)) this.fail(`'${text}'`);
  }

  /** @throws ScriptError if something else comes */
  text(kind: TokenKind, what: string): string {
    if (!this.isKind(kind)) this.fail(what);
    return this.next().text;
  }

  /** A number, decimal or hexadecimal, from `min` to `max`. @throws ScriptError */
  integer(what: string, min: number, max: number): number {
    if (!this.isKind('integer') && !this.isKind('hex')) this.fail(what);
    const { text, line } = this.next();
    const value = Number(text);
    if (value >= min && value <= max) return value;
    throw new ScriptError(line, `${what} ${text} is out of range; allowed is ${min} to ${max}`);
  }

  /** One level of values in values begins. @throws ScriptError if that is too many */
  enter(): void {
    this.#level += 1;
    if (this.#level > DEEPEST)
      throw new ScriptError(this.peek().line, `values are nested deeper than ${DEEPEST} levels`);
  }

  leave(): void {
    this.#level -= 1;
  }

  /** @throws ScriptError: what stands here is not what must come */
  fail(expected: string): never {
    const { kind, text, line } = this.peek();
    throw new ScriptError(line, `expected ${expected}, got ${kind === 'end' ? text : `'${text}'`}`);
  }
}
