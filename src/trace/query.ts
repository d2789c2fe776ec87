/**
 * What can be asked of a trace: events by kind, host or field; its hash; its lines, its capture file, its text.
 *
 * The same for a trace that a world is still recording and for one that was read from a file, so the page replays a
 * saved trace with no simulator loaded.
 *
 * Calls it: `world.trace`, the command, the page, tests.
 */
import type { Json } from '../base/json.ts';
import { Sha256 } from '../base/sha256.ts';
import type { Event, EventKind, EventOf } from './event.ts';
import { Formatter, type Language } from './format.ts';
import { HEADER_HEADS, HEADER_WHOLE, lineOf, readTraceWithHeader } from './jsonl.ts';
import { checkPattern } from './kinds.ts';
import { type PcapView, toPcap } from './pcap.ts';
import { notKept, type TraceMode } from './recorder.ts';

/** Where a trace's events come from: a recorder, or a file. */
export interface TraceSource {
  readonly mode: TraceMode;
  /** @throws Error if the mode keeps none. */
  readonly events: readonly Event[];
  hash(): string;
}

/** What the events that are looked for have: a kind, a host, any field of that kind. */
export type EventPattern<K extends EventKind = EventKind> = {
  readonly kind?: K;
  readonly n?: number;
  readonly at?: number;
  readonly host?: string;
  readonly cause?: number;
  readonly [field: string]: Json | undefined;
};

export class Trace {
  readonly #source: TraceSource;

  constructor(source: TraceSource) {
    this.#source = source;
  }

  /** The trace that a text of lines holds (`toJsonl`, `--trace`). @throws Error that names the line which is wrong. */
  static read(text: string): Trace {
    const { events, whole } = readTraceWithHeader(text);
    return new Trace(new SavedTrace(events, whole));
  }

  /** Which of 'off', 'hash', 'events', 'frames' it was recorded with: what can be asked of it. */
  get mode(): TraceMode {
    return this.#source.mode;
  }

  /** All events so far, in order. A view: it grows as the world runs. @throws Error if the mode keeps none. */
  get events(): readonly Event[] {
    return this.#source.events;
  }

  /**
   * The events that have all that the pattern says; fields that hold lists or objects are compared as JSON.
   * @throws TypeError for a kind that does not exist, or a field that no such event has
   * @throws Error if the mode keeps no events
   */
  find<K extends EventKind>(pattern: EventPattern<K>): EventOf<K>[] {
    checkPattern(pattern);
    const wanted = Object.entries(pattern).filter(([, value]) => value !== undefined);
    const matches = (event: Event): event is EventOf<K> => {
      const fields = event as unknown as Readonly<Record<string, Json | undefined>>;
      return wanted.every(([name, value]) => isSame(fields[name], value));
    };
    return this.events.filter(matches);
  }

  /** The event of that number. @throws RangeError if there is none (yet). */
  at(n: number): Event {
    const event = this.events[n - 1];
    if (event === undefined) throw new RangeError(`n: ${n}; the trace has events 1 to ${this.events.length}`);
    return event;
  }

  /** An event, the event that led to it, and so on back to one that nothing led to. */
  chain(n: number): Event[] {
    const chain: Event[] = [];
    for (let next = n; next !== 0; ) {
      const event = this.at(next);
      chain.push(event);
      next = event.cause;
    }
    return chain;
  }

  /** SHA-256, in hex, of the lines with whole frames. @throws Error if that cannot be known any more. */
  hash(): string {
    return this.#source.hash();
  }

  /** The trace as lines, each with its newline, the header first; one by one, since a long trace fits in no string. */
  *lines(): Generator<string> {
    yield this.mode === 'frames' ? HEADER_WHOLE : HEADER_HEADS;
    for (const event of this.events) yield lineOf(event);
  }

  /** The trace as text that `readTrace` reads. Frames are as whole as they were kept. */
  toJsonl(): string {
    let text = '';
    for (const line of this.lines()) text += line;
    return text;
  }

  /** A capture file: all frames when they were sent, or what one host's tcpdump would have seen. */
  toPcap(view: PcapView = {}): Uint8Array {
    return toPcap(this.events, view);
  }

  /** One line an event, for people. */
  toText(language: Language = 'en'): string {
    const formatter = new Formatter(language);
    let text = '';
    for (const event of this.events) text += `${formatter.line(event)}\n`;
    return text;
  }
}

/** A trace that was read: its hash is known only if its frames are whole. */
class SavedTrace implements TraceSource {
  readonly mode: TraceMode;
  readonly events: readonly Event[];

  constructor(events: readonly Event[], whole: boolean) {
    this.mode = whole ? 'frames' : 'events';
    this.events = events;
  }

  hash(): string {
    if (this.mode !== 'frames') throw notKept('whole frames, so its hash is not known', 'events', "'frames'");
    const hash = new Sha256().updateText(HEADER_WHOLE);
    for (const event of this.events) hash.updateText(lineOf(event));
    return hash.digestHex();
  }
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  return JSON.stringify(one) === JSON.stringify(other);
}
