/** What `halfopen where` prints: the places of one byte, and under each the events that brought it there. */

import type { Language } from '../base/language.ts';
import { SECOND } from '../base/time.ts';
import type { Event } from '../trace/event.ts';
import { Formatter } from '../trace/format.ts';
import { LedgerFold } from '../trace/ledger.ts';
import { type Place, where } from '../trace/where.ts';
import { findChannel } from './channels.ts';
import { type Words, wordsIn } from './messages.ts';
import { UserError } from './user-error.ts';

export interface Question {
  readonly channel: string;
  readonly offset: number;
  /** Virtual nanoseconds; undefined: the end. */
  readonly at?: number;
  readonly language: Language;
}

/** @throws UserError if there is no such channel or byte at that moment */
export function whereLines(events: readonly Event[], question: Question): string[] {
  const { offset, at = Number.POSITIVE_INFINITY, language } = question;
  const words = wordsIn(language);
  const channel = findChannel(question.channel, LedgerFold.at(events, Number.POSITIVE_INFINITY), words);
  const past = events.filter((event) => event.at <= at);
  const last = past.at(-1);
  const ledger = LedgerFold.at(past, Number.POSITIVE_INFINITY).find((known) => known.channel === channel);
  const count = Math.max(ledger?.requested ?? 0, ledger?.received ?? 0);
  if (offset >= count) throw new UserError(words.noSuchByte(channel, offset, count));
  const places = where(past, channel, offset);
  const moment = words.duration(at === Number.POSITIVE_INFINITY ? (last?.at ?? 0) : at);
  const texts = textsOf(past, new Set(places.flatMap((place) => place.events)), language);
  const lines = [words.byteAt(channel, offset, moment)];
  for (const place of places) {
    lines.push(`  ${placeText(place, words)}`);
    for (const n of place.events) lines.push(`      ${texts.get(n) ?? n}`);
  }
  return places.length === 0 ? [...lines, `  ${words.nowhere}`] : lines;
}

/** The events' lines; a formatter wants to see the whole trace, for relative sequence numbers. */
function textsOf(events: readonly Event[], wanted: ReadonlySet<number>, language: Language): Map<number, string> {
  const formatter = new Formatter(language);
  const texts = new Map<number, string>();
  for (const event of events) {
    if (event.kind !== 'frame.sent' && !wanted.has(event.n)) continue;
    const text = formatter.text(event);
    if (wanted.has(event.n)) texts.set(event.n, `${(event.at / SECOND).toFixed(6)} s  ${event.host.padEnd(3)} ${text}`);
  }
  return texts;
}

function placeText({ place, at, sent }: Place, words: Words): string {
  const name = words.placeOf(place);
  return `${name}, ${at}${sent === undefined ? '' : ` (${sent ? words.sentAndKept : words.place('unsent')})`}`;
}
