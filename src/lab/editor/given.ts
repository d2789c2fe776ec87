/**
 * A text that came from a file or a link and cannot run: it is put into the editor, with its mistake at its line, and what
 * ran before stays on the stage. It is a draft like any other, and this remembers whose; so it is there after a reload.
 *
 * Calls it: `share/` begins runs by it; `pane.tsx` shows the text.
 */
import { effect, signal } from '@preact/signals';
import type { RunPlan } from '../run/plan.ts';
import { startRun } from '../run/runner.ts';
import { drawer, length, plan, refusal, source } from '../state.ts';
import { draftOf } from './drafts.ts';

export interface Given {
  readonly name: string;
  readonly text: string;
}

const KEY = 'halfopen.given';

/** The last text that could not run; undefined once the user has gone on to another run. */
export const given = signal<Given | undefined>(recalled());

/** What ran when it was given; undefined: nothing yet, and the run that begins by itself takes no text away. */
let stage = source.peek();
effect(() => {
  const now = source.value;
  if (now === stage) return;
  if (stage !== undefined) give(undefined);
  stage = now;
});

export function give(one: Given | undefined): void {
  given.value = one;
  stage = length.peek() === 0 ? undefined : (source.peek() ?? '');
  try {
    if (one === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, one.name);
  } catch {
    // Then a reload forgets it.
  }
}

function recalled(): Given | undefined {
  try {
    const name = sessionStorage.getItem(KEY);
    const text = name === null ? undefined : draftOf(name);
    return name === null || text === undefined ? undefined : { name, text };
  } catch {
    return undefined;
  }
}

/** Runs the plan, or opens the editor with its text if that is no scenario. */
export function runOrEdit(next: RunPlan, at = 0): void {
  const before = refusal.peek();
  startRun(next, at);
  const { name, source: text } = next;
  if (text === undefined) return;
  // The plan is another one as soon as this one is refused, or anything else is run.
  const stop = effect(() => {
    if (plan.value === next) return;
    queueMicrotask(() => stop());
    const now = refusal.peek();
    if (now === before || now?.kind !== 'source') return;
    give({ name, text });
    drawer.value = 'editor';
  });
}
