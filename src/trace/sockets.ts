/**
 * Which process holds which socket, which connection a socket is, and which calls have not returned, as the events of a
 * trace tell it.
 *
 * A socket's connection is known from what `connect` and `accept` returned (`{ socket, local, remote }`), and from the
 * beginning of a connection that a `connect` has caused. A process that exits or is killed gives its sockets back.
 *
 * Calls it: `ledger.ts`, `where.ts`, `noticed.ts`.
 */
import type { Json } from '../base/json.ts';
import type { Event, EventOf } from './event.ts';

export interface KnownSocket {
  readonly host: string;
  readonly process: string;
  /** 'tcp:3'; unknown while the first call has not returned. */
  readonly id: string;
  /** '10.0.1.2:49152' */
  local: string | undefined;
  remote: string | undefined;
  listening: boolean;
  /** The `connect` that began the attempt which is under way: later ones of a socket that does not block only ask for its end. */
  connecting: PendingCall | undefined;
  /** `shutdown` for writing, or `close`, was called. */
  writeEnded: boolean;
  closed: boolean;
}

export type PendingCall = EventOf<'call.entered'>;

/** connect() with O_NONBLOCK, while the handshake goes on. */
const UNDER_WAY: ReadonlySet<string> = new Set(['EINPROGRESS', 'EALREADY']);

export class Sockets {
  readonly #sockets = new Map<string, KnownSocket>();
  readonly #pending = new Map<number, PendingCall>();

  /** A copy that goes its own way. */
  clone(): Sockets {
    const copy = new Sockets();
    for (const [key, socket] of this.#sockets) copy.#sockets.set(key, { ...socket });
    for (const [n, call] of this.#pending) copy.#pending.set(n, call);
    return copy;
  }

  /** The call that this number entered and that has not returned. */
  pending(entered: number): PendingCall | undefined {
    return this.#pending.get(entered);
  }

  socket(host: string, id: string | undefined): KnownSocket | undefined {
    return id === undefined ? undefined : this.#sockets.get(`${host} ${id}`);
  }

  /** The sockets that a process (or, without one, all processes of a host) holds. */
  *held(host: string, process?: string): Generator<KnownSocket> {
    for (const socket of this.#sockets.values()) {
      if (socket.host === host && (process === undefined || socket.process === process)) yield socket;
    }
  }

  /** Takes an event, after those who look at the calls as they were before it. */
  apply(event: Event): void {
    switch (event.kind) {
      case 'call.entered':
        this.#pending.set(event.n, event);
        this.#entered(event);
        return;
      case 'call.returned': {
        const call = this.#pending.get(event.entered);
        this.#pending.delete(event.entered);
        if (call?.call === 'connect' && !UNDER_WAY.has(event.error ?? '')) this.#attemptEnded(call);
        if (call !== undefined && event.error === undefined) this.#returned(call, event.result);
        return;
      }
      case 'process.killed':
      case 'process.exited':
        this.#forget(event.host, event.process);
        return;
      case 'host.powered-off':
        this.#forget(event.host, undefined);
        return;
      default:
    }
  }

  #entered(call: PendingCall): void {
    if (call.socket === undefined) return;
    const socket = this.#open(call.host, call.process, call.socket);
    if (call.call === 'connect') socket.connecting ??= call;
    if (call.call === 'close') {
      socket.closed = true;
      socket.writeEnded = true;
    }
    if (call.call === 'shutdown' && field(call.args, 'how') !== 'read') socket.writeEnded = true;
  }

  #attemptEnded({ host, socket }: PendingCall): void {
    const known = this.socket(host, socket);
    if (known !== undefined) known.connecting = undefined;
  }

  #returned(call: PendingCall, result: Json | undefined): void {
    const made = call.call === 'socket' ? textOf(result) : textOf(field(result, 'socket'));
    const id = made ?? (call.call === 'accept' ? undefined : call.socket);
    if (id === undefined) return;
    const socket = this.#open(call.host, call.process, id);
    socket.local = textOf(field(result, 'local')) ?? socket.local;
    socket.remote = textOf(field(result, 'remote')) ?? socket.remote;
    if (call.call === 'listen') socket.listening = true;
    if (call.call === 'close') this.#sockets.delete(`${call.host} ${id}`);
  }

  #open(host: string, process: string, id: string): KnownSocket {
    const key = `${host} ${id}`;
    const known = this.#sockets.get(key);
    if (known !== undefined) return known;
    const socket: KnownSocket = {
      host,
      process,
      id,
      local: undefined,
      remote: undefined,
      listening: false,
      connecting: undefined,
      writeEnded: false,
      closed: false,
    };
    this.#sockets.set(key, socket);
    return socket;
  }

  #forget(host: string, process: string | undefined): void {
    for (const [n, call] of this.#pending) {
      if (call.host === host && (process === undefined || call.process === process)) this.#pending.delete(n);
    }
    for (const [key, socket] of this.#sockets) {
      if (socket.host === host && (process === undefined || socket.process === process)) this.#sockets.delete(key);
    }
  }
}

/** A member of a JSON object; undefined if it is none, or has no such member. */
export function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, Json>>)[name];
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
