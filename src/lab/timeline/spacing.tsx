/**
 * How time is spaced: by events, or linear, and then how much of it is in sight. Calls it: `timeline.tsx`, `hand.ts`.
 */
import { computed, signal } from '@preact/signals';
import { t } from '../language.ts';
import { now } from '../state.ts';
import { duration } from '../view/words.ts';
import { WORDS } from './words.ts';

export const spacing = signal<'events' | 'time'>('events');

/** The least that is in sight: shorter than any cable's delay that can be seen. */
const LEAST = 1e3;
/** How much one press of + or − changes. */
const FACTOR = 4;

/** As chosen; undefined: all that has passed. */
const chosen = signal<number | undefined>(undefined);

/** Nanoseconds in sight. */
export const span = computed(() => chosen.value ?? Math.max(LEAST, now.value));

/** Shows so many times the time that is in sight; never more than has passed. */
export function scaleSpan(by: number): void {
  const wanted = Math.max(LEAST, span.peek() * by);
  chosen.value = wanted >= now.peek() ? undefined : wanted;
}

export function SpacingButtons() {
  const isLinear = spacing.value === 'time';
  return (
    <div class="timeline-spacing">
      <button
        type="button"
        aria-pressed={isLinear}
        onClick={() => {
          spacing.value = isLinear ? 'events' : 'time';
        }}
      >
        {t(WORDS.linear)}
      </button>
      {isLinear && (
        <span>
          <button
            type="button"
            aria-label={t(WORDS.closer)}
            title={t(WORDS.closer)}
            onClick={() => scaleSpan(1 / FACTOR)}
          >
            +
          </button>
          <button
            type="button"
            aria-label={t(WORDS.farther)}
            title={t(WORDS.farther)}
            disabled={chosen.value === undefined}
            onClick={() => scaleSpan(FACTOR)}
          >
            −
          </button>
          <small>{t(duration(Math.round(span.value)))}</small>
        </span>
      )}
    </div>
  );
}
