/**
 * What the time line draws: the calls, segments and faults of a recording, and the columns that a window around the
 * cursor has. Pure: from events to places, nothing of the page.
 *
 * A column is one step, as the player makes it; a stretch of silence before it makes it wider. Calls it: timeline.tsx.
 */
import { fromBase64 } from '../../base/bytes.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { ACK, FIN, PSH, RST, readHeaders, SYN } from '../../trace/headers.ts';

/** Places are indices into `events`; undefined: not yet, as far as the recording goes. */
export interface CallTrack {
  readonly host: string;
  readonly process: string;
  readonly call: string;
  readonly from: number;
  readonly to: number | undefined;
  /** '20', 'ECONNRESET'; '' if it says nothing. */
  readonly result: string;
  readonly failed: boolean;
}

export interface FrameTrack {
  readonly n: number;
  readonly sender: string;
  readonly from: number;
  readonly to: number | undefined;
  /** The machine where it arrived; undefined: it was lost. */
  readonly receiver: string | undefined;
  readonly kind: 'data' | 'ack' | 'control' | 'other';
  /** 'SYN', '8', 'FIN'; '' for a bare ACK. */
  readonly label: string;
}

export interface FaultTrack {
  readonly at: number;
  readonly host: string;
  readonly kind: 'cut' | 'mend' | 'power-off' | 'power-on' | 'kill' | 'stop' | 'cont';
  readonly target: string;
}

const FAULTS: Readonly<Record<string, FaultTrack['kind']>> = {
  'cable.cut': 'cut',
  'cable.mended': 'mend',
  'host.powered-off': 'power-off',
  'host.powered-on': 'power-on',
  'process.killed': 'kill',
  'process.stopped': 'stop',
  'process.continued': 'cont',
};

/** Grows with the recording. */
export class Tracks {
  readonly calls: CallTrack[] = [];
  readonly frames: FrameTrack[] = [];
  readonly faults: FaultTrack[] = [];
  readonly #events: readonly Event[];
  #taken = 0;
  /** By the number of what began: its place in `calls` or `frames`. */
  readonly #open = new Map<number, number>();

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  grow(): void {
    for (; this.#taken < this.#events.length; this.#taken++) {
      const event = this.#events[this.#taken];
      if (event !== undefined) this.#take(event, this.#taken);
    }
  }

  #take(event: Event, at: number): void {
    switch (event.kind) {
      case 'call.entered':
        this.#open.set(event.n, this.calls.length);
        this.calls.push({
          host: event.host,
          process: event.process,
          call: event.call,
          from: at,
          to: undefined,
          result: '',
          failed: false,
        });
        return;
      case 'call.returned':
        this.#returned(event, at);
        return;
      case 'frame.sent':
        this.#open.set(event.n, this.frames.length);
        this.frames.push({
          n: event.n,
          sender: event.host,
          from: at,
          to: undefined,
          receiver: undefined,
          ...look(event),
        });
        return;
      case 'frame.delivered':
        this.#ended(event.frame, at, event.host);
        return;
      case 'frame.dropped':
        if ('frame' in event) this.#ended(event.frame, at, undefined);
        return;
      default: {
        const kind = FAULTS[event.kind];
        if (kind !== undefined) this.faults.push({ at, host: event.host, kind, target: targetOf(event) });
      }
    }
  }

  #returned(event: EventOf<'call.returned'>, at: number): void {
    const place = this.#open.get(event.entered);
    const call = place === undefined ? undefined : this.calls[place];
    if (place === undefined || call === undefined) return;
    this.#open.delete(event.entered);
    const { error, result } = event;
    const text = error ?? (typeof result === 'number' || typeof result === 'string' ? String(result) : '');
    this.calls[place] = { ...call, to: at, result: text, failed: error !== undefined };
  }

  /** A frame that was duplicated comes twice: the first time counts. */
  #ended(n: number, at: number, receiver: string | undefined): void {
    const place = this.#open.get(n);
    const frame = place === undefined ? undefined : this.frames[place];
    if (place === undefined || frame === undefined) return;
    this.#open.delete(n);
    this.frames[place] = { ...frame, to: at, receiver };
  }
}

function targetOf(event: Event): string {
  if ('cable' in event) return event.cable;
  return 'process' in event ? event.process : event.host;
}

function look(event: EventOf<'frame.sent'>): { readonly kind: FrameTrack['kind']; readonly label: string } {
  const headers = readHeaders(fromBase64(event.bytes));
  if (headers === undefined) return { kind: 'other', label: '?' };
  if (headers.protocol !== 'tcp') return { kind: 'other', label: headers.protocol.toUpperCase() };
  const { control, text } = headers;
  const names = [
    [SYN, 'SYN'],
    [FIN, 'FIN'],
    [RST, 'RST'],
  ] as const;
  const told = names.filter(([bit]) => (control & bit) !== 0).map(([, name]) => name);
  if (told.length > 0) return { kind: 'control', label: text > 0 ? `${told.join(' ')} ${text}` : told.join(' ') };
  if (text > 0) return { kind: 'data', label: String(text) };
  return { kind: (control & (ACK | PSH)) === 0 ? 'other' : 'ack', label: '' };
}

/** A window: columns from left to right, each with the cursor at its end. */
export interface Column {
  /** The events `from` to `to - 1` stand in it; `to` is the cursor. */
  readonly from: number;
  readonly to: number;
  readonly x: number;
  readonly width: number;
  /** Virtual time that passes without an event before it, if that is long. */
  readonly silence: number | undefined;
}

export interface Steps {
  nextScene(cursor: number): number | undefined;
  previousScene(cursor: number): number;
}

/** The columns around a cursor, so that what is behind it, with the silences there, takes about two thirds of the width. */
export function columnsAround(
  cursor: number,
  events: readonly Event[],
  steps: Steps,
  width: number,
  step: number,
  gap: number,
  silence: number,
): Column[] {
  const quietAt = (from: number): number | undefined => {
    const quiet = (events[from]?.at ?? 0) - (events[from - 1]?.at ?? 0);
    return from > 0 && quiet >= silence ? quiet : undefined;
  };
  const columns: Column[] = [];
  let x = 0;
  for (let from = firstShown(); x < width; ) {
    const to = steps.nextScene(from);
    if (to === undefined) break;
    const quiet = quietAt(from);
    if (quiet !== undefined) x += gap;
    columns.push({ from, to, x, width: step, silence: quiet });
    x += step;
    from = to;
  }
  return columns;

  /** At least the cursor's own column is in sight, however narrow the window is. */
  function firstShown(): number {
    let first = steps.previousScene(cursor);
    let taken = widthOf(first);
    while (first > 0) {
      const before = steps.previousScene(first);
      taken += widthOf(before);
      if (taken > (width * 2) / 3) break;
      first = before;
    }
    return first;
  }

  function widthOf(from: number): number {
    return quietAt(from) === undefined ? step : step + gap;
  }
}

/** The first place whose value is at or above a limit, of a list that rises. */
export function firstAt<T>(list: readonly T[], limit: number, placeOf: (item: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item !== undefined && placeOf(item) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
