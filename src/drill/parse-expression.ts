/**
 * Arguments and results of calls: numbers, names, flags, arrays, structures.
 *
 *     O_RDWR|O_NONBLOCK      [1000]      {onoff=1, linger=0}      {sa_family = AF_INET, sin_port = htons(80), …}
 *     {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}  {events=EPOLLOUT, fd=4}
 *
 * Calls it: `parser.ts`.
 */
import type { Expression, Field } from './script.ts';
import type { Tokens } from './tokens.ts';

/** @throws ScriptError */
export function parseExpression(tokens: Tokens): Expression {
  tokens.enter();
  let left = parseOperand(tokens);
  while (tokens.take('|')) left = { kind: 'or', left, right: parseOperand(tokens) };
  tokens.leave();
  return left;
}

/** Expressions separated by commas up to `end`, which is taken. */
export function parseList(tokens: Tokens, end: string): Expression[] {
  const items: Expression[] = [];
  if (tokens.take(end)) return items;
  do items.push(parseExpression(tokens));
  while (tokens.take(','));
  tokens.expect(end);
  return items;
}

function parseOperand(tokens: Tokens): Expression {
  const { kind, text } = tokens.peek();
  switch (kind) {
    case 'ellipsis':
      tokens.next();
      return { kind: 'any' };
    case 'integer':
    case 'hex':
      tokens.next();
      return { kind: 'integer', value: Number(text) };
    case 'string':
      return parseStrings(tokens);
    case 'word':
      tokens.next();
      return tokens.take('(')
        ? { kind: 'function', name: text, args: parseList(tokens, ')') }
        : { kind: 'word', name: text };
    default:
      break;
  }
  // Where C has the address of a field, there is nothing to say; a cast says nothing either.
  if (tokens.take('&')) return { kind: 'word', name: tokens.text('word', 'a name') };
  if (tokens.take('(')) {
    while (!tokens.take(')')) tokens.text(tokens.isKind('word') ? 'word' : 'sign', 'a type');
    return parseOperand(tokens);
  }
  if (tokens.take('[')) return { kind: 'array', items: parseList(tokens, ']') };
  if (tokens.take('{')) return { kind: 'struct', fields: parseFields(tokens) };
  return tokens.fail('a value');
}

/** Strings beside each other are one; `"…"...` is its beginning. */
function parseStrings(tokens: Tokens): Expression {
  let text = '';
  while (tokens.isKind('string')) text += tokens.next().text;
  if (tokens.isKind('ellipsis')) tokens.next();
  return { kind: 'string', text };
}

function parseFields(tokens: Tokens): Field[] {
  const fields: Field[] = [];
  if (tokens.take('}')) return fields;
  do fields.push(parseField(tokens));
  while (tokens.take(','));
  tokens.expect('}');
  return fields;
}

function parseField(tokens: Tokens): Field {
  if (!tokens.isKind('word')) return { name: undefined, value: parseExpression(tokens) };
  // `msg_iov(1)=…`: the number of parts stands in the array as well.
  const value = parseExpression(tokens);
  if (!tokens.take('=')) return { name: undefined, value };
  const name = value.kind === 'word' || value.kind === 'function' ? value.name : undefined;
  return { name, value: parseExpression(tokens) };
}
