/**
 * The whole recording on one line: a slider to drag or to move by the arrow keys, and above it where the window of the
 * drawing lies and what was broken so far. Calls it: `timeline.tsx`.
 */
import { t } from '../language.ts';
import { seek } from '../player.ts';
import { cursor, length, now } from '../state.ts';
import { duration } from '../view/words.ts';
import { firstAt } from './spans.ts';
import type { Tracks } from './tracks.ts';
import type { TimeWindow } from './window.ts';
import { counted, virtual, WORDS } from './words.ts';

/** Marks of faults that are drawn at most: more would lie on one another. */
const MOST_MARKS = 400;

/** Of the window in a long recording, in hundredths of the whole, so that it can be seen. */
const LEAST = 0.6;

export function Overview({ tracks, shown }: { readonly tracks: Tracks; readonly shown: TimeWindow }) {
  const whole = Math.max(1, length.value);
  const part = (at: number) => (100 * at) / whole;
  const faults = tracks.faults.slice(
    0,
    firstAt(tracks.faults, cursor.value, ({ at }) => at),
  );
  const every = Math.ceil(faults.length / MOST_MARKS);
  const text = `${t(counted(cursor.value, length.value))}, ${t(virtual(t(duration(now.value))))}`;
  return (
    <div class="timeline-overview">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect
          class="timeline-sight"
          x={part(shown.first)}
          width={Math.max(LEAST, part(shown.last - shown.first))}
          y={1}
          height={4}
        />
        {faults
          .filter((_, i) => i % every === 0)
          .map(({ at }) => (
            <line key={at} class="timeline-mark" x1={part(at)} x2={part(at)} y1={0} y2={6} />
          ))}
      </svg>
      <input
        class="timeline-slider"
        type="range"
        min={0}
        max={length.value}
        value={cursor.value}
        aria-label={t(WORDS.cursor)}
        aria-valuetext={text}
        onInput={({ currentTarget }) => seek(Number(currentTarget.value))}
      />
    </div>
  );
}
