/**
 * The events of the world itself: hosts and cables are put there, programs start and end, frames travel, things break.
 *
 * They are declared here, below the simulator, because the trace must know every kind and the simulator imports the
 * trace; the simulator (and any other world) emits them. Every field is JSON-safe. Times in fields are nanoseconds.
 * `host` of an event is the host that it happened at, or '' for what happens to the world or to a cable.
 */
import type { Json } from '../base/json.ts';

/** The world begins; the first event of every trace. */
export interface WorldStarted {
  readonly kind: 'world.started';
  /** TRACE_VERSION of `event.ts`. */
  readonly version: number;
  readonly profile?: string;
}

/** A host, switch or router was put into the world. */
export interface HostAdded {
  readonly kind: 'host.added';
  readonly name: string;
  readonly what: 'host' | 'switch' | 'router';
  /** Those it has from the start, '10.0.0.1/24'; later ones come as `interface.added`. */
  readonly addresses: readonly string[];
  readonly profile?: string;
}

/** An interface with its address: every one, also the first, once its address is known. */
export interface InterfaceAdded {
  readonly kind: 'interface.added';
  readonly interface: string;
  /** '10.0.0.1/24'. */
  readonly address: string;
  /** '02:00:00:00:00:01'. */
  readonly mac: string;
  readonly mtu: number;
}

export interface CableAdded {
  readonly kind: 'cable.added';
  readonly cable: string;
  /** Names of its two ends: hosts, switches or routers. */
  readonly a: string;
  readonly b: string;
  /** Delay (ns), rate (bit/s), loss … as they are in force. */
  readonly options: Readonly<Record<string, Json>>;
}

/** Options of a cable were changed while the world runs. */
export interface CableSet {
  readonly kind: 'cable.set';
  readonly cable: string;
  /** From `a` to `b`; and from `b` to `a`, if that differs. */
  readonly options: Readonly<Record<string, Json>>;
  readonly back?: Readonly<Record<string, Json>>;
}

export interface CableCut {
  readonly kind: 'cable.cut';
  readonly cable: string;
  readonly direction: 'both' | 'a-to-b' | 'b-to-a';
  readonly carrier: 'kept' | 'lost';
}

export interface CableMended {
  readonly kind: 'cable.mended';
  readonly cable: string;
}

export interface HostPoweredOff {
  readonly kind: 'host.powered-off';
}

export interface HostPoweredOn {
  readonly kind: 'host.powered-on';
}

export interface ProcessKilled {
  readonly kind: 'process.killed';
  readonly process: string;
}

export interface ProcessStopped {
  readonly kind: 'process.stopped';
  readonly process: string;
}

export interface ProcessContinued {
  readonly kind: 'process.continued';
  readonly process: string;
}

export interface ProcessStarted {
  readonly kind: 'process.started';
  readonly process: string;
}

/** Somebody typed to its standard input: so many bytes; 0 is the end of input. */
export interface ProcessTyped {
  readonly kind: 'process.typed';
  readonly process: string;
  readonly bytes: number;
}

/** Options of the sockets that it has open were set from outside. */
export interface ProcessSet {
  readonly kind: 'process.set';
  readonly process: string;
  readonly options: Readonly<Record<string, Json>>;
}

/** Exactly one of `code`, `signal` and `error` is there. */
export interface ProcessExited {
  readonly kind: 'process.exited';
  readonly process: string;
  readonly code?: number;
  /** What the program returned. */
  readonly value?: Json;
  readonly signal?: string;
  /** An errno's name, or 'uncaught'; never an engine's text. */
  readonly error?: string;
}

export interface ProcessPrinted {
  readonly kind: 'process.printed';
  readonly process: string;
  readonly text: string;
}

/**
 * A frame was put onto a cable by `host`. Emitted with `Recorder.frameSent`, never with a sink. In a trace that keeps
 * events only, `bytes` holds the first SNAP_LENGTH bytes.
 */
export interface FrameSent {
  readonly kind: 'frame.sent';
  readonly interface: string;
  readonly cable: string;
  /** Bytes of the Ethernet frame. */
  readonly length: number;
  /** base64. */
  readonly bytes: string;
}

/** A frame reached `host`, which has not looked at it yet. A frame that was duplicated is delivered twice. */
export interface FrameDelivered {
  readonly kind: 'frame.delivered';
  /** Number of its `frame.sent`, also the cause. */
  readonly frame: number;
  readonly interface: string;
  /** The cable turned this bit of the frame (bit 0: the highest of the first byte). */
  readonly corrupted?: number;
  /** The cable's queue was long, and marked it (ECN). */
  readonly marked?: boolean;
}

/**
 * A frame ended before a host looked at it; `host` is its sender. (A host's own refusal of a frame that it was given
 * has the same kind, in `host/events.ts`; its cause is the `frame.delivered`.)
 */
export interface FrameDropped {
  readonly kind: 'frame.dropped';
  /** Number of its `frame.sent`. */
  readonly frame: number;
  /** The cable, switch or host where it ended. */
  readonly where: string;
  /** 'cut', 'loss', 'queue-full', 'no-carrier', 'powered-off', … */
  readonly reason: string;
}

/** What the world is made of, and what is done to it. */
export type FaultEvent =
  | CableSet
  | CableCut
  | CableMended
  | HostPoweredOff
  | HostPoweredOn
  | ProcessKilled
  | ProcessStopped
  | ProcessContinued
  | ProcessTyped
  | ProcessSet;

export type WorldEvent =
  | WorldStarted
  | HostAdded
  | InterfaceAdded
  | CableAdded
  | FaultEvent
  | ProcessStarted
  | ProcessExited
  | ProcessPrinted
  | FrameSent
  | FrameDelivered
  | FrameDropped;
