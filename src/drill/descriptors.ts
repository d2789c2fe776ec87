/**
 * The script's file descriptors: the numbers are the script's own, since it says which number each call brings.
 *
 * Calls it: `calls/`, `run.ts`.
 */
import { NonblockingSocket } from '../socket/nonblocking.ts';
import type { PollFlags } from '../socket/poll.ts';
import type { EpollSet } from './epoll-set.ts';
import { ErrorQueue } from './error-queue.ts';
import type { DrillProcess } from './process.ts';
import { ScriptError } from './script.ts';

/** A stream socket. */
export interface SocketEntry {
  readonly kind: 'socket';
  readonly socket: NonblockingSocket;
  nonblocking: boolean;
  listens: boolean;
  /** SO_RCVTIMEO and SO_SNDTIMEO in nanoseconds; 0: none. */
  receiveTimeout: number;
  sendTimeout: number;
  /** TCP_INQ: recvmsg tells how many bytes are left. */
  tellsUnread: boolean;
  /** What TCP_CONGESTION names. */
  readonly congestion: string;
  /** A call found no room (Linux SOCK_NOSPACE): when there is some, who waits by edges is told. */
  wantsRoom: boolean;
  readonly errors: ErrorQueue;
  /** Who wants to know that it may have become ready. */
  readonly watchers: Set<() => void>;
}

/** What poll says of it: its error queue is ERR too. */
export function flagsOf(entry: SocketEntry): PollFlags {
  settleErrors(entry);
  const flags = entry.socket.pollFlags();
  return entry.errors.isEmpty ? flags : { ...flags, err: true };
}

/** What was acknowledged, or is void with its connection, may be told. */
export function settleErrors({ socket, errors }: SocketEntry): void {
  const { tcb, state } = socket.connection ?? {};
  if (tcb === undefined) return;
  errors.settle(state === 'CLOSED' ? Number.POSITIVE_INFINITY : tcb.sendBuffer.acknowledged);
}

export interface EpollEntry {
  readonly kind: 'epoll';
  readonly set: EpollSet;
}

export type Entry = SocketEntry | EpollEntry;

export class Descriptors {
  readonly process: DrillProcess;
  readonly #entries = new Map<number, Entry>();
  /** The socket that was made or accepted last: whose figures a script asserts when it names none. */
  last: SocketEntry | undefined;

  constructor(process: DrillProcess) {
    this.process = process;
  }

  /** A socket's entry, not yet under a number. */
  entryOf(socket: NonblockingSocket): SocketEntry {
    const watchers = new Set<() => void>();
    socket.onReady = () => {
      settleErrors(entry);
      for (const tell of watchers) tell();
    };
    const entry: SocketEntry = {
      kind: 'socket',
      socket,
      nonblocking: false,
      listens: false,
      receiveTimeout: 0,
      sendTimeout: 0,
      tellsUnread: false,
      congestion: this.process.stack.sysctl.text('net.ipv4.tcp_congestion_control'),
      wantsRoom: false,
      errors: new ErrorQueue(),
      watchers,
    };
    return entry;
  }

  newSocket(): SocketEntry {
    return this.entryOf(new NonblockingSocket(this.process));
  }

  add(number: number, entry: Entry, line: number): void {
    if (this.#entries.has(number)) throw new ScriptError(line, `descriptor ${number} is open already`);
    this.#entries.set(number, entry);
    if (entry.kind === 'socket') this.last = entry;
  }

  get(number: number): Entry | undefined {
    return this.#entries.get(number);
  }

  remove(number: number): void {
    this.#entries.delete(number);
  }
}
