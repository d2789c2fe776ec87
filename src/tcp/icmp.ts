/**
 * What an ICMP error does to the connection that it is about: RFC 9293, 3.9.2.2 (MUST-54 to 56, SHLD-25, SHLD-26), with
 * the practice that RFC 5461 describes and Linux follows (linux-behaviour, rows 34, 35, 42).
 */
import type { TcpFailure } from './failure.ts';
import type { IcmpNotice } from './icmp-notice.ts';
import { NOTICE } from './notices.ts';
import * as seq from './seq.ts';
import { fail } from './state-change.ts';
import type { Tcb } from './tcb.ts';

const UNREACHABLE = 3;
const TIME_EXCEEDED = 11;
const PARAMETER_PROBLEM = 12;

const FRAGMENTATION_NEEDED = 4;

export function icmpArrives(tcb: Tcb, notice: IcmpNotice): void {
  const { snd } = tcb;
  // RFC 5927, 4.1: who cannot see the connection cannot know what is in flight.
  if (!(seq.le(snd.una, notice.sequence) && seq.le(notice.sequence, snd.nxt))) {
    const { sink } = tcb.environment;
    if (sink.on) sink.emit({ kind: 'tcp.drop', connection: tcb.id, reason: 'forged-icmp' });
    return;
  }
  if (notice.type === UNREACHABLE && notice.code === FRAGMENTATION_NEEDED) {
    sendAgainSmaller(tcb);
    return;
  }
  const failure = failureOf(notice);
  if (failure === undefined) return;
  const inHandshake = tcb.state === 'SYN-SENT' || tcb.state === 'SYN-RECEIVED';
  // Linux, row 42: a handshake ends at once. MUST-56 would have it go on.
  if (inHandshake && tcb.config.icmpAbortsHandshake && !tcb.passive) fail(tcb, failure, 'ICMP');
  else if (!inHandshake && isHard(notice) && tcb.config.icmpHardAborts) fail(tcb, failure, 'ICMP');
  else noteSoftFailure(tcb, failure);
}

/** What does not end the connection is kept for SO_ERROR; with IP_RECVERR it is the next call's (row 36). */
export function noteSoftFailure(tcb: Tcb, failure: TcpFailure): void {
  const isOpen = tcb.state !== 'SYN-SENT' && tcb.state !== 'SYN-RECEIVED';
  if (!tcb.options.receiveErrors || !isOpen) {
    tcb.softFailure = failure;
    return;
  }
  tcb.failure = failure;
  tcb.notices |= NOTICE.readable | NOTICE.writable;
}

/** RFC 1191, 6.5: the path takes less than we thought; the stack knows how much. What was too long goes out again. */
function sendAgainSmaller(tcb: Tcb): void {
  if (tcb.outstanding === 0 || tcb.recovery.phase !== 'open') return;
  tcb.recovery.timedOut(tcb);
}

function failureOf(notice: IcmpNotice): TcpFailure | undefined {
  if (notice.type === TIME_EXCEEDED) return 'host-unreachable';
  if (notice.type === PARAMETER_PROBLEM) return 'protocol-unreachable';
  if (notice.type !== UNREACHABLE) return undefined; // MUST-55: source quench is nothing
  switch (notice.code) {
    case 0:
    case 6:
    case 9:
    case 11:
      return 'net-unreachable';
    case 2:
      return 'protocol-unreachable';
    case 3:
      return 'refused';
    default:
      return 'host-unreachable';
  }
}

/** SHLD-26: destination unreachable, codes 2 to 4. */
function isHard(notice: IcmpNotice): boolean {
  return notice.type === UNREACHABLE && notice.code >= 2 && notice.code <= 4;
}
