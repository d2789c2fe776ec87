/** How a connection changes state and how it ends: the one place where `tcb.state` is assigned. */
import type { Nanoseconds } from '../base/time.ts';
import { tellGrowth } from './congestion-news.ts';
import type { TcpFailure } from './failure.ts';
import { MtuSearch } from './mtu-probing.ts';
import { NOTICE } from './notices.ts';
import type { State } from './state.ts';
import type { DiscardedPlace, Tcb } from './tcb.ts';
import { growSendBuffer } from './tuning.ts';

export function enter(tcb: Tcb, state: State, why: string): void {
  const from = tcb.state;
  if (from === state) return;
  tcb.state = state;
  const { sink } = tcb.environment;
  if (sink.on) sink.emit({ kind: 'tcp.state', connection: tcb.id, from, to: state, why });
  if (state === 'CLOSED') {
    tcb.timers.disarmAll();
    tcb.notices |= NOTICE.closed | NOTICE.readable | NOTICE.writable | NOTICE.removable;
  }
}

/** The connection is established: what was exchanged in the handshake is settled. */
export function establish(tcb: Tcb, now: Nanoseconds, why: string): void {
  enter(tcb, 'ESTABLISHED', why);
  if (tcb.config.mtuProbing.when === 'always') tcb.mtuSearch = new MtuSearch(tcb, now);
  tcb.congestion.begin(tcb.effectiveMss, tcb.config.initialWindow);
  tellGrowth(tcb);
  tcb.acks.begin(Math.min(tcb.effectiveMss, tcb.localMss), now);
  growSendBuffer(tcb); // Linux tcp_init_buffer_space: a fresh connection has 46 080 (linux-behaviour, section 1)
  tcb.notices |= NOTICE.established | NOTICE.writable;
  tcb.retransmits = 0;
  tcb.rto.restart();
  tcb.lastReceivedAt = now;
  tcb.timers.disarm('retransmission');
  if (tcb.options.keepAlive && !tcb.orphan) tcb.timers.arm('keep-alive', now + tcb.options.keepIdle);
  if (tcb.finQueued) enter(tcb, 'FIN-WAIT-1', 'CLOSE'); // 3.10.4: CLOSE came in SYN-RECEIVED
}

/** Enters TIME-WAIT, or starts its time again (RFC 9293, 3.6.1, MUST-13). */
export function linger(tcb: Tcb, now: Nanoseconds, why: string): void {
  enter(tcb, 'TIME-WAIT', why);
  tcb.timers.disarmAll();
  tcb.timers.arm('time-wait', now + tcb.config.timeWait);
  tcb.notices |= NOTICE.closed | NOTICE.readable | NOTICE.writable;
}

/**
 * The connection is void, now. Bytes that were to be sent are lost; bytes that were received stay readable, unless the
 * profile says otherwise. The failure is told once, to the first call that asks.
 */
export function fail(tcb: Tcb, reported: TcpFailure | undefined, why: string): void {
  const isReset = reported === 'reset' || reported === 'reset-after-fin';
  const discards = tcb.config.resetDiscardsUnread && isReset;
  // Where unread bytes go with the reset, the end of the stream must not be told as if all had been read.
  const failure = discards && tcb.receiveBuffer.unread > 0 ? 'reset' : reported;
  if (failure !== undefined) {
    tcb.failure = failure;
    const { sink } = tcb.environment;
    if (sink.on) sink.emit({ kind: 'tcp.failed', connection: tcb.id, failure });
  }
  discardUnsent(tcb);
  if (discards) discardUnread(tcb);
  enter(tcb, 'CLOSED', why);
}

/** RFC 9293, 3.10.5: <SEQ=SND.NXT><CTL=RST> goes out, and the connection is gone. */
export function sendReset(tcb: Tcb): void {
  tcb.reset = { seq: tcb.snd.nxt, ack: true };
}

/** The send buffer's bytes are lost; the figures of the ledger stay as they were. */
export function discardUnsent(tcb: Tcb): void {
  const { sendBuffer } = tcb;
  if (sendBuffer.length === 0) return;
  noteDiscarded(tcb, 'send-buffer', sendBuffer.length);
  tcb.frozen = { sent: tcb.sentOffset, acknowledged: sendBuffer.acknowledged };
  sendBuffer.clear();
}

export function discardUnread(tcb: Tcb): void {
  const { receiveBuffer } = tcb;
  const behindHole = receiveBuffer.outOfOrder.bytes;
  const unread = receiveBuffer.clear();
  if (unread > 0) noteDiscarded(tcb, 'receive-buffer', unread);
  if (behindHole > 0) noteDiscarded(tcb, 'out-of-order', behindHole);
}

/** Bytes that lay there are lost. */
export function noteDiscarded(tcb: Tcb, where: DiscardedPlace, bytes: number): void {
  tcb.discarded = { ...tcb.discarded, [where]: tcb.discarded[where] + bytes };
  const { sink } = tcb.environment;
  if (sink.on) sink.emit({ kind: 'tcp.discarded', connection: tcb.id, where, bytes });
}
