/**
 * The rows of the sequence diagram: what two hosts did and sent each other, one event in a row, a long silence in a row
 * of its own. Pure; grows with the recording. Calls it: `sequence.tsx`.
 */
import type { Nanoseconds } from '../../base/time.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { ACK, FIN, headersOf, RST, SYN } from '../../trace/headers.ts';
import { isSeen, SILENCE } from '../stage/recording.ts';

export interface Row {
  /** Place in the recording of the event; of a silence: of the event that ends it. */
  readonly index: number;
  /** How long nothing happened; undefined: the row is an event. */
  readonly silence: Nanoseconds | undefined;
}

/** Events between two looks at the clock. */
const SLICE = 256;

export class Rows {
  readonly all: Row[] = [];
  readonly #events: readonly Event[];
  readonly #hosts: ReadonlySet<string>;
  #taken = 0;
  /** Virtual time of the event before, of whatever host. */
  #at = 0;

  /** What belongs to no host (a cable that is cut) is in all diagrams. */
  constructor(events: readonly Event[], hosts: readonly string[]) {
    this.#events = events;
    this.#hosts = new Set(['', ...hosts]);
  }

  /** Takes the events that have come since, until `isLate` says so; true when it has them all. */
  grow(isLate: () => boolean = () => false): boolean {
    while (this.#taken < this.#events.length) {
      const event = this.#events[this.#taken];
      if (event !== undefined) this.#take(event);
      this.#taken += 1;
      if (this.#taken % SLICE === 0 && isLate()) break;
    }
    return this.#taken >= this.#events.length;
  }

  #take(event: Event): void {
    const lasting = event.at - this.#at;
    this.#at = event.at;
    if (lasting >= SILENCE) this.all.push({ index: this.#taken, silence: lasting });
    if (isSeen(event) && this.#hosts.has(event.host)) this.all.push({ index: this.#taken, silence: undefined });
  }

  /** The row of the last event before a cursor; -1: there is none. */
  at(cursor: number): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle]?.index ?? 0) < cursor) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Rows above and below the view that are drawn as well. */
const MORE = 8;

/** Rows [first, last) of so many that a view on them needs, each `height` high. */
export function windowOf(view: View, height: number, count: number): { readonly first: number; readonly last: number } {
  const last = Math.min(count, Math.ceil((view.top + view.height) / height) + MORE);
  return { first: Math.min(last, Math.max(0, Math.floor(view.top / height) - MORE)), last };
}

export interface View {
  readonly top: number;
  readonly height: number;
}

/** The row that is `by` events on from a row, at most the last or the first; -1 if there is no event. Silences are passed. */
export function eventRow(rows: readonly Row[], from: number, by: number): number {
  const step = Math.sign(by);
  let [found, left] = [rows[from] === undefined ? -1 : from, Math.abs(by)];
  for (let place = from + step; left > 0 && place >= 0 && place < rows.length; place += step) {
    if (rows[place]?.silence !== undefined) continue;
    found = place;
    left -= 1;
  }
  return found;
}

/** The event with a number. Numbers rise by one; a trace that was cut out of another begins later. */
export function eventOf(
  events: readonly Event[],
  n: number,
): { readonly event: Event; readonly index: number } | undefined {
  const index = n - (events[0]?.n ?? 1);
  const event = events[index];
  return event?.n === n ? { event, index } : undefined;
}

/** The events that led to an event, the nearest first, back to the one that nothing in the trace led to. */
export function causesOf(events: readonly Event[], of: Event): { readonly event: Event; readonly index: number }[] {
  const chain: { readonly event: Event; readonly index: number }[] = [];
  for (let { n, cause } = of; cause > 0 && cause < n; ) {
    const found = eventOf(events, cause);
    if (found === undefined) break;
    chain.push(found);
    ({ n, cause } = found.event);
  }
  return chain;
}

/** 'SYN ACK', '8', 'ARP': what is written on a frame's arrow. */
export function labelOf(sent: EventOf<'frame.sent'>): string {
  const headers = headersOf(sent);
  if (headers === undefined) return '?';
  if (headers.protocol !== 'tcp') return headers.protocol.toUpperCase();
  const bits = [
    [SYN, 'SYN'],
    [FIN, 'FIN'],
    [RST, 'RST'],
    [ACK, 'ACK'],
  ] as const;
  const names = bits.filter(([bit]) => (headers.control & bit) !== 0).map(([, name]) => name);
  return headers.text > 0 ? `${names.join(' ')} · ${headers.text} B` : names.join(' ');
}

/** The hosts that a recording tells of first: those that the stage will show. */
export function firstHosts(events: readonly Event[]): readonly string[] {
  const found: string[] = [];
  for (const event of events) {
    if (event.kind === 'host.added' && event.what === 'host') found.push(event.name);
    // The world is built before anything happens in it.
    if (found.length === 2 || event.kind === 'frame.sent') break;
  }
  return found;
}
