/**
 * The stage as signals: what is so at the cursor, and what the whole recording knows about it.
 *
 * All of it follows from `events`, `length` and `cursor` of `state.ts` and from nothing else.
 * Calls it: the views, the player, the time line, the drawer.
 */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Event } from '../../trace/event.ts';
import { cursor, events, length } from '../state.ts';
import { Checkpoints } from './checkpoints.ts';
import type { StageModel } from './model.ts';
import { RecordingIndex, type Silence } from './recording.ts';

/** How long the page may go through a long recording before it must look after other things, in milliseconds. */
const SLICE = 8;
/** So many events are gone through at once, in about 50 ms; for a jump over more what was shown stays until it is near. */
const LEAP = 10_000;

interface Read {
  readonly index: RecordingIndex;
  readonly checkpoints: Checkpoints;
}

/** What was on the stage last: a run that branches off shares with it all that is the same. */
let shown: StageModel | undefined;

const read = computed<Read>(() => {
  const index = new RecordingIndex({ events: events.value });
  return { index, checkpoints: new Checkpoints(index, shown) };
});

/** Events of the recording that were gone through: what is known of contents grows with it. */
const reached = signal(0);

let isGoing = false;

/** Goes on through the recording in slices, until its end. */
function goOn(): void {
  const { checkpoints } = read.peek();
  const end = performance.now() + SLICE;
  const isDone = checkpoints.advance(() => performance.now() >= end);
  isGoing = !isDone;
  reached.value = checkpoints.reached;
  if (isGoing) setTimeout(goOn);
}

effect(() => {
  void length.value;
  void read.value;
  if (!isGoing) goOn();
});

/** The index, grown to all events that there are. */
function grown(): RecordingIndex {
  void length.value;
  const { index } = read.value;
  index.grow();
  return index;
}

/** The recording is gone through as far as the cursor, or nearly: the page need not stand still to show what is there. */
const isNear = computed(() => {
  void reached.value;
  return cursor.value - read.value.checkpoints.reached <= LEAP;
});

/** What the stage shows at the cursor. Parts that did not change since the cursor before are the same objects. */
export const stage: ReadonlySignal<StageModel> = computed(() => {
  grown();
  const { checkpoints } = read.value;
  if (isNear.value) shown = checkpoints.at(cursor.value);
  else shown ??= checkpoints.at(checkpoints.reached);
  return shown;
});

/** Bytes [from, to) of a channel (an index into `stage.value.channels`); undefined where no frame shows the byte. */
export function bytesOf(channel: number, from: number, to: number): readonly (number | undefined)[] {
  void reached.value;
  return read.value.checkpoints.contents.bytes(channel, from, to);
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

/**
 * What was seen last at a cursor: a step begins with it, and what follows from it (a timer that is set, an estimate) would
 * hide it. undefined before the first event.
 */
export function seenAt(at: number): Event | undefined {
  return at === 0 ? undefined : events.value[previousScene(at)];
}

/** Stretches of virtual time in which nothing happens worth folding: between `events[from - 1]` and `events[from]`. */
export const silences: ReadonlySignal<readonly Silence[]> = computed(() => grown().silences);

/** The silence that begins at this cursor, or the next one behind it. */
export function nextSilence(at: number): Silence | undefined {
  return grown().nextSilence(at);
}
