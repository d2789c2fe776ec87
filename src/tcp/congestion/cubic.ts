/**
 * CUBIC (RFC 9438) in the integers of Linux (net/ipv4/tcp_cubic.c): the window grows with the cube of the time since the
 * last loss, flat near the window at which that loss came, and never slower than Reno would. Time is counted in 1/1024 s.
 *
 *     W(t) = origin + 0.4·(t - K)³      K: when W is back where it was, the cube root of what was lost of it / 0.4
 *
 * Slow start ends at a loss, or when `hystart.ts` sees it coming.
 *
 * Leaves out: the shift of the epoch after a pause shorter than an RTO. `tcb.ts` makes one where `net.ipv4.tcp_congestion_control` says cubic.
 */
import { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from '../../base/time.ts';
import type { CongestionControl } from './congestion.ts';
import { HyStart, type RoundTrip } from './hystart.ts';

/** RFC 5681, 3.1: "arbitrarily high". */
const NO_THRESHOLD = 0x3fffffff;
/** What is left of the window after a loss, in 1/1024: 0.7. */
const BETA = 717;
const BETA_UNIT = 1024;
/** C = 0.4, times 1024 (bic_scale · 10). */
const SCALE = 410;
/** 1024 to the fourth: the cube's units and SCALE's. */
const CUBE_UNIT = 1_099_511_627_776;
/** The window is not computed anew more often than this while it stands still (HZ / 32). */
const UPDATE_INTERVAL = 31_250_000;
/** Segments acknowledged for each 8 of the window until Reno, with our beta, grows by one (beta_scale). */
const RENO_SCALE = Math.floor((8 * (BETA_UNIT + BETA)) / 3 / (BETA_UNIT - BETA));

/** The largest integer whose cube is not above `value`. */
export function cubeRoot(value: number): number {
  let low = 0;
  let high = 1;
  while (high * high * high <= value) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle * middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
}

export class Cubic implements CongestionControl {
  readonly name = 'cubic';
  cwnd = 0;
  ssthresh = NO_THRESHOLD;
  private smss = 536;
  /** Bytes acknowledged since cwnd last grew, in congestion avoidance. */
  private counted = 0;
  /** Segments that must be acknowledged for cwnd to grow by one. */
  private perSegment = 0;
  /** In segments: cwnd when it was last reduced; where the cubic function is flat; cwnd when `perSegment` was computed. */
  private lastMax = 0;
  private origin = 0;
  private lastCwnd = 0;
  private lastAt: Nanoseconds = -1;
  /** When growth began after the last reduction; -1: not yet. */
  private epoch: Nanoseconds = -1;
  /** K, in 1/1024 s. */
  private k = 0;
  /** The least round trip; 0: none was measured. */
  private shortest: Nanoseconds = 0;
  /** Bytes acknowledged in this epoch that Reno's window was not yet told of, and that window in segments. */
  private renoCounted = 0;
  private renoWindow = 0;
  private readonly hystart = new HyStart();
  /** HyStart ended slow start: only a time-out lets it look again. */
  private found = false;

  begin(smss: number, initialSegments: number): void {
    this.smss = smss;
    if (this.cwnd === 0) this.cwnd = initialSegments * smss;
  }

  measured(rtt: Nanoseconds, trip: RoundTrip): void {
    // Right after a recovery the path's queues tell nothing (cubictcp_acked).
    if (this.epoch >= 0 && trip.now - this.epoch < SECOND) return;
    const delay = Math.max(rtt, MICROSECOND);
    if (this.shortest === 0 || delay < this.shortest) this.shortest = delay;
    if (this.found || this.cwnd >= this.ssthresh) return;
    const window = Math.floor(this.cwnd / this.smss);
    if (!this.hystart.isFull(window, this.smss, delay, this.shortest, trip)) return;
    this.found = true;
    this.ssthresh = this.cwnd;
  }

  acknowledged(acked: number, limited: boolean, now: Nanoseconds): void {
    if (!limited) return;
    let rest = acked;
    if (this.cwnd < this.ssthresh) {
      const growth = Math.min(rest, this.ssthresh - this.cwnd);
      this.cwnd += growth;
      rest -= growth;
    }
    if (rest === 0) return;
    this.update(Math.max(1, Math.floor(this.cwnd / this.smss)), rest, now);
    this.grow(rest);
  }

  lost(_flight: number): void {
    this.reduce();
    this.cwnd = this.ssthresh;
  }

  timedOut(_flight: number, reducedBefore = false): void {
    if (!reducedBefore) this.reduce();
    this.cwnd = this.smss;
    // Linux bictcp_reset: a time-out forgets what was learnt of the path.
    this.lastMax = 0;
    this.lastCwnd = 0;
    this.lastAt = -1;
    this.shortest = 0;
    this.perSegment = 0;
    this.epoch = -1;
    this.counted = 0;
    this.found = false;
    this.hystart.reset();
  }

  set(cwnd: number, ssthresh: number): void {
    this.cwnd = cwnd;
    this.ssthresh = ssthresh;
  }

  recovered(flight: number): void {
    // RFC 6582, 3.2, step 3, option 1: no burst when the window opens again.
    this.cwnd = Math.min(this.ssthresh, Math.max(flight, this.smss) + this.smss);
  }

  idle(initialSegments: number, pause: Nanoseconds): void {
    this.cwnd = Math.min(this.cwnd, initialSegments * this.smss);
    this.counted = 0;
    // The pause is no time in which the window might have grown (RFC 9438, 5.8; cubictcp_cwnd_event).
    if (this.epoch >= 0) this.epoch += pause;
  }

  /** Multiplicative decrease, and fast convergence: who lost before it was back leaves room for others (RFC 9438, 4.6, 4.7). */
  private reduce(): void {
    const window = Math.floor(this.cwnd / this.smss);
    const isShrinking = window < this.lastMax;
    this.lastMax = isShrinking ? Math.floor((window * (BETA_UNIT + BETA)) / (2 * BETA_UNIT)) : window;
    this.ssthresh = Math.max(Math.floor((window * BETA) / BETA_UNIT), 2) * this.smss;
    this.epoch = -1;
    this.counted = 0;
  }

  /** bictcp_update: how many segments have to be acknowledged for the next one. */
  private update(window: number, acked: number, now: Nanoseconds): void {
    this.renoCounted += acked;
    if (this.lastCwnd === window && this.lastAt >= 0 && now - this.lastAt <= UPDATE_INTERVAL) return;
    if (this.epoch < 0 || now !== this.lastAt) {
      this.lastCwnd = window;
      this.lastAt = now;
      if (this.epoch < 0) this.startEpoch(window, acked, now);
      this.perSegment = this.cubicPace(window, now);
    }
    this.perSegment = Math.max(2, Math.min(this.perSegment, this.renoPace(window)));
  }

  private startEpoch(window: number, acked: number, now: Nanoseconds): void {
    this.epoch = now;
    this.renoCounted = acked;
    this.renoWindow = window;
    this.origin = Math.max(window, this.lastMax);
    this.k = cubeRoot(Math.floor(CUBE_UNIT / SCALE) * (this.origin - window));
  }

  private cubicPace(window: number, now: Nanoseconds): number {
    const elapsed = Math.floor((now - this.epoch + this.shortest) / MILLISECOND);
    const t = Math.floor((elapsed * 1024) / 1000);
    const off = Math.abs(t - this.k);
    const delta = Math.floor((SCALE * off * off * off) / CUBE_UNIT);
    const target = t < this.k ? this.origin - delta : this.origin + delta;
    const pace = target > window ? Math.floor(window / (target - window)) : 100 * window;
    // Before the first loss nothing is known of where the window should be flat.
    return this.lastMax === 0 ? Math.min(pace, 20) : pace;
  }

  /** RFC 9438, 4.3, the Reno-friendly region. */
  private renoPace(window: number): number {
    const each = Math.max(1, (window * RENO_SCALE) >> 3) * this.smss;
    const steps = Math.max(0, Math.floor((this.renoCounted - 1) / each));
    this.renoCounted -= steps * each;
    this.renoWindow += steps;
    return this.renoWindow > window ? Math.floor(window / (this.renoWindow - window)) : Number.MAX_SAFE_INTEGER;
  }

  /** tcp_cong_avoid_ai. */
  private grow(acked: number): void {
    const each = this.perSegment * this.smss;
    if (this.counted >= each) {
      this.counted = 0;
      this.cwnd += this.smss;
    }
    this.counted += acked;
    const steps = Math.floor(this.counted / each);
    this.counted -= steps * each;
    this.cwnd += steps * this.smss;
  }
}
