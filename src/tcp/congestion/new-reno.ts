/**
 * Slow start, congestion avoidance and multiplicative decrease: RFC 5681 with the byte counting of RFC 3465, used by the
 * recovery of RFC 6582 (NewReno) and RFC 6675 (SACK), which live in `recovery.ts`.
 */
import type { CongestionControl } from './congestion.ts';

/** RFC 5681, 3.1: "arbitrarily high". */
const NO_THRESHOLD = 0x3fffffff;

export class NewReno implements CongestionControl {
  readonly name = 'newreno';
  cwnd = 0;
  ssthresh = NO_THRESHOLD;
  private smss = 536;
  /** Bytes acknowledged since cwnd last grew, in congestion avoidance (RFC 3465, 2.1). */
  private counted = 0;

  begin(smss: number, initialSegments: number): void {
    this.smss = smss;
    if (this.cwnd === 0) this.cwnd = initialSegments * smss;
  }

  acknowledged(acked: number, limited: boolean): void {
    // A window that was not used proves nothing about the path (RFC 7661's concern; Linux tcp_is_cwnd_limited).
    if (!limited) return;
    let rest = acked;
    if (this.cwnd < this.ssthresh) {
      const growth = Math.min(rest, this.ssthresh - this.cwnd);
      this.cwnd += growth;
      rest -= growth;
    }
    if (rest === 0) return;
    this.counted += rest;
    while (this.counted >= this.cwnd) {
      this.counted -= this.cwnd;
      this.cwnd += this.smss;
    }
  }

  measured(): void {
    // Loss alone tells Reno of the path.
  }

  lost(flight: number): void {
    this.ssthresh = Math.max(Math.floor(flight / 2), 2 * this.smss);
    this.cwnd = this.ssthresh;
    this.counted = 0;
  }

  timedOut(flight: number, reducedBefore = false): void {
    if (!reducedBefore) this.ssthresh = Math.max(Math.floor(flight / 2), 2 * this.smss);
    this.cwnd = this.smss;
    this.counted = 0;
  }

  set(cwnd: number, ssthresh: number): void {
    this.cwnd = cwnd;
    this.ssthresh = ssthresh;
  }

  recovered(flight: number): void {
    // RFC 6582, 3.2, step 3, option 1: no burst when the window opens again.
    this.cwnd = Math.min(this.ssthresh, Math.max(flight, this.smss) + this.smss);
  }

  idle(initialSegments: number): void {
    this.cwnd = Math.min(this.cwnd, initialSegments * this.smss);
    this.counted = 0;
  }
}
