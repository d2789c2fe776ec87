/**
 * One event of the trace: the union of what all layers tell, in the past tense and JSON-safe.
 *
 * Each layer declares its own kinds (`tcp/events.ts`, `host/events.ts`, `socket/events.ts`, `world-events.ts`); they
 * meet here and nowhere else. A kind that `format.ts` does not handle is a compile error.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { HostEvent } from '../host/events.ts';
import type { SocketEvent } from '../socket/events.ts';
import type { TcpEvent } from '../tcp/events.ts';
import type { WorldEvent } from './world-events.ts';

/** What a layer emits, before it has a number. */
export type LayerEvent = TcpEvent | HostEvent | SocketEvent | WorldEvent;

/** What every event has. */
export interface Stamp {
  /** Its number: 1, 2, 3, … */
  readonly n: number;
  /** Virtual time. */
  readonly at: Nanoseconds;
  /** Name of the host where it happened; '' for the world. */
  readonly host: string;
  /** Number of the event that led here; 0: none. */
  readonly cause: number;
}

export type Event = Stamp & LayerEvent;
export type EventKind = LayerEvent['kind'];
export type EventOf<K extends EventKind> = Stamp & Extract<LayerEvent, { readonly kind: K }>;

/** Version of the kinds and their fields, and of the lines that they are written as. */
export const TRACE_VERSION = 1;

/** How many bytes of a frame a trace keeps that does not keep whole frames: all headers with all options, and some data. */
export const SNAP_LENGTH = 128;
