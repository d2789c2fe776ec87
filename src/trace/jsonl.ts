/**
 * The trace as text: one line of JSON for the header, then one line an event, each ending in a newline.
 *
 *   {"halfopen":"trace","version":1,"frames":"whole"}
 *   {"n":1,"at":0,"host":"","cause":0,"kind":"world.started","version":1}
 *
 * `frames` is 'whole', or 'heads' when only the first 128 bytes of each frame are there. The lines hold no seed, no
 * wall-clock time and no engine's error text, so two runs of one world write the same file.
 *
 * Calls it: `recorder.ts` (to hash), `query.ts`, the command and the page (to read a saved trace).
 */
import { type Event, TRACE_VERSION } from './event.ts';
import { wrongEvent } from './kinds.ts';

export const HEADER_WHOLE = `{"halfopen":"trace","version":${TRACE_VERSION},"frames":"whole"}\n`;
export const HEADER_HEADS = `{"halfopen":"trace","version":${TRACE_VERSION},"frames":"heads"}\n`;

/** The line of one event, with its newline. */
export function lineOf(event: Event): string {
  return `${JSON.stringify(event)}\n`;
}

/** What a text of lines holds. */
export interface ReadTrace {
  readonly events: readonly Event[];
  /** False: of each frame only the first 128 bytes are there. */
  readonly whole: boolean;
}

/**
 * The events of a text that `Trace.toJsonl` or `--trace` wrote.
 * @throws Error that names the line, if it is no such text, or of a version or with a kind that is not known.
 */
export function readTrace(text: string): Event[] {
  return [...readTraceWithHeader(text).events];
}

/** As `readTrace`, with what the header says. */
export function readTraceWithHeader(text: string): ReadTrace {
  const events: Event[] = [];
  let whole = false;
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    line += 1;
    const value = parseLine(text.slice(start, end), line);
    if (line === 1) whole = readHeader(value);
    else events.push(readEvent(value, line, events.at(-1)));
    start = end + 1;
  }
  if (line === 0) throw new Error('not a trace of halfopen: the text is empty');
  return { events, whole };
}

function parseLine(text: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`line ${line} of the trace is not JSON: ${text.slice(0, 60)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`line ${line} of the trace is not a JSON object: ${text.slice(0, 60)}`);
  }
  return value as Record<string, unknown>;
}

function readHeader(header: Record<string, unknown>): boolean {
  if (header.halfopen !== 'trace') {
    throw new Error('not a trace of halfopen: line 1 must be {"halfopen":"trace","version":…}');
  }
  if (header.version !== TRACE_VERSION) {
    throw new Error(
      `line 1: a trace of version ${String(header.version)}; this halfopen reads version ${TRACE_VERSION}`,
    );
  }
  return header.frames === 'whole';
}

function readEvent(value: Record<string, unknown>, line: number, previous: Event | undefined): Event {
  const wrong = wrongEvent(value, previous);
  if (wrong !== undefined) throw new Error(`line ${line} of the trace: ${wrong}`);
  return value as unknown as Event;
}
