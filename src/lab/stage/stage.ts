/**
 * The stage as signals: what is so at the cursor, and what the whole recording knows about it.
 *
 * All of it follows from `events`, `length` and `cursor` of `state.ts` and from nothing else.
 * Calls it: the views, the player, the time line, the drawer.
 */
import { computed, type ReadonlySignal } from '@preact/signals';
import { cursor, events, length } from '../state.ts';
import type { StageModel } from './model.ts';
import { RecordingIndex, type Silence } from './recording.ts';

const index = computed(() => new RecordingIndex({ events: events.value }));

/** The index, grown to all events that there are. */
function grown(): RecordingIndex {
  void length.value;
  const now = index.value;
  now.grow();
  return now;
}

/** What the stage shows at the cursor. */
export const stage: ReadonlySignal<StageModel> = computed(() => {
  grown();
  return { cursor: cursor.value, at: 0, hosts: [], cables: [], channels: [], breaks: [] };
});

/** Bytes [from, to) of a channel (an index into `stage.value.channels`); undefined where no frame shows the byte. */
export function bytesOf(_channel: number, from: number, to: number): readonly (number | undefined)[] {
  return new Array<undefined>(Math.max(0, to - from)).fill(undefined);
}

/** The cursor behind the next `call.returned`; undefined if the recording has none behind the cursor. */
export function nextReturn(at: number): number | undefined {
  return grown().nextReturn(at);
}

/** The cursor at which a step forward ends; undefined at the recording's end. */
export function nextScene(at: number): number | undefined {
  return grown().nextScene(at);
}

/** The cursor at which a step back ends; 0 at the beginning. */
export function previousScene(at: number): number {
  return grown().previousScene(at);
}

/** Stretches of virtual time in which nothing happens, a second or longer: between `events[from - 1]` and `events[from]`. */
export const silences: ReadonlySignal<readonly Silence[]> = computed(() => grown().silences);

/** The silence that begins at this cursor, or the next one behind it. */
export function nextSilence(at: number): Silence | undefined {
  return grown().nextSilence(at);
}
