/**
 * Parsers under texts and bytes that somebody broke: good samples with parts cut out, doubled, swapped, overwritten and
 * taken from one another, from one seed each. A parser reads what it gets or refuses it in the way that it documents;
 * anything else that it throws is a defect, and so is more work than the length of its input warrants.
 *
 * Here are traces as JSON lines (and all that is made of a trace that was accepted), scripts of `drill`, and frames. The
 * parsers of `src/wire` have `src/wire/hostile.test.ts`, a shared link has `src/lab/share/link.test.ts`.
 */
import { parseScript } from '../../src/drill/parser.ts';
import { runPython } from '../../src/drill/python/statements.ts';
import { PythonError } from '../../src/drill/python/tokens.ts';
import { ScriptError } from '../../src/drill/script.ts';
import { FrameDecoder } from '../../src/trace/decode.ts';
import { readTraceWithHeader } from '../../src/trace/jsonl.ts';
import { LedgerFold } from '../../src/trace/ledger.ts';
import { toPcap } from '../../src/trace/pcap.ts';
import type { Chance } from './chance.ts';

const ENDS = [
  '',
  '\n',
  '\0',
  '{',
  '}',
  '[',
  '"',
  '`',
  '<',
  '>',
  '...',
  '-',
  '0x',
  '1e999',
  '-1',
  'null',
  '\ud800',
  '%{',
];

/** One of the samples, broken in one to four places. */
export function broken(chance: Chance, samples: readonly [string, ...string[]]): string {
  let text = chance.of(samples);
  for (let times = chance.from(1, 4); times > 0; times--) {
    const at = chance.from(0, text.length);
    const length = chance.from(0, chance.of([1, 8, 80]));
    const [before, part, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    switch (chance.of(['cut', 'double', 'overwrite', 'digit', 'graft', 'truncate'])) {
      case 'cut':
        text = before + after;
        break;
      case 'double':
        text = before + part.repeat(chance.from(2, 5)) + after;
        break;
      case 'overwrite':
        text = before + ENDS[chance.from(0, ENDS.length - 1)] + after;
        break;
      case 'digit':
        text = before + (text.slice(at, at + 40).replace(/\d+/, String(chance.from(-1, 70_000))) + text.slice(at + 40));
        break;
      case 'graft': {
        const other = chance.of(samples);
        const from = chance.from(0, other.length);
        text = before + other.slice(from, from + chance.from(0, 200)) + after;
        break;
      }
      case 'truncate':
        text = before;
        break;
    }
  }
  return text;
}

export type Verdict = 'read' | 'refused';

/** @throws whatever is no refusal */
export function tryScript(text: string): Verdict {
  try {
    parseScript(text);
    return 'read';
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    if (!(Number.isSafeInteger(error.line) && error.line >= 1)) throw new Error(`line ${error.line}`, { cause: error });
    return 'refused';
  }
}

/** The code between %{ and }%. @throws whatever is no refusal */
export function tryPython(code: string): Verdict {
  try {
    runPython(code, (name) => (name.startsWith('tcpi_') ? 1 : undefined));
    return 'read';
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    return 'refused';
  }
}

/** @throws whatever is no refusal; also of what is made of a trace that was read */
export function tryTrace(text: string): Verdict {
  let events: ReturnType<typeof readTraceWithHeader>['events'];
  try {
    ({ events } = readTraceWithHeader(text));
  } catch (error) {
    const isRefusal =
      error instanceof Error && error.constructor === Error && /\bline \d+|not a trace/.test(error.message);
    if (!isRefusal) throw error;
    return 'refused';
  }
  LedgerFold.at(events, Number.POSITIVE_INFINITY);
  toPcap(events);
  const decoder = new FrameDecoder();
  for (const event of events) if (event.kind === 'frame.sent') decoder.describe(event.bytes);
  return 'read';
}

/** A frame of a sample with some of its bytes changed, or cut off; its words for people are made of it. */
export function tryFrame(chance: Chance, samples: readonly [Uint8Array, ...Uint8Array[]]): void {
  const bytes = Uint8Array.from(chance.of(samples));
  for (let times = chance.from(1, 6); times > 0; times--) bytes[chance.from(0, bytes.length)] = chance.from(0, 255);
  new FrameDecoder().describeBytes(bytes.subarray(0, chance.is(0.3) ? chance.from(0, bytes.length) : bytes.length));
}
