/**
 * What a run is made of: everything that a share link holds. JSON, so that it travels: to the worker, into a link, into
 * a file. The same plan gives the same recording.
 */
import type { Json } from '../../base/json.ts';
import type { Act, CableChanges, HostChanges } from '../../system/timetable.ts';

export interface RunPlan {
  /** A built-in scenario's name, or the name of what the user wrote. */
  readonly name: string;
  /** The scenario's whole source, TypeScript or JavaScript, if the user changed it; undefined: the built-in one. */
  readonly source?: string;
  readonly seed: number;
  /** Parameters that are not the default. */
  readonly set: Readonly<Record<string, Json>>;
  /** A fault of the scenario that is left out. */
  readonly without?: string;
  /** What hosts boot with and how cables are laid, by name, where that is not what the scenario says. */
  readonly hosts?: Readonly<Record<string, HostChanges>>;
  readonly cables?: Readonly<Record<string, CableChanges>>;
  /** What the user did: faults and typed text, in order. */
  readonly acts: readonly Act[];
}

export const EMPTY_PLAN: RunPlan = { name: 'copy', seed: 1, set: {}, acts: [] };
