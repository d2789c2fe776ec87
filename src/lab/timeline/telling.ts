/** An event in words, in the page's language. */
import { computed } from '@preact/signals';
import { fromBase64 } from '../../base/bytes.ts';
import type { Event } from '../../trace/event.ts';
import { Formatter } from '../../trace/format.ts';
import { readHeaders, SYN } from '../../trace/headers.ts';
import { language } from '../language.ts';
import { events, length } from '../state.ts';

/** Handshakes are looked for among so many events of a recording. */
const LOOKED_AT = 20_000;

/** A formatter that has seen the handshakes, so that it tells sequence numbers relative to them. */
const formatter = computed(() => {
  const made = new Formatter(language.value);
  for (const event of events.value.slice(0, Math.min(length.value, LOOKED_AT))) {
    if (event.kind !== 'frame.sent') continue;
    const headers = readHeaders(fromBase64(event.bytes));
    if (headers?.protocol === 'tcp' && (headers.control & SYN) !== 0) made.frame(event.bytes);
  }
  return made;
});

/** 'B → cable  10.0.1.2.49152 > 10.0.0.1.7000: Flags [P.], …': where, and what happened. */
export function wordsOf(event: Event): string {
  const text = formatter.value.text(event);
  // A cable is named by its own events.
  return text.startsWith(`${event.host} `) ? text : `${event.host} ${text}`.trim();
}

/** The same as a sentence that stands alone: a frame that arrives or is lost is told with what it is. */
export function sentenceOf(event: Event): string {
  const frame = 'frame' in event ? events.value[event.frame - 1] : undefined;
  return frame?.kind === 'frame.sent' ? `${wordsOf(event)}: ${formatter.value.frame(frame.bytes)}` : wordsOf(event);
}

/** The same with its number and moment. */
export function lineOf(event: Event): string {
  return formatter.value.line(event).trim();
}
