/**
 * A script's text as tokens. The longest token that fits wins, as in the language's own scanner: '0...0.3' is 0, '...',
 * 0.3; '1.2.3.4' is an address; '1:1001' is three tokens and '2001:db8::1' one.
 *
 * Calls it: `parser.ts`.
 */
import { ScriptError } from './script.ts';

export type TokenKind =
  | 'option'
  | 'float'
  | 'integer'
  | 'hex'
  | 'word'
  | 'string'
  | 'command'
  | 'code'
  | 'address'
  | 'ellipsis'
  | 'sign'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Without quotes and delimiters. */
  readonly text: string;
  readonly line: number;
}

const IPV6 =
  /(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,7}:(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,5})?|::(?:ffff:\d+\.\d+\.\d+\.\d+|(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?)/y;

/** Of equally long ones the first wins. */
const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ['ellipsis', /\.\.\./y],
  ['option', /--[a-zA-Z0-9_]+/y],
  ['float', /-?\d*\.\d+/y],
  ['integer', /-?\d+/y],
  ['hex', /0x[0-9a-fA-F]+/y],
  ['word', /[a-zA-Z0-9_]+/y],
  // The only value with a hyphen that an option of the head has.
  ['word', /ipv4-mapped-ipv6/y],
  ['string', /"(?:\\[\s\S]|[^"\\])*"/y],
  ['command', /`(?:\\[\s\S]|[^`\\])*`/y],
  ['code', /%\{[\s\S]*?\}%/y],
  ['address', /\d+\.\d+\.\d+\.\d+/y],
  ['address', IPV6],
  ['sign', /[^\s]/y],
];
const BLANK = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const DELIMITERS: Readonly<Partial<Record<TokenKind, number>>> = { string: 1, command: 1, code: 2 };

/** All tokens, the last of kind 'end'. @throws ScriptError for a quote that is not closed */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const pass = (end: number) => {
    for (let i = at; i < end; i++) if (text.charCodeAt(i) === 10) line += 1;
    at = end;
  };
  for (;;) {
    BLANK.lastIndex = at;
    if (BLANK.test(text)) pass(BLANK.lastIndex);
    if (at >= text.length) break;
    const { kind, length } = longestAt(text, at);
    const raw = text.slice(at, at + length);
    if (kind === 'sign' && (raw === '"' || raw === '`')) throw new ScriptError(line, `${raw} is never closed`);
    const cut = DELIMITERS[kind] ?? 0;
    tokens.push({ kind, text: cut === 0 ? raw : raw.slice(cut, -cut), line });
    pass(at + length);
  }
  tokens.push({ kind: 'end', text: 'the end of the script', line });
  return tokens;
}

function longestAt(text: string, at: number): { kind: TokenKind; length: number } {
  let kind: TokenKind = 'sign';
  let length = 1;
  for (const [candidate, rule] of RULES) {
    rule.lastIndex = at;
    if (!rule.test(text)) continue;
    const found = rule.lastIndex - at;
    if (found > length || (found === length && kind === 'sign')) {
      kind = candidate;
      length = found;
    }
  }
  return { kind, length };
}
