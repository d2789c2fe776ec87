/**
 * The time line: what each host's programs called, the segments between them, and what was broken, up to the cursor. Time
 * is spaced by events, silence folded; or, on request, linear. It draws a window around the cursor, so a recording of a
 * million events costs no more than a small one.
 */
import { computed, effect, signal } from '@preact/signals';
import './timeline.css';
import { t } from '../language.ts';
import { SILENCE } from '../stage/recording.ts';
import { nextScene, previousScene, seenAt, stage } from '../stage/stage.ts';
import { cursor, events, length, pair } from '../state.ts';
import { pairOf, wayBetween } from '../view/lane.ts';
import { GAP, HEIGHT, Picture, type Scene } from './drawing.tsx';
import { takeHand } from './hand.ts';
import { Overview } from './overview.tsx';
import { SpacingButtons, spacing, span } from './spacing.tsx';
import { lineOf, sentenceOf } from './telling.ts';
import { Tracks } from './tracks.ts';
import { byEvents, byTime, type TimeWindow } from './window.ts';
import { WORDS } from './words.ts';

const STEP = 22;
/** Milliseconds after which the page looks after other things, and events that are gone through between two looks at the clock. */
const TURN = 6;
const SLICE = 1000;

const width = signal(900);

const tracks = computed(() => new Tracks(events.value));
/** Counts up as the tracks grow: what is drawn from them is drawn anew. */
const grown = signal(0);

/** A turn that will go on growing; more events that come meanwhile need no second one. */
let next: ReturnType<typeof setTimeout> | undefined;

function grow(): void {
  next = undefined;
  const growing = tracks.peek();
  const end = performance.now() + TURN;
  let isWhole = growing.grow(SLICE);
  while (!isWhole && performance.now() < end) isWhole = growing.grow(SLICE);
  if (!isWhole) next = setTimeout(grow);
  grown.value = grown.peek() + 1;
}

effect(() => {
  void length.value;
  void tracks.value;
  if (next === undefined) grow();
});

const shown = computed<TimeWindow>(() => {
  void length.value;
  if (spacing.value === 'time') return byTime(cursor.value, events.value, width.value, span.value);
  const sizes = { width: width.value, step: STEP, gap: GAP, silence: SILENCE };
  return byEvents(cursor.value, events.value, { nextScene, previousScene }, sizes);
});

export function Timeline() {
  const [left, right] = pairOf(stage.value, pair.value);
  return (
    <section class="timeline" aria-label={t(WORDS.timeline)}>
      <div class="timeline-names">
        <span>{`${left ?? ''} ${t(WORDS.calls)}`}</span>
        <SpacingButtons />
        <span>{`${right ?? ''} ${t(WORDS.calls)}`}</span>
      </div>
      <div class="timeline-scene" ref={watchWidth}>
        <Drawing left={left} right={right} />
      </div>
      <Marks />
      <Sentence />
    </section>
  );
}

/** Drawn anew when the tracks grow, which the slider itself knows nothing of. */
function Marks() {
  void grown.value;
  return <Overview tracks={tracks.value} shown={shown.value} />;
}

function watchWidth(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const observer = new ResizeObserver(([entry]) => {
    if (entry !== undefined) width.value = Math.max(200, entry.contentRect.width);
  });
  observer.observe(element);
  return () => observer.disconnect();
}

interface Hosts {
  readonly left: string | undefined;
  readonly right: string | undefined;
}

function Drawing({ left, right }: Hosts) {
  void grown.value;
  const { cables } = stage.value;
  const both = [left, right].filter((name) => name !== undefined);
  const machines = left !== undefined && right !== undefined ? wayBetween(cables, left, right)?.machines : undefined;
  const scene: Scene = {
    events: events.value,
    cursor: cursor.value,
    tracks: tracks.value,
    shown: shown.value,
    machines: machines ?? both,
  };
  return (
    <svg
      class="timeline-drawing"
      width={width.value}
      height={HEIGHT}
      viewBox={`0 0 ${width.value} ${HEIGHT}`}
      aria-hidden="true"
      ref={watchHands}
    >
      <defs>
        <pattern id="timeline-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="5" class="timeline-hatch" />
        </pattern>
      </defs>
      <Picture scene={scene} />
    </svg>
  );
}

function watchHands(drawing: SVGSVGElement | null): (() => void) | undefined {
  return drawing === null ? undefined : takeHand(drawing, () => shown.peek());
}

/** What happened at the cursor, in words; and the last ten events for those who cannot see the drawing. */
function Sentence() {
  void length.value;
  const all = events.value;
  const last = all.slice(Math.max(0, cursor.value - 10), cursor.value);
  const newest = seenAt(cursor.value);
  return (
    <div class="timeline-words">
      <p aria-live="polite">{newest === undefined ? t(WORDS.start) : sentenceOf(newest)}</p>
      <details>
        <summary>{t(WORDS.lastEvents)}</summary>
        <ol>
          {last.map((event) => (
            <li key={event.n} value={event.n}>
              {lineOf(event)}
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
