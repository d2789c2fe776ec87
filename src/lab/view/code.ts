/**
 * A program's text as lines of coloured pieces, and what its calls say of each line. Pure.
 * Calls it: `program.tsx`.
 */
import type { CallView } from '../stage/model.ts';

export interface Piece {
  readonly text: string;
  readonly as: 'plain' | 'keyword' | 'string' | 'comment' | 'number' | 'call';
}

export interface Line {
  /** In the scenario's text, from 1. */
  readonly number: number;
  readonly pieces: readonly Piece[];
  /** It begins a function that stands elsewhere in the text. */
  readonly apart?: boolean;
}

const KEYWORDS =
  'async|await|break|const|continue|else|false|finally|for|function|if|in|let|new|null|of|return|switch|case|throw|true|try|catch|undefined|while|using';
const TOKEN = new RegExp(
  `(?<comment>//.*)|(?<string>'(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*"|\`(?:[^\`\\\\]|\\\\.)*\`)|(?<keyword>\\b(?:${KEYWORDS})\\b)|(?<number>\\b\\d[\\w.]*)|(?<call>\\b(?:send|recv|connect|accept|listen|close|shutdown|bind|poll|sleep|setOption|getOption|abort|print|socket)(?=\\())`,
  'g',
);

/** The pieces of one line. A text over several lines is coloured line by line: it is cheap, and nearly always right. */
export function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > end) pieces.push({ text: line.slice(end, match.index), as: 'plain' });
    const { comment, string, keyword, number } = match.groups ?? {};
    const as =
      comment !== undefined
        ? 'comment'
        : string !== undefined
          ? 'string'
          : keyword !== undefined
            ? 'keyword'
            : number !== undefined
              ? 'number'
              : 'call';
    pieces.push({ text: match[0], as });
    end = match.index + match[0].length;
  }
  if (end < line.length || pieces.length === 0) pieces.push({ text: line.slice(end), as: 'plain' });
  return pieces;
}

/** Lines `first` to `last` of a text, without the indentation that all of them have, and without empty ones at both ends. */
export function linesOf(source: string, [first, last]: readonly [number, number]): Line[] {
  const lines = source.split('\n').slice(first - 1, last);
  // The first line ('main: async (os) => {') may begin behind its indentation: the rest decides.
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents.slice(indents.length > 1 ? 1 : 0));
  return lines.map((line, index) => {
    const own = Math.min(line.length - line.trimStart().length, Number.isFinite(indent) ? indent : 0);
    return { number: first + index, pieces: piecesOf(line.slice(own).trimEnd()) };
  });
}

/**
 * Where the functions begin, outside of a program's own lines, in which it makes its calls: [first, last, …] line
 * numbers in pairs. A function of the file's top level begins with a line that is not indented.
 */
export function blocksOf(
  source: string,
  [first, last]: readonly [number, number],
  calls: readonly CallView[],
  sites: ReadonlyMap<number, number>,
): number[] {
  const outside = new Set<number>();
  for (const { n } of calls) {
    const line = sites.get(n);
    if (line !== undefined && (line < first || line > last)) outside.add(line);
  }
  if (outside.size === 0) return [];
  const lines = source.split('\n');
  const begins = (line: number) => /^(?:export |async |function |const |let )/.test(lines[line - 1] ?? '');
  const found: number[] = [];
  for (const line of [...outside].sort((one, other) => one - other)) {
    if (line <= (found.at(-1) ?? 0)) continue;
    let from = line;
    while (from > 1 && !begins(from)) from -= 1;
    let to = line;
    while (to < lines.length && !(lines[to - 1] ?? '').startsWith('}')) to += 1;
    found.push(from, to);
  }
  return found;
}

/** A program's own lines, then those of the functions that `blocksOf` found (joined by commas). */
export function programLines(source: string, own: readonly [number, number], blocks: string): Line[] {
  const numbers = blocks === '' ? [] : blocks.split(',').map(Number);
  const lines = linesOf(source, own);
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    const [head, ...rest] = linesOf(source, [numbers[index] ?? 1, numbers[index + 1] ?? 1]);
    if (head !== undefined) lines.push({ ...head, apart: true }, ...rest);
  }
  return lines;
}

/** What is written beside a call that returned: '20', 'ECONNRESET', 'tcp:4', '' for nothing. */
export function resultOf(call: CallView): { readonly text: string; readonly bad: boolean } | undefined {
  const { returned } = call;
  if (returned === undefined) return undefined;
  if (returned.error !== undefined) return { text: returned.error, bad: true };
  const { result } = returned;
  if (result === null || result === undefined) return { text: '', bad: false };
  if (typeof result !== 'object') return { text: String(result), bad: false };
  if (!Array.isArray(result) && 'socket' in result) return { text: String(result['socket']), bad: false };
  const text = JSON.stringify(result);
  return { text: text.length > 24 ? `${text.slice(0, 23)}…` : text, bad: false };
}

/** The last call of each line that has returned, by the line. */
export function lastReturned(calls: readonly CallView[], sites: ReadonlyMap<number, number>): Map<number, CallView> {
  const found = new Map<number, CallView>();
  for (const call of calls) {
    const line = sites.get(call.n);
    if (line !== undefined && call.returned !== undefined) found.set(line, call);
  }
  return found;
}
