/** Reads a trace that `--trace` wrote; what is wrong with it is told in one line. */
import { readFileSync } from 'node:fs';
import { Trace } from '../trace/query.ts';
import type { Words } from './messages.ts';
import { reason } from './parameters.ts';
import { UserError } from './user-error.ts';

export function isTraceFile(argument: string): boolean {
  return argument.endsWith('.jsonl');
}

/** @throws UserError */
export function readTraceFile(path: string, words: Words): Trace {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(words.cannotRead(path, reason(error)));
  }
  try {
    return Trace.read(text);
  } catch (error) {
    throw new UserError(words.notATrace(path, reason(error).split('\n')[0] ?? ''));
  }
}
