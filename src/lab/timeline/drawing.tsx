/**
 * The picture of the time line: calls of both hosts, the segments between them, what was broken, folded silence.
 *
 *     A calls  ▬▬accept▬▬ ▨▨▨▨recv▨▨▨▨
 *     wire        ╲  ╱   ╲
 *     B calls  ▬connect▬ ▬send▬
 *
 * Only what has happened by the cursor is drawn: of a segment under way the part that it has come, of a blocked call the
 * time that it has lasted. Calls it: `timeline.tsx`.
 */
import type { Event } from '../../trace/event.ts';
import { t } from '../language.ts';
import { duration } from '../view/words.ts';
import { Labels } from './labels.ts';
import { firstAt } from './spans.ts';
import { thinned } from './thinning.ts';
import { type CallTrack, type FaultTrack, type FrameTrack, lookOf, type Tracks } from './tracks.ts';
import type { TimeWindow } from './window.ts';
import { FAULT_SIGNS, silent } from './words.ts';

export const HEIGHT = 132;
/** Room for a folded silence and its label. */
export const GAP = 84;
/**
 * From top to bottom: names of the left host's calls, its calls (of three programs side by side), labels of segments, the
 * segments; the same the other way round for the right host; moments of linear time.
 */
const LANE = { left: 14, top: 40, bottom: 82, right: 108 } as const;
const ROWS = 3;
const ROW = 5;
/** The least width of a call. */
const NARROW = 4;

/** A call of this width is drawn, however many there are. */
const WIDE = 6;

export interface Scene {
  readonly events: readonly Event[];
  readonly cursor: number;
  readonly tracks: Tracks;
  readonly shown: TimeWindow;
  /** The machines on the way from the left host to the right one, both included. */
  readonly machines: readonly string[];
}

export function Picture({ scene }: { readonly scene: Scene }) {
  const { tracks, shown, machines, cursor } = scene;
  const { first, last } = shown;
  const [left, right] = [machines[0], machines.at(-1)];
  const labels = new Labels();
  const middle = (at: number) => shown.place(Math.min(at, cursor - 1), 0.5);
  const calls = thinned(tracks.calls.within(first, last), programOf, middle, WIDE);
  const frames = thinned(tracks.frames.within(first, last), wayOf, middle);
  const placeOf = ({ at }: FaultTrack) => at;
  const faults = tracks.faults.slice(firstAt(tracks.faults, first, placeOf), firstAt(tracks.faults, last, placeOf));
  return (
    <>
      {shown.ticks.map(({ x, at, text }) => (
        <Tick key={at} x={x} text={text} />
      ))}
      {shown.silences.map(({ end, lasting }) => (
        <Silence key={end} end={end} lasting={lasting} />
      ))}
      {frames.filter(oncePerLine(first, last, scene)).map((frame) => (
        <Segment key={frame.n} frame={frame} scene={scene} labels={labels} />
      ))}
      {/* Below the names of calls, which go beyond it. */}
      <line class="timeline-cursor" {...upright(shown.place(cursor - 1, 1))} y1={0} y2={HEIGHT} />
      {[left, right].map((host, side) =>
        stacked(calls.filter((call) => call.host === host)).map(({ call, row }, index, all) => (
          <Call
            key={call.from}
            call={call}
            row={row}
            side={side}
            scene={scene}
            labels={labels}
            next={all.find((other, place) => place > index && other.row === 0)?.call.from}
          />
        )),
      )}
      {faults.map((fault) => (
        <Fault key={fault.at} fault={fault} x={shown.place(fault.at, 0.5)} />
      ))}
    </>
  );
}

function programOf({ host, process }: CallTrack): string {
  return `${host} ${process}`;
}

function wayOf({ sender, receiver }: FrameTrack): string {
  return `${sender} ${receiver}`;
}

function upright(x: number): { readonly x1: number; readonly x2: number } {
  return { x1: x, x2: x };
}

/** Frames that were sent before the window and are under way all through it are one and the same line: one is drawn. */
function oncePerLine(first: number, last: number, { events }: Scene): (frame: FrameTrack) => boolean {
  const drawn = new Set<string>();
  return ({ from, to = Number.POSITIVE_INFINITY, sender, receiver }) => {
    if (from >= first || to < last) return true;
    const line = `${sender} ${receiver} ${lookOf(events[from]).kind}`;
    const isNew = !drawn.has(line);
    drawn.add(line);
    return isNew;
  };
}

/** Calls of several programs of a host lie side by side, the first nearest to the names; so do calls at the same time. */
export function stacked(calls: readonly CallTrack[]): { readonly call: CallTrack; readonly row: number }[] {
  const rows: { readonly process: string; to: number }[] = [];
  return calls.map((call) => {
    const { process, from, to = Number.POSITIVE_INFINITY } = call;
    let row = rows.findIndex((one) => one.process === process && one.to <= from);
    if (row < 0) row = rows.push({ process, to: from }) - 1;
    const taken = rows[row];
    if (taken !== undefined) taken.to = to;
    return { call, row: Math.min(ROWS - 1, row) };
  });
}

interface CallProps {
  readonly call: CallTrack;
  readonly row: number;
  readonly side: number;
  readonly scene: Scene;
  readonly labels: Labels;
  /** Where the next call begins whose name is shown; undefined: none does. */
  readonly next: number | undefined;
}

function Call({ call, row, side, scene, labels, next }: CallProps) {
  const { events, cursor, shown } = scene;
  const returned = call.to !== undefined && call.to < cursor;
  const until = returned ? (call.to ?? cursor) : cursor - 1;
  // However short it was, it is to be seen, and not behind the cursor.
  const x = Math.min(shown.place(call.from, 0.2), shown.place(cursor - 1, 1) - NARROW);
  const end = Math.max(x + NARROW, shown.place(until, 0.8));
  const top = side === 0 ? LANE.left + row * ROW : LANE.right - ROW - row * ROW;
  // What a call will return is not told before it has.
  const full = !returned || call.isVoid || call.result === '' ? call.call : `${call.call} → ${call.result}`;
  const lasted = (events[until]?.at ?? 0) > (events[call.from]?.at ?? 0);
  const lane = `calls ${side}`;
  const room = next === undefined ? shown.place(cursor - 1, 1) : shown.place(next, 0.2);
  // Behind the name before it there may be room for the name alone.
  const [label, at] = row === 0 ? labels.first(lane, x, [full, call.call], Math.max(end, room)) : [full, undefined];
  const kind = `timeline-call${lasted || !returned ? ' timeline-blocked' : ''}${returned ? '' : ' timeline-open'}`;
  return (
    <g class={kind}>
      <rect x={x} y={top} width={end - x} height={ROW} rx={1} />
      {at !== undefined && (
        <text
          class={returned && call.failed ? 'timeline-bad' : undefined}
          x={at + 1}
          y={side === 0 ? top - 3 : top + ROW + 10}
        >
          {label}
        </text>
      )}
    </g>
  );
}

interface SegmentProps {
  readonly frame: FrameTrack;
  readonly scene: Scene;
  readonly labels: Labels;
}

function Segment({ frame, scene, labels }: SegmentProps) {
  const { events, cursor, shown, machines } = scene;
  const from = machines.indexOf(frame.sender);
  // Where it was lost nobody knows its receiver: it was on the way to the next machine.
  const to = frame.receiver === undefined ? nextOf(frame, scene) : machines.indexOf(frame.receiver);
  if (from < 0 || to < 0) return null;
  const yOf = (place: number) => LANE.top + ((LANE.bottom - LANE.top) * place) / Math.max(1, machines.length - 1);
  const ended = frame.to !== undefined && frame.to < cursor;
  const isLost = ended && frame.receiver === undefined;
  const [y1, full] = [yOf(from), yOf(to)];
  const goal = frame.to !== undefined && frame.receiver === undefined ? (y1 + full) / 2 : full;
  const y2 = y1 + (goal - y1) * (ended ? 1 : partOf(frame, events, cursor));
  const x1 = shown.place(frame.from, 0.5);
  // What was sent before the window comes in at its edge, as far as it had come by then.
  const begin = frame.from < shown.first ? y1 + (goal - y1) * cameBy(frame, events, shown.first) : y1;
  const x2 = shown.place(ended ? (frame.to ?? cursor) : cursor - 1, ended ? 0.5 : 1);
  const { kind, label } = lookOf(events[frame.from]);
  const hue = from > to ? 'forth' : 'back';
  const lane = y1 < full ? `down ${from}` : `up ${from}`;
  const named = label === '' || frame.from < shown.first ? undefined : labels.place(lane, x1, label);
  return (
    <g class={`timeline-segment timeline-${kind} timeline-${hue}`} data-frame={frame.n}>
      <line class="timeline-touch" x1={x1} y1={begin} x2={x2} y2={y2} />
      <line x1={x1} y1={begin} x2={x2} y2={y2} />
      {isLost && <path d={`M${x2 - 4} ${y2 - 4}l8 8m0 -8l-8 8`} class="timeline-lost" />}
      {named !== undefined && (
        <text x={named + 3} y={y1 < full ? y1 - 2 : y1 + 9}>
          {label}
        </text>
      )}
    </g>
  );
}

/** The machine that a frame was sent to, by the cable's direction: the next on the way from its sender. */
function nextOf(frame: FrameTrack, { events, machines }: Scene): number {
  const from = machines.indexOf(frame.sender);
  if (from === 0) return 1;
  if (from === machines.length - 1) return from - 1;
  const sent = events[frame.from];
  const cause = sent === undefined ? undefined : events[sent.cause - 1];
  // A router passes on what came to it from one side to the other.
  const origin = cause?.kind === 'frame.delivered' ? events[cause.frame - 1] : undefined;
  return origin !== undefined && machines.indexOf(origin.host) > from ? from - 1 : from + 1;
}

/** How far a frame under way has come at the cursor, 0 to 1; half, if the recording does not know when it arrives. */
function partOf(frame: FrameTrack, events: readonly Event[], cursor: number): number {
  return Math.max(0.12, cameBy(frame, events, cursor));
}

function cameBy({ from, to }: FrameTrack, events: readonly Event[], cursor: number): number {
  const [sent, now] = [events[from]?.at ?? 0, events[cursor - 1]?.at ?? 0];
  const arrives = to === undefined ? undefined : events[to]?.at;
  if (arrives === undefined || arrives <= sent) return 0.5;
  return Math.max(0, Math.min(1, (now - sent) / (arrives - sent)));
}

function Tick({ x, text }: { readonly x: number; readonly text: string }) {
  return (
    <g class="timeline-tick">
      <line {...upright(x)} y1={0} y2={HEIGHT} />
      <text x={x + 3} y={HEIGHT - 3}>
        {text}
      </text>
    </g>
  );
}

function Silence({ end, lasting }: { readonly end: number; readonly lasting: number }) {
  const text = duration(lasting);
  const x = end - GAP;
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
  const y = (LANE.top + LANE.bottom) / 2;
  return (
    <g class="timeline-fault">
      <line {...upright(x)} y1={LANE.top - 12} y2={LANE.bottom + 12} />
      {fault.kind === 'power-off' || fault.kind === 'power-on' ? (
        <path
          class="timeline-power"
          d={fault.kind === 'power-off' ? POWER : ON}
          transform={`translate(${x + 9} ${y})`}
        />
      ) : (
        <text x={x + 3} y={y + 4}>
          {FAULT_SIGNS[fault.kind]}
        </text>
      )}
    </g>
  );
}

/** The signs of the power's switch, which few fonts have: IEC 60417-5009 and -5007. */
const POWER = 'M0 -5V0M-2.8 -3.6a4.6 4.6 0 1 0 5.6 0';
const ON = 'M0 -5V5';
