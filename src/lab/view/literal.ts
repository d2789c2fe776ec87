/**
 * Where a byte that was sent stands in the program's text: in the one literal that is what was sent, and only if there is
 * no doubt which. Pure. Calls it: `program.tsx`.
 */
import type { Line } from './code.ts';

/** A character of a line: the piece it is in, and where it begins and ends in that piece's text. */
export interface Spot {
  readonly line: number;
  readonly piece: number;
  readonly from: number;
  readonly to: number;
}

const encoder = new TextEncoder();

/** What is between the quotes, if that is what the string says: no escape, and nothing put in. */
function plainText(piece: string): string | undefined {
  const inner = piece.slice(1, -1);
  return inner.includes('\\') || inner.includes('${') ? undefined : inner;
}

function isSent(text: string, sent: readonly (number | undefined)[]): boolean {
  const bytes = encoder.encode(text);
  return bytes.length === sent.length && sent.every((byte, at) => byte === undefined || byte === bytes[at]);
}

/** The characters from `from` to `to` of a text are what its byte `at` belongs to. */
function characterAt(text: string, at: number): { readonly from: number; readonly to: number } | undefined {
  let from = 0;
  let bytes = 0;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (at < bytes) return { from, to: from + character.length };
    from += character.length;
  }
  return undefined;
}

/**
 * The character that byte `at` of what was sent comes from. `sent`: the bytes that were given to the call, undefined
 * where they are not known; `own`: the line of the call. undefined: no literal is it, or more than one may be.
 */
export function spotOf(
  lines: readonly Line[],
  own: number | undefined,
  sent: readonly (number | undefined)[],
  at: number,
): Spot | undefined {
  if (sent[at] === undefined) return undefined;
  const found: { readonly line: number; readonly piece: number; readonly text: string }[] = [];
  for (const { number, pieces } of lines)
    pieces.forEach(({ as, text }, piece) => {
      const plain = as === 'string' ? plainText(text) : undefined;
      if (plain !== undefined && isSent(plain, sent)) found.push({ line: number, piece, text: plain });
    });
  const here = found.filter(({ line }) => line === own);
  const [one, ...others] = here.length > 0 ? here : found;
  if (one === undefined || others.length > 0) return undefined;
  const character = characterAt(one.text, at);
  if (character === undefined) return undefined;
  // Behind the quote.
  return { line: one.line, piece: one.piece, from: character.from + 1, to: character.to + 1 };
}
