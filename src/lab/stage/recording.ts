/**
 * A run as the page knows it: its events, in order, growing while the run goes on; and what can only be told by looking
 * ahead: what becomes of a frame, which bytes a channel carries.
 *
 * It needs no simulator: a trace from a file is a recording as well. Left out on purpose: the world that made it.
 */
import type { Event } from '../../trace/event.ts';

export interface Recording {
  /** The live array: only ever appended to. */
  readonly events: readonly Event[];
}
