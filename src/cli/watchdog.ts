/**
 * Runs a task in a worker thread, writes what it says, and ends it when it is deaf and nothing happens in its world for
 * ten seconds: a program loops. One may wait in `os.outside` for as long as something is there that can end the wait.
 *
 * Calls it: `run.ts`, `story.ts`, `where.ts`.
 */
import { Worker } from 'node:worker_threads';
import { wordsIn } from './messages.ts';
import { UserError } from './user-error.ts';
import { Patience, Watch } from './watch.ts';
import type { Report, Task } from './work.ts';

/** Wall-clock milliseconds. Programs of a scenario finish a turn in far less; a run of millions of events moves on. */
const PATIENCE = 10_000;
const LOOK = 250;
/** Node's exit code of a module that awaits what can never come. */
const UNSETTLED = 13;

/** The exit status. @throws UserError for the user's mistake, and if the worker had to be ended */
export async function perform(task: Task): Promise<number> {
  const watch = new Watch();
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { task, memory: watch.memory } });
  const words = wordsIn(task.language);
  let running: { scenario: string; programs: readonly string[] } | undefined = { scenario: nameOf(task), programs: [] };
  try {
    return await new Promise<number>((resolve, reject) => {
      const patience = new Patience(PATIENCE, performance.now());
      const timer = setInterval(() => {
        const now = performance.now();
        if (running === undefined) patience.restart(now);
        else if (patience.isOver(watch.progress, now)) {
          const program = running.programs[watch.turn] ?? '';
          reject(new UserError(words.stuck(running.scenario, program, PATIENCE / 1000)));
        }
      }, LOOK);
      worker.on('message', (report: Report) => {
        switch (report.kind) {
          case 'started':
            running = report;
            patience.restart(performance.now());
            return;
          case 'ran':
            running = undefined;
            return;
          case 'text':
            process.stdout.write(report.text);
            return;
          case 'misuse':
            return reject(new UserError(report.message));
          case 'done':
            return resolve(report.exit);
        }
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        clearInterval(timer);
        // Nothing is left in it that could end a wait: Node gives up at `await`.
        if (code === UNSETTLED && running !== undefined) reject(new UserError(words.waitsForEver(running.scenario)));
        else reject(new Error(`the worker ended without a word, exit code ${code}`));
      });
    });
  } finally {
    await worker.terminate();
  }
}

function nameOf(task: Task): string {
  return task.kind === 'story' ? (task.scenarios[0] ?? '') : task.choice.scenario;
}
