/**
 * What a person does to a running world: faults, and text typed to a program. An act of the timetable is a value, so
 * that it can be replayed, changed and shared.
 *
 * Calls it: the page, which records them; `sim/scenario-run.ts`, which does them.
 */
import type { Json } from '../base/json.ts';
import type { CablePlan, Fault, HostPlan } from './scenario.ts';

/** What a person gives a host to boot with, in place of what the scenario says. */
export type HostChanges = Pick<HostPlan, 'profile' | 'accounting' | 'sysctl'>;
/** How a person lays a cable, in place of what the scenario says. */
export type CableChanges = Omit<CablePlan, 'between' | 'mtu'>;

/** What is typed: bytes for a program's standard input, base64. */
export interface Typing {
  readonly do: 'type';
  /** A program. */
  readonly target: string;
  readonly data: string;
}

/** Options of the sockets that a program has open, set from outside of it as a debugger could: `{ SO_SNDBUF: 64 }`. */
export interface Setting {
  readonly do: 'option';
  /** A program. */
  readonly target: string;
  readonly options: Readonly<Record<string, Json>>;
}

/** When: once the trace has this many events; or, without it, at the virtual moment `at`, before all else there. */
export interface When {
  readonly at: string | number;
  readonly after?: number;
}

export type Act = When & (Omit<Fault, 'at' | 'name'> | Typing | Setting);
