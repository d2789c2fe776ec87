/** The tables of the TCB page: each variable and each timer, for both ends; what is not known says why. Calls it: `tcb.tsx`. */
import { formatDuration } from '../../base/time.ts';
import { TIMERS, type TimerName } from '../../tcp/timers.ts';
import { type Text, t } from '../language.ts';
import { stage } from '../stage/stage.ts';
import { facts, now } from '../state.ts';
import { duration } from '../view/words.ts';
import type { End } from './tcb-end.ts';
import { channelOf, effectiveMss, figuresOf, type Sequence, sendMss } from './tcb-figures.ts';
import {
  atMoment,
  fired,
  REASONS,
  type Reason,
  TCB_WORDS,
  TIMER_WORDS,
  USER_TIMEOUT,
  VARIABLES,
  type Variable,
  within,
} from './tcb-words.ts';

interface Props {
  readonly pair: readonly End[];
}

/** A value, one that lies so far behind the connection's first number, or why there is none. */
type Told = Text | Lying | Reason;

interface Lying {
  readonly number: number;
  readonly behind: string;
}

const GROUPS: readonly { readonly text: Text; readonly variables: readonly Variable[] }[] = [
  { text: TCB_WORDS.sending, variables: ['SND.UNA', 'SND.NXT', 'SND.WND', 'SND.UP', 'SND.WL1', 'SND.WL2', 'ISS'] },
  { text: TCB_WORDS.receiving, variables: ['RCV.NXT', 'RCV.WND', 'RCV.UP', 'IRS'] },
  { text: TCB_WORDS.syn, variables: ['MSS', 'SendMSS', 'Eff.snd.MSS', 'Snd.Wind.Shift', 'SACK', 'timestamps'] },
  { text: TCB_WORDS.roundTrip, variables: ['SRTT', 'RTTVAR', 'RTO', 'cwnd', 'ssthresh', 'phase', 'retransmitted'] },
];

/** Of each variable its value, for each end. */
export function Variables({ pair }: Props) {
  const columns = pair.map(
    (end): Readonly<Record<Variable, Told>> => ({
      ...numbersOf(end),
      ...agreedOf(end),
      ...measuredOf(end),
    }),
  );
  return (
    <table class="tcb-table">
      <Heads pair={pair} first={TCB_WORDS.variable} />
      {GROUPS.map(({ text, variables }) => (
        <tbody key={variables[0]}>
          <tr>
            <th scope="rowgroup" class="tcb-group" colSpan={1 + pair.length}>
              {t(text)}
            </th>
          </tr>
          {variables.map((variable) => (
            <tr key={variable} data-variable={variable}>
              <th scope="row">
                <code>{variable}</code>
                <small>{t(VARIABLES[variable])}</small>
              </th>
              {columns.map((values, place) => (
                <Value key={pair[place]?.host} of={values[variable]} />
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Heads({ pair, first }: Props & { readonly first: Text }) {
  return (
    <thead>
      <tr>
        <th scope="col">{t(first)}</th>
        {pair.map((end) => (
          <th scope="col" key={end.host}>
            <strong>{end.host}</strong>
            <small>{t(stateOf(end))}</small>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function stateOf({ state, lost }: End): Text {
  if (lost) return TCB_WORDS.lost;
  return state === 'CLOSED' ? TCB_WORDS.last : { en: state, ko: state };
}

function Value({ of }: { readonly of: Told }) {
  const [value, more] =
    typeof of === 'string' ? ['–', t(REASONS[of])] : 'behind' in of ? [of.number, of.behind] : [t(of), undefined];
  return (
    <td>
      {value}
      {more !== undefined && <small>{more}</small>}
    </td>
  );
}

const plain = (value: string | number): Text => ({ en: String(value), ko: String(value) });

function numbersOf(end: End) {
  const { channels } = stage.value;
  const [sends, receives] = [channelOf(channels, end.local, end.remote), channelOf(channels, end.remote, end.local)];
  const figures = figuresOf(end, sends, receives);
  const or = (why: Reason): Reason => (end.lost ? 'lost' : why);
  const count = (value: number | undefined, why: Reason): Told => (value === undefined ? or(why) : plain(value));
  const sequence = (value: Sequence | undefined, first: string, why: Reason): Told =>
    value === undefined ? or(why) : { number: value.number, behind: `${first} + ${value.from}` };
  return {
    'SND.UNA': sequence(figures['SND.UNA'], 'ISS', 'syn'),
    'SND.NXT': sequence(figures['SND.NXT'], 'ISS', 'syn'),
    'SND.WND': count(figures['SND.WND'], 'peer'),
    'SND.UP': sequence(figures['SND.UP'], 'ISS', 'urgent'),
    'SND.WL1': sequence(figures['SND.WL1'], 'IRS', 'peer'),
    'SND.WL2': sequence(figures['SND.WL2'], 'ISS', 'answer'),
    ISS: count(figures.ISS, 'syn'),
    'RCV.NXT': sequence(figures['RCV.NXT'], 'IRS', 'peer'),
    'RCV.WND': count(figures['RCV.WND'], 'syn'),
    'RCV.UP': sequence(figures['RCV.UP'], 'IRS', 'urgent'),
    IRS: count(figures.IRS, 'peer'),
  };
}

/** What the two SYNs settled. */
function agreedOf(end: End) {
  const { own, peer, lost } = end;
  const missing: Reason = lost ? 'lost' : own === undefined ? 'syn' : 'peer';
  const count = (value: number | undefined, why: Reason = missing): Told =>
    value === undefined || lost ? (lost ? 'lost' : why) : plain(value);
  const both = (name: 'sack' | 'timestamps'): Told => {
    if (lost || own === undefined || peer === undefined) return missing;
    return own[name] && peer[name] ? TCB_WORDS.yes : TCB_WORDS.no;
  };
  const known = own !== undefined && peer !== undefined;
  const shift = own?.scale === undefined ? 0 : (peer?.scale ?? 0);
  return {
    MSS: count(own?.mss),
    SendMSS: count(sendMss(end)),
    'Eff.snd.MSS': count(effectiveMss(end, facts.value?.accounting[end.host]), known ? 'accounting' : missing),
    'Snd.Wind.Shift': count(known ? shift : undefined),
    SACK: both('sack'),
    timestamps: both('timestamps'),
  };
}

/** RFC 5681, 3.1: "arbitrarily high" before the first loss. */
const NO_THRESHOLD = 0x3fffffff;

function measuredOf({ rtt, congestion, retransmitted, lost }: End) {
  const time = (value: number | undefined): Told =>
    value === undefined || lost ? (lost ? 'lost' : 'sample') : plain(formatDuration(value));
  const window = (value: string | number | undefined, isNone = false): Told => {
    if (lost) return 'lost';
    if (value === undefined) return 'open';
    return isNone ? 'loss' : plain(value);
  };
  return {
    SRTT: time(rtt?.srtt),
    RTTVAR: time(rtt?.rttvar),
    RTO: time(rtt?.rto),
    cwnd: window(congestion?.cwnd),
    ssthresh: window(congestion?.ssthresh, (congestion?.ssthresh ?? 0) >= NO_THRESHOLD),
    phase: window(congestion?.phase),
    retransmitted: window(retransmitted),
  };
}

/** Each timer: how long until it fires, if it is set, and how often it has. */
export function Timers({ pair }: Props) {
  return (
    <table class="tcb-table tcb-timers">
      <Heads pair={pair} first={TCB_WORDS.timer} />
      <tbody>
        {TIMERS.map((timer) => (
          <tr key={timer} data-variable={timer}>
            <th scope="row">
              <code>{timer}</code>
              <small>{t(TIMER_WORDS[timer])}</small>
            </th>
            {pair.map((end) => (
              <Deadline key={end.host} end={end} timer={timer} />
            ))}
          </tr>
        ))}
        <tr>
          <th scope="row">
            <code>user timeout</code>
            <small>{t(USER_TIMEOUT)}</small>
          </th>
          {pair.map(({ host }) => (
            <td key={host}>–</td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}

function Deadline({ end, timer }: { readonly end: End; readonly timer: TimerName }) {
  const at = end.lost ? undefined : end.deadlines[timer];
  const count = end.fired[timer] ?? 0;
  const left = at === undefined ? undefined : duration(at - now.value);
  return (
    <td data-set={at === undefined ? undefined : ''}>
      {left === undefined || at === undefined ? (
        '–'
      ) : (
        <>
          {t(within(left.en, left.ko))}
          <small>{t(atMoment((at / 1e9).toFixed(3)))}</small>
        </>
      )}
      {count > 0 && <small>{t(fired(count))}</small>}
    </td>
  );
}
