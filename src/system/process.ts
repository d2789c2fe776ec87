/**
 * A process as those see it who started it: what it printed, how it ended, and what can be done to it. The same in
 * every world.
 */

/** How a process ended. `error`: what its program did not catch; its code is 1 then. */
export type Exit<T = unknown> =
  | { readonly code: number; readonly value: T | undefined }
  | { readonly signal: string }
  | { readonly code: 1; readonly error: unknown };

export interface Printed {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly text: string;
}

export interface ProcessHandle<T = unknown> {
  readonly name: string;
  readonly host: string;
  /** Settles when it has ended; never rejects. */
  readonly exited: Promise<Exit<T>>;
  /** What it printed so far. */
  readonly printed: readonly Printed[];
  /** It has not ended. */
  readonly alive: boolean;
  /** Types to its standard input, one piece at a time; an empty one is the end of input. Nothing, once it has ended. */
  type(data: string | Uint8Array): void;
  /** SIGKILL: it is gone at once; its operating system closes its sockets. */
  kill(): void;
  /** SIGSTOP: it runs no more; its operating system goes on receiving and acknowledging. */
  stop(): void;
  /** SIGCONT */
  cont(): void;
}

export interface SpawnOptions {
  /** What an uncaught error does beside ending the process: rejects `run()` (default), or nothing. */
  readonly onError?: 'reject' | 'record';
}
