/**
 * A stream socket with O_NONBLOCK: every call answers at once, with an errno where the blocking one would wait or
 * reject. What an event loop written for epoll(7) sees; the seam below Node's `net` is made of it.
 *
 * Calls it: `sim/process-system.ts`, for `node/`.
 */
import type { Json } from '../base/json.ts';
import type { Connection } from '../tcp/connection.ts';
import type { SendMarks } from '../tcp/push.ts';
import { parseAddress } from '../wire/address.ts';
import type { SocketOptionName, SocketOptions } from './api.ts';
import { connectedTold } from './connect-calls.ts';
import type { Place } from './descriptor.ts';
import type { SocketEnvironment } from './environment.ts';
import type { ErrnoCode } from './errno.ts';
import type { ListenSocket } from './listener.ts';
import { type Pollable, type PollFlags, pollFlagsOf } from './poll.ts';
import { StreamSocket } from './socket.ts';

export class NonblockingSocket implements Pollable {
  readonly #environment: SocketEnvironment;
  readonly #stream: StreamSocket;
  #listener: ListenSocket | undefined;

  /** Without a socket: a new one, neither bound nor connected. */
  constructor(environment: SocketEnvironment, stream?: StreamSocket) {
    this.#environment = environment;
    this.#stream = stream ?? new StreamSocket(environment, environment.streamDefaults, environment.newNumber());
  }

  /** What its descriptor stands for now. */
  get #open(): StreamSocket | ListenSocket {
    return this.#listener ?? this.#stream;
  }

  get id(): string {
    return this.#stream.id;
  }
  get local(): Place | undefined {
    return this.#open.local;
  }
  get remote(): Place | undefined {
    return this.#stream.remote;
  }
  set onReady(told: (() => void) | undefined) {
    this.#open.onReady = told;
  }

  pollFlags(): PollFlags {
    if (this.#listener !== undefined) return { ...NONE, in: this.#listener.waiting > 0 };
    return pollFlagsOf(this.#stream.connection, this.#stream.writeShut);
  }

  /** EADDRINUSE, EADDRNOTAVAIL; EINVAL if it is bound already. @throws RangeError for what is no address */
  bind(address: string, port: number): 0 | ErrnoCode {
    const local = { address: parseAddress('address', address), port };
    return this.#done('bind', { address, port }, () => this.#stream.bindNow(local, 'bind'));
  }

  listen(backlog: number): 0 | ErrnoCode {
    const listener = this.#stream.attempt(
      'listen',
      { backlog },
      () => this.#stream.listenNow(backlog),
      ({ id, place }) => ({ socket: id, local: place }),
    );
    if (typeof listener === 'string') return listener;
    listener.onReady = this.#stream.onReady;
    this.#listener = listener;
    return 0;
  }

  /** EAGAIN: no connection waits. EINVAL: it does not listen. */
  accept(): NonblockingSocket | ErrnoCode {
    const listener = this.#listener;
    if (listener === undefined) return 'EINVAL';
    const stream = listener.attempt(
      'accept',
      { dontWait: true },
      () => listener.acceptNow() ?? 'EAGAIN',
      (accepted) => connectedTold(this.#environment, accepted) ?? null,
    );
    return typeof stream === 'string' ? stream : new NonblockingSocket(this.#environment, stream);
  }

  /** EINPROGRESS; asked again EALREADY, then 0 or why it failed. */
  connect(host: string, port: number): 0 | ErrnoCode {
    const args = { host, port, dontWait: true };
    const told = () => connectedTold(this.#environment, this.#stream) ?? null;
    const answer = this.#stream.attempt<0>('connect', args, () => this.#stream.connectNow(host, port), told);
    this.#deliverLooped();
    return answer;
  }

  /** The count copied into the send buffer; EAGAIN: none. */
  send(data: Uint8Array, marks?: SendMarks): number | ErrnoCode {
    const args = { length: data.length, dontWait: true, ...marks };
    const send = (entered: number) => this.#stream.sendNow(entered, data, marks);
    const answer = this.#stream.attempt<number>('send', args, send, same);
    this.#deliverLooped();
    return answer;
  }

  /**
   * The count copied into `buffer`, 0 at the end of the stream; EAGAIN: nothing is there. `peek`: the bytes stay. `urgent`:
   * the urgent byte; EINVAL: there is none.
   */
  recv(buffer: Uint8Array, peek = false, urgent = false): number | ErrnoCode {
    const args = { length: buffer.length, dontWait: true, ...(peek && { peek }), ...(urgent && { urgent }) };
    const work = (entered: number) => this.#stream.recvNow(entered, buffer, peek, urgent);
    return this.#stream.attempt<number>('recv', args, work, same);
  }

  shutdown(how: 'read' | 'write' | 'both'): 0 | ErrnoCode {
    return this.#done('shutdown', { how }, () => this.#stream.shutNow(how));
  }

  /** @throws TypeError, RangeError for a value that cannot be */
  setOption<K extends keyof SocketOptions>(name: K, value: NonNullable<SocketOptions[K]>): 0 | ErrnoCode {
    const apply = this.#open.settingNow(name, value);
    return this.#done('setOption', { name, value: value as Json }, apply);
  }

  /** The value as `getOption` of a blocking socket tells it. @throws TypeError for a name that is none */
  getOption(name: SocketOptionName): Json | ErrnoCode {
    return this.#open.attempt<Json>('getOption', { name }, () => this.#open.optionNow(name), told);
  }

  /** What its figures are read from; undefined before connect(), and for one that listens. */
  get connection(): Connection | undefined {
    return this.#listener === undefined ? this.#stream.connection : undefined;
  }

  /** The system delivers what was written, then FIN; a reset if bytes lay unread, or with SO_LINGER 0. */
  close(): 0 | ErrnoCode {
    return this.#done('close', {}, () => this.#open.closeNow());
  }

  #done(name: string, args: Json, work: () => void): 0 | ErrnoCode {
    const answer = this.#open.attempt<0>(name, args, () => {
      work();
      return 0;
    });
    this.#deliverLooped();
    return answer;
  }

  /** What a call sends to this host itself arrives before the call returns, as on Linux: who is ready first is seen by it. */
  #deliverLooped(): void {
    const { connection } = this;
    const { stack, now } = this.#environment;
    if (connection !== undefined && stack.isLocal(connection.remote.address)) stack.flush(now);
  }
}

const NONE: PollFlags = { in: false, out: false, err: false, hup: false, rdhup: false, pri: false };

const same = (count: number): number => count;
const told = (value: Json): Json => value;
