/**
 * What can only be told by looking at a whole recording, ahead of the cursor too: what becomes of a frame, where calls
 * return, where a person sees something happen, and where for long nothing does. It grows with the events.
 *
 * A cursor counts applied events: at cursor c the last one was `events[c - 1]` and the next one is `events[c]`. No
 * simulator is needed: a trace from a file is a recording as well. Left out on purpose: what the events mean (`fold.ts`).
 *
 * Calls it: `fold.ts`, `checkpoints.ts`, `stage.ts`; the time line.
 */
import { MILLISECOND, type Nanoseconds } from '../../base/time.ts';
import type { Event, EventKind, EventOf } from '../../trace/event.ts';
import type { FrameView } from './model.ts';

export interface Recording {
  /** The live array: only ever appended to. */
  readonly events: readonly Event[];
}

/** Nothing happens from the event before the cursor `from` to the one behind it. */
export interface Silence {
  readonly from: number;
  readonly at: Nanoseconds;
  readonly to: Nanoseconds;
  readonly lasting: Nanoseconds;
}

/** A stretch without any event is folded if it is as long as this: longer than a round trip, shorter than an RTO. */
export const SILENCE: Nanoseconds = 100 * MILLISECOND;

/** What people can see happen, each worth a step. All else is passed over with the step before it. */
const SEEN: ReadonlySet<EventKind> = new Set<EventKind>([
  'call.entered',
  'call.returned',
  'socket.copied',
  'frame.sent',
  'frame.delivered',
  'frame.dropped',
  'tcp.state',
  'tcp.timer',
  'cable.set',
  'cable.cut',
  'cable.mended',
  'host.powered-off',
  'host.powered-on',
  'process.started',
  'process.killed',
  'process.stopped',
  'process.continued',
  'process.typed',
  'process.set',
  'process.exited',
  'process.printed',
  'udp.dropped',
]);

/** True if a step ends before this event, and shows it with the next one. A host's own refusal of a frame is not seen. */
export function isSeen(event: Event): boolean {
  return SEEN.has(event.kind) && (event.kind !== 'frame.dropped' || 'frame' in event);
}

export class RecordingIndex {
  readonly #recording: Recording;
  #length = 0;
  /** By number of a `frame.sent`: index + 1 of the event that ended it; 0: unknown. */
  readonly #fates: number[] = [];
  readonly #returns: number[] = [];
  /** Cursors before which a step ends. */
  readonly #scenes: number[] = [];
  readonly #silences: Silence[] = [];
  /** What was handed out of them last. */
  #told: readonly Silence[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  get events(): readonly Event[] {
    return this.#recording.events;
  }

  /** Takes the events that came since the last time. */
  grow(): void {
    const { events } = this;
    for (; this.#length < events.length; this.#length++) {
      const event = events[this.#length];
      if (event !== undefined) this.#take(event, this.#length);
    }
  }

  /** What becomes of the frame that this event number sent, as far as the recording goes. */
  fateOf(n: number): FrameView['fate'] {
    const event = this.events[(this.#fates[n] ?? 0) - 1];
    if (event?.kind === 'frame.delivered') return { n: event.n, at: event.at, kind: 'delivered' };
    if (event?.kind === 'frame.dropped') return { n: event.n, at: event.at, kind: 'dropped', reason: event.reason };
    return undefined;
  }

  /** The event with a number; undefined if it is not in the recording. */
  eventOf(n: number): Event | undefined {
    const { events } = this;
    const guess = events[n - 1];
    if (guess === undefined || guess.n === n) return guess;
    return events[firstAbove(events.length, (i) => (events[i]?.n ?? 0) >= n)];
  }

  /** The cursor behind the first `call.returned` behind a cursor; undefined if there is none. */
  nextReturn(cursor: number): number | undefined {
    return above(this.#returns, cursor);
  }

  /** Where the next step ends: before the next event that is seen, or at the recording's end. */
  nextScene(cursor: number): number | undefined {
    const next = above(this.#scenes, cursor);
    return next ?? (cursor < this.#length ? this.#length : undefined);
  }

  /** Where the step before this cursor ended; 0 at the beginning. */
  previousScene(cursor: number): number {
    const i = firstAbove(this.#scenes.length, (at) => (this.#scenes[at] ?? 0) >= cursor);
    return this.#scenes[i - 1] ?? 0;
  }

  /** All stretches without an event; the same array while there is no new one. */
  get silences(): readonly Silence[] {
    if (this.#told.length !== this.#silences.length) this.#told = [...this.#silences];
    return this.#told;
  }

  /** The silence that begins at a cursor or is the next one behind it. */
  nextSilence(cursor: number): Silence | undefined {
    const silences = this.#silences;
    return silences[firstAbove(silences.length, (i) => (silences[i]?.from ?? 0) >= cursor)];
  }

  #take(event: Event, i: number): void {
    const before = this.events[i - 1];
    if (before !== undefined && event.at - before.at >= SILENCE) {
      this.#silences.push({ from: i, at: before.at, to: event.at, lasting: event.at - before.at });
    }
    if (i > 0 && isSeen(event)) this.#scenes.push(i);
    switch (event.kind) {
      case 'call.returned':
        this.#returns.push(i + 1);
        return;
      case 'frame.delivered':
        this.#end(event.frame, i);
        return;
      case 'frame.dropped':
        if ('frame' in event) this.#end(event.frame, i);
        return;
      default:
    }
  }

  /** A frame that was duplicated comes twice: the first time counts. */
  #end(frame: EventOf<'frame.delivered'>['frame'], i: number): void {
    while (this.#fates.length <= frame) this.#fates.push(0);
    if (this.#fates[frame] === 0) this.#fates[frame] = i + 1;
  }
}

/** The first number in a rising list that is above a limit. */
function above(list: readonly number[], limit: number): number | undefined {
  return list[firstAbove(list.length, (i) => (list[i] ?? 0) > limit)];
}

/** The first index that a condition holds for, which holds for all behind it too; `length` if for none. */
export function firstAbove(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
