/**
 * Timestamps and PAWS: RFC 7323, sections 3 to 5. A segment whose timestamp is older than the last one taken is an old
 * duplicate from before the sequence numbers wrapped, and is refused.
 */
import { DAY, type Nanoseconds } from '../base/time.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';

/** RFC 7323, 5.5: TS.Recent is void after so long without a segment. */
const RECENT_LIFETIME = 24 * DAY;

/** RFC 7323, 5.3, R1. */
export function isOldByTimestamp(tcb: Tcb, segment: Segment, now: Nanoseconds): boolean {
  const { timestamps } = tcb;
  if (!timestamps.on || !segment.options.timestamps) return false;
  if (((segment.options.tsval - timestamps.recent) | 0) >= 0) return false;
  return now - timestamps.recentAt < RECENT_LIFETIME;
}

/** RFC 7323, 4.3, (2) and 5.3, R3: only from a segment that the peer sent at or before our last ACK's number. */
export function recordTimestamp(tcb: Tcb, segment: Segment, now: Nanoseconds): void {
  const { timestamps } = tcb;
  if (!timestamps.on || !segment.options.timestamps) return;
  if (seq.gt(segment.seq, timestamps.lastAckSent)) return;
  timestamps.recent = segment.options.tsval;
  timestamps.recentAt = now;
}
