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
    this.loop = new EventLoop(os, (error) => this.fail(error), checkTimers);
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

  /** process.exit(): its sockets are closed as its system does it, and no callback of it runs any more. */
  exit(code: number): void {
    this.loop.stop();
    void this.os.exit(code);
  }

  /** Runs `main` and then the loop. @returns what `main` brought, once nothing is left to happen */
  async run<T>(main: () => Promise<T> | T): Promise<T | undefined> {
    let value: T | undefined;
    const begin = async () => {
      try {
        value = await main();
      } catch (error) {
        this.fail(error);
      }
    };
    await runIn(this, () => this.loop.run(() => void begin()));
    if (this.#failure !== undefined) throw this.#failure.error;
    return value;
  }
}
