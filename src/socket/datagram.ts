/**
 * A datagram socket: POSIX calls over one UDP port. It keeps each message whole, waits for no room at the peer and sends
 * nothing twice. `send` never blocks: what the link does not take is lost. Only a connected socket is told of ICMP
 * errors, by its next call, once.
 *
 * Source: POSIX.1-2024 `sendto`, `recvfrom`; udp(7); Linux udp_sendmsg, __skb_recv_udp (an error comes before data),
 * measured. Left out: broadcast (SO_BROADCAST) and multicast, MSG_TRUNC: what does not fit the buffer is lost silently.
 *
 * Calls it: programs, through `system/`; the stack, when something has come; the process, at its end.
 */
import { checkInteger, checkOneOf } from '../base/check.ts';
import type { Json } from '../base/json.ts';
import type { DatagramPort } from '../host/datagrams.ts';
import { type Endpoint, formatEndpoint, unmapped } from '../wire/address.ts';
import type { Datagram, ReceiveOptions, SendOptions, SocketOptionName, SocketOptions } from './api.ts';
import { bytesOf, checkBuffer, checkCallOptions, checkHost, RECEIVE_OPTIONS, WAIT_OPTIONS } from './buffers.ts';
import { bindPlace, Descriptor, type Place, placeOf, type Release } from './descriptor.ts';
import type { SocketEnvironment } from './environment.ts';
import { type ErrnoCode, errnoNumber, errnoOfFailure, errnoOfRefusal, SocketError } from './errno.ts';
import { checkSettable, DATAGRAM_OPTIONS, optionOf, type Settings, withOption, withOptions } from './options.ts';
import { PARKED } from './task.ts';
import { Waiter, WaitQueue } from './waiters.ts';

/** SOCK_DGRAM */
const DATAGRAM = 2;

type SettableName = 'SO_SNDBUF' | 'SO_RCVBUF' | 'SO_RCVTIMEO' | 'SO_SNDTIMEO' | 'SO_REUSEADDR' | 'IPV6_V6ONLY';

export class DatagramSocket extends Descriptor implements AsyncDisposable {
  #settings: Settings;
  #port: DatagramPort | undefined;
  readonly #receives: DatagramCalls;

  constructor(environment: SocketEnvironment, settings: Settings) {
    super(environment, 'udp', environment.newNumber());
    this.#settings = settings;
    this.#receives = new DatagramCalls(environment, this.id, () => this.#port);
  }

  get local(): Place | undefined {
    return this.#port === undefined ? undefined : placeOf(this.#port.local, isSix(this.#port));
  }

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
      () => {
        if (this.#port !== undefined) throw new SocketError('EINVAL', 'bind');
        this.#bind(local, 'bind');
      },
    );
  }

  /** Fixes the peer: only its datagrams are taken, and ICMP errors are told. @throws SocketError ENETUNREACH, EACCES */
  connect(host: string, port: number): Promise<void> {
    try {
      checkHost('host', host);
      checkInteger('port', port, 1, 65_535);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call(
      'connect',
      () => ({ host, port }),
      () => {
        const remote = this.#resolve(host, port, 'connect');
        const refusal = this.environment.stack.connectDatagram(this.#bound('connect'), remote);
        if (refusal !== undefined) throw new SocketError(errnoOfRefusal(refusal), 'connect', `${host}:${port}`);
      },
    );
  }

  /** The count: always all of it. @throws SocketError EDESTADDRREQ without a peer; ECONNREFUSED, … once; EMSGSIZE */
  send(data: string | Uint8Array, options: SendOptions = {}): Promise<number> {
    return this.#send('send', data, options, () => undefined, {});
  }

  /** The same to a peer named here. */
  sendTo(data: string | Uint8Array, host: string, port: number, options: SendOptions = {}): Promise<number> {
    try {
      checkHost('host', host);
      checkInteger('port', port, 1, 65_535);
    } catch (error) {
      return Promise.reject(error);
    }
    const told = { host, port };
    return this.#send('sendTo', data, options, () => this.#resolve(host, port, 'sendTo'), told);
  }

  #send(
    name: 'send' | 'sendTo',
    data: string | Uint8Array,
    options: SendOptions,
    to: () => Endpoint | undefined,
    told: { readonly [name: string]: Json },
  ): Promise<number> {
    let bytes: Uint8Array;
    try {
      bytes = bytesOf('data', data);
      checkCallOptions(options, WAIT_OPTIONS);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call(
      name,
      () => ({ length: bytes.length, ...told }),
      () => {
        if (options.signal?.aborted) throw new SocketError('ECANCELED', name);
        return this.#sendNow(name, bytes, to());
      },
      (count) => count,
    );
  }

  #sendNow(name: string, bytes: Uint8Array, to: Endpoint | undefined): number {
    const port = this.#bound(name);
    if (to === undefined && port.remote === undefined) throw new SocketError('EDESTADDRREQ', name);
    const failure = port.takeFailure();
    if (failure !== undefined) throw new SocketError(errnoOfFailure(failure), name);
    const sent = this.environment.stack.sendDatagram(port, bytes, 0, bytes.length, to);
    if (typeof sent === 'string') throw new SocketError(errnoOfRefusal(sent), name);
    return sent;
  }

  /** The length of one datagram, cut to `buffer`. @throws SocketError ECONNREFUSED, … once; EAGAIN; ECANCELED; EBADF */
  recv(buffer: Uint8Array, options: ReceiveOptions = {}): Promise<number> {
    return this.#receive('recv', buffer, options, ({ count }) => count);
  }

  /** The same, with its sender. */
  recvFrom(buffer: Uint8Array, options: ReceiveOptions = {}): Promise<Datagram> {
    return this.#receive('recvFrom', buffer, options, (datagram) => datagram);
  }

  #receive<T extends number | Datagram>(
    name: 'recv' | 'recvFrom',
    buffer: Uint8Array,
    options: ReceiveOptions,
    result: (datagram: Datagram) => T,
  ): Promise<T> {
    const { environment } = this;
    const { task } = environment;
    try {
      checkBuffer('buffer', buffer);
      const signal = checkCallOptions(options, RECEIVE_OPTIONS);
      const flags = { ...(options.dontWait ? { dontWait: true } : {}), ...(options.peek ? { peek: true } : {}) };
      const entered = task.enter(name, this.id, this.told ? { length: buffer.length, ...flags } : null);
      if (entered === PARKED) return task.later(() => this.#receive(name, buffer, options, result));
      if (this.isClosed) return this.refuse(entered, name, 'EBADF');
      if (signal?.aborted) return this.refuse(entered, name, 'ECANCELED');
      const waiter = new DatagramWaiter(name, entered, environment.now, buffer, options.peek === true);
      const { promise } = waiter;
      this.#receives.wait(waiter);
      // Without a port nothing can come: Linux waits all the same (measured).
      this.#receives.serve();
      if (!waiter.isSettled) {
        if (options.dontWait) this.#receives.interrupt(waiter, 'EAGAIN');
        else {
          const { timeoutErrno } = environment.profile;
          waiter.watch(environment, this.#settings.receiveTimeout, timeoutErrno, signal, this.#receives);
        }
      }
      return promise.then(result);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Datagrams that were not read are gone. @throws SocketError EBADF if it was closed before */
  close(): Promise<void> {
    return this.call(
      'close',
      () => ({}),
      () => {
        this.setClosed();
        this.#receives.end('EBADF');
        this.#letGo();
        this.environment.closed(this);
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isClosed) await this.close();
  }

  setOption<K extends SettableName>(name: K, value: NonNullable<SocketOptions[K]>): Promise<void> {
    let after: Settings;
    try {
      checkSettable(name, DATAGRAM_OPTIONS);
      after = withOption(this.#settings, name, value, this.environment.limits);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call(
      'setOption',
      () => ({ name, value: value as Json }),
      () => this.#apply(after),
    );
  }

  getOption(name: SocketOptionName): Promise<Json> {
    try {
      checkOneOf('name', name, [...DATAGRAM_OPTIONS, 'SO_ERROR', 'SO_TYPE', 'SO_ACCEPTCONN']);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.call<Json>(
      'getOption',
      () => ({ name }),
      () => this.#option(name),
      (value) => value,
    );
  }

  #option(name: SocketOptionName): Json {
    if (name === 'SO_TYPE') return DATAGRAM;
    if (name === 'SO_ACCEPTCONN') return 0;
    if (name === 'SO_ERROR') {
      const failure = this.#port?.takeFailure();
      return failure === undefined ? 0 : errnoNumber(errnoOfFailure(failure));
    }
    return optionOf(this.#settings, name, this.environment.limits.sysctl);
  }

  override set(options: SocketOptions): void {
    const has = DATAGRAM_OPTIONS.filter((name) => options[name] !== undefined);
    const own = Object.fromEntries(has.map((name) => [name, options[name]]));
    this.#apply(withOptions(this.#settings, 'options', own, DATAGRAM_OPTIONS, this.environment.limits));
  }

  #apply(after: Settings): void {
    this.#settings = after;
    const port = this.#port;
    if (port === undefined) return;
    port.binding.reuse = after.reuseAddress;
    if (after.tcp.receiveBuffer !== undefined) port.receiveLimit = after.tcp.receiveBuffer;
  }

  #bind(local: Endpoint, syscall: string): DatagramPort {
    const { stack } = this.environment;
    const port = stack.bindDatagram(local, this.#settings);
    if (typeof port === 'string') throw new SocketError(errnoOfRefusal(port), syscall, formatEndpoint(local));
    this.#port = port;
    port.user = { notice: () => this.#receives.serve() };
    this.#apply(this.#settings);
    return port;
  }

  /** Its port; one is chosen if the program bound none. */
  #bound(syscall: string): DatagramPort {
    return this.#port ?? this.#bind({ address: this.environment.stack.any, port: 0 }, syscall);
  }

  #resolve(host: string, port: number, syscall: string): Endpoint {
    const address = this.environment.resolve(host);
    if (address === undefined) throw new SocketError('ENOTFOUND', syscall, host);
    return { address: unmapped(address), port };
  }

  #letGo(): void {
    if (this.#port !== undefined) this.environment.stack.closeDatagram(this.#port);
    this.#port = undefined;
  }

  release(_how: Release): void {
    this.drop();
    this.#letGo();
  }

  protected queues(): readonly WaitQueue<Waiter<unknown>>[] {
    return [this.#receives];
  }
}

/** A socket of IPv6: what comes over IPv4 has a mapped address there. */
function isSix({ binding }: DatagramPort): boolean {
  return binding.local.address.family === 'ipv6';
}

class DatagramWaiter extends Waiter<Datagram> {
  readonly buffer: Uint8Array;
  readonly peek: boolean;
  isSettled = false;

  constructor(name: string, entered: number, since: number, buffer: Uint8Array, peek: boolean) {
    super(name, entered, since);
    this.buffer = buffer;
    this.peek = peek;
  }
}

class DatagramCalls extends WaitQueue<DatagramWaiter> {
  readonly #environment: SocketEnvironment;
  readonly #id: string;
  readonly #port: () => DatagramPort | undefined;

  constructor(environment: SocketEnvironment, id: string, port: () => DatagramPort | undefined) {
    super(environment.task);
    this.#environment = environment;
    this.#id = id;
    this.#port = port;
  }

  protected advance(waiter: DatagramWaiter): boolean {
    const port = this.#port();
    if (port === undefined) return false;
    const failure = port.takeFailure();
    if (failure !== undefined) {
      this.giveUp(waiter, errnoOfFailure(failure));
      return true;
    }
    const { buffer, peek, call, entered } = waiter;
    const taken = port.receive(buffer, 0, buffer.length, peek);
    if (taken === undefined) return false;
    const { count, from } = taken;
    const { sink, task } = this.#environment;
    if (sink.on && !peek) {
      const copied = { process: task.name, socket: this.#id, entered, direction: 'out', bytes: count } as const;
      sink.emit({ kind: 'socket.copied', ...copied });
    }
    waiter.isSettled = true;
    const told = call === 'recv' ? count : { count, from: formatEndpoint(from) };
    waiter.resolve(task, { count, from: placeOf(from, isSix(port)) }, sink.on ? told : undefined);
    return true;
  }

  protected giveUp(waiter: DatagramWaiter, code: ErrnoCode): void {
    waiter.isSettled = true;
    waiter.reject(this.task, code);
  }
}
