/**
 * The foot of the page: how the run that is on the screen ended, what it was expected to show, and the hash of its trace:
 * the same as `halfopen run --json` prints for the same scenario, parameters and seed.
 *
 * It is folded, since the expectations give the questions' answers away. Calls it: app.tsx.
 */
import { formatDuration, MILLISECOND } from '../../base/time.ts';
import { type Text, t } from '../language.ts';
import type { Outcome as Ending } from '../run/protocol.ts';
import { failure, length, outcome, source } from '../state.ts';
import './outcome.css';
import { WORDS } from './words.ts';

export function Outcome() {
  const end = outcome.value;
  return (
    <details class="outcome">
      <summary>{summary(end)}</summary>
      {end !== undefined && (
        <>
          <ul>
            {end.expectations.map(({ story, text, ok }, index) => (
              <li key={index} data-testid="expectation" data-ok={String(ok)}>
                {story}: {t(text)} <span class="visually-hidden">({t(ok ? WORDS.holds : WORDS.fails)})</span>
              </li>
            ))}
          </ul>
          <p>
            {t(WORDS.hash)}:{' '}
            <span class="outcome-hash" data-testid="hash">
              {end.hash}
            </span>
          </p>
        </>
      )}
    </details>
  );
}

function summary(end: Ending | undefined): string {
  const events = grouped(length.value);
  if (failure.value !== undefined) return t(WORDS.broken);
  if (end === undefined)
    return t(source.value === undefined && length.value > 0 ? WORDS.file(events) : WORDS.running(events));
  const held = end.expectations.filter(({ ok }) => ok).length;
  const told = t(WORDS.ended(durationOf(end.virtualMs), events));
  // What the user wrote or did is expected to show nothing.
  return end.expectations.length === 0 ? told : `${told}; ${t(WORDS.held(held, end.expectations.length))}`;
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
