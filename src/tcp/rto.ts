/**
 * The retransmission time-out: RFC 6298, with the bounds of a profile.
 *
 *     first sample R:   SRTT = R, RTTVAR = R/2                                       (2.2)
 *     later samples R': RTTVAR = 3/4·RTTVAR + 1/4·|SRTT - R'|, SRTT = 7/8·SRTT + 1/8·R'   (2.3)
 *     RTO = SRTT + max(G, 4·RTTVAR), at least rtoMin, at most rtoMax                 (2.3 to 2.5)
 *
 * Linux: the minimum bounds the variance term only, so that RTO = SRTT + max(4·RTTVAR, 200 ms) (linux-behaviour, T1).
 * Integer nanoseconds throughout, so that it is the same on every machine.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { TcpConfig } from './config.ts';

export class Rto {
  /** 0 before the first sample. */
  srtt: Nanoseconds = 0;
  rttvar: Nanoseconds = 0;
  /** How often the time-out has been doubled since the last acknowledgment of new data. */
  backoff = 0;
  /** Without back-off. */
  private base: Nanoseconds;
  private readonly config: TcpConfig;

  constructor(config: TcpConfig) {
    this.config = config;
    this.base = config.rtoInitial;
  }

  /** The time-out as it is now, back-off included. */
  get value(): Nanoseconds {
    return this.doubled(this.base, this.backoff);
  }

  sample(rtt: Nanoseconds): void {
    if (this.srtt === 0) {
      this.srtt = Math.max(1, rtt);
      this.rttvar = Math.floor(rtt / 2);
    } else {
      this.rttvar = Math.floor((3 * this.rttvar + Math.abs(this.srtt - rtt)) / 4);
      this.srtt = Math.max(1, Math.floor((7 * this.srtt + rtt) / 8));
    }
    const { rtoMin, rtoMax, rtoFloor } = this.config;
    const variance = 4 * this.rttvar;
    this.base =
      rtoFloor === 'variance'
        ? Math.min(rtoMax, this.srtt + Math.max(rtoMin, variance))
        : Math.min(rtoMax, Math.max(rtoMin, this.srtt + variance));
  }

  /** RFC 6298, 5.5. */
  backOff(): void {
    this.backoff++;
  }

  /** New data was acknowledged, or a sample was taken: the path works. */
  restart(): void {
    this.backoff = 0;
  }

  /** RFC 6298, 5.7: the handshake's own time-out expired, so data begins with 3 s, unless there was a sample. */
  afterLostHandshake(initial: Nanoseconds): void {
    if (this.srtt === 0) this.base = Math.max(this.base, initial);
  }

  /** `interval` doubled `times` times, at most rtoMax. */
  doubled(interval: Nanoseconds, times: number): Nanoseconds {
    let value = interval;
    for (let i = 0; i < times && value < this.config.rtoMax; i++) value *= 2;
    return Math.min(value, this.config.rtoMax);
  }

  /**
   * How long `retries` retransmissions would take if they began at the least RTO: what Linux compares the elapsed time
   * with (tcp_model_timeout). 15 retries are 924.6 s.
   */
  modelTimeout(retries: number): Nanoseconds {
    let total = 0;
    for (let i = 0; i <= retries; i++) total += this.doubled(this.config.rtoMin, i);
    return total;
  }
}
