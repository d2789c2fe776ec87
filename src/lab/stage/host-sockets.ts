/**
 * The sockets of one host as the stage shows them, folded from what programs call and what TCP tells.
 *
 * A socket is two things that come together and part again: a handle, which a process holds, and a connection, which the
 * operating system keeps: before `accept`, and for a while after `close`. All records are replaced, never changed.
 *
 * Calls it: `hosts.ts`.
 */
import type { Json } from '../../base/json.ts';
import type { Nanoseconds } from '../../base/time.ts';
import type { State } from '../../tcp/state.ts';
import type { EventOf } from '../../trace/event.ts';
import { field, textOf } from '../../trace/sockets.ts';
import type { CallView, DatagramView, SocketView, Tally } from './model.ts';
import { sameFields } from './sharing.ts';

interface Handle {
  readonly id: string;
  readonly process: string;
  readonly kind: SocketView['kind'];
  /** Made by `connect` alone: if that fails, it is gone. */
  readonly byConnect: boolean;
  readonly local: string | undefined;
  readonly remote: string | undefined;
  /** 'local>remote' */
  readonly connection: string | undefined;
  /** Of a datagram socket: what has arrived and was not read. */
  readonly datagrams: readonly DatagramView[];
  readonly tallies: SocketView['tallies'];
}

interface Connection {
  readonly name: string;
  readonly state: State;
  readonly sends: number | undefined;
  readonly sendLimit: number | undefined;
  readonly receiveLimit: number | undefined;
  readonly srtt: Nanoseconds | undefined;
  readonly rto: Nanoseconds | undefined;
  readonly cwnd: number | undefined;
  readonly ssthresh: number | undefined;
}

/** Index of the channel that a connection ('local>remote') sends on. */
export type ChannelOf = (connection: string) => number | undefined;

type ConnectionEvent = EventOf<'tcp.state'> | EventOf<'tcp.buffers'> | EventOf<'tcp.rtt'> | EventOf<'tcp.congestion'>;

/** The call of a number; undefined: it is none of this host's last ones. */
export type CallOf = (n: number) => CallView | undefined;

export class SocketFold {
  readonly #handles = new Map<string, Handle>();
  readonly #connections = new Map<string, Connection>();

  clone(): SocketFold {
    const copy = new SocketFold();
    for (const [id, handle] of this.#handles) copy.#handles.set(id, handle);
    for (const [name, connection] of this.#connections) copy.#connections.set(name, connection);
    return copy;
  }

  /** The host has lost its power. */
  clear(): void {
    this.#handles.clear();
    this.#connections.clear();
  }

  /** 'local>remote' of a socket that is connected. */
  connectionOf(id: string | undefined): string | undefined {
    return this.#handles.get(id ?? '')?.connection;
  }

  // Handles

  /** A process is gone. */
  letGo(process: string): void {
    for (const handle of this.#handles.values()) if (handle.process === process) this.#close(handle);
  }

  entered({ call, socket, process }: EventOf<'call.entered'>): void {
    if (socket === undefined || this.#handles.has(socket)) return;
    this.#handles.set(socket, handleOf(socket, process, call === 'connect'));
  }

  returned(call: CallView, { process, result, error }: EventOf<'call.returned'>): void {
    if (error === undefined) this.#learn(call, process, result);
    const handle = call.socket === undefined ? undefined : this.#handles.get(call.socket);
    if (handle === undefined) return;
    if (handle.kind === 'udp' && error === undefined) this.#passed(handle, call);
    const failed = error !== undefined && call.call === 'connect' && handle.byConnect;
    if (failed || call.call === 'close') this.#close(handle);
  }

  /** A call that succeeded says what a socket is. */
  #learn({ call, socket, args }: CallView, process: string, result: Json | undefined): void {
    const made = call === 'socket' ? textOf(result) : textOf(field(result, 'socket'));
    const id = made ?? (call === 'accept' ? undefined : socket);
    if (id === undefined) return;
    const before = this.#handles.get(id) ?? handleOf(id, process, false);
    const local = textOf(field(result, 'local')) ?? (call === 'bind' ? boundTo(args) : undefined) ?? before.local;
    const remote = textOf(field(result, 'remote')) ?? before.remote;
    const isTold = local !== undefined && remote !== undefined && before.kind === 'tcp';
    this.#handles.set(id, {
      ...before,
      local,
      remote,
      kind: call === 'listen' ? 'listening' : before.kind,
      connection: isTold ? `${local}>${remote}` : before.connection,
    });
  }

  #close(handle: Handle): void {
    this.#handles.delete(handle.id);
    const connection = this.#connections.get(handle.connection ?? '');
    if (connection?.state === 'CLOSED') this.#connections.delete(connection.name);
  }

  // Datagrams

  /** A call has sent a datagram, or read the oldest. */
  #passed(handle: Handle, { call, args, copied }: CallView): void {
    const { tallies, datagrams } = handle;
    if (call === 'send') {
      const length = field(args, 'length');
      const sent = more(tallies.sent, typeof length === 'number' ? length : 0);
      this.#handles.set(handle.id, { ...handle, tallies: { ...tallies, sent } });
    }
    if (call === 'recv') {
      const read = more(tallies.read, copied);
      this.#handles.set(handle.id, { ...handle, datagrams: datagrams.slice(1), tallies: { ...tallies, read } });
    }
  }

  /** A datagram has come to a port of this host. */
  received(port: number, datagram: DatagramView): void {
    for (const handle of this.#handles.values()) {
      if (handle.kind !== 'udp' || !handle.local?.endsWith(`:${port}`)) continue;
      this.#handles.set(handle.id, { ...handle, datagrams: [...handle.datagrams, datagram] });
    }
  }

  /** The one that came last found no room. */
  refused({ local, from, bytes }: EventOf<'udp.dropped'>): void {
    for (const handle of this.#handles.values()) {
      if (handle.kind !== 'udp' || portOf(handle.local) !== portOf(local)) continue;
      const isLast = handle.datagrams.at(-1)?.from === from;
      this.#handles.set(handle.id, {
        ...handle,
        datagrams: isLast ? handle.datagrams.slice(0, -1) : handle.datagrams,
        tallies: { ...handle.tallies, refused: more(handle.tallies.refused, bytes) },
      });
    }
  }

  // Connections

  tcp(event: ConnectionEvent, channelOf: ChannelOf, callOf: CallOf): void {
    const name = event.connection;
    const known = this.#connections.get(name);
    const begins = event.kind === 'tcp.state' && event.from === 'CLOSED';
    if (event.kind === 'tcp.state' && event.to === 'SYN-SENT') this.#begun(event, callOf);
    const before = known === undefined || begins ? connectionOf(name, channelOf(name)) : known;
    const after = changed(before, event);
    const isOver = after.state === 'CLOSED' && event.kind === 'tcp.state';
    if (isOver && !this.#isHeld(name)) this.#connections.delete(name);
    else this.#connections.set(name, after);
  }

  #isHeld(connection: string): boolean {
    for (const handle of this.#handles.values()) if (handle.connection === connection) return true;
    return false;
  }

  /** The connection that a `connect` has begun is its socket's, although the call has not returned. */
  #begun({ cause, connection }: EventOf<'tcp.state'>, callOf: CallOf): void {
    const handle = this.#handles.get(callOf(cause)?.socket ?? '');
    if (handle === undefined) return;
    const [local, remote] = connection.split('>');
    this.#handles.set(handle.id, { ...handle, local, remote, connection });
  }

  /** Those that processes hold, and behind them those that only the operating system keeps. */
  views(before: readonly SocketView[]): readonly SocketView[] {
    const views: SocketView[] = [];
    const held = new Set<string>();
    const known = new Map(before.map((view) => [keyOf(view), view]));
    const add = (view: SocketView) => {
      const same = known.get(keyOf(view));
      views.push(same !== undefined && sameFields(same, view) ? same : view);
    };
    for (const handle of this.#handles.values()) {
      const connection = this.#connections.get(handle.connection ?? '');
      if (connection !== undefined) held.add(connection.name);
      add(socketView(handle, connection));
    }
    for (const connection of this.#connections.values()) {
      if (!held.has(connection.name)) add(socketView(undefined, connection));
    }
    return views;
  }
}

function keyOf({ id, local, remote }: SocketView): string {
  return id ?? `${local}>${remote}`;
}

const NONE: Tally = { count: 0, bytes: 0 };
const NO_TALLIES: SocketView['tallies'] = { sent: NONE, read: NONE, refused: NONE };

function handleOf(id: string, process: string, byConnect: boolean): Handle {
  const kind = id.startsWith('udp') ? 'udp' : 'tcp';
  return {
    id,
    process,
    kind,
    byConnect,
    local: undefined,
    remote: undefined,
    connection: undefined,
    datagrams: [],
    tallies: NO_TALLIES,
  };
}

function connectionOf(name: string, sends: number | undefined): Connection {
  return {
    name,
    state: 'CLOSED',
    sends,
    sendLimit: undefined,
    receiveLimit: undefined,
    srtt: undefined,
    rto: undefined,
    cwnd: undefined,
    ssthresh: undefined,
  };
}

function changed(connection: Connection, event: ConnectionEvent): Connection {
  switch (event.kind) {
    case 'tcp.state':
      return { ...connection, state: event.to };
    case 'tcp.buffers':
      return { ...connection, sendLimit: event.send, receiveLimit: event.receive };
    case 'tcp.rtt':
      return { ...connection, srtt: event.srtt, rto: event.rto };
    case 'tcp.congestion':
      return { ...connection, cwnd: event.cwnd, ssthresh: event.ssthresh };
  }
}

function socketView(handle: Handle | undefined, connection: Connection | undefined): SocketView {
  const [local, remote] = connection?.name.split('>') ?? [handle?.local, handle?.remote];
  const sends = connection?.sends;
  const kind = handle?.kind ?? 'tcp';
  return {
    id: handle?.id,
    process: handle?.process,
    kind,
    local,
    remote,
    state: kind === 'listening' ? 'LISTEN' : connection?.state,
    sends,
    receives: sends === undefined ? undefined : sends ^ 1,
    sendLimit: connection?.sendLimit,
    receiveLimit: connection?.receiveLimit,
    srtt: connection?.srtt,
    rto: connection?.rto,
    cwnd: connection?.cwnd,
    ssthresh: connection?.ssthresh,
    datagrams: kind === 'udp' && handle?.local !== undefined ? handle.datagrams : undefined,
    tallies: handle?.tallies ?? NO_TALLIES,
  };
}

function more({ count, bytes }: Tally, by: number): Tally {
  return { count: count + 1, bytes: bytes + by };
}

function portOf(endpoint: string | undefined): string | undefined {
  return endpoint?.split(':').at(-1);
}

function boundTo(args: Json): string | undefined {
  const port = field(args, 'port');
  return typeof port === 'number' && port > 0 ? `${textOf(field(args, 'address')) ?? '0.0.0.0'}:${port}` : undefined;
}
