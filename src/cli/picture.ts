/**
 * What is shown of a run, from its trace alone: the sequence diagram, what broke and who noticed, and the ledger as
 * bars. `halfopen run` and `halfopen replay` draw the same picture.
 */
import { MILLISECOND } from '../base/time.ts';
import type { BreakReport, ChannelLedger } from '../system/scenario.ts';
import type { Event } from '../trace/event.ts';
import { barLines, restingLine } from './bars.ts';
import { draw } from './diagram/draw.ts';
import { diagramOf } from './diagram/rows.ts';
import type { Language } from './language.ts';
import { wordsIn } from './messages.ts';
import type { Paint } from './paint.ts';
import { breakLines } from './story-lines.ts';

export interface Seen {
  readonly events: readonly Event[];
  readonly breaks: readonly BreakReport[];
  readonly ledger: readonly ChannelLedger[];
  ledgerAt(ms: number): readonly ChannelLedger[];
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
  const lines = draw(diagramOf(seen.events, language), { width, language, during: during(seen, language) });
  lines.push('', paint.dim(words.legendBlocked));
  if (seen.breaks.length > 0) {
    lines.push('', paint.bold(words.headBreaks), ...breakLines(seen.breaks, words).map((line) => `  ${line}`));
  }
  const channels = seen.ledger.filter((ledger) => (ledger.requested ?? ledger.received ?? 0) > 0);
  if (channels.length > 0) lines.push('', paint.bold(words.headLedger));
  for (const ledger of channels) lines.push(...barLines(ledger, width - 2, words).map((line) => `  ${line}`));
  return lines;
}

/** Tells of a moment where the bytes are that are not at rest; one line a channel. */
export function during(seen: Seen, language: Language): (at: number) => string[] {
  const words = wordsIn(language);
  return (at) =>
    seen
      .ledgerAt(at / MILLISECOND)
      .flatMap((ledger) => restingLine(ledger, words) ?? [])
      .slice(0, 6);
}
