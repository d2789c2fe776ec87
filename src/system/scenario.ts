/**
 * A scenario: hosts, programs, faults and what must come of them, as one value. The same file runs in the simulated
 * world, in the page and on a real kernel, so everything but programs and predicates is JSON, and programs know
 * nothing but their `os`.
 *
 * Calls it: every file of `scenarios/`, and any file that a user gives to `halfopen run`.
 */
import type { Json } from '../base/json.ts';
import type { Family } from './family.ts';
import type { System } from './system.ts';

/** A text that people read, in both languages. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

export type WorldKind = 'sim' | 'page' | 'kernel';

/** A parameter of a scenario: `--set name=value`. The type of `default` is the type that a value must have. */
export interface Parameter {
  readonly default: Json;
  /** For people: 'B', 'ms', … */
  readonly unit?: string;
  readonly text?: Text;
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly Json[];
}

export interface HostPlan {
  /** '10.0.0.1' (a /24) or '10.0.0.1/16'. */
  readonly address: string;
  readonly profile?: 'linux' | 'windows' | 'rfc';
  readonly accounting?: 'linux' | 'payload';
  readonly sysctl?: Readonly<Record<string, number | string>>;
}

export interface CablePlan {
  /** Names of two hosts, switches or routers. */
  readonly between: readonly [string, string];
  readonly delay?: string | number;
  readonly rate?: string | number;
  readonly loss?: number;
  readonly reorder?: number;
  readonly duplicate?: number;
  readonly corrupt?: number;
  readonly queue?: number;
  readonly mark?: number;
  readonly mtu?: number;
}

export interface Topology {
  readonly hosts: Readonly<Record<string, HostPlan>>;
  readonly switches?: Readonly<Record<string, object>>;
  readonly routers?: Readonly<Record<string, { readonly forgetIdle?: string | number }>>;
  readonly cables: Readonly<Record<string, CablePlan>>;
}

/** What is done to the world, and when. `name` is what `--without NAME` leaves out; default: its `do`. */
export interface Fault {
  readonly name?: string;
  readonly at: string | number;
  readonly do:
    | 'cut'
    | 'mend'
    | 'power-off'
    | 'power-on'
    | 'kill'
    | 'start'
    | 'stop'
    | 'cont'
    | 'set' /* set: options of a cable */;
  /** A cable, a host, or a program. */
  readonly target: string;
  readonly direction?: 'a-to-b' | 'b-to-a';
  readonly carrier?: 'kept' | 'lost';
  readonly options?: Readonly<Record<string, Json>>;
}

export interface ProgramPlan<P> {
  readonly host: string;
  /** When the program starts; default at once. */
  readonly start?: string | number;
  /** Started again when its host boots. */
  readonly onBoot?: boolean;
  readonly main: (os: System, params: P) => Promise<unknown>;
}

/** A call that a program made, as the run's report tells it. Times are virtual milliseconds. */
export interface CallReport {
  readonly call: string;
  readonly socket?: string;
  readonly args: Json;
  readonly atMs: number;
  /** undefined: it never returned. */
  readonly returnedAtMs?: number;
  readonly result?: Json;
  readonly error?: string;
}

export interface ProcessReport {
  readonly host: string;
  readonly name: string;
  readonly exit:
    | { readonly code: number; readonly value?: Json }
    | { readonly signal: string }
    | { readonly error: string }
    | null;
  readonly printed: readonly { readonly atMs: number; readonly text: string }[];
  readonly calls: readonly CallReport[];
}

export interface NoticeReport {
  readonly process: string;
  readonly call: string;
  /** 0 for the end of the stream, an errno's name, or whatever the call returned. */
  readonly result: Json;
  readonly afterMs: number;
}

export interface BreakReport {
  readonly kind: string;
  readonly target: string;
  readonly atMs: number;
  readonly noticed: readonly NoticeReport[];
}

/** Where the bytes of one channel are: design of the ledger, ARCHITECTURE.md. All in bytes, counted from the channel's first. */
export interface ChannelLedger {
  /** 'B:49152>A:7000': sender > receiver. */
  readonly channel: string;
  readonly requested?: number;
  readonly written?: number;
  readonly sent?: number;
  readonly acknowledged?: number;
  readonly received?: number;
  readonly read?: number;
  readonly outOfOrder?: number;
  readonly waiting?: number;
  readonly unsent?: number;
  readonly inFlight?: number;
  readonly unread?: number;
  readonly unacknowledged?: number;
  readonly discarded: readonly { readonly where: string; readonly bytes: number }[];
}

/** What an expectation looks at. */
export interface ScenarioResult<P> {
  readonly params: P;
  /** Over which IP its hosts spoke. */
  readonly family: Family;
  readonly virtualMs: number;
  readonly processes: readonly ProcessReport[];
  readonly breaks: readonly BreakReport[];
  readonly ledger: readonly ChannelLedger[];
  /** The ledger as it was at a virtual moment. */
  ledgerAt(ms: number): readonly ChannelLedger[];
  /** The process of that name; throws if there is none. */
  process(name: string): ProcessReport;
  /** The calls of that name of one process, in order. */
  calls(process: string, call?: string): readonly CallReport[];
  /** Events of the trace; only for expectations whose `worlds` leave out the kernel. JSON objects with n, at (ns), host, kind. */
  events(kind: string, host?: string): readonly Readonly<Record<string, Json>>[];
}

export interface Expectation<P> {
  readonly story: string;
  readonly text: Text;
  readonly worlds: readonly WorldKind[];
  readonly holds: (result: ScenarioResult<P>) => boolean;
  /** A run in which the expectation must fail: parameters changed, a fault left out. */
  readonly counter: { readonly set?: Partial<P>; readonly without?: string };
}

export interface Scenario<P extends Readonly<Record<string, Json>> = Readonly<Record<string, Json>>> {
  readonly name: string;
  readonly title: Text;
  readonly text: Text;
  readonly story: readonly string[];
  readonly params: { readonly [K in keyof P]: Parameter & { readonly default: P[K] } };
  /** A function when parameters decide sizes or delays. */
  readonly topology: Topology | ((params: P) => Topology);
  readonly programs: Readonly<Record<string, ProgramPlan<P>>>;
  readonly faults?: readonly Fault[] | ((params: P) => readonly Fault[]);
  /** How long the run may last in virtual time; default: until nothing is left to happen, 30 virtual days at most. */
  readonly runFor?: string | number;
  readonly expect: readonly Expectation<P>[];
}

/** The scenario itself: gives the file's author types for `params`. */
export function defineScenario<P extends Readonly<Record<string, Json>>>(scenario: Scenario<P>): Scenario<P> {
  return scenario;
}
