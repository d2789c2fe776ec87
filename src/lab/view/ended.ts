/**
 * Frames that ended at this very moment: the one whose arrival is the event at the cursor, and all that were lost at the
 * same virtual time. The model has let go of them; the eye wants to see where they went.
 */
import type { CableView, FrameView, StageModel } from '../stage/model.ts';
import { cursor, events } from '../state.ts';

/** Frames as the model showed them, by number: of this run, as far as the page has looked at it. */
const seen = new Map<number, FrameView>();
let seenOf: readonly unknown[] | undefined;

export function remember(model: StageModel): void {
  if (seenOf !== events.value || seen.size > 5_000) seen.clear();
  seenOf = events.value;
  for (const { frames } of model.cables) for (const frame of frames) seen.set(frame.n, frame);
}

export function endedNow(model: StageModel): ReadonlyMap<FrameView, CableView> {
  const found = new Map<FrameView, CableView>();
  const all = events.value;
  const last = all[cursor.value - 1];
  if (last === undefined) return found;
  for (let index = cursor.value - 1; index >= 0; index--) {
    const event = all[index];
    if (event === undefined || event.at !== last.at || found.size >= 40) break;
    if (event.kind !== 'frame.dropped' && !(event.kind === 'frame.delivered' && event === last)) continue;
    // A host that drops what it has received tells of no frame: that one had arrived.
    if (!('frame' in event)) continue;
    const frame = seen.get(event.frame) ?? frameOf(event.frame, event.n, event.at, event.kind === 'frame.dropped');
    const sent = all[event.frame - 1];
    const cable = sent?.kind === 'frame.sent' ? model.cables.find(({ name }) => name === sent.cable) : undefined;
    if (frame !== undefined && cable !== undefined) found.set(frame, cable);
  }
  return found;
}

/** A frame that the page has jumped over: what its bytes alone tell. */
function frameOf(n: number, endedBy: number, at: number, lost: boolean): FrameView | undefined {
  const sent = events.value[n - 1];
  if (sent?.kind !== 'frame.sent') return undefined;
  return {
    n,
    from: sent.host,
    sentAt: sent.at,
    length: sent.length,
    fate: { n: endedBy, at, kind: lost ? 'dropped' : 'delivered' },
    protocol: 'other',
    tcp: undefined,
  };
}
