/**
 * What can be told of a socket at any moment: its status for programs, and its figures for the ledger.
 *
 * Calls it: `socket.ts`; the world's live ledger reads SocketFigures.
 */

import type { Connection } from '../tcp/connection.ts';
import type { State } from '../tcp/state.ts';
import { type Endpoint, formatEndpoint } from '../wire/address.ts';
import type { SocketOptionName, SocketStatus } from './api.ts';
import { type Place, placeOf } from './descriptor.ts';
import { errnoNumber, errnoOfFailure } from './errno.ts';

/** One end of a connection as its socket sees it. The rest of the ledger comes from `connection.figures()`. */
export interface SocketFigures {
  readonly id: string;
  readonly process: string;
  /** Bytes that the program asked `send` to take: those that were copied, and those that blocked calls still hold. */
  readonly requested: number;
  /** Of these, bytes that died in the application buffer of a killed process, or when the power went. */
  readonly lost: number;
  readonly connection: Connection;
}

const NO_INFO: SocketStatus['info'] = {
  rtt: 0,
  rttvar: 0,
  rto: 0,
  sndCwnd: 0,
  sndSsthresh: 0,
  sndMss: 0,
  rcvMss: 0,
  sndWnd: 0,
  retransmits: 0,
  totalRetrans: 0,
  bytesAcked: 0,
  bytesReceived: 0,
  backoff: 0,
};

export function statusOf(connection: Connection): SocketStatus {
  const local = formatEndpoint(connection.local);
  const remote = formatEndpoint(connection.remote);
  return { local, remote, ...connection.status() };
}

/** An option that the connection itself decides, as it is now; undefined: its socket knows it. */
export function optionOfConnection(connection: Connection, name: SocketOptionName): number | undefined {
  switch (name) {
    case 'SO_SNDBUF':
      return connection.status().sendBuffer.limit;
    case 'SO_RCVBUF':
      return connection.status().receiveBuffer.limit;
    case 'TCP_MAXSEG':
      return connection.status().info.sndMss;
    default:
      return undefined;
  }
}

/** In TIME-WAIT the descriptor's own end is over (tcp_time_wait). */
const NO_PEER: readonly State[] = ['CLOSED', 'SYN-SENT', 'TIME-WAIT'];

/** getpeername; undefined: ENOTCONN. `six`: of a socket of IPv6. */
export function peerOf(connection: Connection | undefined, six: boolean): Place | undefined {
  if (connection === undefined || NO_PEER.includes(connection.state)) return undefined;
  return placeOf(connection.remote, six);
}

/** SO_ERROR: the error's number, which is taken by that; 0: none. */
export function errorOf(connection: Connection | undefined): number {
  const failure = connection?.takeFailure() ?? connection?.takeSoftError();
  return failure === undefined ? 0 : errnoNumber(errnoOfFailure(failure));
}

/** Of a socket that has no connection: it has its limits all the same. */
export function statusWithout(local: Endpoint | undefined, sendLimit: number, receiveLimit: number): SocketStatus {
  const empty = { bytes: 0, charge: 0 };
  return {
    state: 'CLOSED',
    local: local === undefined ? '0.0.0.0:0' : formatEndpoint(local),
    remote: undefined,
    sendBuffer: { ...empty, limit: sendLimit, unsent: 0, unacknowledged: 0 },
    receiveBuffer: { ...empty, limit: receiveLimit, outOfOrder: 0, window: 0 },
    info: NO_INFO,
  };
}
