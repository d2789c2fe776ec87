/**
 * A simulated process: a program, its descriptors, its turn. It makes system calls (Task) and gives its sockets what
 * they need of its operating system (SocketEnvironment).
 *
 *   spawned --> its turn <--> waiting in a call --> exited: returned, exit(), an error, or killed
 *                                  |    ^
 *                             stop v    | cont
 *                                stopped: no call of it is served; its operating system lives on
 *
 * Its turn begins when a call of it returns, and ends when the world goes on; a call at another time would make the
 * result depend on something outside of the world, so it is an error that says so.
 *
 * Calls it: `host.ts`, which makes it and powers off; `process-system.ts`, the program's `os`; sockets.
 */
import type { Json } from '../base/json.ts';
import type { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import { formatDuration, MILLISECOND, type Nanoseconds } from '../base/time.ts';
import type { Profile } from '../host/profiles.ts';
import type { Stack } from '../host/stack.ts';
import type { SocketOptions } from '../socket/api.ts';
import { bytesOf } from '../socket/buffers.ts';
import type { Descriptor } from '../socket/descriptor.ts';
import type { SocketEnvironment } from '../socket/environment.ts';
import { SocketError } from '../socket/errno.ts';
import type { OptionLimits, Settings } from '../socket/options.ts';
import { StreamSocket } from '../socket/socket.ts';
import { type Outcome, PARKED, type Task } from '../socket/task.ts';
import type { BlockedCall, Timer } from '../socket/waiters.ts';
import type { Exit, Printed, ProcessHandle, SpawnOptions } from '../system/process.ts';
import type { Program, Signal } from '../system/system.ts';
import type { Connection } from '../tcp/connection.ts';
import type { LayerEvent } from '../trace/event.ts';
import type { IpAddress } from '../wire/address.ts';
import { LOOPBACK6 } from '../wire/ipv6-address.ts';
import { jsonCopy } from './json-copy.ts';
import { ProcessSystem } from './process-system.ts';
import { Sleeps } from './sleeps.ts';
import { StandardInput } from './standard-input.ts';

/** What a process needs of the world that it lives in. */
export interface ProcessWorld {
  /** The virtual present. */
  now(): Nanoseconds;
  /** Number of the programs' turn that is going on, from 1; 0 while the world itself is at work. */
  readonly turn: number;
  /**
   * A program has something to run: the world gives way before its next event. Returns the number of the turn in which
   * the program will run: the one that is going on, or the next.
   */
  wake(): number;
  /** Counts a system call. False: the run's limit is reached, and the call must wait in `park` first. */
  countCall(): boolean;
  /** Settles when the next run begins. */
  park(): Promise<void>;
  /** Virtual time stands still until the function that this answers was called. */
  hold(): () => void;
  /** Calls `fire` at that moment, as an event of its own. */
  schedule(at: Nanoseconds, fire: () => void): Timer;
  /** A program did not catch this: the run rejects with it. */
  fail(error: unknown): void;
  /** The addresses of the host of that name; none: there is no such host. */
  resolve(name: string): readonly IpAddress[];
  /** A signal that `abort` aborts, once. */
  abortController(): { readonly signal: Signal; abort(reason: unknown): void };
}

/** What a process needs of its host. One for each host and boot: when the power goes, so do its processes. */
export interface ProcessHost {
  readonly name: string;
  readonly stack: Stack;
  readonly profile: Profile;
  readonly sink: Sink<LayerEvent>;
  readonly limits: OptionLimits;
  readonly streamDefaults: Settings;
  readonly datagramDefaults: Settings;
  /** A number that no other descriptor of this host has or had. */
  newNumber(): number;
  /** A stream socket has got its connection: the ledger may look at its figures from now on. */
  connected(socket: StreamSocket): void;
  /** Tells the trace what is done to a process, notes a break down, and does it. */
  act(kind: 'process.killed' | 'process.stopped' | 'process.continued', process: Process, change: () => void): void;
  /** Tells the trace that so many bytes were typed to it, and hands them over. */
  typed(process: Process, bytes: number, change: () => void): void;
  /** Tells the trace which options its sockets are given from outside, and sets them. */
  configured(process: Process, options: SocketOptions, change: () => void): void;
  /** The process is gone. */
  ended(process: Process): void;
}

/** What a process is told by, and what its chance comes from. */
export interface Identity {
  readonly name: string;
  readonly pid: number;
  readonly rng: Rng;
}

/** What stands for the reason in a trace when it is no errno: never an engine's own text. */
const UNCAUGHT = 'uncaught';

export class Process implements Task, SocketEnvironment, ProcessHandle {
  readonly name: string;
  readonly pid: number;
  readonly host: string;
  readonly exited: Promise<Exit>;
  readonly printed: Printed[] = [];
  readonly world: ProcessWorld;
  readonly sleeps: Sleeps;
  readonly input: StandardInput;
  readonly #host: ProcessHost;
  readonly #rng: Rng;
  readonly #program: Program;
  readonly #onError: 'reject' | 'record';
  readonly #descriptors = new Map<number, Descriptor>();
  #state: 'new' | 'running' | 'stopped' | 'dead' = 'new';
  /** The turn in which it may make calls. */
  #turn = 0;
  #keepsTurns = true;
  /** Number of the event that its program goes on from: the cause of what it does next. */
  #ledBy = 0;
  /** Calls that were made while it was stopped. */
  #deferred: (() => void)[] = [];
  /** Ends what keeps virtual time still for it. */
  readonly #holds = new Set<() => void>();
  #settle: (exit: Exit) => void = () => {};

  constructor(
    world: ProcessWorld,
    host: ProcessHost,
    { name, pid, rng }: Identity,
    program: Program,
    options: SpawnOptions = {},
  ) {
    this.world = world;
    this.#host = host;
    this.name = name;
    this.pid = pid;
    this.#rng = rng;
    this.host = host.name;
    this.#program = program;
    this.#onError = options.onError ?? 'reject';
    this.sleeps = new Sleeps(this);
    this.input = new StandardInput(this);
    this.exited = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** It begins: its program runs in the next turn. To be called while the world is at work. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    if (this.sink.on) this.#ledBy = this.sink.emit({ kind: 'process.started', process: this.name });
    this.inTurn(() => this.#run());
  }

  #run(): void {
    if (!this.alive) return;
    // A program that throws before its first await is no other than one that throws later.
    const main = async () => this.#program(new ProcessSystem(this));
    main().then(
      (value) => this.#returned(value),
      (error) => this.#threw(error),
    );
  }

  #returned(returned: unknown): void {
    if (!this.alive) return;
    try {
      const value = jsonCopy(`what the program of process '${this.name}' returned`, returned);
      this.#end('exit', { code: 0, value }, value === undefined ? { code: 0 } : { code: 0, value });
    } catch (error) {
      this.#threw(error);
    }
  }

  #threw(error: unknown): void {
    if (!this.alive) return;
    const told = error instanceof SocketError ? error.code : UNCAUGHT;
    this.#end('exit', { code: 1, error }, { error: told });
    if (this.#onError === 'record') return;
    if (error instanceof Error) error.message += ` (uncaught in process '${this.name}' of host '${this.host}')`;
    this.world.fail(error);
  }

  // ---- its life ----

  get alive(): boolean {
    return this.#state !== 'dead';
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  /** exit(): its descriptors are closed as close() would, and nothing of it runs any more. */
  exit(code: number): void {
    this.#end('exit', { code, value: undefined }, { code });
  }

  kill(): void {
    if (!this.alive) return;
    const exit = { signal: 'SIGKILL' };
    this.#host.act('process.killed', this, () => this.#end('kill', exit, exit));
  }

  stop(): void {
    if (this.#state !== 'running') return;
    this.#host.act('process.stopped', this, () => {
      this.#state = 'stopped';
    });
  }

  cont(): void {
    if (this.#state !== 'stopped') return;
    this.#host.act('process.continued', this, () => this.#goOn());
  }

  type(data: string | Uint8Array): void {
    const bytes = bytesOf('data', data);
    if (!this.alive) return;
    this.#host.typed(this, bytes.length, () => this.input.type(bytes));
  }

  /** Sets options of all sockets that it has open, as a debugger could. Checked before: `checkSocketOptions`. */
  setOptions(options: SocketOptions): void {
    if (!this.alive) return;
    this.#host.configured(this, options, () => {
      this.#host.stack.now = this.world.now();
      for (const descriptor of [...this.#descriptors.values()]) descriptor.set(options);
    });
  }

  #goOn(): void {
    this.#state = 'running';
    this.#host.stack.now = this.world.now();
    for (const descriptor of [...this.#descriptors.values()]) descriptor.resume();
    this.sleeps.resume();
    this.input.resume();
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const begin of deferred) this.inTurn(begin);
  }

  /** Its host has lost power: it is gone without a trace, and nobody closes anything. */
  vanish(): void {
    if (!this.alive) return;
    this.#die();
    for (const descriptor of this.#descriptors.values()) descriptor.lose();
    this.#descriptors.clear();
    this.#settle({ signal: 'power-off' });
  }

  #end(how: 'exit' | 'kill', exit: Exit, told: ExitTold): void {
    if (!this.alive) return;
    const started = this.#state !== 'new';
    if (how === 'exit') this.sink.cause = this.#ledBy;
    this.#die();
    this.#host.stack.now = this.world.now();
    // In the order of their numbers, as the kernel closes a dead process's table.
    for (const descriptor of this.#descriptors.values()) {
      descriptor.release(how === 'kill' ? this.profile.killCloses : 'fin', how === 'kill');
    }
    this.#descriptors.clear();
    if (started && this.sink.on) this.sink.emit({ kind: 'process.exited', process: this.name, ...told });
    this.#host.ended(this);
    this.#settle(exit);
  }

  #die(): void {
    this.#state = 'dead';
    this.#deferred = [];
    this.sleeps.drop();
    this.input.drop();
    for (const release of this.#holds) release();
  }

  /** The calls that have not returned, oldest first. */
  blocked(): BlockedCall[] {
    const calls = [...this.#descriptors.values()].flatMap((descriptor) => [...descriptor.blocked()]);
    return [...calls, ...this.sleeps.blocked(), ...this.input.blocked()].sort((a, b) => a.since - b.since);
  }

  /** The connections of its stream sockets; of those that listen, none. */
  connections(): Connection[] {
    return [...this.#descriptors.values()].flatMap((descriptor) =>
      descriptor instanceof StreamSocket && descriptor.connection !== undefined ? [descriptor.connection] : [],
    );
  }

  // ---- Task ----

  enter(call: string, socket: string | undefined, args: Json): number {
    if (this.#state !== 'running') return PARKED;
    this.checkTurn(call);
    if (!this.world.countCall()) return PARKED;
    this.#host.stack.now = this.world.now();
    const { sink } = this;
    if (!sink.on) return 0;
    sink.cause = this.#ledBy;
    sink.cause = sink.emit(
      socket === undefined
        ? { kind: 'call.entered', process: this.name, call, args }
        : { kind: 'call.entered', process: this.name, call, socket, args },
    );
    return sink.cause;
  }

  leave(entered: number, call: string, outcome: Outcome): void {
    const { sink } = this;
    if (sink.on) {
      const { cause } = sink;
      // Time alone ended it: nothing led there but the call.
      if (cause === 0) sink.cause = entered;
      this.#ledBy = sink.emit({ kind: 'call.returned', process: this.name, call, entered, ...outcome });
      sink.cause = cause;
    }
    this.#turn = this.world.wake();
  }

  later<R>(begin: () => Promise<R>): Promise<R> {
    if (!this.alive) return never();
    if (this.#state === 'stopped') {
      return new Promise((resolve) => this.#deferred.push(() => resolve(begin())));
    }
    return this.world.park().then(() => {
      if (!this.alive) return never<R>();
      return new Promise<R>((resolve) => this.inTurn(() => resolve(begin())));
    });
  }

  /**
   * From now on it may make calls whenever its code runs, as an event loop of its own wants that waits for the real system
   * too. What such a call does it does at the virtual present.
   */
  keepNoTurns(): void {
    this.#keepsTurns = false;
  }

  /** @throws Error if it is not its turn */
  checkTurn(call: string): void {
    const { turn } = this.world;
    if (!this.#keepsTurns || (turn !== 0 && this.#turn === turn)) return;
    throw new Error(
      `${call}: process '${this.name}' of host '${this.host}' made this call outside of its turn, after waiting for something that is not the world's (a timer, a file, another process's promise); allowed is to wait for such things in os.outside(() => promise), and to make calls from the program itself`,
    );
  }

  /** Waits for what is not the world's; virtual time stands still meanwhile. */
  outside<R>(work: () => Promise<R> | R): Promise<R> {
    if (!this.alive) return never();
    try {
      this.checkTurn('outside');
    } catch (error) {
      return Promise.reject(error);
    }
    const release = this.world.hold();
    this.#holds.add(release);
    return new Promise((resolve, reject) => {
      const back = (settle: () => void) => {
        this.#holds.delete(release);
        release();
        if (this.#state === 'stopped') this.#deferred.push(settle);
        else if (this.alive) this.inTurn(settle);
      };
      // An async function, so that work that throws at once is no other than work that rejects.
      const doing = async () => work();
      doing().then(
        (value) => back(() => resolve(value)),
        (error) => back(() => reject(error)),
      );
    });
  }

  /** A signal that is aborted after that time: when the process runs, in its turn. */
  timeout(duration: Nanoseconds): Signal {
    const { signal, abort } = this.world.abortController();
    const reason = new Error(`${formatDuration(duration)} have passed`);
    reason.name = 'TimeoutError';
    const fire = () => abort(reason);
    this.schedule(this.now + duration, () => {
      if (this.#state === 'stopped') this.#deferred.push(fire);
      else this.inTurn(fire);
    });
    return signal;
  }

  /** Runs a part of the program in the next turn, or in this one. */
  inTurn(part: () => void): void {
    this.#turn = this.world.wake();
    Promise.resolve().then(() => {
      if (this.alive) part();
    });
  }

  // ---- SocketEnvironment ----

  get task(): Task {
    return this;
  }
  get stack(): Stack {
    return this.#host.stack;
  }
  get profile(): Profile {
    return this.#host.profile;
  }
  get sink(): Sink<LayerEvent> {
    return this.#host.sink;
  }
  get limits(): OptionLimits {
    return this.#host.limits;
  }
  get streamDefaults(): Settings {
    return this.#host.streamDefaults;
  }
  get datagramDefaults(): Settings {
    return this.#host.datagramDefaults;
  }
  get now(): Nanoseconds {
    return this.world.now();
  }

  /** Random bytes into all of `buffer`; their count. */
  getrandom(buffer: Uint8Array): number {
    for (let i = 0; i < buffer.length; i++) buffer[i] = this.#rng.below(256);
    return buffer.length;
  }

  newNumber(): number {
    return this.#host.newNumber();
  }

  opened(descriptor: Descriptor): void {
    this.#descriptors.set(descriptor.number, descriptor);
  }

  closed(descriptor: Descriptor): void {
    this.#descriptors.delete(descriptor.number);
  }

  connected(socket: StreamSocket): void {
    this.#host.connected(socket);
  }

  resolve(host: string): IpAddress | undefined {
    return this.addressesOf(host)[0];
  }

  /**
   * The addresses of a name, as getaddrinfo sorts them (RFC 6724, rules 1 and 6): those of a family that this host does
   * not speak last, of the others IPv6 first. Without IPv6 'localhost' is 127.0.0.1 alone.
   */
  addressesOf(name: string): readonly IpAddress[] {
    const speaks6 = this.#host.stack.speaks('ipv6');
    const usable = this.world.resolve(name).filter((address) => speaks6 || address !== LOOPBACK6);
    const rank = ({ family }: IpAddress) => ((family === 'ipv6') === speaks6 ? 0 : 1);
    return usable.toSorted((a, b) => rank(a) - rank(b));
  }

  schedule(at: Nanoseconds, fire: () => void): Timer {
    return this.world.schedule(at, () => {
      if (!this.alive) return;
      this.#host.stack.now = this.world.now();
      fire();
    });
  }

  /** Keeps what the program printed, and tells the trace. */
  print(text: string): void {
    if (!this.alive) return;
    this.printed.push({ at: this.now / MILLISECOND, text });
    if (!this.sink.on) return;
    this.sink.cause = this.#ledBy;
    this.sink.emit({ kind: 'process.printed', process: this.name, text });
  }
}

type ExitTold = { code: number; value?: Json } | { signal: string } | { error: string };

function never<R>(): Promise<R> {
  return new Promise(() => {});
}
