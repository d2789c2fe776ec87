/**
 * What is run when a setting was changed: the same plan, changed, from the seed.
 *
 * What was done at a count of events was done in the run that is left; in another one that count means nothing, so those
 * acts keep their virtual moment only. None is dropped.
 * Calls it: the pages of the settings.
 */
import type { Act } from '../../system/timetable.ts';
import type { RunPlan } from '../run/plan.ts';
import { startRun } from '../run/runner.ts';
import { plan } from '../state.ts';

/** Runs the plan with another world. */
export function again(changes: Partial<Omit<RunPlan, 'acts'>>): void {
  const of = plan.peek();
  startRun({ ...of, ...changes, acts: of.acts.map(atItsMoment) });
}

/** Runs the plan with the act of that place replaced by others, or by none. */
export function replaceAct(index: number, by: readonly Act[]): void {
  const of = plan.peek();
  const before = of.acts.slice(0, index);
  startRun({ ...of, acts: [...before, ...by, ...of.acts.slice(index + 1).map(atItsMoment)] });
}

export function atItsMoment({ after: _, ...act }: Act): Act {
  return act;
}
