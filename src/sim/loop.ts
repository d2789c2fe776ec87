/**
 * The loop that runs a world: takes the next occurrence, lets it happen, lets the stacks send what came of it, and, only
 * if that woke a program, gives way once, so that the programs run until they wait in `os` again. Virtual time moves
 * between occurrences and never while a program has its turn or waits for something outside.
 *
 *     step --> flush the stacks with work --> a program woken? -- no --> next step
 *                       ^                          | yes
 *                       +----- give way once <-----+
 *
 * A run always ends: when nothing is left to happen, at its end (`for`), when `until` says so, or at its limit. Only a
 * program's own synchronous loop cannot be ended from here.
 *
 * Calls it: `world.ts`; stacks and processes report work, wakes and failures to it.
 */
import { AssertionFailed } from '../base/assert.ts';
import { checkInteger, checkKeys, checkOneOf } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import { Fifo } from '../base/fifo.ts';
import { DAY, formatDuration, LONGEST_RUN, type Nanoseconds, NEVER, parseDuration } from '../base/time.ts';
import type { Duration } from '../system/system.ts';
import type { Recorder } from '../trace/recorder.ts';
import { Pace } from './pace.ts';
import type { Platform } from './platform.ts';
import type { RealServers } from './real-servers.ts';
import type { Timeline } from './timeline.ts';

export interface RunOptions {
  /** How long, in virtual time. The clock then stands at the end of that time, also if nothing was left to happen. */
  readonly for?: Duration;
  /** Asked before each event, and before the first; the run ends when it says true. It may act upon the world. */
  readonly until?: () => boolean;
  /**
   * What ends a run that would go on for ever. A number: so many events, default ten million; each system call counts
   * as one. `quiet`: so long a time in which no system call returns, default 30 days; a run with `for` has none unless
   * it is given.
   */
  readonly limit?: number | { readonly events?: number; readonly quiet?: Duration };
  /** 'real': virtual time follows the clock on the wall, for runs that people or real servers take part in. */
  readonly pace?: 'real';
}

export type Ended = 'idle' | 'for' | 'until' | 'limit';

/** Whoever may have something to send once an event is over: a host with its stack. */
export interface Worker {
  flush(now: Nanoseconds): void;
}

const EVENTS_DEFAULT = 10_000_000;
const QUIET_DEFAULT: Nanoseconds = 30 * DAY;
/** A program that is in the midst of its turn when the limit is reached may end that turn: more calls than any needs. */
const CALLS_BEYOND = 100_000;

interface Bounds {
  readonly end: Nanoseconds;
  readonly until: (() => boolean) | undefined;
  readonly events: number;
  readonly quiet: Nanoseconds;
  readonly pace: Pace | undefined;
}

/** Between runs: what is called there counts as the next run's. */
const NO_BOUNDS: Bounds = { end: NEVER, until: undefined, events: 0, quiet: NEVER, pace: undefined };

export class Loop {
  readonly timeline: Timeline;
  /** A program was woken and has not had its turn yet. */
  #woken = false;
  /**
   * Programs have their turn: they may make calls. Between two runs it is open too, since what is done to the world
   * there (`process.cont()`, a signal's abort) may let a program go on at once.
   */
  #turnOpen = true;
  #turnNumber = 1;
  readonly #platform: Platform;
  readonly #recorder: Recorder;
  readonly #seed: number;
  readonly #realServers: RealServers;
  /** Called before a run begins and whenever something was added while one goes on. */
  readonly #prepare: () => void;
  #prepared = false;
  readonly #workers = new Fifo<Worker>();
  readonly #failures = new Fifo<unknown>();
  /** An assertion of ours failed: what the world holds is not to be trusted any more. */
  #stopped = false;
  #running = false;
  /** Events and calls of this run, and how many it may have. */
  #counted = 0;
  #bounds: Bounds = NO_BOUNDS;
  /** Settle the promise of this run. */
  #ended: (how: Ended) => void = () => {};
  #failed: (error: unknown) => void = () => {};
  #lastReturn: Nanoseconds = 0;
  readonly #parked = new Fifo<() => void>();
  #outside = 0;
  /** The turn waits for those who are outside. */
  #waitsForOutside = false;
  /** The world goes on in its own name, whoever comes back from outside. */
  #inOwnName: (work: () => void) => void = (work) => work();

  constructor(
    timeline: Timeline,
    recorder: Recorder,
    platform: Platform,
    seed: number,
    realServers: RealServers,
    prepare: () => void,
  ) {
    this.#realServers = realServers;
    this.timeline = timeline;
    this.#recorder = recorder;
    this.#platform = platform;
    this.#seed = seed;
    this.#prepare = prepare;
  }

  get running(): boolean {
    return this.#running;
  }

  /** The topology changed: it is computed anew before the next event. */
  unprepare(): void {
    this.#prepared = false;
  }

  /** `worker` has something to send when the event is over. It reports itself once until it was flushed. */
  work(worker: Worker): void {
    this.#workers.push(worker);
  }

  /** A program did not catch this: the run rejects with it, and with the moment in its message. */
  fail(error: unknown): void {
    const at = `at ${formatDuration(this.timeline.now())} of virtual time`;
    if (error instanceof Error) {
      error.message += ` ${at}`;
      this.#failures.push(error);
    } else {
      this.#failures.push(new Error(`a program threw ${shown(error)} ${at}`, { cause: error }));
    }
  }

  /**
   * Counts a system call. False: the program has gone on calling, far beyond the run's limit, without ever letting time
   * move; the call must not return.
   */
  countCall(): boolean {
    this.#counted += 1;
    return this.#counted <= this.#bounds.events + CALLS_BEYOND;
  }

  /** Settles when the next run begins. */
  park(): Promise<void> {
    return new Promise((resolve) => this.#parked.push(resolve));
  }

  /** Number of the programs' turn that is going on, from 1; 0 while the world itself is at work. */
  get turn(): number {
    return this.#turnOpen ? this.#turnNumber : 0;
  }

  /**
   * A system call returned, or a program begins: it has its turn before time moves on. Returns the number of the turn
   * in which the program will run: the one that is going on, or the next.
   */
  wake(): number {
    // What is woken in the course of a turn runs in that turn.
    if (!this.#turnOpen) this.#woken = true;
    this.#lastReturn = this.timeline.now();
    return this.#turnNumber;
  }

  /** Virtual time stands still until the function that this answers has been called. */
  hold(): () => void {
    this.#outside += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#outside -= 1;
      if (this.#waitsForOutside) this.#inOwnName(this.#backInside);
    };
  }

  /**
   * Runs until one of the bounds is met, and tells which.
   *
   * @throws Error if the world runs already; RangeError beyond 104 days; whatever a program did not catch
   */
  async run(options: RunOptions): Promise<Ended> {
    const bounds = this.#check(options);
    if (this.#running) throw new Error('run: the world is running; allowed is one run at a time: await the first');
    if (this.#stopped)
      throw new Error('run: the world was stopped by a failed assertion; its state is not to be trusted');
    this.#running = true;
    this.#counted = 0;
    this.#bounds = bounds;
    this.#inOwnName = this.#platform.keepContext?.() ?? this.#inOwnName;
    this.#lastReturn = this.timeline.now();
    for (let parked = this.#parked.shift(); parked !== undefined; parked = this.#parked.shift()) parked();
    return new Promise((resolve, reject) => {
      this.#ended = resolve;
      this.#failed = reject;
      // The turn that was open between the runs ends.
      try {
        this.#makeReady();
        this.#openTurn();
      } catch (error) {
        this.#breakOff(error);
      }
    });
  }

  /** Lets the stacks send what they have; what they do may wake programs. */
  flush(): void {
    const now = this.timeline.now();
    for (let worker = this.#workers.shift(); worker !== undefined; worker = this.#workers.shift()) worker.flush(now);
  }

  /**
   * Events one after the other, without giving way, until a program is woken (undefined), the run is at its end, or
   * the next one's time has not come: answers who knows when to look again.
   */
  #batch(bounds: Bounds): Ended | Pace | RealServers | undefined {
    const { timeline } = this;
    const { until, end, quiet, events, pace } = bounds;
    while (this.#isQuiet()) {
      if (until !== undefined) {
        if (until()) return 'until';
        // It may have acted, or added something to the world.
        this.flush();
        if (!this.#isQuiet()) return undefined;
      }
      if (this.#counted >= events) return 'limit';
      const at = timeline.next();
      const next = Math.min(at, end);
      if (pace?.isEarly(next) === true) return pace;
      if (this.#realServers.isEarly(next, pace !== undefined)) return this.#realServers;
      if (at > end || at === NEVER) {
        if (end === NEVER) return 'idle';
        timeline.moveTo(end);
        return 'for';
      }
      if (at - this.#lastReturn > quiet) return 'limit';
      this.#counted += 1;
      this.#recorder.cause = 0;
      timeline.step();
      this.flush();
    }
    return undefined;
  }

  #isQuiet(): boolean {
    return !this.#woken && this.#prepared && this.#outside === 0 && this.#failures.length === 0;
  }

  /**
   * The programs have their turn: it lasts until all of them wait, in a call or for something outside. No promise is
   * made for it, since most events of a busy world end in one.
   */
  #openTurn(): void {
    this.#woken = false;
    this.#turnOpen = true;
    this.#platform.giveWay(this.#closeTurn);
  }

  /** Whoever comes back from outside goes on in this turn. */
  readonly #backInside = (): void => {
    this.#waitsForOutside = false;
    this.#platform.giveWay(this.#closeTurn);
  };

  readonly #closeTurn = (): void => {
    if (this.#outside > 0) {
      this.#waitsForOutside = true;
      return;
    }
    this.#turnOpen = false;
    this.#turnNumber += 1;
    try {
      this.flush();
      // Whom that woke, by loopback, goes on in another turn.
      if (this.#woken) this.#openTurn();
      else this.#advance();
    } catch (error) {
      this.#breakOff(error);
    }
  };

  /** The world is at work: until a program is woken, or the run is at its end. */
  #advance(): void {
    for (;;) {
      this.#makeReady();
      this.flush();
      if (this.#woken || this.#outside > 0) {
        this.#openTurn();
        return;
      }
      if (this.#failures.length > 0) throw this.#failures.shift();
      const ended = this.#batch(this.#bounds);
      if (ended === undefined) continue;
      if (typeof ended === 'object') {
        ended.wait(() => this.#goOn());
        return;
      }
      this.#leave();
      this.#ended(ended);
      return;
    }
  }

  /** The clock on the wall has moved on. */
  #goOn(): void {
    try {
      this.#advance();
    } catch (error) {
      this.#breakOff(error);
    }
  }

  /** What was thrown is how the run ends. */
  #breakOff(error: unknown): void {
    this.#leave();
    this.#failed(this.#broken(error));
  }

  #leave(): void {
    this.#running = false;
    this.#turnOpen = true;
  }

  #makeReady(): void {
    if (this.#prepared) return;
    this.#prepared = true;
    this.#prepare();
  }

  #check(options: unknown): Bounds {
    const given = checkKeys('options', options, ['for', 'until', 'limit', 'pace']);
    const { until } = given;
    if (until !== undefined && typeof until !== 'function') {
      throw new TypeError(`options.until: ${shown(until)} is not a function; allowed is () => boolean`);
    }
    const lasting = given.for === undefined ? NEVER : parseDuration('options.for', given.for);
    const end = this.timeline.now() + lasting;
    if (end !== NEVER && end > LONGEST_RUN) {
      const left = formatDuration(LONGEST_RUN - this.timeline.now());
      throw new RangeError(`options.for: ${shown(given.for)} is too long; allowed is ${left} more, 104 days in all`);
    }
    const { limit } = given;
    const limits =
      typeof limit === 'object' ? checkKeys('options.limit', limit, ['events', 'quiet']) : { events: limit };
    const { events = EVENTS_DEFAULT, quiet } = limits as { events?: unknown; quiet?: unknown };
    const quietDefault = end === NEVER ? QUIET_DEFAULT : NEVER;
    return {
      end,
      until: until === undefined ? undefined : () => Boolean(until()),
      events: checkInteger('options.limit', events, 1, Number.MAX_SAFE_INTEGER),
      quiet: quiet === undefined ? quietDefault : parseDuration('options.limit.quiet', quiet),
      pace: given.pace === undefined ? undefined : this.#paceOf(given.pace),
    };
  }

  #paceOf(asked: unknown): Pace {
    checkOneOf('options.pace', asked, ['real']);
    const { wall } = this.#platform;
    if (wall === undefined) throw new Error("options.pace: 'real' needs a clock, which is not to be had in this place");
    return new Pace(this.timeline, wall);
  }

  /** What `run` rejects with. After a failed assertion of ours the world stays stopped, and the error tells the seed. */
  #broken(error: unknown): unknown {
    if (!(error instanceof AssertionFailed)) return error;
    this.#stopped = true;
    const at = formatDuration(this.timeline.now());
    error.message += ` (a bug of halfopen, at ${at} of virtual time; the same program with simulate({ seed: ${this.#seed} }) repeats it)`;
    return error;
  }
}
