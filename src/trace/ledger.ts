/**
 * The ledger folded from a trace: where the bytes of each channel are, from calls and frames alone.
 *
 * It is the second, independent one: a world has a ledger of its own, read off the sockets, and tests hold the two
 * against each other at every event. Nothing here is the stack's code, nor are its counters used.
 *
 *   figure          from
 *   requested       `call.entered` of send; corrected by what the call returned
 *   written, read   `socket.copied`
 *   sent            frames put onto a cable by the sender's host
 *   acknowledged    ACKs that were delivered to the sender's host, and not refused there
 *   received        text that was delivered to the receiver's host, in order, and not refused there
 *   outOfOrder      the same behind a hole, until `tcp.pruned`
 *   discarded       `tcp.discarded`; what lay in a host when its power went; what a killed program still had to send
 *
 * A host that is not in the trace (a real machine behind a TAP device) has no figures: they are undefined.
 * Left out on purpose: what never becomes a frame. Of packets from a host to itself only the calls are known; a segment
 * that waits for ARP, or that the host's own link refused, counts as unsent here and as sent for TCP.
 *
 * Calls it: the page and the command, for any moment of a run; `where.ts`; tests.
 */
import { MILLISECOND } from '../base/time.ts';
import type { ChannelLedger } from '../system/scenario.ts';
import { Channels, type Way } from './channels.ts';
import type { Event, EventOf } from './event.ts';
import type { Before } from './flow.ts';
import { headersOf, type TcpHeaders } from './headers.ts';
import { Network } from './network.ts';
import { field, numberOf, Sockets } from './sockets.ts';

/** Why TCP did not take a segment's text although it took its ACK. For any other reason it took neither. */
const ACK_TAKEN: ReadonlySet<string> = new Set([
  'outside-window', // Linux: the ACK of a segment that came again still counts
  'duplicate',
  'receive-buffer-full',
  'text-after-fin',
  'text-after-close',
]);

/** The states that the peer's FIN leads to, first or after others of them. */
const FIN_RECEIVED: ReadonlySet<string> = new Set(['CLOSE-WAIT', 'CLOSING', 'TIME-WAIT']);

/** The last delivery, until it is known that the host did not refuse it. */
interface Delivery {
  readonly n: number;
  readonly way: Way;
  readonly tcp: TcpHeaders;
  text: Before;
  readonly ack: Before;
  /** It came again, whole. */
  readonly isAgain: boolean;
}

/** So many segments that have arrived are remembered, or twice as many: a frame that was duplicated comes again. */
const REMEMBERED = 256;

export class LedgerFold {
  readonly network: Network;
  readonly sockets: Sockets;
  readonly #channels: Channels;
  /** Segments on their way, by the number of the frame. */
  readonly #segments = new Map<number, TcpHeaders>();
  /** Those that arrived last, and those before them, which change no more. */
  #arrived = new Map<number, TcpHeaders>();
  #arrivedBefore: ReadonlyMap<number, TcpHeaders> = new Map();
  #delivery: Delivery | undefined;
  /** The last delivery, if it came from outside of the trace. */
  #stranger: { readonly n: number; readonly tcp: TcpHeaders } | undefined;

  constructor(network = new Network(), sockets = new Sockets(), channels = new Channels(network)) {
    this.network = network;
    this.sockets = sockets;
    this.#channels = channels;
  }

  /** A copy that goes its own way. */
  clone(): LedgerFold {
    const network = this.network.clone();
    const copy = new LedgerFold(network, this.sockets.clone(), this.#channels.clone(network));
    for (const [n, tcp] of this.#segments) copy.#segments.set(n, tcp);
    copy.#arrived = new Map(this.#arrived);
    copy.#arrivedBefore = this.#arrivedBefore;
    const last = this.#delivery;
    const way = last === undefined ? undefined : copy.ways[last.way.index];
    if (last !== undefined && way !== undefined) copy.#delivery = { ...last, way };
    copy.#stranger = this.#stranger;
    return copy;
  }

  /** Takes the next event of the trace. */
  apply(event: Event): void {
    this.network.apply(event);
    switch (event.kind) {
      case 'frame.sent':
        this.#sent(event);
        break;
      case 'frame.delivered':
        this.#delivered(event);
        break;
      case 'frame.dropped':
        if ('frame' in event) this.#segments.delete(event.frame);
        else this.#refused(event.cause, event.reason);
        break;
      case 'tcp.drop':
        this.#refused(event.cause, event.reason);
        break;
      case 'tcp.state':
        if (event.to === 'CLOSED') this.#channels.close(event.connection);
        if (FIN_RECEIVED.has(event.to)) this.#ended(event.connection);
        if (event.from === 'CLOSED' && event.to === 'SYN-SENT') this.#opened(event);
        if (event.from === 'CLOSED' && event.to === 'SYN-RECEIVED') this.#taken(event);
        break;
      case 'tcp.discarded':
        this.#channels.discard(event.connection, event.where, event.bytes);
        break;
      case 'tcp.pruned':
        this.#pruned(event);
        break;
      case 'call.entered':
      case 'call.returned':
      case 'socket.copied':
        this.#call(event);
        return;
      case 'process.killed':
        this.#channels.lose(this.sockets.held(event.host, event.process));
        break;
      case 'host.powered-off':
        this.#channels.lose(this.sockets.held(event.host));
        this.#channels.powerOff(event.host);
        break;
      default:
    }
    this.sockets.apply(event);
  }

  /** Where the bytes of each channel are, after the events so far; in the order in which the connections began. */
  channels(): ChannelLedger[] {
    return this.#channels.all.map((way) => way.ledger());
  }

  /** The channels themselves, for who looks at single bytes. */
  get ways(): readonly Way[] {
    return this.#channels.all;
  }

  /** The segment that a frame carries, from the event on that sent it until long after it has arrived. */
  segment(frame: number): TcpHeaders | undefined {
    return this.#segments.get(frame) ?? this.#arrived.get(frame) ?? this.#arrivedBefore.get(frame);
  }

  /** The channel that a segment is on now, of several with its name the newest. */
  wayOf(tcp: TcpHeaders): Way | undefined {
    return this.#channels.known(tcp);
  }

  /** The channel whose bytes a host sends, by its connection: 'local>remote'. */
  sentBy(connection: string): Way | undefined {
    return this.#channels.sentBy(connection);
  }

  /** How much a socket's program has written and read so far: where its next bytes lie in their channels. */
  copiedBy(host: string, socket: string): { readonly written: number; readonly read: number } {
    return this.#channels.endOf(host, socket);
  }

  /** The ledger after all that happened up to and at a virtual moment, in milliseconds. */
  static at(events: Iterable<Event>, ms: number): ChannelLedger[] {
    const fold = new LedgerFold();
    for (const event of events) {
      if (event.at > ms * MILLISECOND) break;
      fold.apply(event);
    }
    return fold.channels();
  }

  #sent(event: EventOf<'frame.sent'>): void {
    const tcp = headersOf(event);
    if (tcp?.protocol !== 'tcp') return;
    this.#segments.set(event.n, tcp);
    // What a router passes on was sent before.
    if (this.network.hostOf(tcp.source) !== event.host) return;
    const way = this.#channels.noteSegment(tcp);
    way.flow.noteSent(tcp);
    way.back.flow.noteOffer(tcp, way.flow);
  }

  /** A host has taken a SYN. One from outside of the trace is the first that is known of its connection. */
  #taken(event: EventOf<'tcp.state'>): void {
    const syn = this.#stranger;
    if (syn !== undefined && syn.n === event.cause) this.#channels.noteSegment(syn.tcp).flow.noteReceived(syn.tcp);
    this.#channels.reopen(event.connection);
    // A cookie's connection begins with the ACK that brought it back, and takes what data that holds.
    const last = this.#delivery;
    if (event.why !== 'SYN cookie' || last === undefined || last.n !== event.cause) return;
    const way = this.#channels.known(last.tcp) ?? last.way;
    way.flow.noteReceived(last.tcp);
    way.back.flow.noteAcknowledged(last.tcp);
  }

  /** A `connect` has begun a connection: the socket, if it is known already, is its end. */
  #opened(event: EventOf<'tcp.state'>): void {
    const end = this.#channels.open(event.connection);
    const call = this.sockets.pending(event.cause);
    if (call?.call === 'connect' && call.socket !== undefined) this.#channels.attach(call.host, call.socket, end);
  }

  /** A host has the FIN of its peer. */
  #ended(connection: string): void {
    const way = this.#channels.receivedBy(connection);
    if (way !== undefined) way.flow.ended = true;
  }

  #delivered(event: EventOf<'frame.delivered'>): void {
    this.#delivery = undefined;
    this.#stranger = undefined;
    const tcp = this.#arrive(event.frame);
    if (tcp === undefined || this.network.hostOf(tcp.destination) !== event.host) return;
    if (this.network.hostOf(tcp.source) === undefined) this.#stranger = { n: event.n, tcp };
    // What a host has sent is known. A segment that was damaged, and passed on so, belongs to no connection.
    const way = this.#channels.known(tcp);
    if (way === undefined) return;
    const isAgain = way.flow.isAgain(tcp);
    this.#delivery = { n: event.n, way, tcp, text: way.flow.save(), ack: way.back.flow.save(), isAgain };
    if (!way.receiver.open) return;
    way.flow.noteReceived(tcp);
    way.back.flow.noteAcknowledged(tcp);
  }

  #arrive(frame: number): TcpHeaders | undefined {
    const tcp = this.#segments.get(frame);
    if (tcp === undefined) return this.segment(frame);
    this.#segments.delete(frame);
    this.#arrived.set(frame, tcp);
    if (this.#arrived.size >= REMEMBERED) {
      this.#arrivedBefore = this.#arrived;
      this.#arrived = new Map();
    }
    return tcp;
  }

  #refused(delivery: number, reason: string): void {
    const last = this.#delivery;
    const ackTaken = ACK_TAKEN.has(reason);
    if (last === undefined || last.n !== delivery) return;
    last.way.flow.restoreText(last.text);
    if (!ackTaken || (reason === 'outside-window' && !last.isAgain)) last.way.back.flow.restoreAcknowledged(last.ack);
  }

  /** It was given up before the segment that was delivered was taken, to make room for it. */
  #pruned(event: EventOf<'tcp.pruned'>): void {
    const flow = this.#channels.receivedBy(event.connection)?.flow;
    const last = this.#delivery;
    if (flow === undefined || last === undefined || last.n !== event.cause || last.way.flow !== flow) return;
    flow.restoreText(last.text);
    flow.prune();
    last.text = flow.save();
    flow.noteReceived(last.tcp);
  }

  #call(event: EventOf<'call.entered'> | EventOf<'call.returned'> | EventOf<'socket.copied'>): void {
    if (event.kind === 'socket.copied') {
      const end = this.#channels.endOf(event.host, event.socket);
      if (event.direction === 'in') end.written += event.bytes;
      else end.read += event.bytes;
      return;
    }
    if (event.kind === 'call.entered') {
      if (event.call === 'send' && event.socket !== undefined) {
        this.#channels.endOf(event.host, event.socket).requested += numberOf(field(event.args, 'length')) ?? 0;
      }
      this.sockets.apply(event);
      return;
    }
    const call = this.sockets.pending(event.entered);
    if (call?.call === 'send' && call.socket !== undefined) {
      const asked = numberOf(field(call.args, 'length')) ?? 0;
      // What a call did not take is no longer asked for.
      this.#channels.endOf(call.host, call.socket).requested -= asked - (numberOf(event.result) ?? 0);
    }
    this.sockets.apply(event);
    if (call === undefined || event.error !== undefined) return;
    const id = field(event.result, 'socket');
    const socket = this.sockets.socket(event.host, typeof id === 'string' ? id : call.socket);
    if ((call.call === 'connect' || call.call === 'accept') && socket !== undefined) {
      this.#channels.attachByName(socket, call.call === 'connect');
    }
  }
}
