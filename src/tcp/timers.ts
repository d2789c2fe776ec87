/**
 * All timers of a connection, in one table. Of `retransmission`, `loss-probe` and `persist` at most one is armed;
 * so of `keep-alive`, `fin-wait-2` and `time-wait`, but that keep-alive may run beside the first three.
 *
 * A timer fires at its nominal deadline exactly. What each does when it fires is in `timeouts.ts`.
 */
import { type Nanoseconds, NEVER } from '../base/time.ts';

export const TIMERS = [
  'retransmission', // RFC 6298; also for SYN, SYN-ACK and FIN
  'loss-probe', // RFC 8985, 7
  'persist', // RFC 9293, 3.8.6.1
  'delayed-ack', // RFC 9293, 3.8.6.3
  'keep-alive', // RFC 9293, 3.8.4
  'fin-wait-2', // not in RFC 9293: Linux tcp_fin_timeout, for connections without a user
  'time-wait', // RFC 9293, 3.6.1
] as const;

export type TimerName = (typeof TIMERS)[number];

const RETRANSMISSION = 0;
const COUNT = TIMERS.length;

/** Of a name in TIMERS. A switch, since a look-up by seven names costs as much as a small segment's copy. */
function indexOf(name: TimerName): number {
  switch (name) {
    case 'retransmission':
      return 0;
    case 'loss-probe':
      return 1;
    case 'persist':
      return 2;
    case 'delayed-ack':
      return 3;
    case 'keep-alive':
      return 4;
    case 'fin-wait-2':
      return 5;
    case 'time-wait':
      return 6;
  }
}

export class Timers {
  private readonly deadlines: number[] = [NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER];
  /** The earliest deadline, NEVER if none is armed. */
  next: Nanoseconds = NEVER;
  /** The deadlines that the trace knows; undefined while it knows of none. */
  private told: number[] | undefined = undefined;

  at(name: TimerName): Nanoseconds {
    return this.deadlines[indexOf(name)] ?? NEVER;
  }

  isArmed(name: TimerName): boolean {
    return this.at(name) !== NEVER;
  }

  arm(name: TimerName, at: Nanoseconds): void {
    const index = indexOf(name);
    const before = this.deadlines[index];
    if (before === at) return;
    this.deadlines[index] = at;
    if (at <= this.next) this.next = at;
    else if (before === this.next) this.findNext();
  }

  disarm(name: TimerName): void {
    const index = indexOf(name);
    const before = this.deadlines[index];
    if (before === NEVER) return;
    this.deadlines[index] = NEVER;
    if (before === this.next) this.findNext();
  }

  disarmAll(): void {
    for (let index = RETRANSMISSION; index < COUNT; index++) this.deadlines[index] = NEVER;
    this.next = NEVER;
  }

  /** A timer whose deadline is not later than `now`, disarmed; the earliest first, undefined if there is none. */
  takeExpired(now: Nanoseconds): TimerName | undefined {
    if (this.next > now) return undefined;
    const name = TIMERS[this.deadlines.indexOf(this.next)];
    if (name !== undefined) this.disarm(name);
    return name;
  }

  /** For each timer whose deadline is another than the trace was told: in the order of TIMERS. */
  *changes(): Generator<readonly [name: TimerName, at: Nanoseconds]> {
    if (this.told === undefined && this.next === NEVER) return;
    this.told ??= this.deadlines.map(() => NEVER);
    for (const [index, name] of TIMERS.entries()) {
      const at = this.deadlines[index] ?? NEVER;
      if (at === this.told[index]) continue;
      this.told[index] = at;
      yield [name, at];
    }
  }

  /** The trace knows that a timer has gone off, and is set no more. */
  toldExpired(name: TimerName): void {
    if (this.told !== undefined) this.told[indexOf(name)] = NEVER;
  }

  /** Answers nothing: a number that a call answers would be an object on the heap, for each segment. */
  private findNext(): void {
    let earliest = NEVER;
    for (const at of this.deadlines) if (at < earliest) earliest = at;
    this.next = earliest;
  }
}
