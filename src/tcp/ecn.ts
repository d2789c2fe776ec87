/**
 * Explicit congestion notification (RFC 3168): a router that is about to drop a packet marks it instead, and the peer
 * says so until the sender has heard.
 *
 *     SYN       ECE CWR   "I would"      net.ipv4.tcp_ecn = 1
 *     SYN-ACK   ECE       "so would I"   net.ipv4.tcp_ecn = 1 or 2
 *
 *     sender                                receiver
 *     new data, ECT(0)   --- router: CE -->  demandsCwr: each segment of ours from now on has ECE
 *     one reduction a window   <-- ECE ---
 *     new data, CWR      ---------------->   demandsCwr no more
 *
 * Source: RFC 3168, 6; Linux tcp_ecn.h and tcp_input.c, whose names stand beside ours: TCP_ECN_OK, TCP_ECN_SEEN,
 * TCP_ECN_QUEUE_CWR, TCP_ECN_DEMAND_CWR, the state TCP_CA_CWR.
 * Leaves out: accurate ECN (RFC 9768) and what a congestion control of a data centre does with marks (RFC 8257).
 * Calls it: whatever writes and reads segments; `loss-response.ts`, whose reductions the peer is told of too.
 */
import type { Nanoseconds } from '../base/time.ts';
import { CWR, ECE } from '../wire/tcp.ts';
import { tellCongestion } from './congestion-news.ts';
import { reducible } from './loss-response.ts';
import type { Segment } from './segment.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';

/** The two bits of the IP header. */
const NOT_ECT = 0;
const ECT_0 = 2;
const CE = 3;

const BOTH = ECE | CWR;

export class Ecn {
  /** Both sides speak it, or we have asked (TCP_ECN_OK). */
  ok = false;
  /** Our SYN asks. */
  asks = false;
  /** A segment came that might have been marked (TCP_ECN_SEEN). */
  seen = false;
  /** A mark came, and the peer has not said that it heard of it (TCP_ECN_DEMAND_CWR). */
  demandsCwr = false;
  /** The window was reduced: the next new data says so (TCP_ECN_QUEUE_CWR). */
  owesCwr = false;
  /** SND.NXT when a mark reduced the window; until more than that is acknowledged no other mark does (TCP_CA_CWR). */
  point: number | undefined = undefined;
  /** The bits of the IP header that the segment written last goes with. */
  codepoint = NOT_ECT;

  /** The window of congestion shrinks because of a mark. */
  get isReducing(): boolean {
    return this.point !== undefined;
  }

  /** The window was reduced, for whatever reason. */
  reduced(): void {
    this.owesCwr = this.ok;
  }

  /** OPEN: what our SYN says. */
  ask(tcb: Tcb): void {
    this.asks = tcb.config.ecn === 'asks';
    this.ok = this.asks;
  }

  /** Our SYN was lost, perhaps because of what it asked (RFC 3168, 6.1.1.1; tcp_ecn_fallback). */
  lostSyn(tcb: Tcb): void {
    if (tcb.config.ecnFallback) this.asks = false;
  }
}

/** Bits of our SYN or SYN-ACK. */
export function ecnOfSyn({ ecn, passive, state }: Tcb): number {
  if (state === 'SYN-SENT') return ecn.asks ? BOTH : 0;
  return ecn.ok && (passive || ecn.asks) ? ECE : 0;
}

/** A SYN or SYN-ACK came: does the peer speak it? A SYN that might have been marked asks for something else. */
export function takeEcnOfSyn(tcb: Tcb, segment: Segment): void {
  const { ecn, config } = tcb;
  const said = segment.control & BOTH;
  if (tcb.passive) ecn.ok = config.ecn !== 'never' && said === BOTH && segment.ecn === NOT_ECT;
  else if (said !== (segment.hasAck ? ECE : BOTH)) ecn.ok = false;
}

/** New data leaves: the bits of its header; its packet may be marked. What is sent again may not (RFC 3168, 6.1.5). */
export function ecnOfNewData({ ecn }: Tcb): number {
  if (!ecn.ok) return 0;
  ecn.codepoint = ECT_0;
  if (!ecn.owesCwr) return 0;
  ecn.owesCwr = false;
  return CWR;
}

/** Data came that is kept: was it marked? A segment that could not be is one that was sent again (Linux tcp_data_ecn_check). */
export function takeMark({ ecn, acks }: Tcb, segment: Segment): void {
  if (!ecn.ok) return;
  if (segment.ecn === NOT_ECT) {
    if (ecn.seen) acks.congestionSeen();
    return;
  }
  ecn.seen = true;
  if (segment.ecn !== CE || ecn.demandsCwr) return;
  ecn.demandsCwr = true;
  acks.congestionSeen();
}

/**
 * What an acceptable ACK says with its two bits, where ECN is spoken; to be asked before SND.UNA moves. CWR: the peer has
 * heard. ECE, of something that was in flight: true.
 */
export function takeEcho(tcb: Tcb, segment: Segment): boolean {
  const { ecn, congestion } = tcb;
  if ((segment.control & CWR) !== 0) {
    ecn.demandsCwr = false;
    if (segment.len > 0) tcb.acks.owed = 'now'; // its window may be so small that it waits for this ACK
  }
  if (tcb.outstanding === 0) return false;
  if (ecn.point !== undefined && seq.gt(segment.ack, ecn.point)) {
    ecn.point = undefined;
    congestion.set(congestion.ssthresh, congestion.ssthresh);
    tellCongestion(tcb);
  }
  if ((segment.control & ECE) === 0 || segment.syn) return false;
  tcb.undo.forbid(); // it was no mistake, whatever a duplicate says
  return true;
}

/**
 * ECE: the window of congestion is reduced, unless it is already, for a mark or for a loss (RFC 3168, 6.1.2; Linux
 * tcp_enter_cwr). To be asked before an ACK lets it grow, and again when the ACK has ended the repair of a loss.
 */
export function answerMark(tcb: Tcb, now: Nanoseconds): void {
  const { ecn, recovery, congestion, undo, snd } = tcb;
  if (recovery.phase !== 'open' || ecn.point !== undefined) return;
  const { cwnd } = congestion;
  undo.end();
  tcb.reduction.begin(cwnd);
  congestion.lost(reducible(tcb, tcb.flight), now);
  if (tcb.config.lossResponse === 'proportional') congestion.set(cwnd, congestion.ssthresh);
  ecn.point = snd.nxt;
  ecn.reduced();
  tellCongestion(tcb);
}
