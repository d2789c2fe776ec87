/** The words for what TCP tells. Control bits, states and timers are never translated. */
import { formatDuration } from '../base/time.ts';
import type { TcpEvent } from '../tcp/events.ts';
import { are, bytes, type Words } from './words.ts';

export const TCP_EN: Words<TcpEvent> = {
  'tcp.state': ({ connection, from, to, why }) => `${connection}  ${from} → ${to}: ${why}`,
  'tcp.deadline': ({ connection, timer, deadline }) =>
    deadline === undefined
      ? `${connection}  the ${timer} timer is cleared`
      : `${connection}  the ${timer} timer is set: it fires at ${formatDuration(deadline)}`,
  'tcp.timer': ({ connection, timer }) => `${connection}  the ${timer} timer fires`,
  'tcp.retransmit': ({ connection, len, why }) => `${connection}  ${bytes(len)} ${are(len)} sent again: ${why}`,
  'tcp.rtt': ({ connection, srtt, rttvar, rto }) =>
    `${connection}  round trip ${formatDuration(srtt)} ± ${formatDuration(rttvar)}, RTO ${formatDuration(rto)}`,
  'tcp.buffers': ({ connection, send, receive }) => `${connection}  send buffer ${send}, receive buffer ${receive}`,
  'tcp.congestion': ({ connection, cwnd, ssthresh, phase }) =>
    `${connection}  congestion window ${cwnd}, threshold ${ssthresh}, ${phase}`,
  'tcp.drop': ({ connection, reason }) => `${connection}  ✕ segment not taken: ${reason}`,
  'tcp.failed': ({ connection, failure }) => `${connection}  the connection failed: ${failure}`,
  'tcp.discarded': (event) =>
    `${event.connection}  ${bytes(event.bytes)} of the ${event.where} ${are(event.bytes)} gone`,
  'tcp.pruned': (event) => `${event.connection}  memory is short: ${bytes(event.bytes)} behind a hole given up`,
};

export const TCP_KO: Words<TcpEvent> = {
  'tcp.state': ({ connection, from, to, why }) => `${connection}  ${from} → ${to}: ${why}`,
  'tcp.deadline': ({ connection, timer, deadline }) =>
    deadline === undefined
      ? `${connection}  ${timer} 타이머 해제`
      : `${connection}  ${timer} 타이머 설정: ${formatDuration(deadline)}에 만료`,
  'tcp.timer': ({ connection, timer }) => `${connection}  ${timer} 타이머 만료`,
  'tcp.retransmit': ({ connection, len, why }) => `${connection}  ${len}바이트 재전송: ${why}`,
  'tcp.rtt': ({ connection, srtt, rttvar, rto }) =>
    `${connection}  왕복 시간 ${formatDuration(srtt)} ± ${formatDuration(rttvar)}, RTO ${formatDuration(rto)}`,
  'tcp.buffers': ({ connection, send, receive }) => `${connection}  송신 버퍼 ${send}, 수신 버퍼 ${receive}`,
  'tcp.congestion': ({ connection, cwnd, ssthresh, phase }) =>
    `${connection}  혼잡 윈도우 ${cwnd}, 문턱 ${ssthresh}, ${phase}`,
  'tcp.drop': ({ connection, reason }) => `${connection}  ✕ 세그먼트 받지 않음: ${reason}`,
  'tcp.failed': ({ connection, failure }) => `${connection}  연결 실패: ${failure}`,
  'tcp.discarded': (event) => `${event.connection}  ${event.where}의 ${event.bytes}바이트 사라짐`,
  'tcp.pruned': (event) => `${event.connection}  메모리 부족: 순서 대기 ${event.bytes}바이트 버림`,
};
