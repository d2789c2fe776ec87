/** STATUS (RFC 9293, 3.10.6) and this end's part of the byte ledger: copies of figures, for people and tests. */
import { MILLISECOND } from '../base/time.ts';
import type { State } from './state.ts';
import type { Tcb } from './tcb.ts';
import { windowNow } from './window.ts';

export interface TcpStatus {
  readonly state: State;
  readonly sendBuffer: {
    readonly limit: number;
    readonly bytes: number;
    readonly charge: number;
    readonly unsent: number;
    readonly unacknowledged: number;
  };
  readonly receiveBuffer: {
    readonly limit: number;
    readonly bytes: number;
    readonly charge: number;
    readonly outOfOrder: number;
    readonly window: number;
  };
  /** TCP_INFO's figures; times in milliseconds. */
  readonly info: {
    readonly rtt: number;
    readonly rttvar: number;
    readonly rto: number;
    readonly sndCwnd: number;
    readonly sndSsthresh: number;
    readonly sndMss: number;
    readonly rcvMss: number;
    readonly sndWnd: number;
    readonly retransmits: number;
    readonly totalRetrans: number;
    readonly bytesAcked: number;
    readonly bytesReceived: number;
    readonly backoff: number;
  };
}

/** Stream offsets, counted from the first byte of each direction. */
export interface ChannelFigures {
  readonly written: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly received: number;
  readonly outOfOrder: number;
  readonly read: number;
  /** What was lost at this end, by the place it lay in. */
  readonly discarded: {
    readonly 'send-buffer': number;
    readonly 'receive-buffer': number;
    readonly 'out-of-order': number;
  };
}

export function figuresOf(tcb: Tcb): ChannelFigures {
  const { sendBuffer, receiveBuffer, frozen } = tcb;
  return {
    written: sendBuffer.written,
    sent: frozen?.sent ?? tcb.sentOffset,
    acknowledged: frozen?.acknowledged ?? sendBuffer.acknowledged,
    received: receiveBuffer.received,
    // As with the unread: what was discarded counts where it last lay.
    outOfOrder: receiveBuffer.outOfOrder.bytes + tcb.discarded['out-of-order'],
    read: receiveBuffer.read,
    discarded: { ...tcb.discarded },
  };
}

export function statusOf(tcb: Tcb): TcpStatus {
  const { sendBuffer, receiveBuffer, rto, congestion } = tcb;
  return {
    state: tcb.state,
    sendBuffer: {
      limit: sendBuffer.limit,
      bytes: sendBuffer.length,
      charge: sendBuffer.charged,
      unsent: tcb.unsent,
      unacknowledged: sendBuffer.length - tcb.unsent,
    },
    receiveBuffer: {
      limit: receiveBuffer.limit,
      bytes: receiveBuffer.unread,
      charge: receiveBuffer.charged,
      outOfOrder: receiveBuffer.outOfOrder.bytes,
      window: windowNow(tcb),
    },
    info: {
      rtt: rto.srtt / MILLISECOND,
      rttvar: rto.rttvar / MILLISECOND,
      rto: rto.value / MILLISECOND,
      sndCwnd: congestion.cwnd,
      sndSsthresh: congestion.ssthresh,
      sndMss: tcb.effectiveMss,
      rcvMss: tcb.acks.peerSegment,
      sndWnd: tcb.snd.wnd,
      retransmits: tcb.retransmits,
      totalRetrans: tcb.totalRetransmits,
      bytesAcked: tcb.frozen?.acknowledged ?? sendBuffer.acknowledged,
      bytesReceived: receiveBuffer.received,
      backoff: rto.backoff,
    },
  };
}
