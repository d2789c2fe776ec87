/**
 * How long virtual time waits for real servers behind gateways, by the clock on the wall:
 *
 * - While a server owes an answer virtual time stands: from when it was given bytes, the end of a stream or a new
 *   connection, until it says something, and for its `patience` at most. A server that let that pass in silence is waited
 *   for no longer than `settle` from then on, until it speaks again. It owes nothing yet while bytes for it are on their
 *   way through the world, or while their writer has no room for more: only time brings those.
 * - When something was heard, virtual time stands until nothing more has come for QUIET. Then it may not outrun the clock
 *   until nothing has come for `settle`: what is still to come of an answer finds the world where it left it.
 * - Both are counted up to the last look at what has come, not up to now: a process that the machine let stand still for a
 *   while has not listened meanwhile.
 *
 * A run that follows the clock anyway waits only before it would end with nothing left to happen.
 *
 * Calls it: `loop.ts` asks before each event; `gateway.ts` makes one watch for each real connection.
 */
import { MILLISECOND, type Nanoseconds, NEVER } from '../base/time.ts';
import { pollFlagsOf } from '../socket/poll.ts';
import type { Connection } from '../tcp/connection.ts';
import type { Wall } from './platform.ts';
import type { Timeline } from './timeline.ts';

/** Milliseconds: pieces of one answer come closer together, unless the machine is very busy. */
const QUIET = 5;
/** Milliseconds after a new connection in which many servers speak first. */
const GREETING = 1000;
/** Milliseconds: what changes meanwhile in the world, by the run's own `until` for one, is seen so much later at most. */
const SLICE = 10;

/** In milliseconds of the clock. */
export interface Waiting {
  readonly patience: number;
  readonly settle: number;
}

/** What has passed so far from the world to a real server. */
export interface Passed {
  readonly bytes: number;
  readonly end: boolean;
}

/** One real connection, as virtual time waits for it. */
export class Watch {
  readonly #servers: RealServers;
  readonly #waiting: Waiting;
  /** The connection of the other simulated end; undefined: that host holds none. */
  readonly #peer: () => Connection | undefined;
  readonly #onSilence: () => void;
  /** Until when an answer is waited for; undefined: none is owed. */
  #deadline: number | undefined;
  #passed: Passed | undefined = undefined;
  #isSilent = false;

  /** A connection is asked for: that is to be answered too. */
  constructor(servers: RealServers, waiting: Waiting, peer: () => Connection | undefined, onSilence: () => void) {
    this.#servers = servers;
    this.#waiting = waiting;
    this.#peer = peer;
    this.#onSilence = onSilence;
    this.#deadline = servers.clock + waiting.patience;
  }

  /** The connection is there; the server may be the first to speak. */
  connected(): void {
    this.#deadline = undefined;
    this.#servers.heard(Math.max(GREETING, this.#waiting.settle));
  }

  /** All of this has been handed over; an answer may come. */
  asked(passed: Passed): void {
    this.#passed = passed;
    const { patience, settle } = this.#waiting;
    this.#servers.greeted(settle);
    this.#deadline = this.#servers.clock + (this.#isSilent ? Math.min(patience, settle) : patience);
  }

  heard(): void {
    this.#deadline = undefined;
    this.#isSilent = false;
    this.#servers.heard(this.#waiting.settle);
  }

  ended(): void {
    this.heard();
    this.#servers.forget(this);
  }

  /** How many milliseconds virtual time has to stand for it at most. */
  left(clock: number): number {
    if (this.#deadline === undefined || this.#isMoreToCome()) return 0;
    if (clock < this.#deadline) return this.#deadline - clock;
    this.#deadline = undefined;
    if (!this.#isSilent) this.#onSilence();
    this.#isSilent = true;
    return 0;
  }

  /** What was handed over is not all that was written; the rest needs virtual time. So does an end that is gone. */
  #isMoreToCome(): boolean {
    if (this.#passed === undefined) return false;
    const peer = this.#peer();
    if (peer === undefined) return true;
    const { bytes, end } = this.#passed;
    const isOpen = peer.state === 'ESTABLISHED' || peer.state === 'CLOSE-WAIT';
    return peer.figures().written > bytes || !(end || (isOpen && pollFlagsOf(peer, false).out));
  }
}

export class RealServers {
  readonly #timeline: Timeline;
  readonly #wall: Wall | undefined;
  readonly #watches = new Set<Watch>();
  /** When something was heard last, by both clocks, and how long virtual time may not outrun the other from then on. */
  #heard: { readonly clock: number; readonly virtual: Nanoseconds; readonly settle: number } | undefined = undefined;
  /** Goes on with the run. */
  #then: (() => void) | undefined = undefined;
  #left = 0;
  /** All that had come by then has been heard. */
  #looked = 0;

  constructor(timeline: Timeline, wall: Wall | undefined) {
    this.#timeline = timeline;
    this.#wall = wall;
  }

  get clock(): number {
    return this.#wall?.now() ?? 0;
  }

  watch(waiting: Waiting, peer: () => Connection | undefined, onSilence: () => void): Watch {
    const watch = new Watch(this, waiting, peer, onSilence);
    this.#watches.add(watch);
    return watch;
  }

  forget(watch: Watch): void {
    this.#watches.delete(watch);
  }

  heard(settle: number): void {
    this.#heard = { clock: this.clock, virtual: this.#timeline.now(), settle };
    if (this.#then !== undefined) this.#look(QUIET);
  }

  /** The client has spoken: the server need not be expected to speak first. */
  greeted(settle: number): void {
    if (this.#heard !== undefined && this.#heard.settle > settle) this.#heard = { ...this.#heard, settle };
  }

  /** Virtual time may not move on to that moment yet; NEVER: the run may not end. */
  isEarly(at: Nanoseconds, followsClock: boolean): boolean {
    if (this.#watches.size === 0 && this.#heard === undefined) return false;
    if (at <= this.#timeline.now() || (followsClock && at !== NEVER)) return false;
    const { clock } = this;
    this.#left = this.#untilSettled(at);
    for (const watch of this.#watches) this.#left = Math.max(this.#left, watch.left(clock));
    return this.#left > 0;
  }

  #untilSettled(at: Nanoseconds): number {
    if (this.#heard === undefined) return 0;
    const since = Math.max(0, this.#looked - this.#heard.clock);
    if (since < QUIET) return QUIET - since;
    const { settle, virtual } = this.#heard;
    if (since >= settle) {
      this.#heard = undefined;
      return 0;
    }
    const ahead = at - virtual - since * MILLISECOND;
    return ahead <= 0 ? 0 : Math.min(settle - since, ahead / MILLISECOND);
  }

  /** Calls `then` when it is worth looking again. */
  wait(then: () => void): void {
    this.#then = then;
    this.#look(Math.min(this.#left, SLICE));
  }

  #look(after: number): void {
    this.#wall?.wait(Math.max(1, after), (at) => {
      this.#looked = at;
      const then = this.#then;
      this.#then = undefined;
      then?.();
    });
  }
}
