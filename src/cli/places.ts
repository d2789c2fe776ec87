/**
 * The six places of the ledger, from the receiver's program to the sender's: by its furthest place each byte that was
 * asked of `send` is in exactly one of them, and they add up to `requested`.
 */
export const PLACES = ['read', 'unread', 'outOfOrder', 'inFlight', 'unsent', 'waiting'] as const;
export type Place = (typeof PLACES)[number];
