/**
 * The line at the foot of the page: how the run on the screen stands, and whether another one could not begin. That a
 * text did not parse says nothing of the run that is shown.
 *
 * Calls it: `outcome.tsx`.
 */
import { formatDuration, MILLISECOND } from '../../base/time.ts';
import type { Text } from '../language.ts';
import type { Failure, Outcome } from '../run/protocol.ts';
import { toldOf } from '../run/told.ts';
import { WORDS } from './words.ts';

/** What is known of the run that is shown. */
export interface Shown {
  readonly outcome: Outcome | undefined;
  /** Why it broke off. */
  readonly failure: Failure | undefined;
  /** Why another run, wished for since, did not begin. */
  readonly refusal: Failure | undefined;
  /** How many events there are. */
  readonly length: number;
  /** It is a trace from a file. */
  readonly isFile: boolean;
  /** The reader has come to its end: what it shows is told no earlier. */
  readonly isSeen: boolean;
}

export function summary(shown: Shown): Text {
  if (shown.refusal === undefined) return stateOf(shown);
  if (shown.length === 0) return WORDS.nothing;
  const state = stateOf(shown);
  return { en: `${WORDS.refused.en} ${state.en}`, ko: `${WORDS.refused.ko} ${state.ko}` };
}

function stateOf({ outcome: end, failure, length, isFile, isSeen }: Shown): Text {
  const events = grouped(length);
  if (failure !== undefined) return WORDS.broken(toldOf(failure), events);
  if (end === undefined) return isFile && length > 0 ? WORDS.file(events) : WORDS.running(events);
  const { expectations } = end;
  const time = durationOf(end.virtualMs);
  const told = (end.ended === 'limit' ? WORDS.limited : WORDS.ended)(time, events);
  const parts = [told];
  // What the user wrote or did is expected to show nothing.
  if (isSeen && expectations.length > 0) {
    parts.push(WORDS.held(expectations.filter(({ ok }) => ok).length, expectations.length));
  }
  const error = end.errors.find(({ byCall }) => isSeen || byCall !== true);
  if (error !== undefined) parts.push(WORDS.threw(error.process, error.message));
  return { en: parts.map(({ en }) => en).join('; '), ko: parts.map(({ ko }) => ko).join('; ') };
}

function durationOf(virtualMs: number): Text {
  const en = virtualMs === 0 ? '0 s' : formatDuration(Math.round(virtualMs * MILLISECOND));
  return { en, ko: en.replace(/ (d|h|min|s)\b/g, (_, unit: string) => KOREAN_UNITS[unit] ?? unit) };
}

const KOREAN_UNITS: Readonly<Record<string, string>> = { d: '일', h: '시간', min: '분', s: '초' };

/** '1,234,567' */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
