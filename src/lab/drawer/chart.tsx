/**
 * One plot, drawn by uPlot, which is loaded when the first plot is opened. Only what lies before the cursor is drawn: the
 * lines end at it. The axis spaces by events, as the time line does, or by virtual time. Calls it: `plots.tsx`.
 */
import { effect, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { SECOND } from '../../base/time.ts';
import { t } from '../language.ts';
import { seek } from '../player.ts';
import { cursor, events, length, now } from '../state.ts';
import { number } from '../view/words.ts';
import type { ChartKind } from './charts.ts';
import { type Sample, upTo, type WaySample } from './samples.ts';

const HEIGHT = 150;
const LINE_WIDTH = 1.8;
/** Pixels that a letter of an axis takes at most. */
const LETTER = 7;

export interface ChartData {
  readonly samples: readonly Sample[];
  readonly side: 0 | 1;
  /** As it is at the cursor. */
  readonly present: WaySample;
  /** The axis is virtual time. */
  readonly isLinear: boolean;
}

interface Props {
  readonly kind: ChartKind;
  readonly data: ReadonlySignal<ChartData>;
}

export function Chart({ kind, data }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const isDark = useIsDark();
  // A canvas has the colours that it was drawn with: another theme draws it anew.
  useEffect(() => (place.current === null ? undefined : draw(place.current, kind, data)), [kind, data, isDark]);
  return <div class="drawer-plot" ref={place} aria-hidden="true" />;
}

function useIsDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const change = () => setDark(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [query]);
  return isDark;
}

function draw(element: HTMLElement, kind: ChartKind, data: ReadonlySignal<ChartData>): () => void {
  let stop: (() => void) | undefined;
  let isGone = false;
  import('uplot').then(({ default: Plot }) => {
    if (isGone) return;
    const made = new Plot(optionsOf(element, kind, data), [[], ...kind.lines.map(() => [])], element);
    const follow = effect(() => {
      made.setData(columnsOf(kind, data.value));
    });
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const press = ({ clientX }: PointerEvent) => {
      const value = made.posToVal(clientX - made.over.getBoundingClientRect().left, 'x');
      seek(data.peek().isLinear ? cursorAt(value * SECOND) : value);
    };
    made.over.addEventListener('pointerdown', press);
    stop = () => {
      observer.disconnect();
      follow();
      made.destroy();
    };
  });
  return () => {
    isGone = true;
    stop?.();
  };
}

function optionsOf(element: HTMLElement, kind: ChartKind, data: ReadonlySignal<ChartData>): uPlot.Options {
  const style = getComputedStyle(element);
  const colourOf = (name: string) => style.getPropertyValue(name);
  const axis = { stroke: style.color, grid: { stroke: colourOf('--line'), width: 0.5 }, font: '11px sans-serif' };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [0, Math.max(1e-9, endOf(data.peek()))] },
      y: { range: (_plot, _low, high) => [0, Number.isFinite(high) && high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      { ...axis, size: 26, values: (_plot, ticks) => ticks.map((tick) => secondsOf(tick, data.peek())) },
      { ...axis, size: widthOf, values: (_plot, ticks) => ticks.map((tick) => `${shortened(tick)} ${kind.unit}`) },
    ],
    series: [
      {},
      ...kind.lines.map(({ text, colour, dash, dots }) => ({
        label: t(text),
        stroke: colourOf(colour),
        dash: [...dash],
        width: dots === true ? 0 : LINE_WIDTH,
        points: { show: dots === true, size: 4, fill: colourOf(colour) },
      })),
    ],
    hooks: { draw: [(drawn) => drawCursor(drawn, colourOf('--focus'), data.peek())] },
  };
}

/** Room for the longest value beside the axis, and for its tick. */
function widthOf(_plot: uPlot, values: readonly string[] | null): number {
  return 18 + LETTER * Math.max(0, ...(values ?? []).map(({ length }) => length));
}

/** Where the axis ends: with the recording. */
function endOf({ isLinear }: ChartData): number {
  if (!isLinear) return length.peek();
  return (events.peek()[length.peek() - 1]?.at ?? 0) / SECOND;
}

function here({ isLinear }: ChartData): number {
  return isLinear ? now.peek() / SECOND : cursor.peek();
}

/** The samples before the cursor, and what is so at it. */
function columnsOf({ lines }: ChartKind, data: ChartData): uPlot.AlignedData {
  const { samples, side, present, isLinear } = data;
  const past = upTo(samples, cursor.value);
  const x = past.map(({ seconds, cursor: at }) => (isLinear ? seconds : at));
  const ways = past.map((sample) => sample.ways[side]);
  const last = isLinear ? now.value / SECOND : cursor.value;
  if (x.at(-1) === last) ways.pop();
  else x.push(last);
  return [x, ...lines.map(({ value }) => [...ways, present].map(value))];
}

/** The moment of a place on the axis. */
function secondsOf(tick: number, { isLinear }: ChartData): string {
  const at = isLinear ? tick * SECOND : (events.peek()[Math.min(Math.round(tick), length.peek()) - 1]?.at ?? 0);
  return `${shortened(at / SECOND)} s`;
}

function shortened(value: number): string {
  return value >= 1000 ? number(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** The cursor behind the last event that is not later than a moment. */
function cursorAt(ns: number): number {
  const all = events.peek();
  let [low, high] = [0, length.peek()];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle]?.at ?? 0) <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

function drawCursor({ ctx, bbox, valToPos }: uPlot, colour: string, data: ChartData): void {
  const x = valToPos(here(data), 'x', true);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
