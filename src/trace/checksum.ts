/**
 * Completes a TCP checksum that a sender left to the hardware, so that a captured frame is a true one.
 *
 * Inside the simulation a frame may travel without it (`frame.offloaded`), as on Linux's veth. Frames that a stack
 * builds have no IP options, so source and destination stand at fixed places of the IP header.
 *
 * Calls it: `recorder.ts`; a cable that is about to damage the frame.
 */
import { ipv4 } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import { finishTcpChecksum } from '../wire/tcp.ts';

const SOURCE = 12; // RFC 791, 3.1
const DESTINATION = 16;

/** The frame's transport checksum is right, and no longer left out, afterwards. */
export function completeChecksum(frame: Frame): void {
  const source = ipv4(frame.view.getUint32(frame.network + SOURCE));
  const destination = ipv4(frame.view.getUint32(frame.network + DESTINATION));
  finishTcpChecksum(frame, source, destination);
}
