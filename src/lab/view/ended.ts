/**
 * Frames that ended at this very moment: the one whose arrival is the last thing to be seen, and all that were lost at the
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

/** What follows from an arrival within the same step, and is no picture of its own. */
function isFollower(kind: string): boolean {
  return kind.startsWith('tcp.') || kind.startsWith('arp.') || kind.startsWith('udp.') || kind.startsWith('icmp.');
}

export function endedNow(model: StageModel): ReadonlyMap<FrameView, CableView> {
  const found = new Map<FrameView, CableView>();
  const all = events.value;
  const last = all[cursor.value - 1];
  let isArriving = true;
  for (let index = cursor.value - 1; index >= 0 && last !== undefined; index--) {
    const event = all[index];
    if (event === undefined || event.at !== last.at || found.size >= 40) break;
    const wasArriving = isArriving;
    isArriving &&= isFollower(event.kind);
    if (event.kind !== 'frame.dropped' && !(event.kind === 'frame.delivered' && wasArriving)) continue;
    // A host that drops what it has received tells of no frame: that one had arrived.
    if (!('frame' in event)) continue;
    const sent = all[event.frame - 1];
    const cable = sent?.kind === 'frame.sent' ? model.cables.find(({ name }) => name === sent.cable) : undefined;
    // One that the page has jumped over was never shown: only that it was lost is worth a sign.
    const frame =
      seen.get(event.frame) ?? (event.kind === 'frame.dropped' ? lostFrame(event.frame, event.n, event.at) : undefined);
    if (frame !== undefined && cable !== undefined) found.set(frame, cable);
  }
  return found;
}

function lostFrame(n: number, endedBy: number, at: number): FrameView | undefined {
  const sent = events.value[n - 1];
  if (sent?.kind !== 'frame.sent') return undefined;
  const fate = { n: endedBy, at, kind: 'dropped' } as const;
  return { n, from: sent.host, sentAt: sent.at, length: sent.length, fate, protocol: 'other', tcp: undefined };
}
