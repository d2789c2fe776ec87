/**
 * The tokens of the Python that assertions are written in.
 *
 * Calls it: `expression.ts`, `statements.ts`.
 */
export interface PythonToken {
  readonly kind: 'number' | 'string' | 'name' | 'sign' | 'end';
  readonly text: string;
}

/** What is wrong with the text, or cannot be said of what it names. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
}

const TOKEN =
  /\s*(?:(?<number>0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|(?<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<name>[A-Za-z_]\w*)|(?<sign>\*\*|\/\/|<<|>>|<=|>=|==|!=|[-+*/%&|^~<>()[\],=.:]))/y;

/** @throws PythonError for what is no token */
export function pythonTokens(text: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match?.groups === undefined) throw new PythonError(`'${text.slice(at).trim()}' is not understood`);
    at = TOKEN.lastIndex;
    for (const kind of ['number', 'string', 'name', 'sign'] as const) {
      const found = match.groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found });
    }
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}
