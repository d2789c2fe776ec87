/**
 * Hosts as the stage shows them, folded from the events: what runs on each, what it called, and which sockets there are.
 *
 * All records are replaced, never changed, so that copies of the fold share them and a view that did not change stays the
 * same object. The sockets have a file of their own, `host-sockets.ts`.
 *
 * Calls it: `fold.ts`.
 */
import type { Json } from '../../base/json.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { type ChannelOf, SocketFold } from './host-sockets.ts';
import type { CallView, DatagramView, HostView, ProcessView } from './model.ts';
import { sameFields, shared } from './sharing.ts';

/** How many calls and printed lines of a process the stage keeps. */
const CALLS = 200;
const LINES = 500;

/** Where a call's bytes lie in their channel before they are copied: offsets of the socket's program. */
export interface Copied {
  readonly written: number;
  readonly read: number;
}

export class HostFold {
  readonly #name: string;
  readonly #what: HostView['what'];
  readonly #profile: string | undefined;
  #addresses: readonly string[];
  #powered = true;
  readonly #processes = new Map<string, ProcessView>();
  readonly #sockets: SocketFold;
  /** As it was shown last; undefined: something has changed since. */
  #view: HostView | undefined;
  #shown: HostView | undefined;

  constructor(
    name: string,
    what: HostView['what'],
    addresses: readonly string[],
    profile: string | undefined,
    sockets = new SocketFold(),
  ) {
    this.#sockets = sockets;
    this.#name = name;
    this.#what = what;
    this.#addresses = addresses;
    this.#profile = profile;
  }

  clone(): HostFold {
    const copy = new HostFold(this.#name, this.#what, this.#addresses, this.#profile, this.#sockets.clone());
    copy.#powered = this.#powered;
    for (const [name, process] of this.#processes) copy.#processes.set(name, process);
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
        this.#sockets.refused(event);
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
        this.#sockets.tcp(event, channelOf, this.#callOf);
        return;
      default:
    }
  }

  /** A datagram has come to a port of this host. */
  received(port: number, datagram: DatagramView): void {
    this.#sockets.received(port, datagram);
    this.#view = undefined;
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
      sockets: shared(before?.sockets, this.#sockets.views(before?.sockets ?? [])),
    };
    return before !== undefined && sameFields(before, view) ? before : view;
  }

  #own(text: string): void {
    const address = text.split('/')[0] ?? text;
    if (!this.#addresses.includes(address)) this.#addresses = [...this.#addresses, address];
  }

  #powerOff(): void {
    this.#powered = false;
    this.#sockets.clear();
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
        this.#sockets.letGo(name);
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
        this.#sockets.letGo(name);
        return;
      case 'process.printed': {
        const printed = [...process.printed.slice(1 - LINES), { at: event.at, text: event.text }];
        this.#processes.set(name, { ...process, printed });
        return;
      }
      default:
    }
  }

  // Calls

  #entered(event: EventOf<'call.entered'>): void {
    const { n, at, call, args, socket } = event;
    const connection = this.#sockets.connectionOf(socket);
    this.#changeCalls(event.process, (calls) => [
      ...calls.slice(1 - CALLS),
      { n, call, socket, connection, args, at, returned: undefined, copied: 0, span: undefined },
    ]);
    this.#sockets.entered(event);
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
    if (call !== undefined) this.#sockets.returned(call, event);
  }

  /** The call of that number, if it is among the last of a process. */
  readonly #callOf = (n: number): CallView | undefined => {
    for (const { calls } of this.#processes.values()) {
      const call = calls.findLast((one) => one.n <= n);
      if (call?.n === n) return call;
    }
    return undefined;
  };

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
}

function exitOf({ code, value, signal, error }: EventOf<'process.exited'>): Json {
  const exit: Record<string, Json> = {};
  if (code !== undefined) exit.code = code;
  if (value !== undefined) exit.value = value;
  if (signal !== undefined) exit.signal = signal;
  if (error !== undefined) exit.error = error;
  return exit;
}
