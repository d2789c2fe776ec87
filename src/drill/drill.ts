/**
 * `halfopen drill`: a script in packetdrill's language on our stack, in virtual time and without root.
 *
 *     text --> parser --> script --> run (kernel + process) --> outcome: it held, or the line that did not
 *
 * Calls it: `cli/drill.ts`, tests.
 */
import { AssertionFailed } from '../base/assert.ts';
import { SILENT } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import { linux } from '../host/profiles.ts';
import { parseScript } from './parser.ts';
import { type DrillNotes, type DrillOptions, DrillRun } from './run.ts';
import { ScriptError } from './script.ts';

export interface DrillOutcome {
  readonly ok: boolean;
  /** Of the event that did not hold. */
  readonly line: number | undefined;
  readonly message: string | undefined;
  readonly virtual: Nanoseconds;
  readonly notes: DrillNotes;
}

export interface DrillInput extends Partial<DrillOptions> {
  /** Words that stand for others, as packetdrill's -D has them. */
  readonly defines?: ReadonlyMap<string, string>;
}

/** Runs a script to its end or to the first event that does not hold; a script that cannot be read does not hold either. */
export function drill(text: string, input: DrillInput = {}): DrillOutcome {
  const { defines, profile = linux, seed = 1, sink = SILENT, readFile = () => undefined } = input;
  const { onFrame = () => {}, onClock = () => {} } = input;
  let run: DrillRun | undefined;
  try {
    run = new DrillRun(parseScript(text, defines), { profile, seed, sink, onFrame, onClock, readFile });
    run.run();
    return { ok: true, line: undefined, message: undefined, virtual: run.now, notes: run.notes };
  } catch (error) {
    if (error instanceof AssertionFailed) throw error;
    if (!(error instanceof ScriptError)) throw error;
    const notes = run?.notes ?? { ignored: [], printed: [] };
    return { ok: false, line: error.line, message: error.message, virtual: run?.now ?? 0, notes };
  }
}
