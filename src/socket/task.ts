/**
 * Who makes system calls: a process of any world, as its sockets see it. A simulated process keeps its turn and can be
 * killed and stopped (`sim/process.ts`); a driver of a real device has one that always runs.
 */
import type { Json } from '../base/json.ts';
import type { ErrnoCode } from './errno.ts';

/** How a call ended: `result`, or `error`. */
export type Outcome = { readonly result: Json } | { readonly error: ErrnoCode };

/** Passed to `leave` when nobody listens, so that no object need be made. */
export const UNTOLD: Outcome = { result: null };

/** `enter` answers it when the call cannot begin now: its task is dead or stopped, or the run has reached its limit. */
export const PARKED = -1;

export interface Task {
  readonly name: string;
  /** Alive and not stopped: only then may a blocked call be served. */
  readonly running: boolean;
  readonly alive: boolean;
  /**
   * A call begins: its number in the trace (0 if nobody listens), or PARKED.
   *
   * @throws Error if it is not this task's turn; it names the call and what to use instead
   */
  enter(call: string, socket: string | undefined, args: Json): number;
  /** The call returns, and the task has something to run again. */
  leave(entered: number, call: string, outcome: Outcome): void;
  /** After PARKED: begins the call again when that is possible; never, if the task is dead. */
  later<T>(begin: () => Promise<T>): Promise<T>;
}
