/**
 * Where a layer puts its events. Each layer declares its own union of events (`tcp/events.ts`, `host/events.ts`, …)
 * and is given a sink for them; the trace, above all layers, unites them. The layer below never learns who listens.
 */
export interface Sink<in E> {
  /** False when nobody listens: then an event must not even be built, so that a trace that is off costs nothing. */
  readonly on: boolean;
  /** Number of the event that is being handled now; the cause of all that is emitted meanwhile. 0: nothing earlier. */
  cause: number;
  /** The number that the event got in the trace. */
  emit(event: E): number;
}

/** A sink that nobody listens to. */
export const SILENT: Sink<unknown> = { on: false, cause: 0, emit: () => 0 };
