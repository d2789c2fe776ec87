/**
 * What decides how much may be in flight. A connection asks `cwnd`; the algorithm behind it may be any that conforms to
 * RFC 5033 (RFC 9293, 3.8.2, MAY-18). All sizes are bytes.
 */
import type { Nanoseconds } from '../../base/time.ts';
import type { RoundTrip } from './hystart.ts';

export interface CongestionControl {
  readonly name: string;
  /** Bytes that may be in flight. */
  readonly cwnd: number;
  readonly ssthresh: number;
  /** The handshake is over and the segment size known. */
  begin(smss: number, initialSegments: number): void;
  /** `acked` new bytes were acknowledged outside of loss recovery; `limited`: the window had been used up. */
  acknowledged(acked: number, limited: boolean, now: Nanoseconds): void;
  /** Segments were lost: once for each window. `flight` is what Reno halves (`loss-response.ts`, `reducible`). */
  lost(flight: number, now: Nanoseconds): void;
  /** The retransmission timer expired; `reducedBefore`: for the same loss the threshold was lowered already. */
  timedOut(flight: number, reducedBefore: boolean): void;
  /** The window is `cwnd` from now on: of a recovery that reduces it as ACKs come, or that was undone. */
  set(cwnd: number, ssthresh: number): void;
  /** All that was in flight when the loss was noticed is acknowledged; `flight` is in flight now. */
  recovered(flight: number): void;
  /** Nothing was sent for `pause`, longer than an RTO (RFC 5681, 4.1). */
  idle(initialSegments: number, pause: Nanoseconds): void;
  /** An ACK gave a round-trip time: before what it acknowledges is told. */
  measured(rtt: Nanoseconds, trip: RoundTrip): void;
}
