/**
 * Buffers that nobody has set grow with the flow, as Linux's do: the send buffer with the window of congestion
 * (tcp_sndbuf_expand), the receive buffer with what the program reads in a round trip (tcp_rcv_space_adjust).
 */
import type { Nanoseconds } from '../base/time.ts';
import type { Tcb } from './tcb.ts';

const SEGMENTS_AHEAD = 16;

export function growSendBuffer(tcb: Tcb): void {
  if (tcb.options.sendBuffer !== undefined || !tcb.config.autoTuning) return;
  const mss = tcb.effectiveMss;
  const segments = Math.max(tcb.config.initialWindow, Math.floor(tcb.congestion.cwnd / mss));
  const wanted = Math.min(tcb.config.sendBufferMax, tcb.environment.accounting.autoSendLimit(mss, segments));
  if (wanted <= tcb.sendBuffer.limit) return;
  tcb.sendBuffer.limit = wanted;
  tellBuffers(tcb);
}

/** To be called when RECEIVE has taken bytes. */
export function growReceiveBuffer(tcb: Tcb, now: Nanoseconds): void {
  if (tcb.options.receiveBuffer !== undefined || !tcb.config.autoTuning) return;
  const { receiveBuffer } = tcb;
  const tuning = tcb.tuning;
  if (tuning === undefined) {
    const space = Math.min(receiveBuffer.room, tcb.config.initialWindow * tcb.localMss);
    tcb.tuning = { read: receiveBuffer.read, at: now, space };
    return;
  }
  if (now - tuning.at < tcb.rto.srtt || now === tuning.at) return;
  const copied = receiveBuffer.read - tuning.read;
  if (copied > tuning.space) {
    const segment = tcb.acks.peerSegment;
    let window = 2 * copied + SEGMENTS_AHEAD * segment;
    window += Math.floor((2 * window * (copied - tuning.space)) / Math.max(1, tuning.space));
    // Half of the memory is payload (TCP_DEFAULT_SCALING_RATIO).
    const wanted = Math.min(tcb.config.receiveBufferMax, 2 * window);
    if (wanted > receiveBuffer.limit) {
      receiveBuffer.limit = wanted;
      tellBuffers(tcb);
    }
    tuning.space = copied;
  }
  tuning.read = receiveBuffer.read;
  tuning.at = now;
}

/** Tells the trace how large the buffers of a connection are, if it does not know. */
export function tellBuffers(tcb: Tcb): void {
  const { sink } = tcb.environment;
  if (!sink.on) return;
  const { told } = tcb;
  const send = tcb.sendBuffer.limit;
  const receive = tcb.receiveBuffer.limit;
  if (told.send === send && told.receive === receive) return;
  told.send = send;
  told.receive = receive;
  sink.emit({ kind: 'tcp.buffers', connection: tcb.id, send, receive });
}
