/** SEGMENT ARRIVES where there is no connection: RFC 9293, 3.10.7.1 (CLOSED), and the RST of 3.10.7.2 (LISTEN). */
import type { Frame } from '../wire/frame.ts';
import { ACK, finishTcpChecksum, RST, writeTcpHeader } from '../wire/tcp.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';

/**
 * Writes the RST that answers `segment` at frame.transport and returns its length; 0 if the segment is itself a RST,
 * which is never answered. With an ACK the RST takes its number, else it acknowledges what came.
 */
export function segmentArrivesInClosed(segment: Segment, frame: Frame): number {
  if (segment.rst) return 0;
  const { local, remote } = segment;
  if (segment.hasAck) writeTcpHeader(frame, local.port, remote.port, segment.ack, 0, RST, 0, 0, 0);
  else writeTcpHeader(frame, local.port, remote.port, 0, seq.add(segment.seq, segment.len), RST | ACK, 0, 0, 0);
  frame.payloadEnd = frame.payload;
  frame.end = frame.payload;
  if (!frame.offloaded) finishTcpChecksum(frame, local.address, remote.address);
  return frame.end - frame.transport;
}
