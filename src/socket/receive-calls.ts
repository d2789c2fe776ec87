/**
 * The calls of `recv` on one connection: each copies out what is there, and blocks when nothing is.
 *
 * What decides, in this order (Linux tcp_recvmsg_locked, measured: linux-behaviour section 4):
 *   1. bytes in the receive buffer  -> their count
 *   2. FIN received                 -> 0, for ever; an error that came later is never told here (row 1), but for a reset
 *                                      that threw unread bytes away (profile windows): without it they would seem read
 *   3. a pending error              -> it, once
 *   4. shut down, or closed         -> 0
 *   5. dontWait                     -> EAGAIN
 *   6. otherwise it waits.
 * With waitAll the call goes on after 1 until its buffer is full; whatever ends it then is left to the next call, and so is
 * what lies behind an urgent byte. MSG_OOB is another matter, and never waits (Linux tcp_recv_urg).
 */
import type { Nanoseconds } from '../base/time.ts';
import type { Connection } from '../tcp/connection.ts';
import { isAtMark } from '../tcp/urgent.ts';
import type { ReceiveOptions } from './api.ts';
import type { SocketEnvironment } from './environment.ts';
import { type ErrnoCode, errnoOfFailure, SocketError } from './errno.ts';
import { UNTOLD } from './task.ts';
import { Waiter, WaitQueue } from './waiters.ts';

export class ReceiveWaiter extends Waiter<number> {
  readonly buffer: Uint8Array;
  readonly peek: boolean;
  readonly waitAll: boolean;
  filled = 0;

  constructor(entered: number, since: number, buffer: Uint8Array, peek: boolean, waitAll: boolean) {
    super('recv', entered, since);
    this.buffer = buffer;
    this.peek = peek;
    this.waitAll = waitAll;
  }
}

/** What a socket tells its calls. */
export interface ReceiveOwner {
  readonly id: string;
  readonly connection: Connection | undefined;
}

export class ReceiveCalls extends WaitQueue<ReceiveWaiter> {
  readonly #environment: SocketEnvironment;
  readonly #owner: ReceiveOwner;

  constructor(environment: SocketEnvironment, owner: ReceiveOwner) {
    super(environment.task);
    this.#environment = environment;
    this.#owner = owner;
  }

  /** A call that was entered: copies what is there, or waits. `timeout`: SO_RCVTIMEO. */
  begin(
    connection: Connection,
    entered: number,
    buffer: Uint8Array,
    options: ReceiveOptions | undefined,
    timeout: Nanoseconds,
  ): Promise<number> {
    const { dontWait, peek = false, waitAll = false, urgent = false, signal } = options ?? NO_OPTIONS;
    if (signal?.aborted) return this.#refused(entered, 'ECANCELED');
    if (urgent) {
      const answer = this.#takeUrgent(connection, buffer, peek);
      return typeof answer === 'number' ? this.#returned(entered, answer) : this.#refused(entered, answer);
    }
    let count = 0;
    // The calls before it come first.
    if (this.length === 0) {
      count = this.#take(connection, entered, buffer, 0, peek);
      const isDone = dontWait || count >= leastOf(connection, buffer, waitAll);
      if (count > 0 && (isDone || this.#isOver(connection))) return this.#returned(entered, count);
      const now = count > 0 ? undefined : this.#atOnce(connection, buffer.length);
      if (now === 0) return this.#returned(entered, 0);
      if (now !== undefined) return this.#refused(entered, now);
    }
    if (dontWait) return this.#refused(entered, 'EAGAIN');
    const waiter = this.wait(new ReceiveWaiter(entered, this.#environment.now, buffer, peek, waitAll));
    waiter.filled = count;
    waiter.watch(this.#environment, timeout, this.#environment.profile.timeoutErrno, signal, this);
    return waiter.promise;
  }

  /** A call with O_NONBLOCK that was entered: the count, 0 at the end of the stream, or an errno. */
  attempt(
    connection: Connection,
    entered: number,
    buffer: Uint8Array,
    peek: boolean,
    urgent: boolean,
  ): number | ErrnoCode {
    if (urgent) return this.#takeUrgent(connection, buffer, peek);
    if (this.length > 0) return 'EAGAIN';
    const count = this.#take(connection, entered, buffer, 0, peek);
    return count > 0 ? count : (this.#atOnce(connection, buffer.length) ?? 'EAGAIN');
  }

  #returned(entered: number, count: number): Promise<number> {
    this.task.leave(entered, 'recv', this.#environment.sink.on ? { result: count } : UNTOLD);
    return Promise.resolve(count);
  }

  #refused(entered: number, code: ErrnoCode): Promise<never> {
    this.task.leave(entered, 'recv', { error: code });
    return Promise.reject(new SocketError(code, 'recv'));
  }

  /** Copies what is there; the count. */
  #take(connection: Connection, entered: number, buffer: Uint8Array, from: number, peek: boolean): number {
    const { receiveBuffer } = connection.tcb;
    const { read } = receiveBuffer;
    const count = connection.receive(buffer, from, buffer.length, peek, this.#environment.now);
    // An urgent byte that MSG_OOB has brought leaves the buffer here: it is read, and not counted to the program again.
    const bytes = receiveBuffer.read - read;
    const { sink, task } = this.#environment;
    if (bytes > 0 && sink.on) {
      const { id } = this.#owner;
      sink.emit({ kind: 'socket.copied', process: task.name, socket: id, entered, direction: 'out', bytes });
    }
    return count;
  }

  /** MSG_OOB: the one byte, 0, or an errno. */
  #takeUrgent(connection: Connection, buffer: Uint8Array, peek: boolean): number | ErrnoCode {
    const answer = connection.receiveUrgent(peek);
    if (answer === 'no-urgent-data') return 'EINVAL';
    if (answer === 'not-yet') return 'EAGAIN';
    if (answer === 'end') return 0;
    buffer[0] = answer;
    return Math.min(1, buffer.length);
  }

  /** What the call brings when no byte is there: an errno, 0, or undefined: it has to wait. */
  #atOnce(connection: Connection, length: number): ErrnoCode | 0 | undefined {
    // A call for 0 bytes waits like any other, and takes nothing.
    if (length === 0 && connection.readable > 0) return 0;
    const isTold = !connection.tcb.finReceived || connection.failed === 'reset';
    const failure = isTold ? connection.takeFailure() : undefined;
    if (failure !== undefined) return errnoOfFailure(failure);
    return connection.atEnd ? 0 : undefined;
  }

  /** True if a call that has got some bytes and wants all of its buffer full will get no more for now. */
  #isOver(connection: Connection): boolean {
    return connection.atEnd || connection.failed !== undefined || isAtMark(connection.tcb);
  }

  protected advance(waiter: ReceiveWaiter): boolean {
    const { connection } = this.#owner;
    if (connection === undefined) {
      // The attempt to connect failed, and connect() has told it.
      waiter.reject(this.task, 'ENOTCONN');
      return true;
    }
    const { entered, buffer, peek, waitAll } = waiter;
    const count = this.#take(connection, entered, buffer, peek ? 0 : waiter.filled, peek);
    waiter.filled = peek ? count : waiter.filled + count;
    if (waiter.filled === 0) {
      const now = this.#atOnce(connection, buffer.length);
      if (now === undefined) return false;
      if (now === 0) this.#gives(waiter);
      else waiter.reject(this.task, now);
      return true;
    }
    if (waiter.filled < leastOf(connection, buffer, waitAll) && !this.#isOver(connection)) return false;
    this.#gives(waiter);
    return true;
  }

  protected giveUp(waiter: ReceiveWaiter, code: ErrnoCode): void {
    if (waiter.filled > 0) this.#gives(waiter);
    else waiter.reject(this.task, code);
  }

  #gives(waiter: ReceiveWaiter): void {
    waiter.resolve(this.task, waiter.filled, this.#environment.sink.on ? waiter.filled : undefined);
  }
}

/** How many bytes a call waits for: all of its buffer, or SO_RCVLOWAT (Linux sock_rcvlowat). */
function leastOf({ tcb }: Connection, buffer: Uint8Array, waitAll: boolean): number {
  return waitAll ? buffer.length : Math.min(tcb.options.receiveLowWater, buffer.length);
}

const NO_OPTIONS: ReceiveOptions = {};
