/**
 * What is shown of a run, from its trace alone: the sequence diagram, what broke and who noticed, and the ledger as
 * bars. `halfopen run` and `halfopen replay` draw the same picture.
 */

import type { Language } from '../base/language.ts';
import type { BreakReport, ChannelLedger } from '../system/scenario.ts';
import type { Event } from '../trace/event.ts';
import { LedgerFold } from '../trace/ledger.ts';
import { barLines, restingLine } from './bars.ts';
import { draw } from './diagram/draw.ts';
import { diagramOf } from './diagram/rows.ts';
import { wordsIn } from './messages.ts';
import type { Paint } from './paint.ts';
import { breakLines } from './story-lines.ts';

/** More channels than that are not told of in one moment. */
const MOST_CHANNELS = 6;

export interface Seen {
  readonly events: readonly Event[];
  readonly breaks: readonly BreakReport[];
  readonly ledger: readonly ChannelLedger[];
}

export interface Look {
  readonly width: number;
  readonly language: Language;
  readonly paint: Paint;
}

/** The lines of the picture. */
export function pictureLines(seen: Seen, look: Look): string[] {
  const { width, language, paint } = look;
  const words = wordsIn(language);
  const lines = draw(diagramOf(seen.events, language), { width, language, during: during(seen.events, language) });
  lines.push('', paint.dim(words.legendBlocked));
  if (seen.breaks.length > 0) {
    lines.push('', paint.bold(words.headBreaks), ...breakLines(seen.breaks, words).map((line) => `  ${line}`));
  }
  const channels = seen.ledger.filter((ledger) => (ledger.requested ?? ledger.received ?? 0) > 0);
  if (channels.length > 0) lines.push('', paint.bold(words.headLedger));
  for (const ledger of channels) lines.push(...barLines(ledger, width - 2, words).map((line) => `  ${line}`));
  return lines;
}

/**
 * Tells where the bytes that are not at rest are at a virtual time, one line a channel. Cheap when it is asked for one
 * time after the other: it folds the trace only once.
 */
export function during(events: readonly Event[], language: Language): (at: number) => string[] {
  const words = wordsIn(language);
  let fold = new LedgerFold();
  let next = 0;
  return (at) => {
    const last = events[next - 1];
    if (last !== undefined && last.at > at) [fold, next] = [new LedgerFold(), 0];
    for (let event = events[next]; event !== undefined && event.at <= at; event = events[next]) {
      fold.apply(event);
      next += 1;
    }
    const lines = fold.channels().flatMap((ledger) => restingLine(ledger, words) ?? []);
    return lines.slice(0, MOST_CHANNELS);
  };
}
