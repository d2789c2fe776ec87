/**
 * What system calls tell the trace, past tense, JSON-safe. The recorder adds number, time, host and cause.
 *
 * A ledger can be folded from these and the frames alone. What one call adds to a channel:
 * - `requested` grows by `args.length` when a `send` is entered, and when it returns is corrected to what it took: by
 *   `result - args.length`, or by `-args.length` if it failed. (A send that was ended early gives the rest back.)
 * - `written` grows by `bytes` of each `socket.copied` with direction 'in', `read` by those with direction 'out'.
 * - which connection a socket is: the results of `connect` and `accept`, `{ socket, local, remote }`.
 */
import type { Json } from '../base/json.ts';
import type { ErrnoCode } from './errno.ts';

/** A process asked its operating system for something. `args` holds lengths, never a buffer's bytes. */
export interface CallEntered {
  readonly kind: 'call.entered';
  readonly process: string;
  readonly call: string;
  readonly socket?: string;
  readonly args: Json;
}

/** The answer came: `result`, or the errno's name as `error`. */
export interface CallReturned {
  readonly kind: 'call.returned';
  readonly process: string;
  readonly call: string;
  /** Number of its `call.entered`. */
  readonly entered: number;
  readonly result?: Json;
  readonly error?: ErrnoCode;
}

/**
 * Bytes were copied for a call between the application buffer and the TCP buffers. A blocked `send` copies several
 * times. A `recv` with `peek` does not count: its bytes stay.
 */
export interface SocketCopied {
  readonly kind: 'socket.copied';
  readonly process: string;
  readonly socket: string;
  /** Number of the call's `call.entered`. */
  readonly entered: number;
  /** 'in': from the program into the send buffer. 'out': from the receive buffer to the program. */
  readonly direction: 'in' | 'out';
  readonly bytes: number;
}

export type SocketEvent = CallEntered | CallReturned | SocketCopied;
