/**
 * The statements of a script's code: `assert A, B`, `print(…)`, `name = …`, `pass`, comments; one in a line, or several
 * with ';' between them; a bracket that is open goes on in the next line.
 *
 * Calls it: `run.ts`.
 */
import { Expressions, type Names, type PythonValue, truth } from './expression.ts';
import { PythonError } from './tokens.ts';

export interface PythonOutcome {
  /** What print wrote. */
  readonly printed: readonly string[];
  /** The assertion that failed, with the values of its names. */
  readonly failed: string | undefined;
}

/** Runs the code until an assertion fails. @throws PythonError for what is not understood */
export function runPython(code: string, names: Names): PythonOutcome {
  const own = new Map<string, PythonValue>();
  const lookUp: Names = (name) => own.get(name) ?? names(name);
  const printed: string[] = [];
  for (const statement of statementsOf(code)) {
    const assigned = /^([A-Za-z_]\w*)\s*=(?!=)(.*)$/s.exec(statement);
    if (statement === 'pass') continue;
    if (statement.startsWith('print')) printed.push(printedBy(statement, lookUp));
    else if (assigned?.[1] !== undefined && assigned[2] !== undefined)
      own.set(assigned[1], worthOf(assigned[2], lookUp));
    else if (/^assert\b/.test(statement)) {
      const failed = check(statement.slice('assert'.length), lookUp);
      if (failed !== undefined) return { printed, failed };
    } else throw new PythonError(`'${statement}' is not understood; allowed are assert, print and name = value`);
  }
  return { printed, failed: undefined };
}

function statementsOf(code: string): string[] {
  const statements: string[] = [];
  let current = '';
  let depth = 0;
  for (const line of code.split('\n')) {
    const text = withoutComment(line).trim();
    const goesOn = text.endsWith('\\');
    current = `${current} ${goesOn ? text.slice(0, -1) : text}`.trim();
    depth += count(text, /[([]/g) - count(text, /[)\]]/g);
    if (goesOn || depth > 0) continue;
    statements.push(...current.split(';').map((one) => one.trim()));
    current = '';
    depth = 0;
  }
  if (current !== '') throw new PythonError(`'${current}' does not end`);
  return statements.filter((one) => one !== '');
}

function withoutComment(line: string): string {
  return line.replace(/^((?:"[^"]*"|'[^']*'|[^#"'])*)#.*$/, '$1');
}

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

/** What does not hold, in words; undefined: it holds. */
function check(text: string, names: Names): string | undefined {
  const used = new Map<string, PythonValue>();
  const expressions = new Expressions(text, (name) => {
    const value = names(name);
    if (value !== undefined) used.set(name, value);
    return value;
  });
  if (truth(expressions.next())) return undefined;
  const values = [...used]
    .filter(([name]) => name !== name.toUpperCase())
    .map(([name, value]) => `${name} is ${value}`);
  return `assert ${text.trim()}: ${values.join(', ') || 'it is false'}`;
}

function worthOf(text: string, names: Names): PythonValue {
  const expressions = new Expressions(text, names);
  const value = expressions.next();
  if (!expressions.atEnd) throw new PythonError(`'${text.trim()}' is not understood`);
  return value;
}

/** `print(a, b)` and Python 2's `print a`. */
function printedBy(statement: string, names: Names): string {
  const text = statement.slice('print'.length).trim();
  const inner = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
  if (inner.trim() === '') return '';
  const expressions = new Expressions(inner, names);
  const values: string[] = [];
  do values.push(String(expressions.next()));
  while (expressions.take(','));
  return values.join(' ');
}
