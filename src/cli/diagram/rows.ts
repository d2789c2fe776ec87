/**
 * Turns a trace into the rows of a sequence diagram, in order: a call with what it returned, a segment, a break, a
 * note. It knows nothing of columns: `draw.ts` does.
 */
import type { Json } from '../../base/json.ts';
import type { Language } from '../../base/language.ts';
import type { Nanoseconds } from '../../base/time.ts';
import type { Event, EventKind, EventOf } from '../../trace/event.ts';
import { Formatter } from '../../trace/format.ts';
import { type Words, wordsIn } from '../messages.ts';
import { callText, resultText } from './calls.ts';
import { type Journey, Journeys } from './journeys.ts';

interface At {
  readonly n: number;
  readonly at: Nanoseconds;
}
export interface CallRow extends At {
  readonly kind: 'call';
  readonly host: string;
  readonly process: string;
  /** 'whole': it returned at once, before anything else happened. */
  step: 'entered' | 'returned' | 'whole';
  text: string;
  failed: boolean;
  /** It waits for the network, so its process is blocked until it returns. */
  readonly blocks: boolean;
}
export interface SegmentRow extends At {
  readonly kind: 'segment';
  readonly journey: Journey;
}
export interface NoteRow extends At {
  readonly kind: 'note';
  readonly host: string;
  readonly text: string;
  /** The process that ended: its call returns no more. */
  readonly ended: string | undefined;
}
export interface BreakRow extends At {
  readonly kind: 'break';
  /** The host that it happens to; '' for a cable. */
  readonly host: string;
  readonly text: string;
  /** The host's power is off: no call of it returns any more. */
  readonly silences: boolean;
}
export type Row = CallRow | SegmentRow | NoteRow | BreakRow;

export interface Diagram {
  /** Hosts from left to right, each with its address and the programs that ran on it. */
  readonly lanes: readonly { readonly host: string; readonly address: string; readonly processes: readonly string[] }[];
  readonly rows: readonly Row[];
}

/** Keeps a number and its unit on one line. */
const NO_BREAK = '\u00a0';

/** Calls that a row says nothing new about. */
const QUIET = new Set(['status', 'now']);
const BLOCKING = new Set(['accept', 'connect', 'recv', 'recvFrom', 'send', 'sendTo', 'close', 'read']);

/** What breaks and mends the world, told over the whole width. */
const BREAKS = new Set<EventKind>([
  'cable.set',
  'cable.cut',
  'cable.mended',
  'host.powered-off',
  'host.powered-on',
  'process.killed',
  'process.stopped',
  'process.continued',
  'process.typed',
  'process.set',
]);
/** What a host tells beside calls and segments. */
const NOTES = new Set<EventKind>([
  'process.printed',
  'process.exited',
  'arp.failed',
  'ndp.failed',
  'interface.carrier',
  'icmp.received',
  'udp.dropped',
  'tcp.failed',
]);

export function diagramOf(events: readonly Event[], language: Language): Diagram {
  const builder = new RowBuilder(language);
  for (const event of events) builder.take(event);
  return builder.diagram();
}

class RowBuilder {
  readonly #words: Words;
  readonly #formatter: Formatter;
  readonly #journeys = new Journeys();
  readonly #rows: Row[] = [];
  readonly #entered = new Map<number, CallRow>();
  readonly #lanes = new Map<string, { address: string; processes: Set<string> }>();

  constructor(language: Language) {
    this.#words = wordsIn(language);
    this.#formatter = new Formatter(language);
  }

  diagram(): Diagram {
    const lanes = [...this.#lanes].map(([host, { address, processes }]) => ({
      host,
      address,
      processes: [...processes],
    }));
    return { lanes, rows: this.#rows };
  }

  take(event: Event): void {
    const journey = this.#journeys.take(event);
    if (journey !== undefined && this.#isDrawn(journey)) {
      this.#rows.push({ kind: 'segment', n: event.n, at: event.at, journey });
    }
    switch (event.kind) {
      case 'host.added':
        if (event.what === 'host') this.#lanes.set(event.name, { address: '', processes: new Set() });
        return;
      case 'interface.added': {
        const lane = this.#lanes.get(event.host);
        if (lane !== undefined && lane.address === '') lane.address = event.address.split('/')[0] ?? '';
        return;
      }
      case 'process.started':
        this.#lanes.get(event.host)?.processes.add(event.process);
        return;
      case 'call.entered':
        this.#enter(event);
        return;
      case 'call.returned':
        this.#return(event);
        return;
      default:
        this.#tell(event);
    }
  }

  /** ARP is left out while it works; an ICMP error that a router makes is told as a note when it comes. */
  #isDrawn({ headers, from }: Journey): boolean {
    return headers !== undefined && headers.protocol !== 'arp' && this.#lanes.has(from);
  }

  #enter(event: EventOf<'call.entered'>): void {
    if (QUIET.has(event.call)) return;
    const row: CallRow = {
      kind: 'call',
      n: event.n,
      at: event.at,
      host: event.host,
      process: event.process,
      step: 'entered',
      text: callText(event.call, event.args),
      failed: false,
      blocks: BLOCKING.has(event.call),
    };
    this.#entered.set(event.n, row);
    this.#rows.push(row);
  }

  #return(event: EventOf<'call.returned'>): void {
    const row = this.#entered.get(event.entered);
    if (row === undefined) return;
    this.#entered.delete(event.entered);
    const error = 'error' in event && typeof event.error === 'string' ? event.error : undefined;
    const result: Json | undefined = 'result' in event ? event.result : undefined;
    const told = error ?? resultText(result);
    const last = this.#rows.at(-1);
    if (last === row && row.at === event.at) {
      row.step = 'whole';
      row.failed = error !== undefined;
      if (told !== '') row.text += ` → ${told}`;
      return;
    }
    if (event.call === 'sleep' && error === undefined) return;
    const after = this.#words.duration(event.at - row.at);
    this.#rows.push({
      ...row,
      n: event.n,
      at: event.at,
      step: 'returned',
      text: `${event.call} → ${told === '' ? 'ok' : told}${event.at === row.at ? '' : `, ${after.replaceAll(' ', NO_BREAK)}`}`,
      failed: error !== undefined,
    });
  }

  #tell(event: Event): void {
    const { n, at, host } = event;
    if (BREAKS.has(event.kind)) {
      const text = this.#formatter.text(event);
      const silences = event.kind === 'host.powered-off';
      this.#rows.push({ kind: 'break', n, at, host, silences, text: host === '' ? text : `${host}: ${text}` });
    } else if (NOTES.has(event.kind) && this.#lanes.has(host)) {
      const ended = event.kind === 'process.exited' ? event.process : undefined;
      this.#rows.push({ kind: 'note', n, at, host, ended, text: this.#noteText(event) });
    }
  }

  /** What fits a margin: without what a program returned, and without a connection's name. */
  #noteText(event: Event): string {
    if (event.kind === 'process.printed') return `"${event.text}"`;
    if (event.kind === 'process.exited') {
      const { value: _, ...rest } = event;
      return this.#formatter.text(rest);
    }
    const text = this.#formatter.text(event);
    return event.kind === 'tcp.failed' ? text.replace(event.connection, '').trimStart() : text;
  }
}
