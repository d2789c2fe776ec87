/**
 * Where in the text each system call stands: the call stack is looked at when the call's event is made, while the program
 * that made it still stands on it.
 *
 * Left out on purpose: calls beyond the first CALLS, for a stack costs more than an event; and calls that began while
 * their process was stopped, which nobody stands behind any more.
 * Calls it: `execute.ts`.
 */
import type { Event } from '../../trace/event.ts';
import type { SourcePlace } from '../run/protocol.ts';
import type { Compiled } from './compile.ts';

const CALLS = 20_000;
/** From the recorder up to the program lie about ten frames; the rest is for functions of the text. */
const FRAMES = 30;

export class Sites {
  readonly #compiled: Compiled;
  /** Line of the last call of each process. */
  readonly #last = new Map<string, number>();
  #calls = 0;

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
  }

  /** The line of the call that this event tells; undefined if it is no call, or its place is not known. */
  lineOf(event: Event): number | undefined {
    if (event.kind !== 'call.entered') return undefined;
    this.#calls += 1;
    if (this.#calls > CALLS) return undefined;
    const line = lineNow(this.#compiled);
    if (line !== undefined) this.#last.set(event.process, line);
    return line;
  }

  /** Where the process stood when it made its last call. */
  lastOf(process: string): SourcePlace | undefined {
    const line = this.#last.get(process);
    return line === undefined ? undefined : { line };
  }
}

/** A frame as V8 gives it; its line is worked out only when it is asked for. */
interface CallSite {
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
}

/** V8 cuts stacks at ten frames unless it is told otherwise, and gives them as objects if asked; others do neither. */
const engine = Error as unknown as {
  stackTraceLimit?: number;
  prepareStackTrace?: ((error: Error, frames: readonly CallSite[]) => unknown) | undefined;
};

function lineNow({ url, placeOf }: Compiled): number | undefined {
  const { stackTraceLimit, prepareStackTrace } = engine;
  engine.stackTraceLimit = FRAMES;
  // As a text, a stack costs ten times as much.
  engine.prepareStackTrace = (_, frames) => frames;
  const stack: unknown = new Error('site').stack;
  engine.prepareStackTrace = prepareStackTrace;
  if (stackTraceLimit !== undefined) engine.stackTraceLimit = stackTraceLimit;
  if (typeof stack === 'string') return placeOf(stack)?.line;
  if (!Array.isArray(stack)) return undefined;
  const frames: readonly CallSite[] = stack;
  return frames.find((frame) => frame.getScriptNameOrSourceURL() === url)?.getLineNumber() ?? undefined;
}
