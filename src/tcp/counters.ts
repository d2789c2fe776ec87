/**
 * What a connection has counted since it began, for TCP_INFO alone (RFC 4898; Linux struct tcp_sock: segs_in, data_segs_in,
 * segs_out, data_segs_out, bytes_retrans, delivered, delivered_ce). Nothing decides by it.
 *
 * Leaves out: the SYN of a passive end, which LISTEN took and Linux counts; `socket/tcp-info.ts` adds it.
 * Calls it: `segment-arrives.ts`, `header.ts`, `output.ts` and `acknowledge.ts` count; `socket/tcp-info.ts` tells.
 */
export class Counters {
  segmentsIn = 0;
  dataSegmentsIn = 0;
  segmentsOut = 0;
  dataSegmentsOut = 0;
  /** Bytes that were sent again. */
  retransmitted = 0;
  /** Acknowledged or selectively so, in the measure of the window of congestion; and what of it an ACK with ECE told. */
  delivered = 0;
  deliveredMarked = 0;

  arrived(dataLength: number): void {
    this.segmentsIn++;
    if (dataLength > 0) this.dataSegmentsIn++;
  }

  left(dataLength: number): void {
    this.segmentsOut++;
    if (dataLength > 0) this.dataSegmentsOut++;
  }
}
