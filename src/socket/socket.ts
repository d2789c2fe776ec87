/**
 * A stream socket: POSIX calls over one TCP connection. The program holds this as its handle; all that it stands for,
 * buffers, timers, the connection itself, belongs to the operating system (`host/`, `tcp/`) and outlives it.
 *
 * Source: POSIX.1-2024 `connect`, `send`, `recv`, `shutdown`, `close`; where it leaves a choice, Linux's, measured
 * (linux-behaviour sections 3 and 4). Errors are one-shot: the first call takes it, afterwards recv brings 0 and send
 * EPIPE.
 *
 * In one `send` the order is: the bytes are copied, the call returns, and only when the program waits again do frames
 * leave. Left out: SIGURG, SIGPIPE (EPIPE tells it), poll.
 *
 * Calls it: programs, through `system/`; the stack, with notices; the process, at its end.
 */
import { checkInteger, checkKeys, checkOneOf } from '../base/check.ts';
import type { Json } from '../base/json.ts';
import type { PortBinding, StreamUser } from '../host/stack.ts';
import type { Connection } from '../tcp/connection.ts';
import { NOTICE } from '../tcp/notices.ts';
import { type Endpoint, unmapped } from '../wire/address.ts';
import type { ReceiveOptions, SendOptions, SocketOptionName, SocketOptions, SocketStatus } from './api.ts';
import {
  bytesOf,
  callArgs,
  checkBacklog,
  checkBuffer,
  checkCallOptions,
  checkHost,
  RECEIVE_OPTIONS,
  SEND_OPTIONS,
} from './buffers.ts';
import { ConnectCalls, ConnectWaiter, connectedTold, LingeringClose } from './connect-calls.ts';
import { bindPlace, Descriptor, type Place, placeOf, type Release } from './descriptor.ts';
import type { SocketEnvironment } from './environment.ts';
import { type ErrnoCode, errnoOfRefusal, SocketError } from './errno.ts';
import { errorOf, optionOfConnection, peerOf, type SocketFigures, statusOf, statusWithout } from './figures.ts';
import { type Accepted, ListenSocket } from './listener.ts';
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
import { ReceiveCalls } from './receive-calls.ts';
import { SendCalls } from './send-calls.ts';
import { PARKED, UNTOLD } from './task.ts';
import { Waiter, type WaitQueue } from './waiters.ts';

export class StreamSocket extends Descriptor implements StreamUser, AsyncDisposable {
  /** From connect() or accept() on; kept after close() for the ledger's sake. */
  connection: Connection | undefined;
  /** Bytes that `send` was asked to take, less those that ended calls gave back. */
  requested = 0;
  writeShut = false;

  #settings: Settings;
  /** The local port that it holds: bound by the program, or chosen for connect(). */
  #binding: PortBinding | undefined;
  /** Linux's socket states: no connection, an attempt that no connect() has seen end, a connection. */
  #phase: 'unconnected' | 'connecting' | 'connected';
  #announced = false;
  /** A socket of IPv6, to which IPv4 addresses are mapped ones. */
  #six: boolean;
  /** Bytes that blocked calls still held when the process was killed. */
  #lost = 0;
  /** It became a listening socket. */
  #listener: ListenSocket | undefined;
  readonly #receives: ReceiveCalls;
  readonly #sends: SendCalls;
  #connects: ConnectCalls | undefined;
  #lingering: LingeringClose | undefined;

  /** `accepted`: what accept() took, and whether its listener is of IPv6. */
  constructor(environment: SocketEnvironment, settings: Settings, number: number, accepted?: Accepted) {
    super(environment, 'tcp', number);
    const connection = accepted?.connection;
    this.#six = accepted?.six === true;
    this.#settings = settings;
    this.connection = connection;
    this.#phase = connection === undefined ? 'unconnected' : 'connected';
    this.#receives = new ReceiveCalls(environment, this);
    this.#sends = new SendCalls(environment, this);
    if (connection !== undefined) {
      connection.user = this;
      this.#announce();
    }
  }

  override get isClosed(): boolean {
    return super.isClosed || this.#listener?.isClosed === true;
  }

  get local(): Place | undefined {
    const endpoint = this.connection?.local ?? this.#binding?.local;
    return endpoint === undefined ? undefined : placeOf(endpoint, this.#six);
  }

  /** getpeername: ENOTCONN, undefined here, before there is a connection and once it is over (row 14; inet_getname). */
  get remote(): Place | undefined {
    return peerOf(this.connection, this.#six);
  }

  // ---- bind, connect, listen ----

  /** @throws SocketError EADDRINUSE, EADDRNOTAVAIL; EINVAL if it is bound already */
  bind(port: number, options: { address?: string } = {}): Promise<void> {
    let local: Endpoint;
    try {
      local = bindPlace(port, options, this.environment);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call(
      'bind',
      () => ({ port, ...options }),
      () => this.bindNow(local, 'bind'),
    );
  }

  /** Part of `bind`, and of the calls that bind on the way. @throws SocketError */
  bindNow(local: Endpoint, syscall: string): void {
    if (this.#binding !== undefined || this.connection !== undefined) throw new SocketError('EINVAL', syscall);
    this.#six = local.address.family === 'ipv6';
    const address = unmapped(local.address);
    const bound = this.environment.stack.bindStream({ address, port: local.port }, this.#settings);
    if (typeof bound === 'string') throw new SocketError(errnoOfRefusal(bound), syscall, `port ${local.port}`);
    this.#binding = bound;
  }

  /**
   * Settles when the connection is established.
   *
   * @throws SocketError ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, …; after these the socket may connect again
   */
  connect(
    host: string,
    port: number,
    options: { signal?: SendOptions['signal']; dontWait?: boolean } = {},
  ): Promise<void> {
    const { task } = this.environment;
    try {
      checkHost('host', host);
      checkInteger('port', port, 1, 65_535);
      const signal = checkCallOptions(options, SEND_OPTIONS);
      const told = this.told ? { host, port, ...(options.dontWait ? { dontWait: true } : {}) } : null;
      const entered = task.enter('connect', this.id, told);
      if (entered === PARKED) return task.later(() => this.connect(host, port, options));
      if (this.isClosed) return this.refuse(entered, 'connect', 'EBADF');
      return this.#connectNow(entered, host, port, options.dontWait === true, signal, undefined) as Promise<void>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** `connect` of `os`, whose call was entered: brings this socket, or closes it. */
  connectFor(
    entered: number,
    host: string,
    port: number,
    from: Endpoint | undefined,
    signal: SendOptions['signal'],
  ): Promise<StreamSocket> {
    try {
      if (from !== undefined) this.bindNow(from, 'connect');
    } catch (error) {
      this.abandon();
      if (error instanceof SocketError) this.environment.task.leave(entered, 'connect', { error: error.code });
      throw error;
    }
    return this.#connectNow(entered, host, port, false, signal, this) as Promise<StreamSocket>;
  }

  #connectNow(
    entered: number,
    host: string,
    port: number,
    dontWait: boolean,
    signal: SendOptions['signal'],
    brings: StreamSocket | undefined,
  ): Promise<unknown> {
    const { environment } = this;
    this.#connects ??= new ConnectCalls(environment, this);
    const begun = this.#beginConnect(host, port, dontWait, signal?.aborted === true);
    if (begun === 0) {
      const told = connectedTold(environment, this);
      environment.task.leave(entered, 'connect', told === undefined ? UNTOLD : { result: told });
      return Promise.resolve(brings);
    }
    if (begun !== undefined) {
      brings?.abandon();
      return this.refuse(entered, 'connect', begun, `${host}:${port}`);
    }
    const waiter = this.#connects.wait(new ConnectWaiter(entered, environment.now, brings));
    const timedOut = environment.profile.name === 'windows' ? 'ETIMEDOUT' : 'EINPROGRESS';
    waiter.watch(environment, this.#settings.sendTimeout, timedOut, signal, this.#connects);
    return waiter.promise;
  }

  /** Part of a connect() that does not wait: EINPROGRESS; asked again EALREADY, then 0 or why it failed. */
  connectNow(host: string, port: number): 0 | ErrnoCode {
    this.#connects ??= new ConnectCalls(this.environment, this);
    return this.#beginConnect(host, port, true, false) ?? 'EINPROGRESS';
  }

  /** What connect() brings at once: an errno, 0, or undefined: it waits. Linux __inet_stream_connect. */
  #beginConnect(host: string, port: number, dontWait: boolean, aborted: boolean): ErrnoCode | 0 | undefined {
    if (this.#phase === 'connected' || this.#listener !== undefined) return 'EISCONN';
    if (aborted) return 'ECANCELED';
    if (this.#phase === 'connecting') {
      const outcome = this.#connects?.outcome();
      return outcome === undefined && dontWait ? 'EALREADY' : outcome;
    }
    const { environment } = this;
    const address = environment.resolve(host);
    if (address === undefined) return 'ENOTFOUND';
    this.#six ||= address.family === 'ipv6';
    const remote = { address: unmapped(address), port };
    const connection = environment.stack.connect(this.#binding, remote, this.#settings.tcp, this.#settings);
    if (typeof connection === 'string') return errnoOfRefusal(connection);
    connection.user = this;
    this.connection = connection;
    this.#phase = 'connecting';
    return dontWait ? 'EINPROGRESS' : undefined;
  }

  /** Part of ConnectOwner. */
  isConnected(): void {
    this.#phase = 'connected';
    this.#announce();
  }

  /** Part of ConnectOwner: the socket may connect again; a port that the program bound stays bound. */
  disconnected(): void {
    if (this.connection !== undefined) this.connection.user = undefined;
    this.connection = undefined;
    this.#phase = 'unconnected';
    this.writeShut = false;
    this.#receives.serve();
    this.#sends.serve();
  }

  /** Closes a socket that no program has got. */
  abandon(): void {
    this.closeNow('rst');
  }

  /** @throws SocketError EINVAL if it is connected; EADDRINUSE if another socket listens there */
  listen(options: { backlog?: number } = {}): Promise<ListenSocket> {
    let backlog: number;
    try {
      backlog = checkBacklog('options.backlog', checkKeys('options', options, ['backlog']).backlog);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call(
      'listen',
      () => ({ backlog }),
      () => this.listenNow(backlog),
      (listener) => ({ socket: listener.id, local: listener.place }),
    );
  }

  /** Part of `listen`. @throws SocketError */
  listenNow(backlog: number): ListenSocket {
    if (this.connection !== undefined) throw new SocketError('EINVAL', 'listen');
    const { environment } = this;
    const { stack, limits } = environment;
    const most = Math.min(backlog, limits.sysctl.get('net.core.somaxconn'));
    if (this.#listener !== undefined) {
      this.#listener.listenAgain(most);
      return this.#listener;
    }
    if (this.#binding === undefined) this.bindNow({ address: stack.any, port: 0 }, 'listen');
    const binding = this.#binding as PortBinding;
    const listen = stack.listen(binding, most, this.#settings.tcp);
    if (typeof listen === 'string')
      throw new SocketError(errnoOfRefusal(listen), 'listen', `port ${binding.local.port}`);
    const accepted = (connection: Connection, settings: Settings) =>
      new StreamSocket(environment, settings, environment.newNumber(), { connection, six: this.#six });
    this.#listener = new ListenSocket(environment, this.number, binding, listen, this.#settings, accepted);
    return this.#listener;
  }

  // ---- send, recv ----

  /**
   * The count copied into the send buffer: all, or fewer if an error, a time-out, a signal or a close ended the wait
   * (the error is left to the next call). The buffer belongs to the operating system until the promise settles.
   *
   * @throws SocketError EPIPE, ECONNRESET, ETIMEDOUT, …; EAGAIN; ECANCELED; EBADF
   */
  send(data: string | Uint8Array, options?: SendOptions): Promise<number> {
    const { task } = this.environment;
    let entered: number;
    let bytes: Uint8Array;
    try {
      bytes = bytesOf('data', data);
      checkCallOptions(options, SEND_OPTIONS);
      entered = task.enter('send', this.id, this.told ? callArgs(bytes.length, options) : null);
      if (entered === PARKED) return task.later(() => this.send(data, options));
      const { connection } = this;
      if (this.isClosed) return this.refuse(entered, 'send', 'EBADF');
      // Linux: EPIPE, also where POSIX says ENOTCONN (measured).
      if (connection === undefined) return this.refuse(entered, 'send', this.#unconnected('EPIPE'));
      this.requested += bytes.length;
      return this.#sends.begin(connection, entered, bytes, options, this.#settings.sendTimeout);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Part of a send that does not wait: the count, or an errno. */
  sendNow(entered: number, data: Uint8Array, marks?: SendOptions): number | ErrnoCode {
    const { connection } = this;
    if (connection === undefined) return this.#unconnected('EPIPE');
    this.requested += data.length;
    return this.#sends.attempt(connection, entered, data, marks);
  }

  /** Part of SendOwner. */
  gaveBack(bytes: number): void {
    this.requested -= bytes;
  }

  /**
   * The count copied into `buffer`, at least 1 unless the stream has ended (0) or `buffer` has no room.
   *
   * @throws SocketError ECONNRESET, ETIMEDOUT, … once; ENOTCONN; EAGAIN; ECANCELED; EBADF
   */
  recv(buffer: Uint8Array, options?: ReceiveOptions): Promise<number> {
    const { task } = this.environment;
    let entered: number;
    try {
      checkBuffer('buffer', buffer);
      checkCallOptions(options, RECEIVE_OPTIONS);
      entered = task.enter('recv', this.id, this.told ? callArgs(buffer.length, options) : null);
      if (entered === PARKED) return task.later(() => this.recv(buffer, options));
      const { connection } = this;
      if (this.isClosed) return this.refuse(entered, 'recv', 'EBADF');
      if (connection === undefined) return this.refuse(entered, 'recv', 'ENOTCONN');
      return this.#receives.begin(connection, entered, buffer, options, this.#settings.receiveTimeout);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Part of a recv that does not wait: the count, 0 at the end of the stream, or an errno. */
  recvNow(entered: number, buffer: Uint8Array, peek = false, urgent = false): number | ErrnoCode {
    const { connection } = this;
    return connection === undefined ? 'ENOTCONN' : this.#receives.attempt(connection, entered, buffer, peek, urgent);
  }

  // ---- shutdown, close ----

  /**
   * 'write' sends FIN behind what was written; 'read' lets recv bring 0 once the buffer is empty.
   *
   * @throws SocketError ENOTCONN, also when the connection has ended (row 11)
   */
  shutdown(how: 'read' | 'write' | 'both'): Promise<void> {
    try {
      checkOneOf('how', how, ['read', 'write', 'both']);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call(
      'shutdown',
      () => ({ how }),
      () => this.shutNow(how),
    );
  }

  /** Part of `shutdown`. @throws SocketError */
  shutNow(how: 'read' | 'write' | 'both'): void {
    const { connection } = this;
    const { now } = this.environment;
    if (connection === undefined || connection.state === 'CLOSED' || connection.state === 'TIME-WAIT') {
      throw new SocketError('ENOTCONN', 'shutdown');
    }
    if (connection.state === 'SYN-SENT') {
      // Linux inet_shutdown: the attempt is given up.
      connection.abort(now);
      this.disconnected();
      this.#connects?.end('ECONNRESET');
      return;
    }
    if (this.#phase === 'connecting') this.isConnected(); // Linux inet_shutdown: connect() would find it so
    if (how !== 'read') {
      this.writeShut = true;
      connection.shutdownWrite(now);
      this.#sends.serve();
    }
    if (how !== 'write') {
      connection.shutdownRead(now);
      this.#receives.serve();
    }
  }

  /**
   * The program lets go of the socket; its operating system delivers what was written, then FIN. If bytes lay unread it
   * is a reset. Settles at once, but with SO_LINGER when all is acknowledged or the time is over.
   *
   * @throws SocketError EBADF if it was closed before
   */
  close(): Promise<void> {
    if (this.#listener !== undefined) return this.#listener.close();
    const { task } = this.environment;
    try {
      const entered = task.enter('close', this.id, this.told ? {} : null);
      if (entered === PARKED) return task.later(() => this.close());
      if (this.isClosed) return this.refuse(entered, 'close', 'EBADF');
      this.setClosed();
      this.#receives.end('EBADF');
      this.#sends.end('EBADF');
      this.#connects?.end('EBADF');
      const { linger } = this.#settings;
      const { connection } = this;
      if (connection !== undefined && linger !== undefined && linger > 0) {
        return this.#closeLingering(connection, entered, linger);
      }
      this.closeNow();
      task.leave(entered, 'close', UNTOLD);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Part of a close() that does not wait, for a socket in which no call blocks. */
  closeNow(how: Release = 'fin'): void {
    this.setClosed();
    this.#letGo(how, this.environment.now);
    this.environment.closed(this);
  }

  #closeLingering(connection: Connection, entered: number, linger: number): Promise<void> {
    const { environment } = this;
    connection.close(environment.now);
    this.#lingering = new LingeringClose(environment, connection, () => {
      connection.user = undefined;
      this.#unbind();
      environment.closed(this);
    });
    const waiter = this.#lingering.wait(new Waiter<void>('close', entered, environment.now));
    // Without an errno of its own a time-out is a success (row 16): the connection goes on by itself.
    const timedOut = environment.profile.lingerTimeoutErrno === undefined ? 'ETIMEDOUT' : 'EAGAIN';
    waiter.watch(environment, linger, timedOut, undefined, this.#lingering);
    this.#lingering.serve();
    return waiter.promise;
  }

  #letGo(how: Release, now: number): void {
    const { connection } = this;
    if (connection !== undefined) {
      connection.user = undefined;
      if (how === 'rst' || this.#settings.linger === 0) connection.abort(now);
      else connection.close(now);
    }
    this.#unbind();
  }

  #unbind(): void {
    if (this.#binding !== undefined) this.environment.stack.unbindStream(this.#binding);
    this.#binding = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isClosed) await this.close();
  }

  // ---- options, status ----

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
    if (this.#binding !== undefined) this.environment.stack.setReuseAddress(this.#binding, after.reuseAddress);
    if (changes === undefined || this.connection === undefined) return;
    this.connection.setOptions(changes, this.environment.now);
  }

  /** Durations in milliseconds; buffers' limits as the system counts them; SO_ERROR takes the error, a number. */
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
    const { connection } = this;
    if (name === 'SO_TYPE') return 1; // SOCK_STREAM
    if (name === 'SO_ACCEPTCONN') return this.#listener === undefined ? 0 : 1;
    if (name === 'SO_ERROR') return errorOf(connection);
    const live = connection && optionOfConnection(connection, name);
    return live ?? optionOf(this.#settings, name, this.environment.limits.sysctl);
  }

  /** A copy of what the socket is now; costs no system call. */
  status(): SocketStatus {
    if (this.connection !== undefined) return statusOf(this.connection);
    const { limits } = this.environment;
    const limit = (name: 'SO_SNDBUF' | 'SO_RCVBUF') => Number(optionOf(this.#settings, name, limits.sysctl));
    return statusWithout(this.#binding?.local, limit('SO_SNDBUF'), limit('SO_RCVBUF'));
  }

  /** For the ledger: live figures, also after close(). undefined: it never had a connection. */
  figures(): SocketFigures | undefined {
    const { connection } = this;
    if (connection === undefined) return undefined;
    return {
      id: this.id,
      process: this.environment.task.name,
      requested: this.requested,
      lost: this.#lost,
      connection,
    };
  }

  // ---- the stack's and the process's side ----

  /** The stack tells what happened to the connection, after the event. */
  notice(connection: Connection, notices: number): void {
    if (connection !== this.connection) return;
    if ((notices & NOTICE.established) !== 0) this.#announce();
    this.onReady?.();
    if (!this.environment.task.running) return;
    if (this.#lingering !== undefined) {
      this.#lingering.serve();
      return;
    }
    if (this.#connects !== undefined && this.#connects.length > 0) this.#connects.serve();
    if (this.#receives.length > 0) this.#receives.serve();
    if (this.#sends.length > 0) this.#sends.serve();
  }

  release(how: Release, killed: boolean): void {
    if (killed) this.lose();
    else this.drop();
    // A close() that lingers has closed it already.
    if (this.#lingering === undefined) this.#letGo(how, this.environment.now);
    else this.#unbind();
  }

  override lose(): void {
    this.drop();
    if (this.connection === undefined) return;
    this.#lost = this.requested - this.connection.figures().written;
    this.connection.user = undefined;
  }

  protected queues(): readonly WaitQueue<Waiter<unknown>>[] {
    const queues: WaitQueue<Waiter<unknown>>[] = [this.#receives, this.#sends];
    // connect() comes first: it takes the error of an attempt that failed.
    if (this.#connects !== undefined) queues.unshift(this.#connects);
    if (this.#lingering !== undefined) queues.push(this.#lingering);
    return queues;
  }

  #unconnected(linux: ErrnoCode): ErrnoCode {
    return this.environment.profile.name === 'linux' ? linux : 'ENOTCONN';
  }

  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.environment.connected(this);
  }
}
