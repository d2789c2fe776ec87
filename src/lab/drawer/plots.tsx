/** Bytes over time: how far the program, the sender, the peer's OS and the peer's program have come in one channel. */
import { computed, effect, signal } from '@preact/signals';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Text, t } from '../language.ts';
import { stage } from '../stage/stage.ts';
import { events, length, now } from '../state.ts';
import { FIGURES, type Figure, Sampler, type Samples } from './samples.ts';
import { FIGURE_WORDS, plotted, WORDS } from './words.ts';

/** Milliseconds of work before the page has its turn. */
const SLICE = 8;
const HEIGHT = 240;

const channel = signal(0);
const samples = signal<Samples | undefined>(undefined);

/** Of `length` only the end of the run counts: a plot that grows with each batch would be drawn for nothing. */
const wanted = computed(() => ({ all: events.value, count: length.value, index: channel.value }));

function sample(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const { all, index } = wanted.value;
    clearTimeout(timer);
    const sampler = new Sampler(all.slice(), index);
    const goOn = () => {
      const end = performance.now() + SLICE;
      if (sampler.advance(() => performance.now() >= end)) samples.value = sampler.samples;
      else timer = setTimeout(goOn);
    };
    timer = setTimeout(goOn);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** In the page's colours; dashes tell the lines apart without them. */
const LINES: Readonly<Record<Figure, { readonly colour: string; readonly dash: number[] }>> = {
  written: { colour: '--soft', dash: [] },
  sent: { colour: '--forth', dash: [] },
  acknowledged: { colour: '--forth', dash: [6, 4] },
  received: { colour: '--back', dash: [] },
  read: { colour: '--good', dash: [2, 3] },
};

export function Plots() {
  const channels = stage.value.channels;
  const chosen = channels[channel.value] ?? channels[0];
  if (chosen === undefined) return <p>{t(WORDS.noChannel)}</p>;
  return (
    <div class="drawer-plots">
      <label>
        {t(WORDS.channel)}{' '}
        <select
          value={String(channel.value)}
          onChange={({ currentTarget }) => {
            channel.value = Number(currentTarget.value);
          }}
        >
          {channels.map(({ name }, index) => (
            <option key={`${index} ${name}`} value={String(index)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div class="drawer-plot" ref={plot} aria-hidden="true" />
      <p aria-live="polite">{t(plotted(chosen.name))}</p>
      <table>
        <tbody>
          {FIGURES.map((figure) => (
            <tr key={figure}>
              <th scope="row">{t(wordOf(figure))}</th>
              <td>{chosen.ledger[figure] ?? '?'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function wordOf(figure: Figure): Text {
  return FIGURE_WORDS[figure];
}

/** Draws into the element, anew when the samples are, and a line at the cursor. */
function plot(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const stopSampling = sample();
  let stopDrawing: (() => void) | undefined;
  let isGone = false;
  import('uplot').then(({ default: Plot }) => {
    if (isGone) return;
    const style = getComputedStyle(element);
    const colourOf = (name: string) => style.getPropertyValue(name);
    const made = new Plot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false } },
        axes: [
          { stroke: style.color, label: 's' },
          { stroke: style.color, size: 64 },
        ],
        series: [
          {},
          ...FIGURES.map((figure) => ({
            label: figure,
            stroke: colourOf(LINES[figure].colour),
            dash: LINES[figure].dash,
            width: 1.6,
          })),
        ],
        hooks: { draw: [(drawn) => drawCursor(drawn, colourOf('--focus'))] },
      },
      [[], ...FIGURES.map(() => [])],
      element,
    );
    const follow = effect(() => {
      const all = samples.value;
      if (all !== undefined) made.setData([[...all.seconds], ...FIGURES.map((figure) => [...all.figures[figure]])]);
    });
    const move = effect(() => {
      void now.value;
      made.redraw(false, false);
    });
    stopDrawing = () => {
      follow();
      move();
      made.destroy();
    };
  });
  return () => {
    isGone = true;
    stopSampling();
    stopDrawing?.();
  };
}

function drawCursor({ ctx, bbox, valToPos }: uPlot, colour: string): void {
  const x = valToPos(now.peek() / 1e9, 'x', true);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
