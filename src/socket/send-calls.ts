/**
 * The calls of `send` on one connection: each copies what finds room and blocks until all of its bytes are copied.
 *
 * What decides, in this order (Linux tcp_sendmsg_locked, measured: linux-behaviour section 4):
 *   1. still connecting                        -> it waits (dontWait: EAGAIN)
 *   2. a pending error                         -> it, once; a send made before any recv takes it
 *   3. shut down for writing, or closed        -> EPIPE
 *   4. room                                    -> bytes are copied
 *   5. dontWait                                -> the count so far, or EAGAIN
 *   6. otherwise it waits.
 * An error that comes after some bytes were copied is left to the next call, and this one returns the count.
 *
 * By the rule `whole` (Windows) a call is taken whole, whatever its size, while less than SO_SNDBUF is pending.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { Connection } from '../tcp/connection.ts';
import type { SendMarks } from '../tcp/push.ts';
import type { SendOptions } from './api.ts';
import type { SocketEnvironment } from './environment.ts';
import { type ErrnoCode, errnoOfFailure, SocketError } from './errno.ts';
import { UNTOLD } from './task.ts';
import { Waiter, WaitQueue } from './waiters.ts';

export class SendWaiter extends Waiter<number> {
  /** The program's own memory: whatever it holds when room comes is what is copied. */
  readonly data: Uint8Array;
  readonly marks: SendMarks | undefined;
  copied: number;

  constructor(entered: number, since: number, data: Uint8Array, copied: number, marks: SendMarks | undefined) {
    super('send', entered, since);
    this.data = data;
    this.copied = copied;
    this.marks = marks;
  }
}

export interface SendOwner {
  readonly id: string;
  readonly connection: Connection | undefined;
  /** shutdown('write') was called. */
  readonly writeShut: boolean;
  /** Bytes of ended calls that were asked for and never copied are none of the channel's. */
  gaveBack(bytes: number): void;
}

export class SendCalls extends WaitQueue<SendWaiter> {
  readonly #environment: SocketEnvironment;
  readonly #owner: SendOwner;
  readonly #takesWhole: boolean;

  constructor(environment: SocketEnvironment, owner: SendOwner) {
    super(environment.task);
    this.#environment = environment;
    this.#owner = owner;
    this.#takesWhole = environment.profile.sendRule === 'whole';
  }

  /** A call that was entered: copies what finds room, and waits for the rest. `timeout`: SO_SNDTIMEO. */
  begin(
    connection: Connection,
    entered: number,
    data: Uint8Array,
    options: SendOptions | undefined,
    timeout: Nanoseconds,
  ): Promise<number> {
    if (options?.signal?.aborted) return this.#fails(entered, data.length, 'ECANCELED');
    let copied = 0;
    // The calls before it come first.
    let waits = this.length > 0 || isConnecting(connection);
    if (!waits) {
      const refused = this.#refusal(connection);
      if (refused !== undefined) return this.#fails(entered, data.length, refused);
      copied = this.#put(connection, entered, data, 0, options);
      waits = copied < data.length;
    }
    if (waits && options?.dontWait !== true) {
      const waiter = this.wait(new SendWaiter(entered, this.#environment.now, data, copied, options));
      const { timeoutErrno } = this.#environment.profile;
      waiter.watch(this.#environment, timeout, timeoutErrno, options?.signal, this);
      return waiter.promise;
    }
    if (waits && copied === 0) return this.#fails(entered, data.length, 'EAGAIN');
    if (copied < data.length) this.#owner.gaveBack(data.length - copied);
    this.task.leave(entered, 'send', this.#environment.sink.on ? { result: copied } : UNTOLD);
    return Promise.resolve(copied);
  }

  /** A call with O_NONBLOCK that was entered: the count, or an errno. */
  attempt(connection: Connection, entered: number, data: Uint8Array, marks?: SendMarks): number | ErrnoCode {
    const answer = this.#attempt(connection, entered, data, marks);
    this.#owner.gaveBack(data.length - (typeof answer === 'number' ? answer : 0));
    return answer;
  }

  #attempt(connection: Connection, entered: number, data: Uint8Array, marks?: SendMarks): number | ErrnoCode {
    if (this.length > 0 || isConnecting(connection)) return 'EAGAIN';
    const refused = this.#refusal(connection);
    if (refused !== undefined) return refused;
    const copied = this.#put(connection, entered, data, 0, marks);
    return copied === 0 && data.length > 0 ? 'EAGAIN' : copied;
  }

  #fails(entered: number, length: number, code: ErrnoCode): Promise<never> {
    this.#owner.gaveBack(length);
    this.task.leave(entered, 'send', { error: code });
    return Promise.reject(new SocketError(code, 'send'));
  }

  /** Copies what finds room; the count. */
  #put(connection: Connection, entered: number, data: Uint8Array, from: number, marks: SendMarks | undefined): number {
    const { now, sink, task } = this.#environment;
    const count = this.#takesWhole
      ? connection.sendWhole(data, from, data.length, now)
      : connection.send(data, from, data.length, now, marks);
    if (count === 0) return 0;
    if (sink.on) {
      const { id } = this.#owner;
      sink.emit({ kind: 'socket.copied', process: task.name, socket: id, entered, direction: 'in', bytes: count });
    }
    return count;
  }

  /** Why no byte can be taken: an errno; undefined: there is only no room yet. Takes a pending error. */
  #refusal(connection: Connection): ErrnoCode | undefined {
    const failure = connection.takeFailure();
    if (failure !== undefined) return errnoOfFailure(failure);
    if (this.#owner.writeShut || connection.state === 'CLOSED') return 'EPIPE';
    return undefined;
  }

  /** The same question, asked without taking the error. */
  #isRefused(connection: Connection): boolean {
    return connection.failed !== undefined || this.#owner.writeShut || connection.state === 'CLOSED';
  }

  protected advance(waiter: SendWaiter): boolean {
    const { connection } = this.#owner;
    if (connection === undefined) {
      waiter.reject(this.task, 'EPIPE');
      this.#owner.gaveBack(waiter.data.length);
      return true;
    }
    if (isConnecting(connection)) return false;
    if (this.#isRefused(connection)) {
      const refused = waiter.copied > 0 ? undefined : this.#refusal(connection);
      if (refused === undefined) this.#returns(waiter);
      else this.giveUp(waiter, refused);
      return true;
    }
    waiter.copied += this.#put(connection, waiter.entered, waiter.data, waiter.copied, waiter.marks);
    if (waiter.copied < waiter.data.length) return false;
    this.#returns(waiter);
    return true;
  }

  protected giveUp(waiter: SendWaiter, code: ErrnoCode): void {
    if (waiter.copied > 0) {
      this.#returns(waiter);
      return;
    }
    this.#owner.gaveBack(waiter.data.length);
    waiter.reject(this.task, code);
  }

  #returns(waiter: SendWaiter): void {
    const { copied, data } = waiter;
    if (copied < data.length) this.#owner.gaveBack(data.length - copied);
    waiter.resolve(this.task, copied, this.#environment.sink.on ? copied : undefined);
  }
}

export function isConnecting(connection: Connection): boolean {
  const { state } = connection;
  return state === 'SYN-SENT' || state === 'SYN-RECEIVED';
}
