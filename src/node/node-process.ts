/**
 * A process of Node on a simulated host: its event loop, its timers, its clock, and how it ends.
 *
 * Calls it: `program.ts` makes one for each spawn; what stands in for parts of Node finds it by `context.ts`.
 */
import type { System } from '../system/system.ts';
import { runIn } from './context.ts';
import { EventLoop } from './event-loop.ts';
import { Exited } from './exit.ts';
import { checkTimers } from './guards.ts';
import { environmentOf, type Identity, type StartOptions } from './identity.ts';
import { newEvents, uncaught } from './process-events.ts';

export interface NodeProgramOptions extends StartOptions {
  /** 'seed': `Math.random` and crypto's random bytes come from the world's seed. 'real' is the default. */
  readonly random?: 'real' | 'seed';
}

/** What `Date` says when a world begins: 2026-01-01, the same in each run. */
const EPOCH = Date.UTC(2026, 0, 1);

export class NodeProcess {
  readonly os: System;
  readonly loop: EventLoop;
  readonly identity: Identity;
  /** What `process` tells this program: its listeners are its own. */
  readonly events = newEvents();
  /** What it ends with, as far as that is known. */
  #code = 0;
  /** Its end is told once. */
  #isExiting = false;
  /** Random bytes of the world's seed, if the program asked for them. */
  readonly draw: ((bytes: Uint8Array) => void) | undefined;
  /** What ended it: the first error that nothing caught. */
  #failure: { readonly error: unknown } | undefined = undefined;

  constructor(os: System, { env, args = [], random }: NodeProgramOptions = {}, file = process.argv[1] ?? '') {
    this.os = os;
    const { nonblocking } = os;
    this.draw = random === 'seed' ? (bytes) => void nonblocking.getrandom(bytes) : undefined;
    this.identity = {
      env: environmentOf(env),
      argv: [process.execPath, file, ...args],
      pid: nonblocking.getpid(),
    };
    this.loop = new EventLoop(os, (error) => uncaught(this, error, 'uncaughtException'), checkTimers);
  }

  /** Milliseconds since 1970, as its `Date` tells them. */
  get time(): number {
    return EPOCH + Math.floor(this.os.now());
  }

  /** Nothing caught this: the process ends with code 1. */
  fail(error: unknown): void {
    if (!(error instanceof Exited)) this.#failure ??= { error };
    this.loop.stop();
  }

  /**
   * process.exit(): its sockets are closed as its system does it, and no callback of it runs any more. `tells`: listeners
   * for `exit` hear of it first; not of a signal.
   */
  exit(code: number | string | null | undefined, tells = true): void {
    if (code !== undefined && code !== null) this.#code = Number(code);
    if (tells) this.#tellExit();
    this.loop.stop();
    void this.os.exit(this.#code);
  }

  #tellExit(): void {
    if (this.#isExiting) return;
    this.#isExiting = true;
    if (this.#failure !== undefined) this.#code = 1;
    try {
      this.events.emit('exit', this.#code);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Runs `main` and then the loop. @returns what `main` brought, once nothing is left to happen */
  async run<T>(main: () => Promise<T> | T): Promise<T | undefined> {
    let value: T | undefined;
    const begin = async () => {
      try {
        value = await main();
      } catch (error) {
        uncaught(this, error, 'uncaughtException');
      }
    };
    await runIn(this, async () => {
      await this.loop.run(
        () => void begin(),
        () => void this.events.emit('beforeExit', this.#code),
      );
      this.#tellExit();
    });
    if (this.#failure !== undefined) throw this.#failure.error;
    return value;
  }
}
