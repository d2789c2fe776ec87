/**
 * A listening socket: it takes connections that its operating system has already made, and never carries data.
 *
 * Source: POSIX.1-2024 `accept`; linux-behaviour rows 13, 14, 47.
 * Calls it: programs, through `system/`; the stack, when a connection is there; the process, at its end.
 */
import { checkOneOf } from '../base/check.ts';
import type { Json } from '../base/json.ts';
import type { PortBinding } from '../host/stack.ts';
import type { Connection } from '../tcp/connection.ts';
import type { Listen } from '../tcp/listen.ts';
import { formatEndpoint } from '../wire/address.ts';
import type { SendOptions, SocketOptionName, SocketOptions } from './api.ts';
import { checkCallOptions, WAIT_OPTIONS } from './buffers.ts';
import { connectedTold } from './connect-calls.ts';
import { Descriptor, type Place, placeOf, type Release } from './descriptor.ts';
import type { SocketEnvironment } from './environment.ts';
import type { ErrnoCode } from './errno.ts';
import {
  checkSettable,
  optionOf,
  READ_ONLY,
  type Settings,
  STREAM_OPTIONS,
  tcpChanges,
  withOption,
  withOptions,
} from './options.ts';
import type { StreamSocket } from './socket.ts';
import { PARKED, UNTOLD } from './task.ts';
import { Waiter, WaitQueue } from './waiters.ts';

/** A connection, and whether the socket that it gets is of IPv6. */
export interface Accepted {
  readonly connection: Connection;
  readonly six: boolean;
}

type MakeSocket = (connection: Connection, settings: Settings) => StreamSocket;

export class ListenSocket extends Descriptor implements AsyncDisposable {
  readonly local: Place;
  /** '10.0.0.1:7000', for the trace. */
  readonly place: string;
  readonly #listen: Listen;
  readonly #binding: PortBinding;
  #settings: Settings;
  readonly #accepts: AcceptCalls;
  readonly #accepted: MakeSocket;

  /** `number`: of the socket that became this one. `accepted` makes the socket of a connection. */
  constructor(
    environment: SocketEnvironment,
    number: number,
    binding: PortBinding,
    listen: Listen,
    settings: Settings,
    accepted: MakeSocket,
  ) {
    super(environment, 'tcp', number);
    this.#binding = binding;
    this.#listen = listen;
    this.#settings = settings;
    this.#accepted = accepted;
    this.local = placeOf(binding.local, false);
    this.place = formatEndpoint(binding.local);
    this.#accepts = new AcceptCalls(environment, () => this.acceptNow());
    listen.user = {
      acceptable: () => {
        this.onReady?.();
        this.#accepts.serve();
      },
    };
  }

  /**
   * A new socket for a connection that exists already: bytes may lie in its receive buffer, and it may have failed
   * (then the new socket tells so).
   *
   * @throws SocketError EAGAIN, ECANCELED, EBADF
   */
  accept(options: SendOptions = {}): Promise<StreamSocket> {
    const { environment } = this;
    const { task } = environment;
    try {
      const signal = checkCallOptions(options, WAIT_OPTIONS);
      const entered = task.enter('accept', this.id, this.told ? (options.dontWait ? { dontWait: true } : {}) : null);
      if (entered === PARKED) return task.later(() => this.accept(options));
      if (this.isClosed) return this.refuse(entered, 'accept', 'EBADF');
      if (signal?.aborted) return this.refuse(entered, 'accept', 'ECANCELED');
      const taken = this.#accepts.length > 0 ? undefined : this.acceptNow();
      if (typeof taken === 'object') {
        const told = connectedTold(environment, taken);
        task.leave(entered, 'accept', told === undefined ? UNTOLD : { result: told });
        return Promise.resolve(taken);
      }
      if (taken !== undefined) return this.refuse(entered, 'accept', taken);
      if (options.dontWait) return this.refuse(entered, 'accept', 'EAGAIN');
      const waiter = this.#accepts.wait(new Waiter<StreamSocket>('accept', entered, environment.now));
      const { receiveTimeout } = this.#settings;
      waiter.watch(environment, receiveTimeout, environment.profile.timeoutErrno, signal, this.#accepts);
      return waiter.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** listen() once more: another backlog, from now on. */
  listenAgain(backlog: number): void {
    this.#listen.backlog = backlog;
  }

  /** Connections that wait to be accepted. */
  get waiting(): number {
    return this.#listen.length;
  }

  /** The oldest connection as a socket, an errno, or undefined: there is none. */
  acceptNow(): StreamSocket | ErrnoCode | undefined {
    const connection: Connection | undefined = this.#listen.accept();
    if (connection === undefined) return undefined;
    const { acceptAborted } = this.environment.profile;
    if (acceptAborted !== 'socket' && connection.failed !== undefined) return acceptAborted;
    return this.#accepted(connection, this.#settings);
  }

  /** Connections that nobody accepted are reset (row 13). @throws SocketError EBADF if it was closed before */
  close(): Promise<void> {
    return this.call(
      'close',
      () => ({}),
      () => this.closeNow(),
    );
  }

  /** Part of `close`. */
  closeNow(): void {
    this.setClosed();
    this.#accepts.end('EBADF');
    this.#letGo();
    this.environment.closed(this);
  }

  #letGo(): void {
    this.#listen.user = undefined;
    this.environment.stack.closeListen(this.#listen);
    this.environment.stack.unbindStream(this.#binding);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isClosed) await this.close();
  }

  /** What it sets, the sockets of later `accept`s have. */
  setOption<K extends keyof SocketOptions>(name: K, value: NonNullable<SocketOptions[K]>): Promise<void> {
    let apply: () => void;
    try {
      apply = this.settingNow(name, value);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call('setOption', () => ({ name, value: value as Json }), apply);
  }

  /** Part of `setOption`: what it does, once name and value are found right. @throws TypeError, RangeError */
  settingNow<K extends keyof SocketOptions>(name: K, value: NonNullable<SocketOptions[K]>): () => void {
    checkSettable(name, STREAM_OPTIONS);
    const after = withOption(this.#settings, name, value, this.environment.limits);
    return () => this.#apply(after);
  }

  override set(options: SocketOptions): void {
    this.#apply(withOptions(this.#settings, 'options', options, STREAM_OPTIONS, this.environment.limits));
  }

  #apply(after: Settings): void {
    const changes = tcpChanges(this.#settings, after);
    this.#settings = after;
    this.environment.stack.setReuseAddress(this.#binding, after.reuseAddress);
    if (changes !== undefined) Object.assign(this.#listen.options, changes);
  }

  getOption(name: SocketOptionName): Promise<Json> {
    try {
      checkOneOf('name', name, [...STREAM_OPTIONS, ...READ_ONLY]);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call<Json>(
      'getOption',
      () => ({ name }),
      () => this.optionNow(name),
      (value) => value,
    );
  }

  /** Part of `getOption`. */
  optionNow(name: SocketOptionName): Json {
    if (name === 'SO_TYPE' || name === 'SO_ACCEPTCONN') return 1; // SOCK_STREAM; it listens
    if (name === 'SO_ERROR') return 0;
    return optionOf(this.#settings, name, this.environment.limits.sysctl);
  }

  release(_how: Release): void {
    this.drop();
    this.#letGo();
  }

  protected queues(): readonly WaitQueue<Waiter<unknown>>[] {
    return [this.#accepts];
  }
}

class AcceptCalls extends WaitQueue<Waiter<StreamSocket>> {
  readonly #environment: SocketEnvironment;
  readonly #take: () => StreamSocket | ErrnoCode | undefined;

  constructor(environment: SocketEnvironment, take: () => StreamSocket | ErrnoCode | undefined) {
    super(environment.task);
    this.#environment = environment;
    this.#take = take;
  }

  protected advance(waiter: Waiter<StreamSocket>): boolean {
    const taken = this.#take();
    if (taken === undefined) return false;
    if (typeof taken === 'string') waiter.reject(this.task, taken);
    else waiter.resolve(this.task, taken, connectedTold(this.#environment, taken));
    return true;
  }

  protected giveUp(waiter: Waiter<StreamSocket>, code: ErrnoCode): void {
    waiter.reject(this.task, code);
  }
}
