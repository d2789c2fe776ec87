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

const CALLS = 20_000;
/** From the recorder up to the program lie about ten frames; the rest is for functions of the text. */
const FRAMES = 50;

export class Sites {
  readonly #placeOf: (stack: string) => SourcePlace | undefined;
  /** Line of the last call of each process. */
  readonly #last = new Map<string, number>();
  #calls = 0;

  constructor(placeOf: (stack: string) => SourcePlace | undefined) {
    this.#placeOf = placeOf;
  }

  /** The line of the call that this event tells; undefined if it is no call, or its place is not known. */
  lineOf(event: Event): number | undefined {
    if (event.kind !== 'call.entered') return undefined;
    this.#calls += 1;
    if (this.#calls > CALLS) return undefined;
    const line = this.#placeOf(stackNow())?.line;
    if (line !== undefined) this.#last.set(event.process, line);
    return line;
  }

  /** Where the process stood when it made its last call. */
  lastOf(process: string): SourcePlace | undefined {
    const line = this.#last.get(process);
    return line === undefined ? undefined : { line };
  }
}

/** V8 cuts stacks at ten frames unless it is told otherwise; others do not know the limit. */
const limited = Error as unknown as { stackTraceLimit?: number };

function stackNow(): string {
  const { stackTraceLimit } = limited;
  limited.stackTraceLimit = FRAMES;
  const { stack = '' } = new Error('site');
  if (stackTraceLimit === undefined) delete limited.stackTraceLimit;
  else limited.stackTraceLimit = stackTraceLimit;
  return stack;
}
