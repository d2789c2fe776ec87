/**
 * The script's file descriptors: the numbers are the script's own, since it says which number each call brings.
 *
 * Calls it: `calls/`, `run.ts`.
 */
import { NonblockingSocket } from '../socket/nonblocking.ts';
import type { EpollSet } from './epoll-set.ts';
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
  /** Who wants to know that it may have become ready. */
  readonly watchers: Set<() => void>;
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
