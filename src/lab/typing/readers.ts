/**
 * Which programs read their standard input (os.read), anywhere in the recording: whoever stands before that moment is
 * told of it already.
 *
 * Calls it: `typing.tsx`.
 */
import { computed } from '@preact/signals';
import type { Event } from '../../trace/event.ts';
import { events, length } from '../state.ts';

let of: readonly Event[] = [];
let looked = 0;
let found: ReadonlySet<string> = new Set();

/** The same set until there is one more. */
export const readers = computed<ReadonlySet<string>>(() => {
  const all = events.value;
  if (all !== of) [of, looked, found] = [all, 0, new Set()];
  for (; looked < length.value; looked++) {
    const event = all[looked];
    if (event?.kind !== 'call.entered' || event.call !== 'read' || found.has(event.process)) continue;
    found = new Set([...found, event.process]);
  }
  return found;
});
