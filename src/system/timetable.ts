/**
 * What a person does to a running world: faults, and text typed to a program. An act of the timetable is a value, so
 * that it can be replayed, changed and shared.
 *
 * Calls it: the page, which records them; `sim/scenario-run.ts`, which does them.
 */
import type { Fault } from './scenario.ts';

/** What is typed: bytes for a program's standard input, base64. */
export interface Typing {
  readonly do: 'type';
  /** A program. */
  readonly target: string;
  readonly data: string;
}

/** When: once the trace has this many events; or, without it, at the virtual moment `at`, before all else there. */
export interface When {
  readonly at: string | number;
  readonly after?: number;
}

export type Act = When & (Omit<Fault, 'at' | 'name'> | Typing);
