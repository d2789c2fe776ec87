/**
 * The standard input of a simulated process, as a terminal gives it (POSIX 11.1.6, canonical mode): each piece that was
 * typed is read on its own, in parts if the buffer is smaller, and an empty piece is the end of input (Ctrl-D), told
 * once. What was typed before anybody reads waits; while the process is stopped it waits too.
 *
 * Calls it: `process.ts`, `process-system.ts`.
 */
import { Fifo } from '../base/fifo.ts';
import { Waiter, WaitQueue } from '../socket/waiters.ts';
import type { Signal } from '../system/system.ts';

/** A `read` that waits, and the memory that it fills. */
class Read extends Waiter<number> {
  readonly buffer: Uint8Array;

  constructor(entered: number, since: number, buffer: Uint8Array) {
    super('read', entered, since);
    this.buffer = buffer;
  }
}

export class StandardInput extends WaitQueue<Read> {
  readonly #typed = new Fifo<Uint8Array>();
  /** What is left of a piece that was read in part; empty: nothing. */
  #rest: Uint8Array = NOTHING;

  /** The count copied into `buffer`; 0 at the end of input, or if the buffer has no room. */
  read(entered: number, now: number, buffer: Uint8Array, signal: Signal | undefined): Promise<number> {
    const read = new Read(entered, now, buffer);
    if (buffer.length === 0) read.resolve(this.task, 0, 0);
    else if (this.length > 0 || !this.advance(read)) {
      if (signal?.aborted) {
        read.reject(this.task, 'ECANCELED');
      } else {
        read.watchSignal(signal, this);
        this.wait(read);
      }
    }
    return read.promise;
  }

  /** Takes a copy of what was typed. */
  type(bytes: Uint8Array): void {
    this.#typed.push(bytes.slice());
    this.serve();
  }

  protected override advance(read: Read): boolean {
    if (this.#rest.length === 0) {
      const piece = this.#typed.shift();
      if (piece === undefined) return false;
      this.#rest = piece;
    }
    const count = Math.min(read.buffer.length, this.#rest.length);
    read.buffer.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    read.resolve(this.task, count, count);
    return true;
  }

  protected override giveUp(read: Read, code: Parameters<Read['reject']>[1]): void {
    read.reject(this.task, code);
  }
}

const NOTHING = new Uint8Array(0);
