/**
 * The time line: what each host's programs called, the segments between them, and what was broken; spaced by events,
 * silence folded. It draws a window around the cursor, so a recording of a million events costs no more than a small one.
 *
 *     A calls  ▬▬accept▬▬ ▬▬▬▬recv▬▬▬▬
 *     wire        ╲  ╱   ╲
 *     B calls  ▬connect▬ ▬send▬
 *              ─────────▲──────────────  the whole recording, to drag
 */
import { computed, signal } from '@preact/signals';
import './timeline.css';
import { t } from '../language.ts';
import { seek } from '../player.ts';
import { nextScene, previousScene, stage } from '../stage/stage.ts';
import { cursor, events, length, now, pair, picked } from '../state.ts';
import { pairOf } from '../view/lane.ts';
import { duration } from '../view/words.ts';
import { lineOf, wordsOf } from './telling.ts';
import {
  type CallTrack,
  type Column,
  columnsAround,
  type FaultTrack,
  type FrameTrack,
  firstAt,
  Tracks,
} from './tracks.ts';
import { counted, FAULT_SIGNS, silent, virtual, WORDS } from './words.ts';

const HEIGHT = 132;
const STEP = 22;
/** Room for a folded silence and its label. */
const GAP = 84;
const SILENCE = 100e6;
/** Calls that began so long before the window are not looked for. */
const LOOK_BACK = 400;
const LANE = { left: 24, top: 40, bottom: 92, right: 114 } as const;

const width = signal(900);

const tracks = computed(() => new Tracks(events.value));

const grown = computed(() => {
  void length.value;
  const all = tracks.value;
  all.grow();
  // A new object for each growth: what is drawn from it is drawn anew.
  return { all };
});

const columns = computed(() => {
  void length.value;
  return columnsAround(cursor.value, events.value, { nextScene, previousScene }, width.value, STEP, GAP, SILENCE);
});

export function Timeline() {
  const [left, right] = pairOf(stage.value, pair.value);
  return (
    <section class="timeline" aria-label={t(WORDS.timeline)}>
      <div class="timeline-names" aria-hidden="true">
        <span>{`${left ?? ''} ${t(WORDS.calls)}`}</span>
        <span>{t(WORDS.wire)}</span>
        <span>{`${right ?? ''} ${t(WORDS.calls)}`}</span>
      </div>
      <div class="timeline-scene" ref={watchWidth}>
        <Drawing left={left} right={right} />
      </div>
      <Slider />
      <Sentence />
    </section>
  );
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
  const { all } = grown.value;
  const shown = columns.value;
  const first = shown[0]?.from ?? 0;
  const last = shown.at(-1)?.to ?? first;
  const place = placer(shown);
  const at = place(cursor.value - 1, 1);
  const calls = all.calls
    .slice(Math.max(0, firstAt(all.calls, first, ({ from }) => from) - LOOK_BACK))
    .filter(({ from, to = Infinity }) => from < last && to >= first);
  const frames = all.frames
    .slice(Math.max(0, firstAt(all.frames, first, ({ from }) => from) - LOOK_BACK))
    .filter(({ from, to = Infinity }) => from < last && to >= first)
    .filter(oncePerLine(first, last));
  const faults = all.faults.filter((fault) => fault.at >= first && fault.at < last);
  return (
    <svg
      class="timeline-drawing"
      width={width.value}
      height={HEIGHT}
      viewBox={`0 0 ${width.value} ${HEIGHT}`}
      aria-hidden="true"
      ref={takeClicks}
    >
      {shown.map((column) => column.silence !== undefined && <Silence key={column.from} column={column} />)}
      {frames.map((frame) => (
        <Segment key={frame.n} frame={frame} left={left} right={right} place={place} />
      ))}
      {[left, right].map((host, side) =>
        stacked(calls.filter((call) => call.host === host)).map(({ call, row }) => (
          <Call key={call.from} call={call} row={row} side={side} place={place} />
        )),
      )}
      {faults.map((fault) => (
        <Fault key={fault.at} fault={fault} x={place(fault.at, 0.5)} />
      ))}
      <line class="timeline-cursor" x1={at} x2={at} y1={0} y2={HEIGHT} />
    </svg>
  );
}

/** Frames that were sent before the window and arrive behind it are one and the same line: of hundreds, one is drawn. */
function oncePerLine(first: number, last: number): (frame: FrameTrack) => boolean {
  const drawn = new Set<string>();
  return ({ from, to = Infinity, sender, receiver, kind }) => {
    if (from >= first || to < last) return true;
    const line = `${sender} ${receiver} ${kind}`;
    const isNew = !drawn.has(line);
    drawn.add(line);
    return isNew;
  };
}

type Place = (index: number, part: number) => number;

/** Where an event stands: in its column, `part` of the way through it; outside of the window at its edge. */
function placer(shown: readonly Column[]): Place {
  return (index, part) => {
    const column = shown[firstAt(shown, index + 1, ({ to }) => to)];
    const end = shown.at(-1);
    if (column === undefined) return end === undefined ? 0 : end.x + end.width;
    return index < column.from ? column.x : column.x + part * column.width;
  };
}

/** A click seeks: to a segment, which is picked then, or to the column. The slider does the same for the keyboard. */
function takeClicks(drawing: SVGSVGElement | null): (() => void) | undefined {
  if (drawing === null) return undefined;
  const click = ({ target, clientX }: MouseEvent) => {
    const segment = target instanceof Element ? target.closest<SVGElement>('[data-frame]') : null;
    if (segment !== null) {
      const n = Number(segment.dataset['frame']);
      const frame = tracks.peek().frames.find((one) => one.n === n);
      if (frame !== undefined) seek(frame.from + 1);
      picked.value = { kind: 'frame', n };
      return;
    }
    const x = clientX - drawing.getBoundingClientRect().left;
    seek(columns.peek().find((one) => x < one.x + one.width)?.to ?? length.peek());
  };
  drawing.addEventListener('click', click);
  return () => drawing.removeEventListener('click', click);
}

/** Calls of several programs of a host lie one above the other. */
function stacked(calls: readonly CallTrack[]): { readonly call: CallTrack; readonly row: number }[] {
  const rows = [...new Set(calls.map(({ process }) => process))];
  return calls.map((call) => ({ call, row: Math.min(2, rows.indexOf(call.process)) }));
}

interface CallProps {
  readonly call: CallTrack;
  readonly row: number;
  readonly side: number;
  readonly place: Place;
}

function Call({ call, row, side, place }: CallProps) {
  const x = place(call.from, 0.2);
  const returned = call.to !== undefined && call.to < cursor.value;
  const until = call.to ?? Math.max(cursor.value - 1, call.from);
  const end = Math.max(x + 4, place(until, 0.8));
  const y = side === 0 ? LANE.left - row * 6 : LANE.right + row * 6;
  const isAhead = call.from >= cursor.value;
  // What a call will return is not told before it has.
  const label = !returned || call.result === '' ? call.call : `${call.call} → ${call.result}`;
  const kind = `timeline-call${returned ? '' : ' timeline-call-open'}${isAhead ? ' timeline-ahead' : ''}`;
  return (
    <g class={kind}>
      <rect x={x} y={y - 6} width={end - x} height={6} rx={1} />
      {row === 0 && end - x > 7 * label.length && (
        <text class={returned && call.failed ? 'timeline-bad' : undefined} x={x + 1} y={side === 0 ? y - 9 : y + 11}>
          {label}
        </text>
      )}
    </g>
  );
}

interface SegmentProps extends Hosts {
  readonly frame: FrameTrack;
  readonly place: Place;
}

function Segment({ frame, left, right, place }: SegmentProps) {
  const yOf = (host: string | undefined) =>
    host === left ? LANE.top : host === right ? LANE.bottom : (LANE.top + LANE.bottom) / 2;
  const [y1, full] = [yOf(frame.sender), yOf(frame.receiver ?? (frame.sender === left ? right : left))];
  const isLost = frame.to !== undefined && frame.receiver === undefined;
  const y2 = isLost ? (y1 + full) / 2 : full;
  const [x1, x2] = [place(frame.from, 0.5), place(frame.to ?? events.value.length, 0.5)];
  const isAhead = frame.from >= cursor.value;
  const hue = frame.sender === right || (frame.sender !== left && frame.receiver === left) ? 'forth' : 'back';
  return (
    <g
      class={`timeline-segment timeline-${frame.kind} timeline-${hue}${isAhead ? ' timeline-ahead' : ''}`}
      data-frame={frame.n}
    >
      <line x1={x1} y1={y1} x2={x2} y2={y2} />
      {isLost && <path d={`M${x2 - 4} ${y2 - 4}l8 8m0 -8l-8 8`} class="timeline-lost" />}
      {frame.label !== '' && (
        <text x={x1 + 3} y={y1 < full ? y1 - 2 : y1 + 9}>
          {frame.label}
        </text>
      )}
    </g>
  );
}

function Silence({ column }: { readonly column: Column }) {
  const text = duration(column.silence ?? 0);
  const x = column.x - GAP;
  return (
    <g class="timeline-silence">
      <rect x={x + 2} y={LANE.top - 8} width={GAP - 4} height={LANE.bottom - LANE.top + 16} />
      <text x={x + GAP / 2} y={(LANE.top + LANE.bottom) / 2 + 4}>
        {t(text)}
      </text>
      <title>{t(silent(text.en, text.ko))}</title>
    </g>
  );
}

function Fault({ fault, x }: { readonly fault: FaultTrack; readonly x: number }) {
  return (
    <g class="timeline-fault">
      <line x1={x} x2={x} y1={LANE.top - 12} y2={LANE.bottom + 12} />
      <text x={x + 3} y={(LANE.top + LANE.bottom) / 2 + 4}>
        {FAULT_SIGNS[fault.kind]}
      </text>
    </g>
  );
}

/** The whole recording on one line: drag it, or use the arrow keys. */
function Slider() {
  const text = `${t(counted(cursor.value, length.value))}, ${t(virtual(t(duration(now.value))))}`;
  return (
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
  );
}

/** What happened at the cursor, in words; and the last ten events for those who cannot see the drawing. */
function Sentence() {
  void grown.value;
  const all = events.value;
  const last = all.slice(Math.max(0, cursor.value - 10), cursor.value);
  const newest = last.at(-1);
  return (
    <div class="timeline-words">
      <p aria-live="polite">{newest === undefined ? t(WORDS.start) : wordsOf(newest)}</p>
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
