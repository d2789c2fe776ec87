/**
 * The thread that runs programs. It does one task and says what it has to say; `watchdog.ts` listens, and ends it when
 * a program does not come back.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { MILLISECOND } from '../base/time.ts';
import type { Scenario } from '../system/scenario.ts';
import { type Execution, execute } from './execute.ts';
import { wordsIn } from './messages.ts';
import { writeWhole } from './output.ts';
import { paintFor } from './paint.ts';
import { reason } from './parameters.ts';
import { during, type Look, pictureLines } from './picture.ts';
import { expectationLines, headLines, storyLines, summaryLine } from './report.ts';
import { EXIT, UserError } from './user-error.ts';
import { Watch } from './watch.ts';
import { whereLines } from './where-lines.ts';
import type { Choice, Report, Task } from './work.ts';

assert(parentPort !== null, 'worker.ts runs in a worker');
const port = parentPort;
const { task, memory } = workerData as { task: Task; memory: SharedArrayBuffer };
const watch = new Watch(memory);
watch.beat();
const words = wordsIn(task.language);
const look: Look = { width: task.width, language: task.language, paint: paintFor(task.colour) };

function say(report: Report): void {
  port.postMessage(report);
}

function print(lines: readonly string[]): void {
  say({ kind: 'text', text: `${lines.join('\n')}\n` });
}

async function run(choice: Choice, wholeFrames = false): Promise<Execution> {
  const started = ({ name, programs }: Scenario): void =>
    say({ kind: 'started', scenario: name, programs: Object.keys(programs) });
  const trace = wholeFrames ? 'frames' : 'events';
  return execute(choice, { language: task.language, watch, trace, started });
}

async function runOne(wanted: Extract<Task, { kind: 'run' }>): Promise<number> {
  const execution = await run(wanted.choice, wanted.pcap !== undefined || wanted.trace !== undefined);
  say({ kind: 'ran' });
  const { run: ran, document, scenario } = execution;
  const { trace } = ran.world;
  if (wanted.pcap !== undefined) save(wanted.pcap, [trace.toPcap()]);
  if (wanted.trace !== undefined) save(wanted.trace, trace.lines());
  if (wanted.json) {
    print([JSON.stringify(document, undefined, 2)]);
  } else {
    const picture = pictureLines({ events: trace.events, ...seenBy(execution) }, look);
    print([
      ...headLines(scenario, look),
      '',
      ...picture,
      '',
      ...expectationLines(document, look),
      '',
      summaryLine(document, trace.events.length, look),
    ]);
  }
  return document.ok ? EXIT.holds : EXIT.fails;
}

async function tellStory(scenarios: readonly string[]): Promise<number> {
  let held = 0;
  let expectations = 0;
  let virtualMs = 0;
  let wallMs = 0;
  for (const scenario of scenarios) {
    const execution = await run({ scenario, seed: 1, set: [] });
    const { document } = execution;
    const seen = { events: execution.run.world.trace.events, ...seenBy(execution) };
    print([...storyLines(execution, seen, during(seen.events, task.language), look), '']);
    held += document.expectations.filter(({ ok }) => ok).length;
    expectations += document.expectations.length;
    virtualMs += document.virtualMs;
    wallMs += document.wallMs;
  }
  const [virtual, wall] = [virtualMs, wallMs].map((ms) => words.duration(ms * MILLISECOND));
  print([words.storySummary(scenarios.length, held, expectations, virtual ?? '', wall ?? ''), words.storyNext]);
  return held === expectations ? EXIT.holds : EXIT.fails;
}

/** What the picture shows beside the events. */
function seenBy({ run: { result } }: Execution) {
  return { breaks: result.breaks, ledger: result.ledger };
}

function save(path: string, parts: Iterable<string | Uint8Array>): void {
  try {
    writeWhole(path, parts);
  } catch (error) {
    throw new UserError(words.cannotWrite(path, reason(error)));
  }
}

async function perform(): Promise<number> {
  switch (task.kind) {
    case 'run':
      return runOne(task);
    case 'story':
      return tellStory(task.scenarios);
    case 'where': {
      const { run: ran } = await run(task.choice);
      say({ kind: 'ran' });
      print(whereLines(ran.world.trace.events, task));
      return EXIT.holds;
    }
  }
}

try {
  say({ kind: 'done', exit: await perform() });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  say({ kind: 'misuse', message: error.message });
}
