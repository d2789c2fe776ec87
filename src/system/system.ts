/**
 * `os`: the system calls that every world offers to a program. A program that knows only this file runs unchanged in
 * the simulated world, in the page and on a real kernel.
 */
import type { Json } from '../base/json.ts';
import type {
  ConnectOptions,
  Datagram,
  Duration,
  ListenOptions,
  ReceiveOptions,
  SendOptions,
  Signal,
  SocketOptionName,
  SocketOptions,
  SocketStatus,
} from '../socket/api.ts';

import type { NonblockingSocket } from '../socket/nonblocking.ts';
import type { Epoll } from '../socket/poll.ts';

export type {
  BufferStatus,
  ConnectOptions,
  Datagram,
  Duration,
  ListenOptions,
  ReceiveOptions,
  SendOptions,
  Signal,
  Size,
  SocketOptionName,
  SocketOptions,
  SocketStatus,
} from '../socket/api.ts';
export type { NonblockingSocket } from '../socket/nonblocking.ts';
export type { Epoll, Interest, PollFlags, Ready } from '../socket/poll.ts';

/** A connected (or connecting) stream socket. Errors reject with SocketError. */
export interface Socket extends AsyncDisposable {
  /** 'tcp:3', the name of this socket in the trace. */
  readonly id: string;
  readonly local: { readonly address: string; readonly port: number } | undefined;
  /** getpeername: undefined before there is a connection and once it is over. */
  readonly remote: { readonly address: string; readonly port: number } | undefined;
  bind(port: number, options?: { address?: string }): Promise<void>;
  connect(host: string, port: number, options?: { signal?: Signal; dontWait?: boolean }): Promise<void>;
  /** This socket becomes a listening one; it must not be used otherwise afterwards. */
  listen(options?: { backlog?: number }): Promise<Listener>;
  /** The count copied into the send buffer: all, or fewer if an error, a time-out or a close ended the wait. */
  send(data: string | Uint8Array, options?: SendOptions): Promise<number>;
  /** The count copied into `buffer`; 0 at the end of the stream. */
  recv(buffer: Uint8Array, options?: ReceiveOptions): Promise<number>;
  shutdown(how: 'read' | 'write' | 'both'): Promise<void>;
  close(): Promise<void>;
  setOption<K extends keyof SocketOptions>(name: K, value: NonNullable<SocketOptions[K]>): Promise<void>;
  getOption(name: SocketOptionName): Promise<Json>;
  status(): SocketStatus;
}

export interface Listener extends AsyncDisposable {
  readonly id: string;
  readonly local: { readonly address: string; readonly port: number };
  accept(options?: { dontWait?: boolean; signal?: Signal }): Promise<Socket>;
  close(): Promise<void>;
  setOption<K extends keyof SocketOptions>(name: K, value: NonNullable<SocketOptions[K]>): Promise<void>;
  getOption(name: SocketOptionName): Promise<Json>;
}

export interface DatagramSocket extends AsyncDisposable {
  readonly id: string;
  readonly local: { readonly address: string; readonly port: number } | undefined;
  bind(port: number, options?: { address?: string }): Promise<void>;
  /** Fixes the peer, so that `send` needs no address and ICMP errors are reported. */
  connect(host: string, port: number): Promise<void>;
  send(data: string | Uint8Array, options?: SendOptions): Promise<number>;
  sendTo(data: string | Uint8Array, host: string, port: number, options?: SendOptions): Promise<number>;
  recv(buffer: Uint8Array, options?: ReceiveOptions): Promise<number>;
  recvFrom(buffer: Uint8Array, options?: ReceiveOptions): Promise<Datagram>;
  close(): Promise<void>;
  setOption<K extends 'SO_SNDBUF' | 'SO_RCVBUF' | 'SO_RCVTIMEO' | 'SO_SNDTIMEO' | 'SO_REUSEADDR' | 'IPV6_V6ONLY'>(
    name: K,
    value: NonNullable<SocketOptions[K]>,
  ): Promise<void>;
  getOption(name: SocketOptionName): Promise<Json>;
}

/**
 * Calls that never wait, and one that waits for many sockets at once: what an event loop is built of. A program that asks
 * for them may make calls whenever its code runs.
 */
export interface Nonblocking {
  /** A stream socket, neither bound nor connected. */
  socket(): NonblockingSocket;
  epoll(): Epoll;
  /** The addresses of a host's name, the best first, as getaddrinfo sorts them; none: nobody has that name. */
  resolve(name: string): readonly string[];
  /** Whether this host has an IPv6 address, and so ::1 too. */
  readonly speaksIpv6: boolean;
  /** A number that no other process of this host has or had. */
  getpid(): number;
  /** Fills `buffer` with random bytes: of the world's seed, each process's its own. Answers their count. */
  getrandom(buffer: Uint8Array): number;
}

export interface System {
  /** Name of the host, and of this process. */
  readonly host: string;
  readonly process: string;
  listen(port: number, options?: ListenOptions): Promise<Listener>;
  connect(host: string, port: number, options?: ConnectOptions): Promise<Socket>;
  socket(type?: 'stream', options?: SocketOptions): Promise<Socket>;
  socket(type: 'datagram', options?: SocketOptions): Promise<DatagramSocket>;
  /** Virtual milliseconds since the world's start. */
  now(): number;
  sleep(duration: Duration, options?: { signal?: Signal }): Promise<void>;
  /**
   * Standard input, read(0): waits until something was typed, and answers the count copied into `buffer`; never more
   * than one typed piece. 0 at the end of input.
   */
  read(buffer: Uint8Array, options?: { signal?: Signal }): Promise<number>;
  print(...values: readonly (string | number | boolean)[]): void;
  /** Ends this process; nothing after it runs. */
  exit(code?: number): Promise<never>;
  /** Aborts after that much virtual time. */
  timeout(duration: Duration): Signal;
  readonly nonblocking: Nonblocking;
  /** Waits for something that is not the world's; virtual time stands still meanwhile. */
  outside<T>(work: () => Promise<T> | T): Promise<T>;
}

/** What a program returns must be JSON (or nothing): a run's report tells it. */
export type Program<T = unknown> = (os: System) => Promise<T>;
