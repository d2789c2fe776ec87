/**
 * One end of a connection as the events of a trace tell of it: what `tcb-fold.ts` keeps, and how a segment changes it.
 * Sequence numbers are the 32 bits that stand in the segments. undefined: no event has told it (yet).
 */
import type { State } from '../../tcp/state.ts';
import type { TimerName } from '../../tcp/timers.ts';
import { ACK, FIN, RST, SYN, type TcpHeaders, URG } from '../../trace/headers.ts';

/** What the options of a SYN say; undefined: it has no such option. */
export interface SynOptions {
  readonly mss: number | undefined;
  readonly scale: number | undefined;
  readonly sack: boolean;
  readonly timestamps: boolean;
}

/** `index`: the event's place in the recording, so that the cursor behind it is `index + 1`. */
export interface Change {
  readonly index: number;
  readonly at: number;
  readonly from: State;
  readonly to: State;
  readonly why: string;
}

/** What the peer's segments said of its window (RFC 9293, 3.10.7.4, fifth): SND.WND, SND.WL1, SND.WL2. */
export interface Heard {
  readonly wnd: number;
  readonly wl1: number;
  /** undefined: a SYN acknowledges nothing. */
  readonly wl2: number | undefined;
}

/** Nanoseconds. `sample`: the round trip that was measured last. */
export interface Rtt {
  readonly sample: number;
  readonly srtt: number;
  readonly rttvar: number;
  readonly rto: number;
}

export interface End {
  readonly host: string;
  /** '10.0.1.2:49152>10.0.0.1:7000', the end's own address first. */
  readonly connection: string;
  readonly local: string;
  readonly remote: string;
  readonly state: State;
  readonly way: readonly Change[];
  /** The host lost its power, and with it all of this. */
  readonly lost: boolean;
  readonly iss: number | undefined;
  readonly irs: number | undefined;
  /** Options of its own SYN, and of the peer's as it came. */
  readonly own: SynOptions | undefined;
  readonly peer: SynOptions | undefined;
  readonly finSent: boolean;
  /** Room that it offered with the last segment that it sent, in bytes. */
  readonly offered: number | undefined;
  readonly heard: Heard | undefined;
  /** Behind the last urgent byte that it has sent, and that has come; they count until acknowledged, and read. */
  readonly sendUrgent: number | undefined;
  readonly receiveUrgent: number | undefined;
  readonly rtt: Rtt | undefined;
  readonly congestion: { readonly cwnd: number; readonly ssthresh: number; readonly phase: string } | undefined;
  readonly retransmitted: number;
  /** When each timer that is set fires, and how often each has fired. */
  readonly deadlines: Readonly<Partial<Record<TimerName, number>>>;
  readonly fired: Readonly<Partial<Record<TimerName, number>>>;
}

export function newEnd(host: string, connection: string, state: State): End {
  const [local = '', remote = ''] = connection.split('>');
  return {
    host,
    connection,
    local,
    remote,
    state,
    way: [],
    lost: false,
    iss: undefined,
    irs: undefined,
    own: undefined,
    peer: undefined,
    finSent: false,
    offered: undefined,
    heard: undefined,
    sendUrgent: undefined,
    receiveUrgent: undefined,
    rtt: undefined,
    congestion: undefined,
    retransmitted: 0,
    deadlines: {},
    fired: {},
  };
}

/**
 * SRTT = 7/8 SRTT + 1/8 R (RFC 6298, 2.3), so R is told by two SRTTs, but for the fraction that rounding took: less than
 * eight nanoseconds. Where nothing but the RTO has changed, it was doubled and nothing measured.
 */
export function afterMeasuring(before: Rtt | undefined, told: Omit<Rtt, 'sample'>): Rtt {
  const { srtt, rttvar, rto } = told;
  if (before === undefined) return { sample: srtt, srtt, rttvar, rto };
  const isDoubled = srtt === before.srtt && rttvar === before.rttvar;
  return { sample: isDoubled ? before.sample : Math.max(0, 8 * srtt - 7 * before.srtt), srtt, rttvar, rto };
}

/** What the end knows of itself once it has sent a segment. */
export function afterSending(end: End, tcp: TcpHeaders): Partial<End> {
  const isSyn = (tcp.control & SYN) !== 0;
  const own = isSyn ? optionsOf(tcp) : end.own;
  return {
    own,
    iss: isSyn ? tcp.seq : end.iss,
    finSent: end.finSent || (tcp.control & FIN) !== 0,
    offered: tcp.window * (1 << (isSyn || end.peer?.scale === undefined ? 0 : (own?.scale ?? 0))),
    sendUrgent: (tcp.control & URG) !== 0 ? (tcp.seq + tcp.urgent) >>> 0 : end.sendUrgent,
  };
}

/** The same once it has taken a segment of its peer. */
export function afterTaking(end: End, tcp: TcpHeaders): Partial<End> {
  const isSyn = (tcp.control & SYN) !== 0;
  const isFirst = isSyn && end.irs === undefined;
  const peer = isFirst ? optionsOf(tcp) : end.peer;
  const urgent = (tcp.seq + tcp.urgent) >>> 0;
  const isUrgent = (tcp.control & URG) !== 0 && isBefore(end.receiveUrgent ?? tcp.seq, urgent);
  return {
    irs: isFirst ? tcp.seq : end.irs,
    peer,
    heard: hearing({ ...end, peer }, tcp),
    receiveUrgent: isUrgent ? urgent : end.receiveUrgent,
  };
}

/** SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK): the segment is not older than the last that counted. */
function hearing(end: End, tcp: TcpHeaders): Heard | undefined {
  const { heard } = end;
  const isSyn = (tcp.control & SYN) !== 0;
  const hasAck = (tcp.control & ACK) !== 0;
  if ((tcp.control & RST) !== 0 || (!isSyn && !hasAck)) return heard;
  const isNewer =
    heard === undefined ||
    isBefore(heard.wl1, tcp.seq) ||
    heard.wl2 === undefined ||
    (heard.wl1 === tcp.seq && !isBefore(tcp.ack, heard.wl2)) ||
    isBefore(heard.wl2, tcp.ack);
  if (!isNewer) return heard;
  // The window field of a SYN is never scaled (RFC 7323, 2.2).
  const scale = isSyn || end.own?.scale === undefined ? 0 : (end.peer?.scale ?? 0);
  return { wnd: tcp.window * (1 << scale), wl1: tcp.seq, wl2: hasAck ? tcp.ack : undefined };
}

function isBefore(one: number, other: number): boolean {
  return ((one - other) | 0) < 0;
}

function optionsOf({ options }: TcpHeaders): SynOptions {
  let [mss, scale]: (number | undefined)[] = [];
  for (const option of options) {
    if (option.name === 'mss') mss = option.value;
    if (option.name === 'wscale') scale = Math.min(option.value, 14);
  }
  const has = (name: string) => options.some((option) => option.name === name);
  return { mss, scale, sack: has('sackOK'), timestamps: has('TS') };
}
