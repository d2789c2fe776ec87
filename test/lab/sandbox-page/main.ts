/**
 * A page with the runner and nothing to look at, for `sandbox.test.ts`: built with the page's own configuration and
 * policy, so that what is tried here is the sandbox as it is.
 */
import { effect } from '@preact/signals';
import { EMPTY_PLAN, type RunPlan } from '../../../src/lab/run/plan.ts';
import * as runner from '../../../src/lab/run/runner.ts';
import * as state from '../../../src/lab/state.ts';
import type { Deed, SandboxPage, Shown } from './shown.ts';

/** Settles when the run that `begin` begins is over. */
function over(begin: () => void): Promise<void> {
  const outcome = state.outcome.value;
  state.failure.value = undefined;
  state.refusal.value = undefined;
  return new Promise((resolve) => {
    const dispose = effect(() => {
      const isOver = state.outcome.value !== undefined && state.outcome.value !== outcome;
      if (!isOver && state.failure.value === undefined && state.refusal.value === undefined) return;
      queueMicrotask(() => dispose());
      resolve();
    });
    begin();
  });
}

function shown(): Shown {
  return {
    plan: state.plan.value,
    count: state.length.value,
    cursor: state.cursor.value,
    printed: state.events.value.flatMap((event) => (event.kind === 'process.printed' ? [event.text] : [])),
    sites: [...state.sites.value],
    calls: state.events.value.flatMap((event) =>
      event.kind === 'call.entered' ? [[event.n, event.call] as const] : [],
    ),
    kinds: state.events.value.map(({ kind }) => kind),
    facts: state.facts.value,
    outcome: state.outcome.value,
    failure: state.refusal.value ?? state.failure.value,
    previous: state.previous.value,
  };
}

globalThis.page = {
  async run(plan: Partial<RunPlan>, cursor = 0) {
    await over(() => runner.startRun({ ...EMPTY_PLAN, ...plan }, cursor));
    return shown();
  },
  async act(...deeds: Deed[]) {
    await over(() => {
      for (const deed of deeds) runner.actAtCursor(deed);
    });
    return shown();
  },
  back() {
    runner.backToPrevious();
    return shown();
  },
  seek(cursor: number) {
    state.cursor.value = cursor;
  },
  sourceOf: runner.sourceOf,
} satisfies SandboxPage;
