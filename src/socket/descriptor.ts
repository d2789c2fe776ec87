/**
 * What a process holds open: a stream socket, a listening one, a datagram socket. The base of the three, for what is
 * the same in each: its number, its calls' beginning and end, and what the process's own fate does to it.
 *
 * Calls it: `socket.ts`, `listener.ts`, `datagram.ts` extend it; the process closes, stops and continues through it.
 */
import { checkInteger, checkKeys } from '../base/check.ts';
import type { Json } from '../base/json.ts';
import { type Endpoint, formatAddress, parseAddress } from '../wire/address.ts';
import type { SocketOptions } from './api.ts';
import type { SocketEnvironment } from './environment.ts';
import { type ErrnoCode, SocketError } from './errno.ts';
import { PARKED, UNTOLD } from './task.ts';
import type { BlockedCall, Waiter, WaitQueue } from './waiters.ts';

/** How a descriptor is closed that its process did not close: as close() would, or abortively. */
export type Release = 'fin' | 'rst';

export abstract class Descriptor {
  /** Names it in the trace: 'tcp:3'. */
  readonly id: string;
  readonly number: number;
  protected readonly environment: SocketEnvironment;
  #isClosed = false;

  constructor(environment: SocketEnvironment, kind: 'tcp' | 'udp' | 'epoll', number: number) {
    this.environment = environment;
    this.number = number;
    this.id = `${kind}:${number}`;
    environment.opened(this);
  }

  /** It stands for nothing any more: every call is EBADF. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  protected setClosed(): void {
    this.#isClosed = true;
  }

  /**
   * Its process has ended: closes it as the operating system does. No call of it settles any more. `killed`: it was not
   * the program's own end, so bytes that a blocked call still held are lost.
   */
  abstract release(how: Release, killed: boolean): void;
  /** Sets options from outside of its process, those that it has; checked as `setOption` does. */
  abstract set(options: SocketOptions): void;
  /** The queues of calls that may block. */
  protected abstract queues(): readonly WaitQueue<Waiter<unknown>>[];

  /** Its process goes on after it was stopped: calls that blocked are tried again. */
  resume(): void {
    for (const queue of this.queues()) queue.resume();
  }

  /** Its host has lost power: nobody closes it. */
  lose(): void {
    this.drop();
  }

  /** Forgets all blocked calls. */
  drop(): void {
    this.setClosed();
    for (const queue of this.queues()) queue.drop();
  }

  /** The calls that block in it. */
  blocked(): readonly BlockedCall[] {
    return this.queues().flatMap((queue) => queue.blocked());
  }

  /** True if the trace wants to know: only then are arguments put into an object. */
  protected get told(): boolean {
    return this.environment.sink.on;
  }

  /** A call that takes no time: begins, does its work, returns. `work` throws what the call rejects with. */
  protected call<T>(name: string, args: () => Json, work: () => T, result?: (value: T) => Json): Promise<T> {
    const { task } = this.environment;
    let entered = PARKED;
    try {
      entered = task.enter(name, this.id, this.told ? args() : null);
      if (entered === PARKED) return task.later(() => this.call(name, args, work, result));
      if (this.isClosed) throw new SocketError('EBADF', name);
      const value = work();
      task.leave(entered, name, this.told && result !== undefined ? { result: result(value) } : UNTOLD);
      return Promise.resolve(value);
    } catch (error) {
      if (entered !== PARKED && error instanceof SocketError) task.leave(entered, name, { error: error.code });
      return Promise.reject(error);
    }
  }

  /**
   * A call with O_NONBLOCK: it answers at once, an errno where the blocking one would wait or reject. EAGAIN also while
   * the process cannot run. `work` is given the number that the trace has for the call.
   *
   * @throws Error if it is not the program's turn
   */
  attempt<T>(
    name: string,
    args: Json,
    work: (entered: number) => T | ErrnoCode,
    told?: (value: T) => Json,
  ): T | ErrnoCode {
    const { task } = this.environment;
    const entered = task.enter(name, this.id, this.told ? args : null);
    if (entered === PARKED) return 'EAGAIN';
    const answer = this.isClosed ? 'EBADF' : answerOf(() => work(entered));
    if (typeof answer === 'string') task.leave(entered, name, { error: answer as ErrnoCode });
    else task.leave(entered, name, this.told && told !== undefined ? { result: told(answer as T) } : UNTOLD);
    return answer;
  }

  /** Told when what `pollFlags` says may have changed. */
  onReady: (() => void) | undefined = undefined;

  /** The call fails: it returns, and its promise rejects. */
  protected refuse(entered: number, name: string, code: ErrnoCode, detail?: string): Promise<never> {
    this.environment.task.leave(entered, name, { error: code });
    return Promise.reject(new SocketError(code, name, detail));
  }
}

/** What it brings, or the errno that it throws. */
function answerOf<T>(work: () => T | ErrnoCode): T | ErrnoCode {
  try {
    return work();
  } catch (error) {
    if (error instanceof SocketError) return error.code;
    throw error;
  }
}

/** What bind() is told, checked. @throws TypeError, RangeError */
export function bindPlace(port: number, options: { address?: string }, { stack }: SocketEnvironment): Endpoint {
  checkInteger('port', port, 0, 65_535);
  const { address } = checkKeys('options', options, ['address']);
  return { address: address === undefined ? stack.any : parseAddress('options.address', address), port };
}

/** An endpoint as programs see it. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** `six`: of a socket of IPv6, to which an IPv4 address is an IPv4-mapped one (RFC 3493, 3.7). */
export function placeOf({ address, port }: Endpoint, six: boolean): Place {
  const text = formatAddress(address);
  return { address: six && address.family === 'ipv4' ? `::ffff:${text}` : text, port };
}
