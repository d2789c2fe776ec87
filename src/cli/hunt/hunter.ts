/**
 * One worker of a hunt, as the hunt holds it: makes attempts, and is replaced when a program in it does not come back.
 *
 * Calls it: `hunt.ts`.
 */
import { Worker } from 'node:worker_threads';
import { UserError } from '../user-error.ts';
import { Patience, Watch } from '../watch.ts';
import type { Answer, Attempt, Quarry, Verdict } from './protocol.ts';

/** Wall-clock milliseconds in which nothing happens in a world: a program loops. */
const PATIENCE = 10_000;
const LOOK = 250;

export class Hunter {
  readonly #quarry: Quarry;
  /** What is told of a program that does not come back. */
  readonly #stuck: string;
  #watch = new Watch();
  #worker: Worker | undefined;

  constructor(quarry: Quarry, stuck: string) {
    this.#quarry = quarry;
    this.#stuck = stuck;
  }

  /** @throws UserError for the user's mistake */
  async attempt(attempt: Attempt): Promise<Verdict> {
    const worker = this.#ready();
    const answer = await new Promise<Answer | undefined>((resolve, reject) => {
      const patience = new Patience(PATIENCE, performance.now());
      const timer = setInterval(() => {
        if (patience.isOver(this.#watch.progress, performance.now())) settle(() => resolve(undefined));
      }, LOOK);
      const settle = (then: () => void): void => {
        clearInterval(timer);
        // By name: Node listens to the worker too.
        for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
        then();
      };
      worker.once('message', (said: Answer) => settle(() => resolve(said)));
      worker.once('error', (error) => settle(() => reject(error)));
      worker.once('exit', () => settle(() => resolve(undefined)));
      worker.postMessage(attempt);
    });
    if (answer === undefined) {
      await this.end();
      return { failure: this.#stuck, acts: 0, faults: [] };
    }
    if (answer.kind === 'misuse') throw new UserError(answer.message);
    return answer.verdict;
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #ready(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    this.#watch = new Watch();
    const workerData = { quarry: this.#quarry, memory: this.#watch.memory };
    this.#worker = new Worker(new URL('./hunt-worker.js', import.meta.url), { workerData });
    return this.#worker;
  }
}
