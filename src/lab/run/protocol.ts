/**
 * What page and sandbox say to each other, by `postMessage`. The page sends one run at a time; `id` tells the runs apart,
 * so that words of an old one, still under way, are not taken for the new one's.
 */
import type { Json } from '../../base/json.ts';
import type { Text } from '../../system/scenario.ts';
import type { CableChanges, HostChanges } from '../../system/timetable.ts';
import type { Event } from '../../trace/event.ts';
import type { RunPlan } from './plan.ts';

export type ToSandbox =
  /** Once, first: the text of the world's script. */
  | { readonly kind: 'code'; readonly text: string }
  /**
   * `source`: the scenario's text, built-in or the user's. It ends the run before. With it goes a port, by which the run
   * answers; the frame itself says only 'ready', and 'failed' if its worker breaks.
   */
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly plan: RunPlan;
      readonly source: string;
      readonly whole: boolean;
    }
  | { readonly kind: 'stop' };

/** Where in the scenario's text something is: lines from 1, columns from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column?: number;
}

export type FromSandbox =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly id: number; readonly scenario: ScenarioFacts }
  /** The next events, in order; `sites`: the line of each `call.entered` among them that the text made, [n, line]. */
  | {
      readonly kind: 'events';
      readonly id: number;
      readonly events: readonly Event[];
      readonly sites: readonly (readonly [number, number])[];
    }
  /** It is at work: said now and then while nothing else is. */
  | { readonly kind: 'beat'; readonly id: number }
  | { readonly kind: 'ended'; readonly id: number; readonly outcome: Outcome }
  /** The run could not begin, or broke off: what was wrong, in one sentence, and where. */
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };

export interface Outcome {
  readonly ended: 'idle' | 'for' | 'until' | 'limit';
  /** Virtual milliseconds. */
  readonly virtualMs: number;
  readonly hash: string;
  readonly expectations: readonly { readonly story: string; readonly text: Text; readonly ok: boolean }[];
  readonly waiting: readonly { readonly process: string; readonly call: string; readonly since: number }[];
  /**
   * What programs did not catch, in that order; the place is where the text stood then. `process` is '' for a promise that
   * failed while nobody waited for it, and it is not known whose it was. `byCall`: an errno of a call, part of what the run
   * shows; else it is a mistake in the text.
   */
  readonly errors: readonly {
    readonly process: string;
    readonly message: string;
    readonly place?: SourcePlace;
    readonly byCall?: true;
  }[];
  /** The pcap file, when `whole` was asked for. */
  readonly pcap?: Uint8Array;
}

export interface Failure {
  /** 'source': the text does not parse or throws; 'plan': a parameter or act is wrong; 'program': it threw; 'loop': it never came back; 'world': our own mistake. */
  readonly kind: 'source' | 'plan' | 'program' | 'loop' | 'world';
  readonly message: string;
  readonly place?: SourcePlace;
}

/** What the page shows of a scenario before its first event. JSON. */
export interface ScenarioFacts {
  readonly name: string;
  readonly title: Text;
  readonly text: Text;
  readonly story: readonly string[];
  readonly params: Readonly<Record<string, Json>>;
  /** Of each program: its host, and where its `main` stands in the text (lines from 1, the last one included). */
  readonly programs: Readonly<
    Record<string, { readonly host: string; readonly lines: readonly [number, number] | undefined }>
  >;
  readonly accounting: Readonly<Record<string, 'linux' | 'payload'>>;
  /** What each host booted with and how each cable was laid, where the plan or the scenario says it. */
  readonly hosts: Readonly<Record<string, HostChanges>>;
  readonly cables: Readonly<Record<string, CableChanges>>;
}
