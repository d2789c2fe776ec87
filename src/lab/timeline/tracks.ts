/**
 * What the time line draws: the calls, segments and faults of a recording. Pure: from events to places, nothing of the
 * page. What a segment holds is looked into only when it is drawn: a recording has hundreds of thousands.
 *
 * Calls it: `timeline.tsx`, `drawing.tsx`.
 */
import type { Event, EventOf } from '../../trace/event.ts';
import { ACK, FIN, headersOf, PSH, RST, SYN } from '../../trace/headers.ts';
import { type Span, Spans } from './spans.ts';

export interface CallTrack extends Span {
  readonly host: string;
  readonly process: string;
  readonly call: string;
  /** It came to an end without returning: its program was killed, or its host lost its power. */
  readonly isVoid: boolean;
  /** '20', 'ECONNRESET'; '' if it says nothing. */
  readonly result: string;
  readonly failed: boolean;
}

export interface FrameTrack extends Span {
  readonly n: number;
  readonly sender: string;
  /** The machine where it arrived; undefined: it was lost. */
  readonly receiver: string | undefined;
}

/** What a segment looks like. `label`: 'SYN', '8', 'FIN'; '' for a bare ACK. */
export interface Look {
  readonly kind: 'data' | 'ack' | 'control' | 'other';
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
  readonly calls = new Spans<CallTrack>();
  readonly frames = new Spans<FrameTrack>();
  readonly faults: FaultTrack[] = [];
  readonly #events: readonly Event[];
  #taken = 0;
  /** By the number of what began: its place in `calls`, in `frames`. */
  readonly #openCalls = new Map<number, number>();
  readonly #openFrames = new Map<number, number>();

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  /** Takes so many of the events that came since the last time; true: there are no more. */
  grow(most = Number.POSITIVE_INFINITY): boolean {
    const end = Math.min(this.#events.length, this.#taken + most);
    for (; this.#taken < end; this.#taken++) {
      const event = this.#events[this.#taken];
      if (event !== undefined) this.#take(event, this.#taken);
    }
    return this.#taken === this.#events.length;
  }

  #take(event: Event, at: number): void {
    switch (event.kind) {
      case 'call.entered': {
        const { host, process, call } = event;
        const track = { host, process, call, from: at, to: undefined, isVoid: false, result: '', failed: false };
        this.#openCalls.set(event.n, this.calls.begin(track));
        return;
      }
      case 'call.returned':
        this.#returned(event, at);
        return;
      case 'frame.sent': {
        const track = { n: event.n, sender: event.host, from: at, to: undefined, receiver: undefined };
        this.#openFrames.set(event.n, this.frames.begin(track));
        return;
      }
      case 'frame.delivered':
        this.#ended(event.frame, at, event.host);
        return;
      case 'frame.dropped':
        if ('frame' in event) this.#ended(event.frame, at, undefined);
        return;
      case 'process.exited':
        this.#cutOff(at, event.host, event.process);
        return;
      default: {
        const kind = FAULTS[event.kind];
        if (kind !== undefined) this.faults.push({ at, host: event.host, kind, target: targetOf(event) });
        if (event.kind === 'process.killed') this.#cutOff(at, event.host, event.process);
        if (event.kind === 'host.powered-off') this.#cutOff(at, event.host);
      }
    }
  }

  #returned(event: EventOf<'call.returned'>, at: number): void {
    const place = this.#openCalls.get(event.entered);
    const call = place === undefined ? undefined : this.calls.at(place);
    if (place === undefined || call === undefined) return;
    this.#openCalls.delete(event.entered);
    const { error, result } = event;
    const text = error ?? (typeof result === 'number' || typeof result === 'string' ? String(result) : '');
    this.calls.end(place, { ...call, to: at, result: text, failed: error !== undefined });
  }

  /** A program is gone, or all of a host's: what it had called does not return. */
  #cutOff(at: number, host: string, process?: string): void {
    for (const [entered, place] of this.#openCalls) {
      const call = this.calls.at(place);
      if (call === undefined || call.host !== host || (process ?? call.process) !== call.process) continue;
      this.#openCalls.delete(entered);
      this.calls.end(place, { ...call, to: at, isVoid: true });
    }
  }

  /** A frame that was duplicated comes twice: the first time counts. */
  #ended(n: number, at: number, receiver: string | undefined): void {
    const place = this.#openFrames.get(n);
    const frame = place === undefined ? undefined : this.frames.at(place);
    if (place === undefined || frame === undefined) return;
    this.#openFrames.delete(n);
    this.frames.end(place, { ...frame, to: at, receiver });
  }
}

function targetOf(event: Event): string {
  if ('cable' in event) return event.cable;
  return 'process' in event ? event.process : event.host;
}

/** Of segments that were drawn: each step draws most of those that the step before drew. */
const looks = new WeakMap<Event, Look>();

/** What the segment looks like that this event sent. */
export function lookOf(event: Event | undefined): Look {
  const known = event === undefined ? undefined : looks.get(event);
  if (known !== undefined) return known;
  const look = lookAt(event);
  if (event !== undefined) looks.set(event, look);
  return look;
}

function lookAt(event: Event | undefined): Look {
  const headers = event?.kind === 'frame.sent' ? headersOf(event) : undefined;
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
