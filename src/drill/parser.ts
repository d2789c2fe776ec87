/**
 * Reads a script: options, a command, events, a command. One event is a time and what happens then.
 *
 *     0  0.1  +.1  *  +0~+5  0~1       0...0.3 accept(3, ..., ...) = 4     a call that returns at 0.3
 *
 * Calls it: `drill.ts`.
 */
import { type Token, tokensOf } from './lexer.ts';
import { parseExpression, parseList } from './parse-expression.ts';
import { parsePacket } from './parse-packet.ts';
import { type Action, type Call, type EventTime, type Script, ScriptError, type ScriptEvent } from './script.ts';
import { Tokens } from './tokens.ts';

/** `defines`: words that stand for others, as with packetdrill's -D. @throws ScriptError with the line */
export function parseScript(text: string, defines: ReadonlyMap<string, string> = new Map()): Script {
  const options: Script['options'][number][] = [];
  const own = new Map(defines);
  const all = tokensOf(text);
  const head = new Tokens(all);
  let taken = 0;
  while (head.isKind('option', taken)) {
    const { text: flag, line } = head.peek(taken);
    taken += 1;
    const name = flag.slice(2);
    const isAssigned = head.is('=', taken);
    const value = isAssigned ? head.peek(taken + 1).text : undefined;
    if (isAssigned) taken += 2;
    // --define=NAME=VALUE
    if (name === 'define' && value !== undefined && head.is('=', taken)) {
      own.set(value, quotedAgain(head.peek(taken + 1)));
      taken += 2;
    } else {
      options.push({ name, value, line });
    }
  }
  const tokens = new Tokens(replaced(all.slice(taken), own));
  const events: ScriptEvent[] = [];
  while (!tokens.isKind('end')) events.push(parseEvent(tokens));
  return { options, events };
}

/** As it stood in the script. */
function quotedAgain({ kind, text }: Token): string {
  return kind === 'string' ? `"${text}"` : kind === 'command' ? `\`${text}\`` : text;
}

/** Words that were defined become what they stand for: a string or a command if they are quoted so, else a word. */
function replaced(tokens: Token[], defines: ReadonlyMap<string, string>): Token[] {
  if (defines.size === 0) return tokens;
  return tokens.flatMap((token) => {
    const value = token.kind === 'word' ? defines.get(token.text) : undefined;
    if (value === undefined) return [token];
    const { line } = token;
    return tokensOf(value)
      .filter(({ kind }) => kind !== 'end')
      .map((found) => ({ ...found, line }));
  });
}

function parseEvent(tokens: Tokens): ScriptEvent {
  const { line } = tokens.peek();
  if (tokens.isKind('command')) {
    return { line, time: undefined, action: { kind: 'command', text: tokens.next().text } };
  }
  const time = parseTime(tokens);
  const action = parseAction(tokens);
  const isOutbound = action.kind === 'packet' && action.direction === 'out';
  if (!isOutbound && time.kind !== 'absolute' && time.kind !== 'relative') {
    throw new ScriptError(line, 'only a packet that goes out may come at any time, or in a range of time');
  }
  return { line, time, action };
}

function parseTime(tokens: Tokens): EventTime {
  if (tokens.take('*')) return { kind: 'any' };
  const relative = tokens.take('+');
  const { line } = tokens.peek();
  const at = parseSeconds(tokens);
  if (!tokens.take('~')) return { kind: relative ? 'relative' : 'absolute', at };
  if (relative) tokens.expect('+');
  const to = parseSeconds(tokens);
  if (to < at) throw new ScriptError(line, 'the range of time goes backwards');
  return { kind: relative ? 'relative-range' : 'absolute-range', at, to };
}

/** Seconds as microseconds. */
function parseSeconds(tokens: Tokens): number {
  if (!tokens.isKind('float') && !tokens.isKind('integer')) tokens.fail('a time');
  const { text, line } = tokens.next();
  const seconds = Number(text);
  if (seconds < 0) throw new ScriptError(line, `${text}: a time is not negative`);
  return Math.round(seconds * 1e6);
}

function parseAction(tokens: Tokens): Action {
  if (tokens.isKind('command')) return { kind: 'command', text: tokens.next().text };
  if (tokens.isKind('code')) return { kind: 'code', text: tokens.next().text };
  if (tokens.take('<')) return { kind: 'packet', direction: 'in', packet: parsePacket(tokens) };
  if (tokens.take('>')) return { kind: 'packet', direction: 'out', packet: parsePacket(tokens) };
  return { kind: 'call', call: parseCall(tokens) };
}

function parseCall(tokens: Tokens): Call {
  let returnsAt: number | undefined;
  if (tokens.isKind('ellipsis')) {
    tokens.next();
    returnsAt = parseSeconds(tokens);
  }
  const name = tokens.text('word', 'a packet (< or >), a call, `a command` or %{ code }%');
  tokens.expect('(');
  const args = parseList(tokens, ')');
  tokens.expect('=');
  const result = parseExpression(tokens);
  const errno = tokens.isKind('word') && tokens.is('(', 1) ? tokens.next().text : undefined;
  if (tokens.take('(')) while (!tokens.take(')')) skipNote(tokens);
  return { name, returnsAt, args, result, errno };
}

function skipNote(tokens: Tokens): void {
  if (tokens.isKind('end')) tokens.fail("')'");
  tokens.next();
}
