/**
 * A process of Node on a simulated host: its event loop, its timers, its clock, and how it ends.
 *
 * Calls it: `program.ts` makes one for each spawn; what stands in for parts of Node finds it by `context.ts`.
 */
import type { System } from '../system/system.ts';
import { runIn } from './context.ts';
import { EventLoop } from './event-loop.ts';
import { Exited } from './exit.ts';

/** What `Date` says when a world begins: 2026-01-01, the same in each run. */
const EPOCH = Date.UTC(2026, 0, 1);

export class NodeProcess {
  readonly os: System;
  readonly loop: EventLoop;
  /** What ended it: the first error that nothing caught. */
  #failure: { readonly error: unknown } | undefined = undefined;

  constructor(os: System) {
    this.os = os;
    this.loop = new EventLoop(os, (error) => this.fail(error));
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
