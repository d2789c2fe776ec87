/**
 * The places of a channel's bytes as the picture of the ledger stacks them: each byte that was asked to be sent is in
 * exactly one. What died in a buffer is taken out of that buffer's place and told as lost; what died in the send buffer
 * after it was sent may still be on the cable, and stays in flight. Calls it: `areas.tsx`, `ledger.tsx`.
 */
import type { ChannelLedger } from '../../system/scenario.ts';

/** From the bottom: how far a byte has come. */
export const PLACES = ['read', 'unread', 'outOfOrder', 'inFlight', 'unsent', 'waiting', 'lost'] as const;
export type PlaceOfBytes = (typeof PLACES)[number];

export type Counts = Readonly<Record<PlaceOfBytes, number>>;

const NONE: Counts = { read: 0, unread: 0, outOfOrder: 0, inFlight: 0, unsent: 0, waiting: 0, lost: 0 };

/** In bytes. What a side that is not in the trace would know counts as none. */
export function placesOf(ledger: ChannelLedger | undefined): Counts {
  if (ledger === undefined) return NONE;
  const lostIn = (where: string) => ledger.discarded.find((one) => one.where === where)?.bytes ?? 0;
  const { read = 0, unread = 0, outOfOrder = 0, inFlight = 0, unsent = 0, waiting = 0 } = ledger;
  const lost = {
    unread: Math.min(unread, lostIn('receive-buffer')),
    outOfOrder: Math.min(outOfOrder, lostIn('out-of-order')),
    unsent: Math.min(unsent, lostIn('send-buffer')),
    waiting: Math.min(waiting, lostIn('application-buffer')),
  };
  return {
    read,
    unread: unread - lost.unread,
    outOfOrder: outOfOrder - lost.outOfOrder,
    inFlight,
    unsent: unsent - lost.unsent,
    waiting: waiting - lost.waiting,
    lost: lost.unread + lost.outOfOrder + lost.unsent + lost.waiting,
  };
}

export function total(counts: Counts): number {
  return PLACES.reduce((sum, place) => sum + counts[place], 0);
}
