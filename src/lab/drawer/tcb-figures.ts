/**
 * The variables of a TCB by the RFC's names (RFC 9293, 3.3.1), for one end: the fold's SYNs and windows, and the ledger's
 * offsets turned back into sequence numbers. undefined: the trace does not tell it (yet).
 *
 *        SND.UNA = ISS + 1 + acknowledged (+ 1: the FIN)      RCV.NXT = IRS + 1 + received (+ 1: the peer's FIN)
 *        SND.NXT = ISS + 1 + sent         (+ 1: the FIN)
 *
 * Calls it: `tcb.tsx`.
 */
import { peerHasClosed, type State } from '../../tcp/state.ts';
import type { ChannelView } from '../stage/model.ts';
import type { End } from './tcb-end.ts';

/** A sequence number, and how far it lies behind the connection's first. */
export interface Sequence {
  readonly number: number;
  readonly from: number;
}

export interface Figures {
  readonly 'SND.UNA': Sequence | undefined;
  readonly 'SND.NXT': Sequence | undefined;
  readonly 'SND.WND': number | undefined;
  readonly 'SND.UP': Sequence | undefined;
  readonly 'SND.WL1': Sequence | undefined;
  readonly 'SND.WL2': Sequence | undefined;
  readonly ISS: number | undefined;
  readonly 'RCV.NXT': Sequence | undefined;
  readonly 'RCV.WND': number | undefined;
  readonly 'RCV.UP': Sequence | undefined;
  readonly IRS: number | undefined;
}

/** `sends`, `receives`: the end's channels; undefined if the ledger has none. Nothing of an end that went with its host. */
export function figuresOf(end: End, sends: ChannelView | undefined, receives: ChannelView | undefined): Figures {
  if (end.lost) return NOTHING;
  const { iss, irs, heard } = end;
  const una = behind(iss, isSynAcknowledged(end) ? bytes(sends?.ledger.acknowledged, isFinAcknowledged(end)) : 0);
  const up = lying(iss, end.sendUrgent);
  const read = receives?.ledger.read;
  const receiveUp = lying(irs, end.receiveUrgent);
  return {
    'SND.UNA': una,
    'SND.NXT': behind(iss, bytes(sends?.ledger.sent, end.finSent)),
    'SND.WND': heard?.wnd,
    'SND.UP': up !== undefined && una !== undefined && up.from > una.from ? up : undefined,
    'SND.WL1': lying(irs, heard?.wl1),
    'SND.WL2': lying(iss, heard?.wl2),
    ISS: iss,
    'RCV.NXT': behind(irs, bytes(receives?.ledger.received, hasPeersFin(end))),
    'RCV.WND': end.offered,
    'RCV.UP': receiveUp !== undefined && read !== undefined && receiveUp.from > read + 1 ? receiveUp : undefined,
    IRS: irs,
  };
}

const NOTHING: Figures = {
  'SND.UNA': undefined,
  'SND.NXT': undefined,
  'SND.WND': undefined,
  'SND.UP': undefined,
  'SND.WL1': undefined,
  'SND.WL2': undefined,
  ISS: undefined,
  'RCV.NXT': undefined,
  'RCV.WND': undefined,
  'RCV.UP': undefined,
  IRS: undefined,
};

/** Where a number lies that stood in a segment; of those that are 4 GiB apart the first. */
function lying(first: number | undefined, number: number | undefined): Sequence | undefined {
  return first === undefined || number === undefined ? undefined : { number, from: (number - first) >>> 0 };
}

/** The newest channel of those that lead from one address to the other. */
export function channelOf(channels: readonly ChannelView[], from: string, to: string): ChannelView | undefined {
  return channels.findLast((channel) => channel.from.endpoint === from && channel.to.endpoint === to);
}

/** SendMSS (RFC 9293, 3.7.1): the peer's MSS option, or 536 without one; an end that wants less itself sends less. */
export function sendMss({ own, peer }: End): number | undefined {
  if (own === undefined || peer === undefined) return undefined;
  return Math.min(peer.mss ?? 536, own.mss ?? 536);
}

/**
 * Eff.snd.MSS (RFC 9293, 3.7.1): SendMSS less the timestamps that both agreed on (RFC 7323, 3.2), which exact accounting
 * does not count. Which of the two a host has does not stand in the trace. The path or the window may allow less.
 */
export function effectiveMss(end: End, accounting: 'linux' | 'payload' | undefined): number | undefined {
  const most = sendMss(end);
  if (most === undefined || accounting === undefined) return undefined;
  const stamps = accounting === 'linux' && end.own?.timestamps && end.peer?.timestamps ? 12 : 0;
  return Math.max(1, most - stamps);
}

/** The SYN is the first number; a FIN that counts is one more. */
function bytes(count: number | undefined, fin: boolean): number | undefined {
  return count === undefined ? undefined : 1 + count + (fin ? 1 : 0);
}

function behind(first: number | undefined, from: number | undefined): Sequence | undefined {
  if (first === undefined || from === undefined) return undefined;
  return { number: (first + from) >>> 0, from };
}

const UNACKNOWLEDGED_SYN: ReadonlySet<State> = new Set(['SYN-SENT', 'SYN-RECEIVED']);
const ACKNOWLEDGED_FIN: ReadonlySet<State> = new Set(['FIN-WAIT-2', 'TIME-WAIT']);

/** What a closed end last held is told by the states that it went through. */
function statesOf({ way, state }: End): readonly State[] {
  return [state, ...way.map(({ from }) => from)];
}

function isSynAcknowledged(end: End): boolean {
  return !UNACKNOWLEDGED_SYN.has(end.state) && statesOf(end).some((one) => one === 'ESTABLISHED');
}

function isFinAcknowledged(end: End): boolean {
  const last = end.way.at(-1);
  return statesOf(end).some((one) => ACKNOWLEDGED_FIN.has(one)) || (last?.to === 'CLOSED' && last.why === 'ACK of FIN');
}

function hasPeersFin(end: End): boolean {
  return statesOf(end).some(peerHasClosed);
}
