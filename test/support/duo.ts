/**
 * The smallest world in which sockets can be tested: two hosts, A (10.0.0.1) and B (10.0.0.2), one cable, virtual time,
 * programs. Every frame and every deadline is an event of its own; programs have their turn after each that woke one.
 */
import { assert } from '../../src/base/assert.ts';
import { DeadlineHeap } from '../../src/base/heap.ts';
import type { Json } from '../../src/base/json.ts';
import { Rng } from '../../src/base/rng.ts';
import type { Sink } from '../../src/base/sink.ts';
import { MILLISECOND, type Nanoseconds, NEVER, parseDuration } from '../../src/base/time.ts';
import type { Interface } from '../../src/host/interface.ts';
import { PROFILES } from '../../src/host/profiles.ts';
import { Stack } from '../../src/host/stack.ts';
import { Process, type ProcessHost, type ProcessWorld } from '../../src/sim/process.ts';
import { datagramSettings, defaultSettings } from '../../src/socket/options.ts';
import type { StreamSocket } from '../../src/socket/socket.ts';
import type { Timer } from '../../src/socket/waiters.ts';
import type { Exit, ProcessHandle, SpawnOptions } from '../../src/system/process.ts';
import type { Program, Socket, SocketOptions, System } from '../../src/system/system.ts';
import { accountingOf } from '../../src/tcp/accounting.ts';
import type { LayerEvent } from '../../src/trace/event.ts';
import { type IpAddress, parseAddress, parseInterfaceAddress } from '../../src/wire/address.ts';
import { type Frame, FramePool } from '../../src/wire/frame.ts';

export interface DuoOptions {
  readonly profile?: keyof typeof PROFILES;
  readonly accounting?: 'linux' | 'payload';
  readonly sysctl?: Readonly<Record<string, number | string>>;
  /** Of the cable, one way; default 1 ms. */
  readonly delay?: string;
  /** false: nobody listens, as with the trace off. */
  readonly trace?: boolean;
  /** How many system calls may be made; then they park. */
  readonly calls?: number;
}

export type Told = LayerEvent & { readonly n: number; readonly at: Nanoseconds; readonly host: string };

const ADDRESSES = { A: '10.0.0.1', B: '10.0.0.2' } as const;
export type Name = keyof typeof ADDRESSES;

export class Duo implements ProcessWorld {
  readonly events: Told[] = [];
  readonly failures: unknown[] = [];
  readonly A: Machine;
  readonly B: Machine;
  readonly pool = new FramePool();
  /** The cable carries nothing. */
  cut = false;
  turn = 0;
  #turns = 0;
  #woken = false;
  #now: Nanoseconds = 0;
  #held = 0;
  #released: (() => void) | undefined;
  #calls: number;
  readonly #heap = new DeadlineHeap<{ fire: (() => void) | undefined }>();
  readonly #parked: (() => void)[] = [];

  readonly options: DuoOptions;

  constructor(options: DuoOptions = {}) {
    this.options = options;
    this.#calls = options.calls ?? 1e9;
    this.A = new Machine(this, 'A');
    this.B = new Machine(this, 'B');
  }

  now(): Nanoseconds {
    return this.#now;
  }

  wake(): number {
    if (this.turn !== 0) return this.turn;
    this.#woken = true;
    return this.#turns + 1;
  }

  countCall(): boolean {
    this.#calls -= 1;
    return this.#calls >= 0;
  }

  park(): Promise<void> {
    return new Promise((resolve) => this.#parked.push(resolve));
  }

  hold(): () => void {
    this.#held += 1;
    let held = true;
    return () => {
      if (held) this.#held -= 1;
      held = false;
      this.#released?.();
    };
  }

  schedule(at: Nanoseconds, fire: () => void): Timer {
    const entry: { fire: (() => void) | undefined } = { fire };
    this.#heap.push(at, entry);
    return {
      cancel: () => {
        entry.fire = undefined;
      },
    };
  }

  fail(error: unknown): void {
    this.failures.push(error);
  }

  resolve(name: string): readonly IpAddress[] {
    if (name === 'A' || name === 'B') return [parseAddress('name', ADDRESSES[name])];
    return /^\d/.test(name) ? [parseAddress('host', name)] : [];
  }

  abortController() {
    const controller = new AbortController();
    return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
  }

  /** Lets time pass until nothing is left to happen, or for so long. */
  async run(lasting?: string): Promise<void> {
    const end = lasting === undefined ? NEVER : this.#now + parseDuration('lasting', lasting);
    for (;;) {
      await this.#settle();
      const stacks = [this.A.stackOrNone, this.B.stackOrNone];
      const deadlines = stacks.map((stack) => stack?.pollTimeout(this.#now) ?? NEVER);
      const next = Math.min(this.#heap.peekAt(), ...deadlines);
      if (next > end || next === NEVER) break;
      this.#now = Math.max(next, this.#now);
      if (this.#heap.peekAt() <= next) this.#heap.pop()?.fire?.();
      else for (const stack of stacks) if ((stack?.pollTimeout(this.#now) ?? NEVER) <= next) stack?.handleTimeout(next);
    }
    if (end !== NEVER) this.#now = end;
  }

  /** Lets parked calls go on, as a new run does. */
  unpark(calls: number): void {
    this.#calls = calls;
    for (const resolve of this.#parked.splice(0)) resolve();
    this.#woken = true;
  }

  async #settle(): Promise<void> {
    for (;;) {
      for (const { stackOrNone } of [this.A, this.B]) stackOrNone?.flush(this.#now);
      if (this.#woken) {
        this.#woken = false;
        this.#turns += 1;
        this.turn = this.#turns;
        // Runs after all promise reactions that are due, and before any timer or file of the outside.
        await new Promise<void>((resolve) => process.nextTick(resolve));
        this.turn = 0;
      } else if (this.#held > 0) {
        await new Promise<void>((resolve) => {
          this.#released = resolve;
        });
      } else return;
    }
  }

  // ---- for tests ----

  /** Spawns a program that runs from the start of the next run. */
  spawn<T>(host: Name, program: Program<T>, options: SpawnOptions & { name?: string } = {}): ProcessHandle<T> {
    return this[host].spawn(options.name ?? (host === 'A' ? 'server' : 'client'), program, options);
  }

  find<K extends Told['kind']>(kind: K, host?: Name): Extract<Told, { kind: K }>[] {
    return this.events.filter(
      (event): event is Extract<Told, { kind: K }> =>
        event.kind === kind && (host === undefined || event.host === host),
    );
  }

  /** What the calls of that name returned, in the order in which they did. */
  returned(call: string, host?: Name): Json[] {
    return this.find('call.returned', host)
      .filter((event) => event.call === call)
      .map((event) => event.error ?? event.result ?? null);
  }
}

export class Machine implements ProcessHost {
  stackOrNone: Stack | undefined;
  readonly profile;
  readonly sink: Sink<LayerEvent>;
  readonly limits;
  readonly streamDefaults;
  readonly datagramDefaults;
  readonly sockets: StreamSocket[] = [];
  processes: Process[] = [];
  #numbers = 2;

  readonly duo: Duo;
  readonly name: Name;

  constructor(duo: Duo, name: Name) {
    this.duo = duo;
    this.name = name;
    const { accounting = 'payload', profile = 'linux', sysctl = {}, trace = true } = duo.options;
    this.profile = PROFILES[profile];
    this.sink = {
      on: trace,
      cause: 0,
      emit: (event) => {
        const n = duo.events.length + 1;
        duo.events.push({ n, at: duo.now(), host: name, ...event });
        return n;
      },
    };
    const rng = new Rng(name === 'A' ? 1 : 2);
    const stack = new Stack({ name, profile: this.profile, sysctl, accounting, sink: this.sink, rng, pool: duo.pool });
    const { address, prefix } = parseInterfaceAddress('address', ADDRESSES[name]);
    const eth0 = stack.addInterface('eth0', {
      mac: name === 'A' ? 0x02_00_00_00_00_0a : 0x02_00_00_00_00_0b,
      address,
      prefix,
      mtu: 1500,
    });
    eth0.transmit = (frame) => this.#transmit(frame);
    this.stackOrNone = stack;
    this.limits = { accounting: accountingOf(accounting), sysctl: stack.sysctl };
    this.streamDefaults = defaultSettings(stack.sysctl);
    this.datagramDefaults = datagramSettings(stack.sysctl);
  }

  get stack(): Stack {
    assert(this.stackOrNone !== undefined, 'the host has power');
    return this.stackOrNone;
  }

  spawn<T>(name: string, program: Program<T>, options: SpawnOptions = {}): ProcessHandle<T> {
    const { onError } = options;
    const identity = { name, pid: 1 + this.processes.length, rng: new Rng(1) };
    const process = new Process(this.duo, this, identity, program, onError === undefined ? {} : { onError });
    this.processes.push(process);
    this.duo.schedule(this.duo.now(), () => process.start());
    return process as ProcessHandle<T>;
  }

  newNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  connected(socket: StreamSocket): void {
    this.sockets.push(socket);
  }

  act(kind: 'process.killed' | 'process.stopped' | 'process.continued', process: Process, change: () => void): void {
    this.sink.emit({ kind, process: process.name });
    change();
  }

  configured(process: Process, options: SocketOptions, change: () => void): void {
    this.sink.emit({ kind: 'process.set', process: process.name, options: { ...options } as Record<string, Json> });
    change();
  }

  typed(process: Process, bytes: number, change: () => void): void {
    this.sink.emit({ kind: 'process.typed', process: process.name, bytes });
    change();
  }

  ended(process: Process): void {
    this.processes = this.processes.filter((other) => other !== process);
  }

  #transmit(frame: Frame): void {
    const { duo } = this;
    if (duo.cut) {
      frame.release();
      return;
    }
    const other = this.name === 'A' ? duo.B : duo.A;
    duo.schedule(duo.now() + parseDuration('delay', duo.options.delay ?? '1ms'), () => {
      const into: Interface | undefined = other.stackOrNone?.interfaces.find(({ name }) => name === 'eth0');
      if (into === undefined || duo.cut) frame.release();
      else other.stackOrNone?.handleFrame(into, frame, duo.now());
    });
  }
}

/** How a call ended: what it returned ('ok' for nothing), or the errno's name. */
export function outcome(call: Promise<void>): Promise<string>;
export function outcome<T>(call: Promise<T>): Promise<T | string>;
export async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return (await call) ?? 'ok';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

export type { Exit };
export const milliseconds = (at: Nanoseconds): number => at / MILLISECOND;

/** What runs at one end of a connection. */
export type End<T> = (os: System, socket: Socket) => Promise<T>;

export interface PairOptions {
  readonly a?: SocketOptions;
  readonly b?: SocketOptions;
  /** For how long; default until nothing is left to happen. */
  readonly for?: string;
}

/**
 * A listens on port 7000, B connects, and each runs its end. What the two brought; undefined for an end that was killed or
 * has not come to its end.
 */
export async function pair<A, B>(
  world: Duo,
  atA: End<A>,
  atB: End<B>,
  options: PairOptions = {},
): Promise<{ a: A | undefined; b: B | undefined; server: ProcessHandle<A>; client: ProcessHandle<B> }> {
  const server = world.spawn('A', async (os) => {
    const listener = await os.listen(7000, options.a === undefined ? {} : { options: options.a });
    return atA(os, await listener.accept());
  });
  const client = world.spawn('B', async (os) => {
    const socket = await os.connect('A', 7000, options.b === undefined ? {} : { options: options.b });
    return atB(os, socket);
  });
  await world.run(options.for);
  if (world.failures.length > 0) throw world.failures[0];
  return { a: await broughtBy(server), b: await broughtBy(client), server, client };
}

async function broughtBy<T>(process: ProcessHandle<T>): Promise<T | undefined> {
  const exit = await Promise.race([process.exited, undefined]);
  return exit !== undefined && 'value' in exit ? exit.value : undefined;
}

/** Reads until the end or an error: the bytes' count, then how it ended. */
export async function drain(socket: Socket, size = 65_536): Promise<{ count: number; end: number | string }> {
  const buffer = new Uint8Array(size);
  let count = 0;
  for (;;) {
    const n = await outcome(socket.recv(buffer));
    if (typeof n === 'string' || n === 0) return { count, end: n };
    count += n;
  }
}
