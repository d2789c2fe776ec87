/**
 * When unacknowledged data is sent again: arming of the retransmission, loss-probe and persist timers (RFC 6298, 5;
 * RFC 8985, 7.2; RFC 9293, 3.8.6.1). What they do when they fire is in `timeouts.ts`.
 */
import { MILLISECOND, type Nanoseconds } from '../base/time.ts';
import { isSynchronized } from './state.ts';
import type { Tcb } from './tcb.ts';

/** Linux TCP_TIMEOUT_MIN_US. */
const PROBE_MIN = 2 * MILLISECOND;

/** Arms the timer that the data in flight asks for, or none. Called after each segment sent and each ACK. */
export function restartRetransmission(tcb: Tcb, now: Nanoseconds): void {
  const { timers } = tcb;
  if (!isSynchronized(tcb.state)) return; // the handshake has its own schedule
  if (tcb.outstanding === 0) {
    timers.disarm('retransmission');
    timers.disarm('loss-probe');
    return;
  }
  timers.disarm('persist');
  const expiry = Math.max(now, clampToUserTimeout(tcb, tcb.rtoStartedAt + tcb.rto.value));
  if (mayProbe(tcb)) {
    timers.arm('loss-probe', Math.min(expiry, now + probeTimeout(tcb)));
    timers.disarm('retransmission');
  } else {
    timers.arm('retransmission', expiry);
    timers.disarm('loss-probe');
  }
}

/** TCP_USER_TIMEOUT is kept to the moment (Linux tcp_clamp_rto_to_user_timeout). */
export function clampToUserTimeout(tcb: Tcb, at: Nanoseconds): Nanoseconds {
  if (tcb.options.userTimeout === 0 || tcb.retransmits === 0) return at;
  return Math.min(at, tcb.retransmittedAt + tcb.options.userTimeout);
}

/** RFC 8985, 7.2, as Linux does it: only with SACK, outside of recovery, once in a flight. */
function mayProbe(tcb: Tcb): boolean {
  const { recovery } = tcb;
  return (
    tcb.config.lossProbe &&
    tcb.sackPermitted &&
    recovery.phase === 'open' &&
    recovery.sacked.count === 0 &&
    recovery.probed === undefined
  );
}

/** PTO: two round trips, and time for a delayed ACK if a lone segment is out. */
function probeTimeout(tcb: Tcb): Nanoseconds {
  if (tcb.rto.srtt === 0) return tcb.config.rtoInitial;
  const lone = tcb.flight <= tcb.effectiveMss;
  return 2 * tcb.rto.srtt + (lone ? tcb.config.rtoMin : PROBE_MIN);
}

/** Nothing is in flight and something waits that no window lets out: then only a probe can tell when it opens. */
export function armPersist(tcb: Tcb, now: Nanoseconds): void {
  const waits = tcb.unsent > 0 || (tcb.finQueued && !tcb.finSent);
  if (!waits || tcb.outstanding > 0 || tcb.timers.isArmed('persist')) return;
  tcb.timers.arm('persist', now + persistInterval(tcb));
}

/** The peer answered a probe, and its window is still closed: the next interval counts from now (tcp_ack_probe). */
export function restartPersist(tcb: Tcb, now: Nanoseconds): void {
  const { userTimeout } = tcb.options;
  const next = now + persistInterval(tcb);
  const hasProbed = userTimeout > 0 && tcb.persistBackoff > 0;
  tcb.timers.arm('persist', hasProbed ? Math.max(now + 1, Math.min(next, tcb.probingSince + userTimeout)) : next);
}

/** SHLD-29, SHLD-30: first after an RTO, then twice as long each time. */
export function persistInterval(tcb: Tcb): Nanoseconds {
  const first = Math.max(tcb.config.rtoMin, tcb.rto.value);
  return tcb.rto.doubled(first, tcb.persistBackoff);
}
