/**
 * poll(2) for many sockets at once, in the way of epoll(7): a set of sockets with what one waits for in each, and a call
 * that blocks until one of them is ready, or its time is over. Level-triggered: what was told and not used up is told again.
 *
 * A socket tells the set when it may have become ready; a wait looks only at those, so that a thousand idle sockets cost
 * nothing.
 *
 * Source: epoll(7), Linux tcp_poll; linux-behaviour section 4, rule 7.
 * Leaves out: EPOLLET, EPOLLONESHOT.
 * Calls it: `sim/process-system.ts`.
 */
import { NEVER, parseDuration } from '../base/time.ts';
import type { Connection } from '../tcp/connection.ts';
import { unsentLowWater } from '../tcp/push.ts';
import { isAtMark } from '../tcp/urgent.ts';
import type { Duration } from './api.ts';
import { Descriptor } from './descriptor.ts';
import type { SocketEnvironment } from './environment.ts';
import type { ErrnoCode } from './errno.ts';
import { isConnecting } from './send-calls.ts';
import { PARKED } from './task.ts';
import { Waiter, WaitQueue } from './waiters.ts';

/** POLLIN, POLLOUT, POLLERR, POLLHUP, POLLRDHUP, POLLPRI. */
export interface PollFlags {
  readonly in: boolean;
  readonly out: boolean;
  readonly err: boolean;
  readonly hup: boolean;
  readonly rdhup: boolean;
  readonly pri: boolean;
}

/** poll(2) of a connection: what a call would not wait for. Linux tcp_poll. */
export function pollFlagsOf(connection: Connection | undefined, writeShut: boolean): PollFlags {
  if (connection === undefined) return { in: false, out: true, err: false, hup: true, rdhup: false, pri: false };
  const { tcb, state } = connection;
  const over = state === 'CLOSED';
  const ended = tcb.finReceived || tcb.receiveShut || over;
  const { charged, limit } = tcb.sendBuffer;
  // sk_stream_is_writeable: a third of the buffer must be free, so that a program is not woken for every segment.
  const room = limit - charged >= charged >> 1 && connection.room > 0 && 2 * tcb.unsent < unsentLowWater(tcb);
  // An urgent byte that is next is left out by recv: it alone makes nothing readable.
  const least = tcb.options.receiveLowWater + (isAtMark(tcb) && !tcb.options.urgentInline ? 1 : 0);
  return {
    in: connection.readable >= least || ended,
    out: !isConnecting(connection) && (over || writeShut || room),
    err: connection.failed !== undefined,
    hup: over || (ended && writeShut),
    rdhup: ended,
    pri: tcb.urgentByte?.state === 'here',
  };
}

/** What can be waited for. */
export interface Pollable {
  readonly id: string;
  onReady: (() => void) | undefined;
  pollFlags(): PollFlags;
}

export interface Interest {
  readonly in?: boolean;
  readonly out?: boolean;
  readonly pri?: boolean;
}

export interface Ready {
  readonly socket: Pollable;
  readonly flags: PollFlags;
}

class PollCalls extends WaitQueue<Waiter<Ready[]>> {
  readonly #ready: () => Ready[];
  readonly #told: boolean;

  constructor(environment: SocketEnvironment, ready: () => Ready[]) {
    super(environment.task);
    this.#ready = ready;
    this.#told = environment.sink.on;
  }

  protected advance(waiter: Waiter<Ready[]>): boolean {
    const ready = this.#ready();
    if (ready.length === 0) return false;
    waiter.resolve(this.task, ready, this.#told ? ready.map(({ socket }) => socket.id) : undefined);
    return true;
  }

  /** Its time is over: an empty answer. */
  protected giveUp(waiter: Waiter<Ready[]>, code: ErrnoCode): void {
    if (code === 'EAGAIN') waiter.resolve(this.task, [], this.#told ? [] : undefined);
    else waiter.reject(this.task, code);
  }
}

export class Epoll extends Descriptor {
  readonly #interests = new Map<Pollable, Interest>();
  /** Those that may be ready. */
  readonly #candidates = new Set<Pollable>();
  readonly #calls: PollCalls;

  constructor(environment: SocketEnvironment) {
    super(environment, 'epoll', environment.newNumber());
    this.#calls = new PollCalls(environment, () => this.#ready());
  }

  /** EPOLL_CTL_ADD and EPOLL_CTL_MOD; without an interest EPOLL_CTL_DEL. Errors and hang-ups are told in any case. */
  ctl(socket: Pollable, interest: Interest | undefined): void {
    if (interest === undefined) {
      if (!this.#interests.delete(socket)) return;
      socket.onReady = undefined;
      this.#candidates.delete(socket);
      return;
    }
    this.#interests.set(socket, interest);
    const mayBeReady = () => {
      this.#candidates.add(socket);
      this.#calls.serve();
    };
    socket.onReady = mayBeReady;
    mayBeReady();
  }

  /** Settles with those that are ready, at least one; or with none when `timeout` is over (undefined: it never is). */
  wait(timeout?: Duration): Promise<Ready[]> {
    const lasting = timeout === undefined ? NEVER : parseDuration('timeout', timeout);
    const { environment } = this;
    const { task } = environment;
    const entered = task.enter('epoll_wait', this.id, this.told ? {} : null);
    if (entered === PARKED) return task.later(() => this.wait(timeout));
    const waiter = this.#calls.wait(new Waiter<Ready[]>('epoll_wait', entered, environment.now));
    if (lasting !== NEVER) {
      waiter.watchTimer(environment.schedule(environment.now + lasting, () => this.#calls.interrupt(waiter, 'EAGAIN')));
    }
    this.#calls.serve();
    return waiter.promise;
  }

  #ready(): Ready[] {
    const ready: Ready[] = [];
    for (const socket of this.#candidates) {
      const flags = socket.pollFlags();
      const interest = this.#interests.get(socket);
      const { in: reads, out: writes, pri } = interest ?? {};
      const wanted = (flags.in && reads) || (flags.out && writes) || (flags.pri && pri);
      if (wanted || flags.err || flags.hup) ready.push({ socket, flags });
      else this.#candidates.delete(socket);
    }
    return ready;
  }

  /** It has no options. */
  set(): void {}

  release(): void {
    this.drop();
    for (const socket of this.#interests.keys()) socket.onReady = undefined;
    this.#interests.clear();
    this.#candidates.clear();
  }

  protected queues(): readonly WaitQueue<Waiter<unknown>>[] {
    return [this.#calls];
  }
}
