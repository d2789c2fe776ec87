/** RFC 9293's state diagram, with where both ends are and the ways they took. Draws what `state-figure.ts` says. */
import { t } from '../language.ts';
import { BOX, BOXES, type Box, boxOf, HEIGHT, STEPS, type Step, stepOf, WIDTH } from './state-figure.ts';
import type { End } from './tcb-end.ts';
import { diagramOf } from './tcb-words.ts';

/** Width of a bold letter in the tab that says who is in a state. */
const TAB_LETTER = 7;

interface Props {
  readonly ends: readonly End[];
  /** In both languages, where they are. */
  readonly words: { readonly en: string; readonly ko: string };
}

export function StateDiagram({ ends, words }: Props) {
  const here = ends.filter(({ lost }) => !lost);
  return (
    <svg
      class="tcb-diagram"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t(diagramOf(words.en, words.ko))}
    >
      {STEPS.map((step) => (
        <Line key={`${step.from} ${step.to}`} step={step} />
      ))}
      {ends.map((end, place) => (
        <Way key={`${place} ${end.host}`} end={end} place={place} />
      ))}
      {STEPS.map(({ from, to, label, at: [x, y] }) => (
        <text key={`${from} ${to}`} class="tcb-label" text-anchor="middle">
          {label.map((line, i) => (
            <tspan key={line} x={x} y={y + 10 * i}>
              {line}
            </tspan>
          ))}
        </text>
      ))}
      {(Object.keys(BOXES) as Box[]).map((box) => (
        <StateBox key={box} box={box} hosts={here.filter(({ state }) => boxOf(state) === box)} />
      ))}
    </svg>
  );
}

function StateBox({ box, hosts }: { readonly box: Box; readonly hosts: readonly End[] }) {
  const [x, y] = BOXES[box];
  const names = hosts.map(({ host }) => host).join(', ');
  const tab = names.length * TAB_LETTER + 14;
  return (
    <g class="tcb-state" data-here={hosts.length > 0 ? '' : undefined}>
      <rect x={x - BOX.width / 2} y={y - BOX.height / 2} width={BOX.width} height={BOX.height} rx={4} />
      <text x={x} y={y + 4} text-anchor="middle">
        {box === 'CLOSED-end' ? 'CLOSED' : box}
      </text>
      {names !== '' && (
        <g class="tcb-here">
          <rect x={x - tab / 2} y={y + BOX.height / 2} width={tab} height={15} />
          <text x={x} y={y + BOX.height / 2 + 11.5} text-anchor="middle">
            {names}
          </text>
        </g>
      )}
    </g>
  );
}

function Line({ step }: { readonly step: Step }) {
  const [x1, y1, x2, y2] = endsOf(step);
  return (
    <>
      <line class="tcb-step" x1={x1} y1={y1} x2={x2} y2={y2} />
      <polygon class="tcb-head" points={headOf(x1, y1, x2, y2)} />
    </>
  );
}

/** What an end went through: the first end's way is drawn whole, the other's dashed, so that both are seen on one line. */
function Way({ end, place }: { readonly end: End; readonly place: number }) {
  const steps = end.way.map(({ from, to }) => stepOf(from, to)).filter((step) => step !== undefined);
  return (
    <>
      {steps.map((step) => {
        const [x1, y1, x2, y2] = endsOf(step);
        return (
          <line
            key={`${step.from} ${step.to}`}
            class="tcb-taken"
            data-end={place === 0 ? 'first' : 'other'}
            x1={x1}
            y1={y1}
            x2={x2}
            y2={y2}
          />
        );
      })}
    </>
  );
}

/** From the rim of one box to the rim of the other. */
function endsOf({ from, to, aside = 0 }: Step): [number, number, number, number] {
  const [ax, ay] = BOXES[from];
  const [bx, by] = BOXES[to];
  const [dx, dy] = [bx - ax, by - ay];
  const length = Math.hypot(dx, dy);
  const [sx, sy] = [(-dy / length) * aside, (dx / length) * aside];
  // How far along the line the rim of a box is.
  const rim = Math.min(BOX.width / 2 / Math.abs(dx), BOX.height / 2 / Math.abs(dy));
  return [ax + dx * rim + sx, ay + dy * rim + sy, bx - dx * rim + sx, by - dy * rim + sy];
}

function headOf(x1: number, y1: number, x2: number, y2: number): string {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [bx, by] = [x2 - ux * 7, y2 - uy * 7];
  return `${x2},${y2} ${bx - uy * 3},${by + ux * 3} ${bx + uy * 3},${by - ux * 3}`;
}
