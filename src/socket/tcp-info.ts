/**
 * TCP_INFO: what getsockopt tells of a connection, by the field names of Linux's struct tcp_info. Times are microseconds
 * where Linux's are (rto, rtt, rttvar, ato, min_rtt), milliseconds for `last_…`; windows of congestion are packets.
 *
 * Source: include/uapi/linux/tcp.h, tcp_get_info() of net/ipv4/tcp.c. Left out: what the stack does not count (pacing,
 * delivery rates, times spent limited).
 * Calls it: `drill/`, for assertions of scripts.
 */
import { ceilDivide } from '../base/integer.ts';
import { MICROSECOND, MILLISECOND, type Nanoseconds } from '../base/time.ts';
import type { Connection } from '../tcp/connection.ts';
import type { State } from '../tcp/state.ts';
import type { Tcb } from '../tcp/tcb.ts';
import { windowNow } from '../tcp/window.ts';

/** Linux's numbers of the states. */
const STATES: Readonly<Record<State, number>> = {
  ESTABLISHED: 1,
  'SYN-SENT': 2,
  'SYN-RECEIVED': 3,
  'FIN-WAIT-1': 4,
  'FIN-WAIT-2': 5,
  'TIME-WAIT': 7, // of the descriptor: a small record waits in the connection's place (tcp_time_wait)
  CLOSED: 7,
  'CLOSE-WAIT': 8,
  'LAST-ACK': 9,
  LISTEN: 10,
  CLOSING: 11,
};

/** Bits of tcpi_options. */
const OPTION = { timestamps: 1, sack: 2, windowScale: 4, ecn: 8, ecnSeen: 16 } as const;
/** What Linux calls a threshold that was never lowered. */
const NO_THRESHOLD = 0x7fff_ffff;
const CA = { open: 0, disorder: 1, reduced: 2, recovery: 3, loss: 4 } as const;

export function tcpInfoOf(connection: Connection, now: Nanoseconds): Record<string, number> {
  const { tcb } = connection;
  const { acks, congestion, counters, recovery, rto, snd, sendBuffer, receiveBuffer, timestamps } = tcb;
  // The SYN, or the SYN-ACK, is the first packet that was delivered.
  const greeted = tcb.state === 'SYN-SENT' || tcb.state === 'SYN-RECEIVED' ? 0 : 1;
  const mss = tcb.effectiveMss;
  const packets = (bytes: number) => ceilDivide(bytes, mss);
  const written = sendBuffer.written;
  return {
    tcpi_state: STATES[tcb.state],
    tcpi_ca_state: congestionState(tcb),
    tcpi_retransmits: tcb.retransmits,
    tcpi_probes: tcb.probes,
    tcpi_backoff: rto.backoff,
    tcpi_options:
      (timestamps.on ? OPTION.timestamps : 0) |
      (tcb.sackPermitted ? OPTION.sack : 0) |
      (tcb.windowScaling ? OPTION.windowScale : 0) |
      (tcb.ecn.ok ? OPTION.ecn : 0) |
      (tcb.ecn.seen ? OPTION.ecnSeen : 0),
    tcpi_snd_wscale: snd.scale,
    tcpi_rcv_wscale: tcb.rcv.scale,
    tcpi_rto: Math.floor(rto.value / MICROSECOND),
    tcpi_ato: Math.floor(acks.delay / MICROSECOND),
    tcpi_snd_mss: mss,
    tcpi_rcv_mss: acks.peerSegment,
    tcpi_unacked: packets(tcb.flight),
    tcpi_sacked: tcb.sackPermitted ? packets(recovery.sacked.bytes) : recovery.duplicates,
    tcpi_lost: packets(recovery.lost(tcb)),
    tcpi_retrans: packets(recovery.sentAgain),
    tcpi_fackets: 0, // Linux: not kept any more
    tcpi_last_data_sent: Math.floor((now - snd.lastSentAt) / MILLISECOND),
    tcpi_last_ack_sent: 0, // Linux: not remembered
    tcpi_last_data_recv: Math.floor((now - acks.lastDataAt) / MILLISECOND),
    tcpi_last_ack_recv: Math.floor((now - tcb.lastReceivedAt) / MILLISECOND),
    tcpi_pmtu: tcb.environment.mtu(tcb.remote.address),
    tcpi_rtt: Math.floor(rto.srtt / MICROSECOND),
    tcpi_rttvar: Math.floor(rto.rttvar / MICROSECOND),
    tcpi_snd_ssthresh: congestion.ssthresh >= NO_THRESHOLD ? NO_THRESHOLD : Math.floor(congestion.ssthresh / mss),
    tcpi_snd_cwnd: Math.floor(congestion.cwnd / mss),
    tcpi_advmss: tcb.localMss,
    tcpi_reordering: recovery.reordering,
    tcpi_total_retrans: tcb.totalRetransmits,
    tcpi_bytes_acked: tcb.frozen?.acknowledged ?? sendBuffer.acknowledged,
    tcpi_bytes_received: receiveBuffer.received,
    tcpi_segs_out: counters.segmentsOut,
    tcpi_segs_in: counters.segmentsIn + Number(tcb.passive), // LISTEN took the SYN
    tcpi_notsent_bytes: tcb.unsent,
    tcpi_data_segs_in: counters.dataSegmentsIn,
    tcpi_data_segs_out: counters.dataSegmentsOut,
    tcpi_delivered: greeted + packets(counters.delivered),
    tcpi_delivered_ce: packets(counters.deliveredMarked),
    tcpi_bytes_sent: (tcb.frozen?.sent ?? written - tcb.unsent) + counters.retransmitted,
    tcpi_bytes_retrans: counters.retransmitted,
    tcpi_snd_wnd: snd.wnd,
    tcpi_rcv_wnd: windowNow(tcb),
  };
}

function congestionState({ recovery, sackPermitted, ecn }: Tcb): number {
  if (recovery.phase === 'recovery') return CA.recovery;
  if (recovery.phase === 'loss') return CA.loss;
  if (ecn.isReducing) return CA.reduced;
  const holes = sackPermitted ? recovery.sacked.count > 0 : recovery.duplicates > 0;
  return holes ? CA.disorder : CA.open;
}
