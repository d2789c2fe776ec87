/** What the page of `sandbox.test.ts` answers; here so that the test need not load what runs in the page. */
import type { RunPlan } from '../../../src/lab/run/plan.ts';
import type { Failure, Outcome, ScenarioFacts } from '../../../src/lab/run/protocol.ts';
import type { Act } from '../../../src/system/timetable.ts';

export type Deed = Act extends infer A ? (A extends Act ? Omit<A, 'at' | 'after'> : never) : never;

export interface Shown {
  readonly plan: RunPlan;
  readonly count: number;
  readonly cursor: number;
  readonly printed: readonly string[];
  /** [n, line] */
  readonly sites: readonly (readonly [number, number])[];
  /** [n, call] */
  readonly calls: readonly (readonly [number, string])[];
  readonly kinds: readonly string[];
  readonly facts: ScenarioFacts | undefined;
  readonly outcome: Outcome | undefined;
  readonly failure: Failure | undefined;
  readonly previous: RunPlan | undefined;
}

export interface SandboxPage {
  run(plan: Partial<RunPlan>, cursor?: number): Promise<Shown>;
  act(...deeds: Deed[]): Promise<Shown>;
  back(): Shown;
  seek(cursor: number): void;
  sourceOf(name: string): Promise<string | undefined>;
}

declare global {
  var page: SandboxPage;
}
