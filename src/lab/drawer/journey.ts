/**
 * The way of one frame: what led to it (the call, the arrival or the timer), that it was sent, that it arrived or was
 * lost, and what the arrival led to at once. A router sends a frame of its own: that is one of the things it led to.
 * Calls it: `selected.tsx`.
 */
import type { Event } from '../../trace/event.ts';
import { eventOf } from './sequence-rows.ts';

/** So many events behind the arrival are looked at: what it leads to comes soon. */
const LOOKED_AT = 400;

/** What tells a person nothing about the frame. */
const PASSED: ReadonlySet<string> = new Set(['tcp.deadline', 'tcp.rtt', 'tcp.congestion', 'tcp.buffers']);

/** In the order in which they happened, none behind the cursor. */
export function journeyOf(events: readonly Event[], n: number, cursor: number): readonly Event[] {
  const sent = eventOf(events, n);
  if (sent === undefined) return [];
  const cause = eventOf(events, sent.event.cause)?.event;
  const all = cause === undefined ? [sent.event] : [cause, sent.event];
  const end = endOf(events, sent.index, cursor);
  if (end === undefined) return all.filter(isBefore(events, cursor));
  const led = events
    .slice(end.index + 1, Math.min(cursor, end.index + LOOKED_AT))
    .filter((event) => event.cause === end.event.n && !PASSED.has(event.kind));
  return [...all, end.event, ...led].filter(isBefore(events, cursor));
}

function isBefore(events: readonly Event[], cursor: number) {
  const last = events[cursor - 1]?.n ?? 0;
  return ({ n }: Event) => n <= last;
}

/** Where the frame arrived, or was lost. */
function endOf(events: readonly Event[], from: number, cursor: number) {
  const n = events[from]?.n;
  for (let index = from + 1; index < cursor; index++) {
    const event = events[index];
    if (event?.kind !== 'frame.delivered' && event?.kind !== 'frame.dropped') continue;
    if ('frame' in event && event.frame === n) return { event, index };
  }
  return undefined;
}
