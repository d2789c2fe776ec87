/**
 * The few things that a world needs of the place it runs in and that JavaScript itself does not have. `node-platform.ts`
 * has them for Node; the page brings its own. Nothing here may tell a world apart from another: a run's result is the
 * same on every platform.
 */
import type { NonblockingSocket, Signal, System } from '../system/system.ts';
import type { Watch } from './real-servers.ts';

/** Real time, in milliseconds. */
export interface Wall {
  now(): number;
  /** Calls `then` after about that time. What had come from outside by `at` has been heard by then. */
  wait(milliseconds: number, then: (at: number) => void): void;
}

/** Where a real server listens. */
export interface RealPlace {
  readonly host: string;
  readonly port: number;
}

/** What a gateway is told. */
export interface GatewayPlan {
  /** The port of its simulated host. */
  readonly listen: number;
  readonly to: RealPlace;
  /** Virtual time waits for the real end of that connection. `silent` is told when it has waited in vain. */
  watch(near: NonblockingSocket, silent: () => void): Watch;
}

export interface OpenGateway {
  /** Takes connections and passes on what comes, until its process is gone. */
  serve(os: System): Promise<void>;
  /** Ends all real connections; settles when they are closed. */
  close(): Promise<void>;
}

export interface Platform {
  /**
   * Calls `then`, which never throws, after every promise reaction that is due has run: by a tick, or one turn of the
   * event loop (`setImmediate`, a `MessageChannel`). Programs that were woken have then run until they wait in `os` again.
   */
  giveWay(then: () => void): void;
  /** Answers what calls `work` in the async context of this moment, whoever calls it; undefined: there are none here. */
  readonly keepContext?: () => (work: () => void) => void;
  /** The clock on the wall, for runs that follow it; undefined: this place has none to give. */
  readonly wall?: Wall;
  /** Joins a simulated host with a real server; undefined: none can be reached from this place. */
  readonly gateway?: (plan: GatewayPlan) => OpenGateway;
  sha256(): { updateText(text: string): unknown; digestHex(): string };
  /** base64 of bytes[start, end). */
  base64(bytes: Uint8Array, start: number, end: number): string;
  /** A signal that `abort` aborts, once. */
  abortController(): { readonly signal: Signal; abort(reason: unknown): void };
}
