/**
 * The channels of a trace: two for each connection, each with what its sender's and its receiver's program did.
 *
 * A connection is known by its two endpoints; a SYN with another sequence number, or a `connect` from a port that was
 * used before, begins a new one under the same name. Left out on purpose: what the numbers of segments mean (`flow.ts`).
 *
 * Calls it: `ledger.ts`.
 */

import type { ChannelLedger } from '../system/scenario.ts';
import { addressOf, endpointText, portOf } from './endpoints.ts';
import { Flow } from './flow.ts';
import { ACK, SYN, type TcpHeaders } from './headers.ts';
import type { Network } from './network.ts';
import type { KnownSocket } from './sockets.ts';

/** The order in which a ledger names the places where bytes were lost: that in which they go through them. */
const WHERE_SENDING = ['application-buffer', 'send-buffer'] as const;
const WHERE_RECEIVING = ['receive-buffer', 'out-of-order'] as const;

/** Bytes that were lost, by the place they lay in; never changed in place, so that copies share it. */
type Discarded = ReadonlyMap<string, number>;
const NOTHING: Discarded = new Map();

/** One end of a connection: what its program asked for, and whether its host still knows it. */
export class End {
  /** '10.0.1.2:49152', once known. */
  endpoint: string | undefined;
  host: string | undefined;
  requested = 0;
  written = 0;
  read = 0;
  /** Its host has the connection. */
  open = true;
  /** What was lost with it on its sending side, and on its receiving side. */
  discardedSending: Discarded = NOTHING;
  discardedReceiving: Discarded = NOTHING;

  /** A copy that goes its own way. */
  clone(): End {
    const copy = new End();
    copy.endpoint = this.endpoint;
    copy.host = this.host;
    copy.requested = this.requested;
    copy.written = this.written;
    copy.read = this.read;
    copy.open = this.open;
    copy.discardedSending = this.discardedSending;
    copy.discardedReceiving = this.discardedReceiving;
    return copy;
  }
}

/** One channel: a direction of a connection. */
export class Way {
  /** Its place among all channels: `index` and `index ^ 1` are the two of one connection. */
  readonly index: number;
  readonly name: string;
  readonly flow: Flow;
  readonly sender: End;
  readonly receiver: End;
  #back: Way | undefined;

  constructor(index: number, name: string, sender: End, receiver: End, flow = new Flow()) {
    this.index = index;
    this.name = name;
    this.sender = sender;
    this.receiver = receiver;
    this.flow = flow;
  }

  /** The other direction. */
  get back(): Way {
    return this.#back ?? this;
  }

  set back(way: Way) {
    this.#back = way;
  }

  ledger(): ChannelLedger {
    const { flow, sender, receiver } = this;
    const lost = [
      ...WHERE_SENDING.map((where) => ({ where, bytes: sender.discardedSending.get(where) ?? 0 })),
      ...WHERE_RECEIVING.map((where) => ({ where, bytes: receiver.discardedReceiving.get(where) ?? 0 })),
    ];
    return {
      channel: this.name,
      ...(sender.host === undefined ? {} : this.#sending()),
      ...(receiver.host === undefined ? {} : this.#receiving()),
      ...(sender.host === undefined || receiver.host === undefined
        ? {}
        : { inFlight: flow.sent - flow.received - flow.outOfOrderBytes }),
      discarded: lost.filter(({ bytes }) => bytes > 0),
    };
  }

  #sending() {
    const { flow, sender } = this;
    const { requested, written } = sender;
    const { sent, acknowledged } = flow;
    return {
      requested,
      written,
      sent,
      acknowledged,
      waiting: requested - written,
      unsent: written - sent,
      unacknowledged: sent - acknowledged,
    };
  }

  #receiving() {
    const { flow, receiver } = this;
    const { received } = flow;
    return { received, read: receiver.read, outOfOrder: flow.outOfOrderBytes, unread: received - receiver.read };
  }
}

export class Channels {
  /** All channels, in the order in which their connections began. */
  readonly all: Way[] = [];
  readonly #network: Network;
  /** The newest channel of each 'sender>receiver'. */
  readonly #ways = new Map<string, Way>();
  /** What sockets stand for, by 'host id'. */
  readonly #ends = new Map<string, End>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** A copy that goes its own way, over a copy of the network. */
  clone(network: Network): Channels {
    const copy = new Channels(network);
    const ends = new Map<End, End>();
    const cloned = (end: End) => {
      const known = ends.get(end) ?? end.clone();
      ends.set(end, known);
      return known;
    };
    for (const { index, name, sender, receiver, flow } of this.all) {
      copy.all.push(new Way(index, name, cloned(sender), cloned(receiver), flow.clone()));
    }
    const other = (way: Way) => copy.all[way.index] ?? way;
    for (const way of this.all) other(way).back = other(way.back);
    for (const [key, way] of this.#ways) copy.#ways.set(key, other(way));
    for (const [key, end] of this.#ends) copy.#ends.set(key, cloned(end));
    return copy;
  }

  /** A host has begun a connection, 'local>remote', and its SYN may still wait for ARP; answers the host's end. */
  open(connection: string): End {
    const [local = '', remote = ''] = connection.split('>');
    return this.#begin(local, remote).sender;
  }

  /** The channel that a segment is on, if there is one. */
  known(tcp: TcpHeaders): Way | undefined {
    return this.#ways.get(
      `${endpointText(tcp.source, tcp.sourcePort)}>${endpointText(tcp.destination, tcp.destinationPort)}`,
    );
  }

  /** The channel that a segment is on; a new one if its SYN begins one. */
  noteSegment(tcp: TcpHeaders): Way {
    const source = endpointText(tcp.source, tcp.sourcePort);
    const destination = endpointText(tcp.destination, tcp.destinationPort);
    const known = this.known(tcp);
    const begins = (tcp.control & (SYN | ACK)) === SYN;
    const isOther = known?.flow.iss !== undefined && known.flow.iss !== tcp.seq;
    return known === undefined || (begins && isOther) ? this.#begin(source, destination) : known;
  }

  /** What is counted for a socket, known or not yet known which connection it is. */
  endOf(host: string, socket: string): End {
    const key = `${host} ${socket}`;
    const known = this.#ends.get(key);
    if (known !== undefined) return known;
    const end = new End();
    this.#ends.set(key, end);
    return end;
  }

  /** A socket is this end from now on. */
  attach(host: string, socket: string, end: End): void {
    const before = this.#ends.get(`${host} ${socket}`);
    this.#ends.set(`${host} ${socket}`, end);
    if (before === undefined || before === end) return;
    end.requested += before.requested;
    end.written += before.written;
    end.read += before.read;
    // An attempt before that failed took nothing with it.
    before.requested = before.written;
  }

  /** A call told which connection a socket is. */
  attachByName(socket: KnownSocket, began: boolean): void {
    const { local, remote, host, id } = socket;
    if (local === undefined || remote === undefined) return;
    const known = this.#ways.get(`${local}>${remote}`);
    // Without frames (a host that talks to itself) the calls alone tell that there is a new connection.
    const way = known === undefined || (began && !known.sender.open) ? this.#begin(local, remote) : known;
    this.attach(host, id, way.sender);
  }

  /** A host has no memory of this connection any more; `connection` is 'local>remote'. */
  close(connection: string): void {
    const way = this.#ways.get(connection);
    if (way !== undefined) way.sender.open = false;
  }

  /** The channel whose bytes a host sends; `connection` is its 'local>remote'. */
  sentBy(connection: string): Way | undefined {
    return this.#ways.get(connection);
  }

  /** The channel whose bytes a host receives; `connection` is its 'local>remote'. */
  receivedBy(connection: string): Way | undefined {
    return this.#ways.get(connection)?.back;
  }

  /** A host takes a SYN: also one that began before the host lost its power and knew nothing of it. */
  reopen(connection: string): void {
    const way = this.#ways.get(connection);
    if (way !== undefined) way.sender.open = true;
  }

  /** Bytes of a connection were thrown away in the host whose end is named first. */
  discard(connection: string, where: string, bytes: number): void {
    const way = this.#ways.get(connection);
    if (way === undefined) return;
    const { sender } = way;
    if (where === 'send-buffer') sender.discardedSending = withMore(sender.discardedSending, where, bytes);
    else sender.discardedReceiving = withMore(sender.discardedReceiving, where, bytes);
  }

  /** Programs are gone: what their calls had still to hand over is lost. */
  lose(sockets: Iterable<KnownSocket>): void {
    for (const { host, id } of sockets) {
      const end = this.#ends.get(`${host} ${id}`);
      if (end === undefined) continue;
      end.discardedSending = withMore(end.discardedSending, 'application-buffer', end.requested - end.written);
    }
  }

  /** A host has lost all that it held: of each place, these bytes are all that were ever lost there. */
  powerOff(host: string): void {
    for (const way of this.#ways.values()) {
      const { sender, receiver, flow } = way;
      if (sender.host === host && sender.open) {
        const bytes = sender.written - flow.acknowledged;
        sender.discardedSending = withAll(sender.discardedSending, 'send-buffer', bytes);
      }
      if (receiver.host === host && receiver.open) {
        const unread = withAll(receiver.discardedReceiving, 'receive-buffer', flow.received - receiver.read);
        receiver.discardedReceiving = withAll(unread, 'out-of-order', flow.outOfOrderBytes);
      }
    }
    for (const { sender } of this.#ways.values()) if (sender.host === host) sender.open = false;
  }

  #begin(source: string, destination: string): Way {
    const [one, other] = [this.#end(source), this.#end(destination)];
    const [from, to] = [this.#name(source), this.#name(destination)];
    const index = this.all.length;
    const forth = new Way(index, `${from}>${to}`, one, other);
    const back = new Way(index + 1, `${to}>${from}`, other, one);
    forth.back = back;
    back.back = forth;
    this.#ways.set(`${source}>${destination}`, forth);
    this.#ways.set(`${destination}>${source}`, back);
    this.all.push(forth, back);
    return forth;
  }

  #end(endpoint: string): End {
    const end = new End();
    end.endpoint = endpoint;
    end.host = this.#network.hostOf(addressOf(endpoint));
    return end;
  }

  #name(endpoint: string): string {
    return this.#network.nameOf(addressOf(endpoint), Number(portOf(endpoint)));
  }
}

/** So many bytes are all that was lost there. */
function withAll(discarded: Discarded, where: string, bytes: number): Discarded {
  return bytes > 0 ? new Map(discarded).set(where, bytes) : discarded;
}

/** So many bytes more were lost there. */
function withMore(discarded: Discarded, where: string, bytes: number): Discarded {
  return withAll(discarded, where, bytes > 0 ? (discarded.get(where) ?? 0) + bytes : 0);
}
