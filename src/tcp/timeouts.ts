/**
 * Time-outs: RFC 9293, 3.10.8, and what each timer of `timers.ts` does when it fires. Deadlines are nominal and exact.
 *
 * When a connection is given up is measured as Linux does it: not by counting retransmissions but by the time that so
 * many of them would take from the least RTO on. (linux-behaviour, T1, T2, T4, T5; linux-face, the breaks.)
 */
import { type Nanoseconds, NEVER } from '../base/time.ts';
import { tellCongestion, tellRtt } from './congestion-news.ts';
import { enterLoss } from './loss-response.ts';
import { suspectBlackHole } from './mtu-probing.ts';
import { persistInterval, restartPersist, restartRetransmission } from './retransmission.ts';
import { enter, fail, sendReset } from './state-change.ts';
import type { Tcb } from './tcb.ts';
import type { TimerName } from './timers.ts';

type Timeout = (tcb: Tcb, now: Nanoseconds) => void;

const TIMEOUTS: { readonly [name in TimerName]: Timeout } = {
  retransmission: retransmissionTimeout,
  'loss-probe': lossProbeTimeout,
  persist: persistTimeout,
  'delayed-ack': delayedAckTimeout,
  'keep-alive': keepAliveTimeout,
  'fin-wait-2': (tcb) => enter(tcb, 'CLOSED', 'FIN-WAIT-2 timeout'),
  'time-wait': (tcb) => enter(tcb, 'CLOSED', 'TIME-WAIT timeout'),
};

/** Fires all timers whose deadline has come. */
export function timeoutsExpire(tcb: Tcb, now: Nanoseconds): void {
  for (let name = tcb.timers.takeExpired(now); name !== undefined; name = tcb.timers.takeExpired(now)) {
    const { sink } = tcb.environment;
    // What it does, and the segments that come of it, have the timer as their cause; the caller sets the cause back.
    if (sink.on) {
      sink.cause = sink.emit({ kind: 'tcp.timer', connection: tcb.id, timer: name });
      tcb.timers.toldExpired(name);
    }
    TIMEOUTS[name](tcb, now);
  }
}

/** Tells the trace which timers are set, and until when, if it does not know. CLOSED has cleared them all. */
export function tellTimers(tcb: Tcb): void {
  const { sink } = tcb.environment;
  if (!sink.on || tcb.state === 'CLOSED') return;
  for (const [timer, deadline] of tcb.timers.changes()) {
    const set = deadline === NEVER ? {} : { deadline };
    sink.emit({ kind: 'tcp.deadline', connection: tcb.id, timer, ...set });
  }
}

/** 3.10.8, RETRANSMISSION TIMEOUT; RFC 6298, 5.4 to 5.6; RFC 5681, 3.1. */
function retransmissionTimeout(tcb: Tcb, now: Nanoseconds): void {
  if (tcb.state === 'SYN-SENT' || tcb.state === 'SYN-RECEIVED') {
    synTimeout(tcb, now);
    return;
  }
  if (shouldGiveUp(tcb, now)) {
    // When retransmission gives up, nothing is sent (linux-behaviour, T4).
    fail(tcb, tcb.orphan ? undefined : (tcb.softFailure ?? 'timed-out'), 'retransmission timeout');
    return;
  }
  if (hasPassed(tcb, now, tcb.config.retries1)) suspectBlackHole(tcb, now);
  enterLoss(tcb);
  if (tcb.retransmits === 0) tcb.retransmittedAt = now;
  tcb.retransmits++;
  tcb.rto.backOff();
  tcb.rtoStartedAt = now;
  tellRtt(tcb);
  tellCongestion(tcb);
  restartRetransmission(tcb, now);
}

/**
 * MUST-20, MUST-21: is it R2? Linux's clock runs late by up to an eighth of each interval, a sixteenth in the mean; the
 * nominal moment is the one at which such a clock has passed the limit.
 */
function shouldGiveUp(tcb: Tcb, now: Nanoseconds): boolean {
  if (tcb.retransmits === 0) return false;
  const { config, options } = tcb;
  const elapsed = now - tcb.retransmittedAt;
  // Of orphans too, as in Linux (tcp_write_timeout): the RTO is clamped to it, so it must end there.
  if (options.userTimeout > 0) return elapsed >= options.userTimeout;
  if (tcb.snd.wnd === 0 && !tcb.orphan) {
    // SHLD-17: the peer took its window back and still answers, so this is a probe (Linux tcp_rtx_probe0_timed_out).
    const limit = 2 * config.rtoMax;
    return elapsed > limit && now - tcb.lastReceivedAt > limit;
  }
  return hasPassed(tcb, now, tcb.orphan ? orphanRetries(tcb) : config.retries2);
}

/** Whether so many retransmissions have gone out in vain, or the time that they would take has passed. */
function hasPassed({ config, retransmits, retransmittedAt, rto }: Tcb, now: Nanoseconds, retries: number): boolean {
  if (retransmits === 0) return false;
  if (config.giveUpBy === 'count') return retransmits >= retries;
  return now - retransmittedAt + Math.floor(rto.value / 16) >= rto.modelTimeout(retries);
}

/** tcp_orphan_retries: 0 means 8. */
function orphanRetries(tcb: Tcb): number {
  return tcb.config.orphanRetries > 0 ? tcb.config.orphanRetries : 8;
}

/** MUST-22: the same for SYN and SYN-ACK. Linux counts these, and the first few SYNs do not back off. */
function synTimeout(tcb: Tcb, now: Nanoseconds): void {
  const { config } = tcb;
  const isSyn = tcb.state === 'SYN-SENT';
  const linear = isSyn ? config.synLinearTimeouts : 0;
  // Linux syn_ack_recalc: whose ACK is known has until the end of the deferring, and then once more.
  const { deferAccept, synCount } = tcb.options;
  const isDeferred = tcb.deferred && tcb.retransmits < deferAccept;
  const synRetries = synCount > 0 ? synCount : config.synRetries;
  const limit = isSyn
    ? synRetries + linear
    : isDeferred
      ? Math.max(deferAccept, config.synAckRetries)
      : config.synAckRetries;
  // Linux: TCP_USER_TIMEOUT counts from the first SYN on, but the first wait is never shortened.
  const userTimeout = isSyn ? tcb.options.userTimeout : 0;
  const tooLong = userTimeout > 0 && tcb.retransmits > 0 && now - tcb.retransmittedAt >= userTimeout;
  if (tooLong || tcb.retransmits >= limit) {
    fail(tcb, tcb.passive ? undefined : (tcb.softFailure ?? 'timed-out'), 'handshake timeout');
    return;
  }
  const isSilent = tcb.deferred && tcb.retransmits < deferAccept - 1;
  tcb.retransmits++;
  if (tcb.retransmits > linear) tcb.rto.backOff();
  tcb.timing = undefined;
  if (isSyn) tcb.ecn.lostSyn(tcb);
  if (!isSilent) {
    tcb.totalRetransmits++;
    tcb.sendSyn = true;
  }
  const { sink } = tcb.environment;
  if (sink.on && !isSilent)
    sink.emit({ kind: 'tcp.retransmit', connection: tcb.id, seq: tcb.snd.iss, len: 1, why: 'syn' });
  const next = now + tcb.rto.value;
  const last = userTimeout > 0 ? Math.max(now + 1, tcb.retransmittedAt + userTimeout) : next;
  tcb.timers.arm('retransmission', Math.min(next, last));
}

/** RFC 8985, 7.3. The RTO runs on. */
function lossProbeTimeout(tcb: Tcb, now: Nanoseconds): void {
  if (tcb.outstanding === 0) return;
  if (tcb.retransmits > 0) {
    restartRetransmission(tcb, now);
    return;
  }
  tcb.probe = 'loss';
}

/** RFC 9293, 3.8.6.1 (MUST-35 to 37): asks whether the window has opened; for ever, as long as the peer answers. */
function persistTimeout(tcb: Tcb, now: Nanoseconds): void {
  const { config, options } = tcb;
  // TCP_USER_TIMEOUT counts from the first probe on, answered or not: a living peer is given up too (row 27).
  const isFirst = tcb.persistBackoff === 0;
  if (isFirst) tcb.probingSince = now;
  const tooLong = options.userTimeout > 0 && !isFirst && now - tcb.probingSince >= options.userTimeout;
  const retries = tcb.orphan ? orphanRetries(tcb) : config.retries2;
  // Linux: whose user is gone is not kept by a peer that only ever answers; 324.6 s (trust.md's V12).
  const hoarded = tcb.orphan && persistInterval(tcb) >= config.rtoMax;
  if (tooLong || hoarded || tcb.probes >= retries) {
    fail(tcb, tcb.orphan ? undefined : (tcb.softFailure ?? 'timed-out'), 'zero-window probes unanswered');
    return;
  }
  tcb.probes++;
  tcb.persistBackoff++;
  tcb.probe = 'zero-window';
  restartPersist(tcb, now);
}

function delayedAckTimeout(tcb: Tcb): void {
  tcb.acks.expired(tcb.rto.value);
}

/**
 * RFC 9293, 3.8.4 (MUST-24 to 29): asks whether an idle peer still lives. Silent while data is unacknowledged or waits:
 * then the other timers decide (row 21).
 */
function keepAliveTimeout(tcb: Tcb, now: Nanoseconds): void {
  const { options } = tcb;
  if (tcb.outstanding > 0 || tcb.unsent > 0) {
    tcb.timers.arm('keep-alive', now + options.keepIdle);
    return;
  }
  const quiet = now - tcb.lastReceivedAt;
  if (quiet < options.keepIdle) {
    tcb.timers.arm('keep-alive', tcb.lastReceivedAt + options.keepIdle);
    return;
  }
  const dead =
    options.userTimeout > 0 ? tcb.probes > 0 && quiet >= options.userTimeout : tcb.probes >= options.keepCount;
  if (dead) {
    // Linux: here, and only here, a connection that is given up says so (T4).
    sendReset(tcb);
    fail(tcb, tcb.softFailure ?? 'timed-out', 'keep-alive timeout');
    return;
  }
  tcb.probes++;
  tcb.probe = 'keep-alive';
  // TCP_USER_TIMEOUT is looked at when a probe is due, and moves none (measured: 10 s, 5 s and 12 s end after 15 s).
  tcb.timers.arm('keep-alive', now + options.keepInterval);
}
