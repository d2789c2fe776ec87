/**
 * The sequence diagram: time down, a lifeline for each of the two hosts of the stage. Only rows near the view are drawn.
 * A frame is two rows, the half of its arrow that leaves and the half that arrives: a row needs no other row.
 */
import { computed, effect, signal } from '@preact/signals';
import type { Event } from '../../trace/event.ts';
import './sequence.css';
import { t } from '../language.ts';
import { seek } from '../player.ts';
import { stage } from '../stage/stage.ts';
import { cursor, events, length, pair } from '../state.ts';
import { lineOf, wordsOf } from '../timeline/telling.ts';
import { silent } from '../timeline/words.ts';
import { pairOf } from '../view/lane.ts';
import { duration } from '../view/words.ts';
import {
  causesOf,
  eventOf,
  eventRow,
  firstHosts,
  labelOf,
  type Row,
  Rows,
  type View,
  windowOf,
} from './sequence-rows.ts';
import { backTo, copied, SEQUENCE_WORDS } from './sequence-words.ts';

const ROW = 24;
/** Events that Page Up and Page Down go. */
const PAGE = 10;

const view = signal<View>({ top: 0, height: 400 });
const showsCauses = signal(false);
/** Where one was before one went to a cause. */
const cameFrom = signal<{ readonly of: readonly Event[]; readonly cursor: number } | undefined>(undefined);

/** 'A B': a text, so that the rows are made anew for another pair only. */
const hosts = computed(() => {
  const shown = pairOf(stage.value, pair.value);
  if (shown[1] !== undefined) return JSON.stringify(shown);
  // Before the first event the stage is empty; the diagram has rows all the same.
  void length.value;
  return JSON.stringify(pair.value ?? firstHosts(events.value));
});
const made = computed(() => {
  const names: (string | null)[] = JSON.parse(hosts.value);
  return new Rows(
    events.value,
    names.filter((name) => name !== null),
  );
});
/** Rises when there are more rows. */
const grown = signal(0);
const rows = computed(() => {
  void grown.value;
  return { all: made.value.all, current: made.value.at(cursor.value) };
});

/** Milliseconds of work before the page has its turn. */
const SLICE = 8;

/** Makes the rows of a recording, and of what it grows by, while the diagram is open. */
function keepGrowing(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    void length.value;
    const all = made.value;
    clearTimeout(timer);
    const goOn = () => {
      const end = performance.now() + SLICE;
      if (!all.grow(() => performance.now() >= end)) timer = setTimeout(goOn);
      grown.value = all.all.length;
    };
    goOn();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

export function Sequence() {
  const [left, right]: (string | undefined)[] = JSON.parse(hosts.value);
  const { all, current } = rows.value;
  const { first, last } = windowOf(view.value, ROW, all.length);
  const newest = events.value[cursor.value - 1];
  const isDrawn = first <= current && current < last;
  return (
    <div class="sequence">
      <p aria-live="polite" class="drawer-words">
        {newest === undefined ? '' : wordsOf(newest)}
      </p>
      <Causes of={newest} />
      <div class="sequence-hosts" aria-hidden="true">
        <span>{left}</span>
        <span>{right}</span>
      </div>
      <div
        role="listbox"
        class="sequence-scroll"
        tabIndex={0}
        aria-label={t(SEQUENCE_WORDS.diagram)}
        aria-activedescendant={isDrawn ? idOf(current) : undefined}
        ref={listen}
      >
        <div role="presentation" style={{ height: `${all.length * ROW}px` }} />
        {all.slice(first, last).map((row, i) => (
          <Line
            key={first + i}
            row={row}
            place={first + i}
            count={all.length}
            isCurrent={first + i === current}
            isAhead={first + i > current}
            left={left}
            right={right}
          />
        ))}
      </div>
    </div>
  );
}

function idOf(place: number): string {
  return `sequence-row-${place}`;
}

/** One tab stop for all rows: the arrow keys go from event to event, and the stage with them. */
function listen(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const stopGrowing = keepGrowing();
  const stop = follow(element);
  const press = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { all, current } = rows.peek();
    const row = all[eventRow(all, current, by)];
    if (row !== undefined) seek(row.index + 1);
  };
  const click = ({ target }: MouseEvent) => {
    const place = target instanceof Element ? target.closest('[data-place]')?.getAttribute('data-place') : undefined;
    const row = rows.peek().all[Number(place ?? -1)];
    if (row !== undefined) seek(row.silence === undefined ? row.index + 1 : row.index);
  };
  element.addEventListener('keydown', press);
  element.addEventListener('click', click);
  return () => {
    stop();
    stopGrowing();
    element.removeEventListener('keydown', press);
    element.removeEventListener('click', click);
  };
}

/** How many events each key goes. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Keeps the cursor's row in view, and knows what is in view. */
function follow(element: HTMLElement): () => void {
  const look = () => {
    view.value = { top: element.scrollTop, height: element.clientHeight };
  };
  element.addEventListener('scroll', look);
  const observer = new ResizeObserver(look);
  observer.observe(element);
  const stop = effect(() => {
    const y = rows.value.current * ROW;
    // Behind the drawing: the height of all rows must be there first.
    requestAnimationFrame(() => {
      const { scrollTop, clientHeight } = element;
      if (y < scrollTop || y + 2 * ROW > scrollTop + clientHeight) element.scrollTop = y - clientHeight / 2;
    });
  });
  return () => {
    stop();
    observer.disconnect();
    element.removeEventListener('scroll', look);
  };
}

interface LineProps {
  readonly row: Row;
  readonly place: number;
  readonly count: number;
  readonly isCurrent: boolean;
  readonly isAhead: boolean;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

function Line({ row, place, count, isCurrent, isAhead, left, right }: LineProps) {
  const event = events.value[row.index];
  if (event === undefined) return null;
  const quiet = row.silence === undefined ? undefined : duration(row.silence);
  const label = quiet === undefined ? lineOf(event) : t(silent(quiet.en, quiet.ko));
  return (
    <div
      role="option"
      id={idOf(place)}
      class="sequence-row"
      style={{ top: `${place * ROW}px` }}
      tabIndex={-1}
      title={label}
      aria-selected={isCurrent}
      aria-setsize={count}
      aria-posinset={place + 1}
      data-place={place}
      data-cursor={isCurrent ? '' : undefined}
      data-ahead={isAhead ? '' : undefined}
    >
      <span class="sequence-time">{quiet === undefined ? `${(event.at / 1e9).toFixed(3)} s` : ''}</span>
      <span class="visually-hidden">{label}</span>
      <svg aria-hidden="true">
        <line class="sequence-life" x1="6%" x2="6%" y1={0} y2={ROW} />
        <line class="sequence-life" x1="94%" x2="94%" y1={0} y2={ROW} />
        {quiet === undefined ? (
          <Happening event={event} left={left} right={right} />
        ) : (
          <>
            <rect class="sequence-silence" x="2%" y={3} width="96%" height={ROW - 6} />
            <text x="50%" y={16} text-anchor="middle">
              {t(quiet)}
            </text>
          </>
        )}
      </svg>
    </div>
  );
}

interface HappeningProps {
  readonly event: Event;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

function Happening({ event, left, right }: HappeningProps) {
  const isRight = event.host === right && right !== undefined;
  if (event.kind === 'frame.sent' || event.kind === 'frame.delivered') return <Half event={event} isRight={isRight} />;
  const isBetween = event.host !== left && event.host !== right;
  return (
    <text
      x={isBetween ? '50%' : isRight ? '92%' : '8%'}
      y={16}
      text-anchor={isBetween ? 'middle' : isRight ? 'end' : 'start'}
    >
      {saying(event)}
    </text>
  );
}

/** Half of a frame's arrow: dashed where it leaves, with a head where it arrives. */
function Half({ event, isRight }: { readonly event: Event; readonly isRight: boolean }) {
  const leaves = event.kind === 'frame.sent';
  const sent = event.kind === 'frame.delivered' ? eventOf(events.value, event.frame)?.event : event;
  const hue = leaves === isRight ? 'forth' : 'back';
  const [end, tip] = isRight ? ['94%', '▶'] : ['6%', '◀'];
  return (
    <>
      <line
        class={`sequence-arrow sequence-${hue}`}
        data-half={leaves ? 'sent' : 'arrived'}
        x1={end}
        x2="50%"
        y1={12}
        y2={12}
      />
      {!leaves && (
        <text x={end} y={16} text-anchor={isRight ? 'end' : 'start'}>
          {tip}
        </text>
      )}
      <text x={isRight ? '70%' : '30%'} y={16} text-anchor="middle">
        {sent?.kind === 'frame.sent' ? labelOf(sent) : ''}
      </text>
    </>
  );
}

/** In a few letters; the row's name has it in full. */
function saying(event: Event): string {
  switch (event.kind) {
    case 'call.entered':
      return `${event.call}()`;
    case 'call.returned': {
      const { call, error, result } = event;
      const what = error ?? (typeof result === 'number' || typeof result === 'string' ? String(result) : '');
      return what === '' ? `${call} ↩` : `${call} → ${what.slice(0, 24)}`;
    }
    case 'tcp.state':
      return `${event.from} → ${event.to}`;
    case 'frame.dropped':
      return `✕ ${event.reason}`;
    case 'tcp.timer':
      return event.timer;
    case 'socket.copied':
      return t(copied(event.bytes));
    default: {
      const words = wordsOf(event);
      return words.length > 40 ? `${words.slice(0, 39)}…` : words;
    }
  }
}

/** One click away: what led to the event at the cursor, back to its root; and the way back from there. */
function Causes({ of }: { readonly of: Event | undefined }) {
  if (of === undefined) return null;
  const chain = showsCauses.value ? causesOf(events.value, of) : [];
  return (
    <div class="sequence-causes">
      <button
        type="button"
        aria-expanded={showsCauses.value}
        onClick={() => {
          showsCauses.value = !showsCauses.value;
        }}
      >
        {t(SEQUENCE_WORDS.causes)}
      </button>{' '}
      <WayBack />
      {showsCauses.value && chain.length === 0 && <p>{t(SEQUENCE_WORDS.noCause)}</p>}
      {chain.length > 0 && (
        <ol aria-label={t(SEQUENCE_WORDS.causes)}>
          {chain.slice(0, MOST_CAUSES).map(({ event, index }) => (
            <li key={event.n}>
              <button type="button" onClick={() => goToCause(index + 1)}>
                {lineOf(event)}
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** A longer chain is not read to its end. */
const MOST_CAUSES = 200;

function goToCause(to: number): void {
  cameFrom.value = { of: events.peek(), cursor: cursor.peek() };
  seek(to);
}

function WayBack() {
  const before = cameFrom.value;
  if (before === undefined || before.of !== events.value || before.cursor === cursor.value) return null;
  const goBack = () => {
    cameFrom.value = undefined;
    seek(before.cursor);
  };
  return (
    <button type="button" onClick={goBack}>
      {t(backTo(events.value[before.cursor - 1]?.n ?? 0))}
    </button>
  );
}
