/**
 * What each end of a connection holds in its TCB (RFC 9293, 3.3.1), as far as the events of a trace tell it: states and
 * the way to them, the SYNs' numbers and options, the last offered window, round trip, congestion, timers that fired.
 *
 * Pure, and an end is never changed in place: a fold is copied by copying its list. Where the bytes are (SND.UNA,
 * SND.NXT, RCV.NXT) is the ledger's affair: `tcb-figures.ts` adds it.
 * Left out: listening sockets, which hold no data. Calls it: `tcb-history.ts`.
 */
import type { State } from '../../tcp/state.ts';
import type { TimerName } from '../../tcp/timers.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { FIN, headersOf, SYN, type TcpHeaders } from '../../trace/headers.ts';
import { Network } from '../../trace/network.ts';

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

export interface Fired {
  readonly count: number;
  readonly index: number;
  readonly at: number;
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
  readonly rtt: { readonly srtt: number; readonly rttvar: number; readonly rto: number } | undefined;
  readonly congestion: { readonly cwnd: number; readonly ssthresh: number; readonly phase: string } | undefined;
  readonly retransmitted: number;
  readonly fired: Readonly<Partial<Record<TimerName, Fired>>>;
}

export class TcbFold {
  readonly #network: Network;
  /** All ends, in the order in which they began. */
  readonly #ends: End[];
  /** Of each 'host connection' the newest. */
  readonly #newest: Map<string, number>;
  /** SYNs on their way, by the number of the frame. */
  readonly #syns: Map<number, TcpHeaders>;
  /** The SYN that was delivered last. */
  #taken: { readonly n: number; readonly tcp: TcpHeaders } | undefined;

  constructor(
    network = new Network(),
    ends: readonly End[] = [],
    newest: ReadonlyMap<string, number> = new Map(),
    syns: ReadonlyMap<number, TcpHeaders> = new Map(),
  ) {
    this.#network = network;
    this.#ends = [...ends];
    this.#newest = new Map(newest);
    this.#syns = new Map(syns);
  }

  /** A copy that goes its own way. */
  clone(): TcbFold {
    const copy = new TcbFold(this.#network.clone(), this.#ends, this.#newest, this.#syns);
    copy.#taken = this.#taken;
    return copy;
  }

  /** A copy of the list. */
  get ends(): readonly End[] {
    return [...this.#ends];
  }

  /** Takes the next event; `index` is its place in the recording. */
  apply(event: Event, index: number): void {
    this.#network.apply(event);
    switch (event.kind) {
      case 'frame.sent':
        this.#sent(event);
        return;
      case 'frame.delivered':
        this.#delivered(event);
        return;
      case 'frame.dropped':
        if ('frame' in event) this.#syns.delete(event.frame);
        return;
      case 'tcp.state':
        this.#state(event, index);
        return;
      case 'tcp.timer':
        this.#change(event, ({ fired }) => {
          const count = (fired[event.timer]?.count ?? 0) + 1;
          return { fired: { ...fired, [event.timer]: { count, index, at: event.at } } };
        });
        return;
      case 'tcp.retransmit':
        this.#change(event, ({ retransmitted }) => ({ retransmitted: retransmitted + 1 }));
        return;
      case 'tcp.rtt':
        this.#change(event, () => ({ rtt: { srtt: event.srtt, rttvar: event.rttvar, rto: event.rto } }));
        return;
      case 'tcp.congestion':
        this.#change(event, () => ({
          congestion: { cwnd: event.cwnd, ssthresh: event.ssthresh, phase: event.phase },
        }));
        return;
      case 'host.powered-off':
        this.#lose(event.host);
        return;
      default:
    }
  }

  #state(event: EventOf<'tcp.state'>, index: number): void {
    const { host, connection, from, to, why, at } = event;
    const key = `${host} ${connection}`;
    const known = this.#ends[this.#newest.get(key) ?? -1];
    if (known === undefined || known.lost || known.state === 'CLOSED') {
      this.#newest.set(key, this.#ends.length);
      this.#ends.push(newEnd(host, connection, from));
    }
    this.#change(event, ({ way }) => ({ state: to, way: [...way, { index, at, from, to, why }] }));
    // The SYN came before the state that it led to.
    const syn = this.#taken;
    if (to === 'SYN-RECEIVED' && syn?.n === event.cause) this.#took(host, syn.tcp);
  }

  /** Only what the host that has the source address sends tells of its end. A router passes on what was sent before. */
  #sent(event: EventOf<'frame.sent'>): void {
    const tcp = headersOf(event);
    if (tcp?.protocol !== 'tcp') return;
    const isSyn = (tcp.control & SYN) !== 0;
    if (isSyn) this.#syns.set(event.n, tcp);
    if (this.#network.hostOf(tcp.source) !== event.host) return;
    const connection = `${tcp.source}:${tcp.sourcePort}>${tcp.destination}:${tcp.destinationPort}`;
    this.#change({ host: event.host, connection }, (end) => {
      const own = isSyn ? optionsOf(tcp) : end.own;
      // The window field of a SYN is never scaled (RFC 7323, 2.2).
      const scale = isSyn || end.peer?.scale === undefined ? 0 : (own?.scale ?? 0);
      return {
        own,
        iss: isSyn ? tcp.seq : end.iss,
        finSent: end.finSent || (tcp.control & FIN) !== 0,
        offered: tcp.window * (1 << scale),
      };
    });
  }

  #delivered(event: EventOf<'frame.delivered'>): void {
    const tcp = this.#syns.get(event.frame);
    if (tcp === undefined) return;
    this.#syns.delete(event.frame);
    if (this.#network.hostOf(tcp.destination) !== event.host) return;
    this.#taken = { n: event.n, tcp };
    this.#took(event.host, tcp);
  }

  #took(host: string, tcp: TcpHeaders): void {
    const connection = `${tcp.destination}:${tcp.destinationPort}>${tcp.source}:${tcp.sourcePort}`;
    this.#change({ host, connection }, ({ irs, peer }) =>
      irs === undefined ? { irs: tcp.seq, peer: optionsOf(tcp) } : { irs, peer },
    );
  }

  #lose(host: string): void {
    for (const [place, end] of this.#ends.entries()) {
      if (end.host === host && end.state !== 'CLOSED') this.#ends[place] = { ...end, lost: true };
    }
  }

  #change(of: { readonly host: string; readonly connection: string }, to: (end: End) => Partial<End>): void {
    const place = this.#newest.get(`${of.host} ${of.connection}`);
    const end = place === undefined ? undefined : this.#ends[place];
    if (place !== undefined && end !== undefined && !end.lost) this.#ends[place] = { ...end, ...to(end) };
  }
}

function newEnd(host: string, connection: string, state: State): End {
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
    rtt: undefined,
    congestion: undefined,
    retransmitted: 0,
    fired: {},
  };
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
