/**
 * What the trace hears of the window of congestion and of round trips, and whether that window was used up. Called
 * wherever one of them may have changed.
 */
import type { Tcb } from './tcb.ts';

/** Linux tcp_is_cwnd_limited: slow start may double what was in flight, since the send buffer grows with the window. */
export function isLimited({ usage, congestion }: Tcb): boolean {
  return usage.limited || (congestion.cwnd < congestion.ssthresh && congestion.cwnd < 2 * usage.most);
}

/** There is a sample, or the RTO that it led to was doubled. */
export function tellRtt(tcb: Tcb): void {
  const { sink } = tcb.environment;
  const { srtt, rttvar, value } = tcb.rto;
  if (sink.on && srtt > 0) sink.emit({ kind: 'tcp.rtt', connection: tcb.id, srtt, rttvar, rto: value });
}

/**
 * Between losses the window of congestion grows, or begins anew, or HyStart ends its slow start: the trace hears of each
 * size, and of none twice.
 */
export function tellGrowth(tcb: Tcb): void {
  const { told, congestion } = tcb;
  if (!tcb.environment.sink.on) return;
  if (congestion.cwnd !== told.cwnd || congestion.ssthresh !== told.ssthresh) tellCongestion(tcb);
}

export function tellCongestion(tcb: Tcb): void {
  const { sink } = tcb.environment;
  if (!sink.on) return;
  const { cwnd, ssthresh } = tcb.congestion;
  tcb.told.cwnd = cwnd;
  tcb.told.ssthresh = ssthresh;
  const phase = tcb.ecn.isReducing ? 'marked' : tcb.recovery.phase;
  sink.emit({ kind: 'tcp.congestion', connection: tcb.id, cwnd, ssthresh, phase });
}
