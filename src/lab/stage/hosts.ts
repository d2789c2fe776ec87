/**
 * Hosts as the stage shows them, folded from the events: what runs on each, what it called, and which sockets there are.
 *
 * A socket is two things that come together and part again: a handle, which a process holds, and a connection, which the
 * operating system keeps: before `accept`, and for a while after `close`. All records are replaced, never changed, so
 * that copies of the fold share them and a view that did not change stays the same object.
 *
 * Calls it: `fold.ts`.
 */
import type { Json } from '../../base/json.ts';
import type { Nanoseconds } from '../../base/time.ts';
import type { State } from '../../tcp/state.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { field, textOf } from '../../trace/sockets.ts';
import type { CallView, DatagramView, HostView, ProcessView, SocketView } from './model.ts';
import { sameFields, shared } from './sharing.ts';

/** How many calls and printed lines of a process the stage keeps. */
const CALLS = 200;
const LINES = 500;

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

/** Where a call's bytes lie in their channel before they are copied: offsets of the socket's program. */
export interface Copied {
  readonly written: number;
  readonly read: number;
}

/** Index of the channel that a connection ('local>remote') sends on. */
export type ChannelOf = (connection: string) => number | undefined;

type ConnectionEvent = EventOf<'tcp.state'> | EventOf<'tcp.buffers'> | EventOf<'tcp.rtt'> | EventOf<'tcp.congestion'>;

export class HostFold {
  readonly #name: string;
  readonly #what: HostView['what'];
  readonly #profile: string | undefined;
  #addresses: readonly string[];
  #powered = true;
  readonly #processes = new Map<string, ProcessView>();
  readonly #handles = new Map<string, Handle>();
  readonly #connections = new Map<string, Connection>();
  /** As it was shown last; undefined: something has changed since. */
  #view: HostView | undefined;
  #shown: HostView | undefined;

  constructor(name: string, what: HostView['what'], addresses: readonly string[], profile: string | undefined) {
    this.#name = name;
    this.#what = what;
    this.#addresses = addresses;
    this.#profile = profile;
  }

  clone(): HostFold {
    const copy = new HostFold(this.#name, this.#what, this.#addresses, this.#profile);
    copy.#powered = this.#powered;
    for (const [name, process] of this.#processes) copy.#processes.set(name, process);
    for (const [id, handle] of this.#handles) copy.#handles.set(id, handle);
    for (const [name, connection] of this.#connections) copy.#connections.set(name, connection);
    copy.#view = this.#view;
    copy.#shown = this.#shown;
    return copy;
  }

  /** Takes an event of this host. `copied`: of a `socket.copied`, where the channel stood before it. */
  apply(event: Event, copied: Copied | undefined, channelOf: ChannelOf): void {
    this.#view = undefined;
    switch (event.kind) {
      case 'interface.added':
        this.#own(event.address);
        return;
      case 'host.powered-off':
        this.#powerOff();
        return;
      case 'host.powered-on':
        this.#powered = true;
        return;
      case 'udp.dropped':
        this.#refused(event.local, event.from);
        return;
      case 'process.started':
      case 'process.killed':
      case 'process.stopped':
      case 'process.continued':
      case 'process.exited':
      case 'process.printed':
        this.#process(event);
        return;
      case 'call.entered':
        this.#entered(event);
        return;
      case 'socket.copied':
        if (copied !== undefined) this.#copied(event, copied);
        return;
      case 'call.returned':
        this.#returned(event);
        return;
      case 'tcp.state':
      case 'tcp.buffers':
      case 'tcp.rtt':
      case 'tcp.congestion':
        this.#tcp(event, channelOf);
        return;
      default:
    }
  }

  /** A datagram has come to a port of this host. */
  received(port: number, datagram: DatagramView): void {
    for (const handle of this.#handles.values()) {
      if (handle.kind !== 'udp' || !handle.local?.endsWith(`:${port}`)) continue;
      this.#handles.set(handle.id, { ...handle, datagrams: [...handle.datagrams, datagram] });
      this.#view = undefined;
    }
  }

  /** The one that came last found no room. */
  #refused(local: string, from: string): void {
    for (const handle of this.#handles.values()) {
      const last = handle.datagrams.at(-1);
      if (handle.kind !== 'udp' || last?.from !== from || portOf(handle.local) !== portOf(local)) continue;
      this.#handles.set(handle.id, { ...handle, datagrams: handle.datagrams.slice(0, -1) });
    }
  }

  view(): HostView {
    this.#view ??= this.#make();
    this.#shown = this.#view;
    return this.#view;
  }

  /** Goes on from what another fold has shown of this host. */
  inherit(other: HostFold | undefined): void {
    this.#view = undefined;
    this.#shown = other === undefined ? undefined : other.#shown;
  }

  /** Takes the parts of an equal view for its own. */
  adopt(view: HostView): void {
    for (const process of view.processes) this.#processes.set(process.name, process);
    this.#addresses = view.addresses;
    this.#view = view;
    this.#shown = view;
  }

  #make(): HostView {
    const before = this.#shown;
    const view: HostView = {
      name: this.#name,
      what: this.#what,
      addresses: this.#addresses,
      profile: this.#profile,
      powered: this.#powered,
      processes: shared(before?.processes, [...this.#processes.values()]),
      sockets: shared(before?.sockets, this.#sockets(before?.sockets ?? [])),
    };
    return before !== undefined && sameFields(before, view) ? before : view;
  }

  #own(text: string): void {
    const address = text.split('/')[0] ?? text;
    if (!this.#addresses.includes(address)) this.#addresses = [...this.#addresses, address];
  }

  #powerOff(): void {
    this.#powered = false;
    this.#handles.clear();
    this.#connections.clear();
    for (const [name, process] of this.#processes) {
      const isOver = process.state === 'exited' || process.state === 'killed';
      if (!isOver) this.#processes.set(name, { ...process, state: 'killed' });
    }
  }

  // Processes

  #process(event: Extract<Event, { readonly kind: `process.${string}`; readonly process: string }>): void {
    const name = event.process;
    if (event.kind === 'process.started') {
      this.#processes.set(name, { name, state: 'running', exit: undefined, printed: [], calls: [] });
      return;
    }
    const process = this.#processes.get(name);
    if (process === undefined) return;
    switch (event.kind) {
      case 'process.killed':
        this.#processes.set(name, { ...process, state: 'killed' });
        this.#letGo(name);
        return;
      case 'process.stopped':
        this.#processes.set(name, { ...process, state: 'stopped' });
        return;
      case 'process.continued':
        if (process.state === 'stopped') this.#processes.set(name, { ...process, state: 'running' });
        return;
      case 'process.exited':
        this.#processes.set(name, {
          ...process,
          state: process.state === 'killed' || event.signal !== undefined ? 'killed' : 'exited',
          exit: exitOf(event),
        });
        this.#letGo(name);
        return;
      case 'process.printed': {
        const printed = [...process.printed.slice(1 - LINES), { at: event.at, text: event.text }];
        this.#processes.set(name, { ...process, printed });
        return;
      }
      default:
    }
  }

  #letGo(process: string): void {
    for (const handle of this.#handles.values()) if (handle.process === process) this.#close(handle);
  }

  // Calls

  #entered(event: EventOf<'call.entered'>): void {
    const { n, at, call, args, socket } = event;
    this.#changeCalls(event.process, (calls) => [
      ...calls.slice(1 - CALLS),
      { n, call, socket, args, at, returned: undefined, copied: 0, span: undefined },
    ]);
    if (socket !== undefined && !this.#handles.has(socket)) {
      const byConnect = call === 'connect';
      this.#handles.set(socket, handleOf(socket, event.process, byConnect));
    }
  }

  #copied(event: EventOf<'socket.copied'>, { written, read }: Copied): void {
    const from = event.direction === 'in' ? written : read;
    this.#changeCall(event.process, event.entered, (call) => ({
      ...call,
      copied: call.copied + event.bytes,
      span: { from: call.span?.from ?? from, to: from + event.bytes },
    }));
  }

  #returned(event: EventOf<'call.returned'>): void {
    const { n, at, result, error } = event;
    const call = this.#changeCall(event.process, event.entered, (before) => ({
      ...before,
      returned: { n, at, ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) },
    }));
    if (call === undefined) return;
    if (error === undefined) this.#learn(call, event.process, result);
    const handle = call.socket === undefined ? undefined : this.#handles.get(call.socket);
    if (handle === undefined) return;
    if (handle.kind === 'udp' && call.call === 'recv' && error === undefined)
      this.#handles.set(handle.id, { ...handle, datagrams: handle.datagrams.slice(1) });
    const failed = error !== undefined && call.call === 'connect' && handle.byConnect;
    if (failed || call.call === 'close') this.#close(handle);
  }

  #changeCall(process: string, n: number, change: (call: CallView) => CallView): CallView | undefined {
    let found: CallView | undefined;
    this.#changeCalls(process, (calls) => {
      const at = calls.findLastIndex((call) => call.n === n);
      found = calls[at];
      return found === undefined ? calls : calls.with(at, change(found));
    });
    return found;
  }

  #changeCalls(name: string, change: (calls: readonly CallView[]) => readonly CallView[]): void {
    const process = this.#processes.get(name);
    if (process !== undefined) this.#processes.set(name, { ...process, calls: change(process.calls) });
  }

  // Handles

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

  // Connections

  #tcp(event: ConnectionEvent, channelOf: ChannelOf): void {
    const name = event.connection;
    const known = this.#connections.get(name);
    const begins = event.kind === 'tcp.state' && event.from === 'CLOSED';
    if (event.kind === 'tcp.state' && event.to === 'SYN-SENT') this.#begun(event);
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
  #begun({ cause, connection }: EventOf<'tcp.state'>): void {
    for (const { calls } of this.#processes.values()) {
      const call = calls.findLast(({ n }) => n <= cause);
      const handle = call?.n === cause ? this.#handles.get(call.socket ?? '') : undefined;
      if (handle === undefined) continue;
      const [local, remote] = connection.split('>');
      this.#handles.set(handle.id, { ...handle, local, remote, connection });
    }
  }

  /** Those that processes hold, and behind them those that only the operating system keeps. */
  #sockets(before: readonly SocketView[]): readonly SocketView[] {
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

function handleOf(id: string, process: string, byConnect: boolean): Handle {
  const kind = id.startsWith('udp') ? 'udp' : 'tcp';
  return { id, process, kind, byConnect, local: undefined, remote: undefined, connection: undefined, datagrams: [] };
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
  };
}

function portOf(endpoint: string | undefined): string | undefined {
  return endpoint?.split(':').at(-1);
}

function boundTo(args: Json): string | undefined {
  const port = field(args, 'port');
  return typeof port === 'number' && port > 0 ? `${textOf(field(args, 'address')) ?? '0.0.0.0'}:${port}` : undefined;
}

function exitOf({ code, value, signal, error }: EventOf<'process.exited'>): Json {
  const exit: Record<string, Json> = {};
  if (code !== undefined) exit.code = code;
  if (value !== undefined) exit.value = value;
  if (signal !== undefined) exit.signal = signal;
  if (error !== undefined) exit.error = error;
  return exit;
}
