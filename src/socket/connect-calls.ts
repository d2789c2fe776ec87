/**
 * The calls that wait for a connection's beginning or end: `connect`, and `close` with SO_LINGER.
 *
 * Source: Linux __inet_stream_connect and sk_stream_wait_close; linux-behaviour rows 16, 39–45.
 */
import type { Connection } from '../tcp/connection.ts';
import { formatEndpoint } from '../wire/address.ts';
import type { SocketEnvironment } from './environment.ts';
import { type ErrnoCode, errnoOfFailure } from './errno.ts';
import { isConnecting } from './send-calls.ts';
import { Waiter, WaitQueue } from './waiters.ts';

export interface ConnectOwner {
  readonly id: string;
  readonly connection: Connection | undefined;
  /** The connection is there. */
  isConnected(): void;
  /** The attempt is over and the socket as it was before. */
  disconnected(): void;
  /** The program will never get this socket: it is closed. */
  abandon(): void;
}

/** One `connect`: of a socket, which brings nothing, or of `os`, which brings the socket or leaves none. */
export class ConnectWaiter extends Waiter<unknown> {
  readonly brings: ConnectOwner | undefined;

  constructor(entered: number, since: number, brings: ConnectOwner | undefined) {
    super('connect', entered, since);
    this.brings = brings;
  }
}

export class ConnectCalls extends WaitQueue<ConnectWaiter> {
  readonly #environment: SocketEnvironment;
  readonly #owner: ConnectOwner;

  constructor(environment: SocketEnvironment, owner: ConnectOwner) {
    super(environment.task);
    this.#environment = environment;
    this.#owner = owner;
  }

  /** What has come of the attempt: an errno, 0, or undefined: nothing yet. Tells the owner. */
  outcome(): ErrnoCode | 0 | undefined {
    const { connection } = this.#owner;
    if (connection === undefined) return 'ECONNABORTED';
    if (isConnecting(connection)) return undefined;
    if (connection.state === 'CLOSED') {
      const failure = connection.takeFailure();
      this.#owner.disconnected();
      return failure === undefined ? 'ECONNABORTED' : errnoOfFailure(failure);
    }
    this.#owner.isConnected();
    return 0;
  }

  protected advance(waiter: ConnectWaiter): boolean {
    const outcome = this.outcome();
    if (outcome === undefined) return false;
    if (outcome === 0) waiter.resolve(this.task, waiter.brings, connectedTold(this.#environment, this.#owner));
    else this.giveUp(waiter, outcome);
    return true;
  }

  protected giveUp(waiter: ConnectWaiter, code: ErrnoCode): void {
    waiter.brings?.abandon();
    waiter.reject(this.task, code);
  }
}

/** What the trace is told of a call that brought a connection: by this a ledger knows whose bytes are whose. */
export function connectedTold(
  { sink }: SocketEnvironment,
  { id, connection }: { readonly id: string; readonly connection: Connection | undefined },
): { socket: string; local: string; remote: string } | undefined {
  if (!sink.on || connection === undefined) return undefined;
  return { socket: id, local: formatEndpoint(connection.local), remote: formatEndpoint(connection.remote) };
}

/** `close` with SO_LINGER returns when the peer has acknowledged all, the FIN too; or when its time is over. */
export class LingeringClose extends WaitQueue<Waiter<void>> {
  readonly #connection: Connection;
  readonly #ended: () => void;

  constructor(environment: SocketEnvironment, connection: Connection, ended: () => void) {
    super(environment.task);
    this.#connection = connection;
    this.#ended = ended;
  }

  protected advance(waiter: Waiter<void>): boolean {
    const { state } = this.#connection;
    if (state === 'FIN-WAIT-1' || state === 'CLOSING' || state === 'LAST-ACK') return false;
    this.#ended();
    waiter.resolve(this.task, undefined, undefined);
    return true;
  }

  protected giveUp(waiter: Waiter<void>, code: ErrnoCode): void {
    this.#ended();
    if (code === 'EAGAIN') waiter.reject(this.task, code);
    else waiter.resolve(this.task, undefined, undefined);
  }
}
