/**
 * A system call of a script while it lasts. It is tried, and tried again whenever anything has happened, until it has an
 * answer: so a blocking call needs no thread and no promise.
 *
 * Calls it: the other files of `calls/`, `run.ts`.
 */
import type { Nanoseconds } from '../../base/time.ts';
import type { Descriptors } from '../descriptors.ts';
import type { Expression } from '../script.ts';

export interface Answer {
  readonly result: number;
  /** 'EAGAIN', with a result of -1. */
  readonly errno?: string;
  /** What an argument that the call fills in is not as the script says. */
  readonly wrong?: string;
}

/** Undefined: it has to wait. */
export type Attempt = () => Answer | undefined;

export interface CallContext {
  readonly descriptors: Descriptors;
  readonly args: readonly Expression[];
  /** What the script says that the call brings; a new descriptor gets this number. */
  readonly expected: number | undefined;
  readonly line: number;
  readonly now: () => Nanoseconds;
  /** Something is to be tried again at that moment. */
  readonly wakeAt: (at: Nanoseconds) => void;
  /** Where sockets are bound, and whom they connect to, if the script does not say. */
  readonly defaults: {
    readonly address: string;
    /** Every address of the host. */
    readonly any: string;
    readonly remote: string;
    readonly port: number;
  };
  /** A socket listens from now on, or connects: it is the one that packets are about. */
  readonly underTest: (what: UnderTest) => void;
}

export type UnderTest =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'connecting'; readonly localPort: number; readonly remote: string; readonly remotePort: number };

export type SystemCall = (context: CallContext) => Attempt;

/** The call has this answer already. */
export function done(result: number): Attempt {
  return () => ({ result });
}

export function failed(errno: string): Attempt {
  return () => ({ result: -1, errno });
}

/** An answer of the sockets: a number, or an errno. */
export function answerOf(answer: number | string): Answer {
  return typeof answer === 'number' ? { result: answer } : { result: -1, errno: answer };
}
