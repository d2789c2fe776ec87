/**
 * Completes a TCP or UDP checksum that a sender left to the hardware, so that a captured frame is a true one.
 *
 * Inside the simulation a frame may travel without it (`frame.offloaded`), as on Linux's veth. Frames that a stack
 * builds have no IP options or extension headers; what is cut into fragments has its checksum already.
 *
 * Calls it: `recorder.ts`; a cable that is about to damage the frame.
 */
import type { Frame } from '../wire/frame.ts';
import { addressesOf } from '../wire/ip.ts';
import { PROTOCOL_UDP } from '../wire/ipv4.ts';
import { finishTcpChecksum } from '../wire/tcp.ts';
import { finishUdpChecksum } from '../wire/udp.ts';

/** The frame's transport checksum is right, and no longer left out, afterwards. */
export function completeChecksum(frame: Frame): void {
  const { source, destination, protocol } = addressesOf(frame);
  if (protocol === PROTOCOL_UDP) finishUdpChecksum(frame, source, destination);
  else finishTcpChecksum(frame, source, destination);
}
