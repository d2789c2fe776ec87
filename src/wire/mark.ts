/**
 * The mark of a router whose queue grows: Congestion Experienced, in the two ECN bits of the IP header (RFC 3168, 5). Only
 * a packet whose sender says that it understands marks (ECT) may be given one; any other would have to be dropped.
 *
 * Called by `sim/line.ts`, and by the trace for a frame as it arrived.
 */
import { updateChecksum } from './checksum.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ethernet.ts';

const ETHERTYPE = 12;
const IPV4_CHECKSUM = 10;
/** ECN of IPv4 is the lower two bits of its second byte, of IPv6 bits 4 and 5 of its second. */
const SHIFT_IPV6 = 4;

/** How far the two bits of the packet stand from the right of its second byte; undefined: it is no IP packet. */
function shiftOf(view: DataView, start: number): number | undefined {
  switch (view.getUint16(start + ETHERTYPE)) {
    case ETHERTYPE_IPV4:
      return 0;
    case ETHERTYPE_IPV6:
      return SHIFT_IPV6;
    default:
      return undefined;
  }
}

/** Whether the packet in the Ethernet frame that begins at `start` may be marked, and is not yet. */
export function isMarkable(view: DataView, start: number): boolean {
  const shift = shiftOf(view, start);
  if (shift === undefined) return false;
  const codepoint = (view.getUint8(start + ETHERNET_HEADER_LENGTH + 1) >>> shift) & 3;
  return codepoint === 1 || codepoint === 2;
}

/** Marks the packet in the Ethernet frame that begins at `start`, which must be an IP packet. */
export function markCongestion(view: DataView, start: number): void {
  const at = start + ETHERNET_HEADER_LENGTH;
  const shift = shiftOf(view, start) ?? 0;
  const before = view.getUint16(at);
  const after = before | (3 << shift);
  view.setUint16(at, after);
  if (shift === SHIFT_IPV6) return;
  view.setUint16(at + IPV4_CHECKSUM, updateChecksum(view.getUint16(at + IPV4_CHECKSUM), before, after));
}
