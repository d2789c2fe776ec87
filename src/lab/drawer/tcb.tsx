/** The TCBs of a connection's two ends at the cursor: variables by the RFC's names, timers, and the state diagram. */
import { signal } from '@preact/signals';
import './tcb.css';
import { type Text, t } from '../language.ts';
import { seek } from '../player.ts';
import { stage } from '../stage/stage.ts';
import { pair as stagePair } from '../state.ts';
import { pairOf } from '../view/lane.ts';
import { StateDiagram } from './state-diagram.tsx';
import type { Change, End } from './tcb-end.ts';
import { ends, followEnds } from './tcb-ends.ts';
import { pairsOf } from './tcb-pairs.ts';
import { Timers, Variables } from './tcb-tables.tsx';
import { inStates, TCB_WORDS } from './tcb-words.ts';

/** So many connections are offered, the newest; a list of thousands helps nobody. */
const MOST = 200;

/** The connection that was chosen; undefined: the newest. */
const chosen = signal<number | undefined>(undefined);

export function Tcb() {
  return (
    <div class="tcb" ref={followEnds}>
      <Connection />
    </div>
  );
}

function Connection() {
  const pairs = pairsOf(ends.value);
  const index = chosen.value ?? pairs.length - 1;
  const shown = pairs[index] ?? pairs.at(-1);
  if (shown === undefined) return <p>{t(TCB_WORDS.none)}</p>;
  // As they stand on the stage: the left one first.
  const [left] = pairOf(stage.value, stagePair.value);
  const pair = shown.toSorted((one, other) => Number(other.host === left) - Number(one.host === left));
  const words = inStates(pair.map((end) => ({ host: end.host, state: stateOf(end) })));
  return (
    <>
      {pairs.length > 1 && (
        <label class="tcb-choice">
          {t(TCB_WORDS.connection)}{' '}
          <select
            value={String(pairs.indexOf(shown))}
            onChange={({ currentTarget }) => {
              chosen.value = Number(currentTarget.value);
            }}
          >
            {pairs.slice(-MOST).map((pair) => {
              const place = String(pairs.indexOf(pair));
              return (
                <option key={place} value={place}>
                  {pair[0].connection.replace('>', ' – ')}
                </option>
              );
            })}
          </select>
        </label>
      )}
      <p aria-live="polite">{t(words)}</p>
      <Variables pair={pair} />
      <h3>{t(TCB_WORDS.timers)}</h3>
      <Timers pair={pair} />
      <h3>{t(TCB_WORDS.states)}</h3>
      <StateDiagram ends={pair} words={words} />
      <h3>{t(TCB_WORDS.way)}</h3>
      {pair.map((end, place) => (
        <WayTaken key={end.host} end={end} place={place} />
      ))}
    </>
  );
}

function stateOf({ state, lost }: End): Text {
  return lost ? TCB_WORDS.lost : { en: state, ko: state };
}

function WayTaken({ end, place }: { readonly end: End; readonly place: number }) {
  return (
    <div class="tcb-way">
      <strong data-end={place === 0 ? 'first' : 'other'}>{end.host}</strong>
      <ol>
        {end.way.map((change) => (
          <Taken key={change.index} change={change} />
        ))}
      </ol>
    </div>
  );
}

/** Pressing it goes there. */
function Taken({ change: { index, at, from, to, why } }: { readonly change: Change }) {
  return (
    <li>
      <button type="button" onClick={() => seek(index + 1)}>
        {(at / 1e9).toFixed(3)} s
      </button>{' '}
      {from} → <strong>{to}</strong> <small>{why}</small>
    </li>
  );
}
