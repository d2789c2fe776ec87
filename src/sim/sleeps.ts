/**
 * The calls of `os.sleep` of one process. They need no queue: each ends at its own moment. While the process is stopped
 * time goes on, and what has passed ends when it continues.
 *
 * Calls it: `process.ts`, `process-system.ts`.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { ErrnoCode } from '../socket/errno.ts';
import type { Task } from '../socket/task.ts';
import { type BlockedCall, type Timers, Waiter } from '../socket/waiters.ts';
import type { Signal } from '../system/system.ts';

export class Sleeps {
  readonly #task: Task & Timers;
  readonly #sleeping = new Set<Waiter<void>>();

  constructor(task: Task & Timers) {
    this.#task = task;
  }

  /** Settles after that time. @throws SocketError ECANCELED */
  sleep(entered: number, duration: Nanoseconds, signal: Signal | undefined): Promise<void> {
    const task = this.#task;
    const waiter = new Waiter<void>('sleep', entered, task.now);
    if (signal?.aborted) {
      waiter.reject(task, 'ECANCELED');
      return waiter.promise;
    }
    this.#sleeping.add(waiter);
    // A duration of 0 lets the others have their turn, as sched_yield does.
    const timer = task.schedule(task.now + duration, () => this.interrupt(waiter, 'ETIMEDOUT'));
    waiter.watchSignal(signal, this);
    waiter.watchTimer(timer);
    return waiter.promise;
  }

  /** Part of what a Waiter watches: ETIMEDOUT here means that the time has passed. */
  interrupt(waiter: Waiter<unknown>, code: ErrnoCode): void {
    if (!this.#sleeping.has(waiter as Waiter<void>)) return;
    if (!this.#task.running) waiter.interrupted ??= code;
    else this.#wake(waiter as Waiter<void>, code);
  }

  /** The process goes on after it was stopped. */
  resume(): void {
    for (const waiter of [...this.#sleeping]) {
      if (waiter.interrupted !== undefined) this.#wake(waiter, waiter.interrupted);
    }
  }

  /** The process is dead: no sleep of it ends. */
  drop(): void {
    for (const waiter of this.#sleeping) waiter.unwatch();
    this.#sleeping.clear();
  }

  blocked(): Iterable<BlockedCall> {
    return this.#sleeping;
  }

  #wake(waiter: Waiter<void>, code: ErrnoCode): void {
    this.#sleeping.delete(waiter);
    if (code === 'ETIMEDOUT') waiter.resolve(this.#task, undefined, undefined);
    else waiter.reject(this.#task, code);
  }
}
