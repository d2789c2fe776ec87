/** Plots of one channel: bytes, windows, congestion, round trip. Below each, in words, what is so at the cursor. */
import { computed, signal } from '@preact/signals';
import { language, type Text, t } from '../language.ts';
import { stage } from '../stage/stage.ts';
import { number } from '../view/words.ts';
import { Chart, type ChartData } from './chart.tsx';
import { CHARTS, type ChartKind } from './charts.ts';
import { ConnectionChoice } from './connection-choice.tsx';
import type { WaySample } from './samples.ts';
import { connection, follow, samples } from './sampling.ts';
import { ends, followEnds } from './tcb-ends.ts';
import { WORDS } from './words.ts';

/** Which of the connection's two channels was chosen; undefined: the one that carries more. */
const chosen = signal<0 | 1 | undefined>(undefined);
const side = computed((): 0 | 1 => {
  if (chosen.value !== undefined) return chosen.value;
  const [forth, back] = samples.value.at(-1)?.ways ?? [];
  return (back?.ledger?.written ?? 0) > (forth?.ledger?.written ?? 0) ? 1 : 0;
});
const isLinear = signal(false);

/** At the cursor itself, of which there may be no sample. */
const present = computed((): WaySample => {
  const channel = stage.value.channels[2 * connection.value + side.value];
  if (channel === undefined) return { ledger: undefined, sender: undefined, receiver: undefined };
  const [from, to] = [channel.from.endpoint, channel.to.endpoint];
  return {
    ledger: channel.ledger,
    sender: ends.value.findLast(({ local, remote }) => local === from && remote === to),
    receiver: ends.value.findLast(({ local, remote }) => local === to && remote === from),
  };
});

const data = computed(
  (): ChartData => ({
    samples: samples.value,
    side: side.value,
    present: present.value,
    isLinear: isLinear.value,
  }),
);

export function Plots() {
  const { channels } = stage.value;
  const both = channels.slice(2 * connection.value, 2 * connection.value + 2);
  return (
    <div class="drawer-plots" ref={follow}>
      <div ref={followEnds}>
        <ConnectionChoice />
        {both.length === 0 && <p>{t(WORDS.noChannel)}</p>}
        <div class="plots-hands" hidden={both.length === 0}>
          <label>
            {t(WORDS.channel)}{' '}
            <select
              value={String(side.value)}
              onChange={({ currentTarget }) => {
                chosen.value = currentTarget.value === '1' ? 1 : 0;
              }}
            >
              {both.map(({ name, from, to }, index) => (
                <option key={name} value={String(index)}>
                  {from.host ?? from.endpoint} → {to.host ?? to.endpoint}
                </option>
              ))}
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              checked={isLinear.value}
              onChange={({ currentTarget }) => {
                isLinear.value = currentTarget.checked;
              }}
            />{' '}
            {t(WORDS.linear)}
          </label>
        </div>
        {CHARTS.map((kind) => (
          <Plot key={`${kind.id} ${language.value}`} kind={kind} />
        ))}
      </div>
    </div>
  );
}

function Plot({ kind }: { readonly kind: ChartKind }) {
  return (
    <section data-plot={kind.id}>
      <h3>{t(kind.text)}</h3>
      <Chart kind={kind} data={data} />
      <p class="plots-words">
        {kind.lines.map((line, index) => {
          const value = line.value(present.value);
          return (
            <span key={line.text.en}>
              <svg class="plots-key" viewBox="0 0 22 8" width={22} height={8} aria-hidden="true">
                {line.dots === true ? (
                  <circle cx={11} cy={4} r={2.5} data-colour={line.colour} />
                ) : (
                  <line x1={0} x2={22} y1={4} y2={4} data-colour={line.colour} stroke-dasharray={line.dash.join(' ')} />
                )}
              </svg>{' '}
              {t(line.text)} {t(told(value, kind))}
              <span class="visually-hidden">{index === kind.lines.length - 1 ? '.' : ', '}</span>
            </span>
          );
        })}
      </p>
    </section>
  );
}

function told(value: number | null, { unit }: ChartKind): Text {
  if (value === null) return WORDS.notYetAny;
  const text = unit === 'B' ? `${number(value)} B` : `${Number(value.toFixed(3))} ms`;
  return { en: text, ko: text };
}
