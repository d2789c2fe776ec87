/** The TCBs of a connection's two ends at the cursor: variables by the RFC's names, timers, and the state diagram. */
import { effect, signal } from '@preact/signals';
import './tcb.css';
import { formatDuration } from '../../base/time.ts';
import { type Text, t } from '../language.ts';
import { seek } from '../player.ts';
import { stage } from '../stage/stage.ts';
import { cursor, events, facts, length, now, pair as stagePair } from '../state.ts';
import { pairOf } from '../view/lane.ts';
import { duration } from '../view/words.ts';
import { StateDiagram } from './state-diagram.tsx';
import { channelOf, effectiveMss, type Figures, figuresOf, type Sequence, sendMss } from './tcb-figures.ts';
import type { Change, End } from './tcb-fold.ts';
import { type NextTimer, TcbHistory, TimerIndex } from './tcb-history.ts';
import { pairsOf } from './tcb-pairs.ts';
import { inStates, TCB_WORDS, times, VARIABLES, type Variable, within } from './tcb-words.ts';

/** Milliseconds of work before the page has its turn. */
const SLICE = 8;

const ends = signal<readonly End[]>([]);
const timers = signal<TimerIndex | undefined>(undefined);
/** The connection that was chosen; undefined: the newest. */
const chosen = signal<number | undefined>(undefined);

/** Follows the cursor while the page is open. */
function follow(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let of: unknown;
  let history = new TcbHistory([]);
  const stop = effect(() => {
    void length.value;
    const [all, to] = [events.value, cursor.value];
    clearTimeout(timer);
    if (of !== all) {
      of = all;
      history = new TcbHistory(all);
      timers.value = new TimerIndex(all);
      chosen.value = undefined;
    }
    const goOn = () => {
      const end = performance.now() + SLICE;
      if (history.goTo(to, () => performance.now() >= end)) ends.value = history.ends;
      else timer = setTimeout(goOn);
    };
    goOn();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

export function Tcb() {
  return (
    <div class="tcb" ref={follow}>
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
            {pairs.map(([{ connection }], place) => (
              <option key={`${place} ${connection}`} value={String(place)}>
                {connection.replace('>', ' – ')}
              </option>
            ))}
          </select>
        </label>
      )}
      <p aria-live="polite">{t(words)}</p>
      <Variables pair={pair} />
      <h3>{t(TCB_WORDS.timers)}</h3>
      {pair.map((end) => (
        <Timers key={end.host} end={end} />
      ))}
      <p>
        <small>{t(TCB_WORDS.cleared)}</small>
      </p>
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

/** Of each variable its value, for each end. */
function Variables({ pair }: { readonly pair: readonly End[] }) {
  const { channels } = stage.value;
  const columns = pair.map((end) => {
    const [sends, receives] = [channelOf(channels, end.local, end.remote), channelOf(channels, end.remote, end.local)];
    return { ...toldOf(figuresOf(end, sends, receives)), ...agreedOf(end), ...measuredOf(end) };
  });
  return (
    <table class="tcb-table">
      <thead>
        <tr>
          <th scope="col">{t(TCB_WORDS.variable)}</th>
          {pair.map((end) => (
            <th scope="col" key={end.host}>
              {end.host}
              <small>{t(stateOf(end))}</small>
            </th>
          ))}
        </tr>
      </thead>
      {GROUPS.map(({ text, variables }) => (
        <tbody key={variables[0]}>
          <tr>
            <th scope="rowgroup" class="tcb-group" colSpan={1 + pair.length}>
              {t(text)}
            </th>
          </tr>
          {variables.map((variable) => (
            <tr key={variable}>
              <th scope="row">
                <code>{variable}</code>
                <small>{t(VARIABLES[variable])}</small>
              </th>
              {columns.map((values, place) => (
                <td key={pair[place]?.host}>{values[variable] === undefined ? '?' : t(values[variable])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

const GROUPS: readonly { readonly text: Text; readonly variables: readonly Variable[] }[] = [
  { text: TCB_WORDS.sending, variables: ['SND.UNA', 'SND.NXT', 'SND.WND', 'ISS'] },
  { text: TCB_WORDS.receiving, variables: ['RCV.NXT', 'RCV.WND', 'IRS'] },
  { text: TCB_WORDS.syn, variables: ['MSS', 'SendMSS', 'Eff.snd.MSS', 'Snd.Wind.Shift', 'SACK', 'timestamps'] },
  { text: TCB_WORDS.roundTrip, variables: ['SRTT', 'RTTVAR', 'RTO', 'cwnd', 'ssthresh', 'phase', 'retransmitted'] },
];

type Told = Partial<Record<Variable, Text>>;

const plain = (value: string | number | undefined): Text | undefined =>
  value === undefined ? undefined : { en: String(value), ko: String(value) };

/** A sequence number, and its distance from the first below it. */
function sequence(value: Sequence | undefined, first: string): Text | undefined {
  return plain(value === undefined ? undefined : `${value.number} = ${first} + ${value.from}`);
}

function told(values: Readonly<Record<string, Text | undefined>>): Told {
  return Object.fromEntries(Object.entries(values).filter(([, text]) => text !== undefined));
}

function toldOf(figures: Figures): Told {
  return told({
    'SND.UNA': sequence(figures['SND.UNA'], 'ISS'),
    'SND.NXT': sequence(figures['SND.NXT'], 'ISS'),
    'SND.WND': plain(figures['SND.WND']),
    ISS: plain(figures.ISS),
    'RCV.NXT': sequence(figures['RCV.NXT'], 'IRS'),
    'RCV.WND': plain(figures['RCV.WND']),
    IRS: plain(figures.IRS),
  });
}

function agreedOf(end: End): Told {
  const { own, peer } = end;
  const both = (name: 'sack' | 'timestamps') =>
    own === undefined || peer === undefined ? undefined : own[name] && peer[name] ? TCB_WORDS.yes : TCB_WORDS.no;
  return told({
    MSS: plain(own?.mss),
    SendMSS: plain(sendMss(end)),
    'Eff.snd.MSS': plain(effectiveMss(end, facts.value?.accounting[end.host])),
    'Snd.Wind.Shift': plain(
      own === undefined || peer === undefined ? undefined : own.scale === undefined ? 0 : (peer.scale ?? 0),
    ),
    SACK: both('sack'),
    timestamps: both('timestamps'),
  });
}

function measuredOf({ rtt, congestion, retransmitted }: End): Told {
  const time = (value: number | undefined) => plain(value === undefined ? undefined : formatDuration(value));
  return told({
    SRTT: time(rtt?.srtt),
    RTTVAR: time(rtt?.rttvar),
    RTO: time(rtt?.rto),
    cwnd: plain(congestion?.cwnd),
    ssthresh: plain(congestion?.ssthresh),
    phase: plain(congestion?.phase),
    retransmitted: plain(retransmitted),
  });
}

/** Those that fired, and those that will: the recording knows. */
function Timers({ end }: { readonly end: End }) {
  void length.value;
  const index = timers.value;
  index?.grow();
  const next = end.lost ? [] : (index?.next(end, cursor.value) ?? []);
  const names = [...new Set([...Object.keys(end.fired), ...next.map(({ timer }) => timer)])];
  return (
    <table class="tcb-timers">
      <caption>{end.host}</caption>
      {names.length === 0 ? (
        <tbody>
          <tr>
            <td>{t(TCB_WORDS.noTimers)}</td>
          </tr>
        </tbody>
      ) : (
        <>
          <thead>
            <tr>
              <td />
              <th scope="col">{t(TCB_WORDS.fired)}</th>
              <th scope="col">{t(TCB_WORDS.next)}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <TimerRow
                key={name}
                name={name}
                count={end.fired[name as keyof End['fired']]?.count ?? 0}
                next={next.find(({ timer }) => timer === name)}
              />
            ))}
          </tbody>
        </>
      )}
    </table>
  );
}

interface TimerRowProps {
  readonly name: string;
  readonly count: number;
  readonly next: NextTimer | undefined;
}

function TimerRow({ name, count, next }: TimerRowProps) {
  const left = next === undefined ? undefined : duration(next.at - now.value);
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>{count === 0 ? '–' : t(times(count))}</td>
      <td>
        {next === undefined || left === undefined ? (
          '–'
        ) : (
          <button type="button" onClick={() => seek(next.index + 1)}>
            {t(within(left.en, left.ko))}
          </button>
        )}
      </td>
    </tr>
  );
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
