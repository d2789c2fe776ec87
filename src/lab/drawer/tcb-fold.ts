/**
 * What each end of a connection holds in its TCB (RFC 9293, 3.3.1), as far as the events of a trace tell it: states and
 * the way to them, the SYNs' numbers and options, windows, round trip, congestion, timers with their deadlines.
 *
 * Pure, and an end is never changed in place: a fold is copied by copying its list. Where the bytes are (SND.UNA,
 * SND.NXT, RCV.NXT) is the ledger's affair: `tcb-figures.ts` adds it.
 * Left out: listening sockets, which hold no data. Calls it: `tcb-history.ts`.
 */

import { endpointText } from '../../trace/endpoints.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { headersOf, type TcpHeaders } from '../../trace/headers.ts';
import { Network } from '../../trace/network.ts';
import { afterMeasuring, afterSending, afterTaking, type End, newEnd } from './tcb-end.ts';

/** Where TCP did not take a segment's text, but had taken its window before (RFC 9293, 3.10.7.4, fifth). */
const WINDOW_TAKEN: ReadonlySet<string> = new Set([
  'duplicate',
  'receive-buffer-full',
  'text-after-fin',
  'text-after-close',
]);

/** A segment that has arrived, and what its end was before: the host may refuse it yet. */
interface Taken {
  readonly n: number;
  readonly tcp: TcpHeaders;
  readonly place: number | undefined;
  readonly before: End | undefined;
}

export class TcbFold {
  readonly #network: Network;
  /** All ends, in the order in which they began. */
  readonly #ends: End[];
  /** Of each 'host connection' the newest. */
  readonly #newest: Map<string, number>;
  /** Segments on their way, by the number of the frame. */
  readonly #segments: Map<number, TcpHeaders>;
  #taken: Taken | undefined;

  constructor(
    network = new Network(),
    ends: readonly End[] = [],
    newest: ReadonlyMap<string, number> = new Map(),
    segments: ReadonlyMap<number, TcpHeaders> = new Map(),
  ) {
    this.#network = network;
    this.#ends = [...ends];
    this.#newest = new Map(newest);
    this.#segments = new Map(segments);
  }

  /** A copy that goes its own way. */
  clone(): TcbFold {
    const copy = new TcbFold(this.#network.clone(), this.#ends, this.#newest, this.#segments);
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
        if ('frame' in event) this.#segments.delete(event.frame);
        return;
      case 'tcp.drop':
        this.#refused(event);
        return;
      case 'host.powered-off':
        this.#lose(event.host);
        return;
      default:
        this.#told(event, index);
    }
  }

  /** What a connection says of itself. */
  #told(event: Event, index: number): void {
    switch (event.kind) {
      case 'tcp.state':
        this.#state(event, index);
        return;
      case 'tcp.deadline': {
        const { timer, deadline } = event;
        this.#change(event, ({ deadlines: { [timer]: _before, ...others } }) => ({
          deadlines: deadline === undefined ? others : { ...others, [timer]: deadline },
        }));
        return;
      }
      case 'tcp.timer': {
        const { timer } = event;
        this.#change(event, ({ fired, deadlines: { [timer]: _gone, ...deadlines } }) => ({
          fired: { ...fired, [timer]: (fired[timer] ?? 0) + 1 },
          deadlines,
        }));
        return;
      }
      case 'tcp.retransmit':
        this.#change(event, ({ retransmitted }) => ({ retransmitted: retransmitted + 1 }));
        return;
      case 'tcp.rtt':
        this.#change(event, ({ rtt }) => ({ rtt: afterMeasuring(rtt, event) }));
        return;
      case 'tcp.congestion': {
        const { cwnd, ssthresh, phase } = event;
        this.#change(event, () => ({ congestion: { cwnd, ssthresh, phase } }));
        return;
      }
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
    this.#change(event, ({ way, deadlines }) => ({
      state: to,
      way: [...way, { index, at, from, to, why }],
      deadlines: to === 'CLOSED' ? {} : deadlines,
    }));
    // The SYN came before the state that it led to.
    const syn = this.#taken;
    if (to === 'SYN-RECEIVED' && syn?.n === event.cause && syn.place === undefined) {
      this.#change(event, (end) => afterTaking(end, syn.tcp));
    }
  }

  /** Only what the host that has the source address sends tells of its end. A router passes on what was sent before. */
  #sent(event: EventOf<'frame.sent'>): void {
    const tcp = headersOf(event);
    if (tcp?.protocol !== 'tcp') return;
    this.#segments.set(event.n, tcp);
    if (this.#network.hostOf(tcp.source) !== event.host) return;
    const connection = `${endpointText(tcp.source, tcp.sourcePort)}>${endpointText(tcp.destination, tcp.destinationPort)}`;
    this.#change({ host: event.host, connection }, (end) => afterSending(end, tcp));
  }

  #delivered(event: EventOf<'frame.delivered'>): void {
    this.#taken = undefined;
    const tcp = this.#segments.get(event.frame);
    if (tcp === undefined) return;
    this.#segments.delete(event.frame);
    const { host, n } = event;
    if (this.#network.hostOf(tcp.destination) !== host) return;
    const connection = `${endpointText(tcp.destination, tcp.destinationPort)}>${endpointText(tcp.source, tcp.sourcePort)}`;
    const known = this.#newest.get(`${host} ${connection}`);
    const before = this.#ends[known ?? -1];
    // A closed end takes nothing any more: the segment may begin another under the same name.
    const place = before?.state === 'CLOSED' || before?.lost ? undefined : known;
    this.#taken = { n, tcp, place, before };
    if (place !== undefined) this.#change({ host, connection }, (end) => afterTaking(end, tcp));
  }

  #refused(event: EventOf<'tcp.drop'>): void {
    const last = this.#taken;
    if (last === undefined || last.n !== event.cause || last.place === undefined || WINDOW_TAKEN.has(event.reason)) {
      return;
    }
    const { before } = last;
    if (before !== undefined) this.#change(event, () => ({ heard: before.heard, receiveUrgent: before.receiveUrgent }));
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
