/** The words of the TCBs, their timers and states. Variables, states, flags and timers are never translated. */
import type { TimerName } from '../../tcp/timers.ts';
import type { Text } from '../language.ts';

export const TCB_WORDS = {
  tab: { en: 'Tcb', ko: 'TCB' },
  none: { en: 'There is no connection at this moment.', ko: '이 시점에는 연결이 없습니다.' },
  connection: { en: 'Connection', ko: '연결' },
  variable: { en: 'Variable', ko: '변수' },
  sending: { en: 'Sending', ko: '보내기' },
  receiving: { en: 'Receiving', ko: '받기' },
  syn: { en: 'From the SYNs', ko: 'SYN에서 정해진 것' },
  roundTrip: { en: 'Round trip and congestion', ko: '왕복 시간과 혼잡' },
  timers: { en: 'Timers', ko: '타이머' },
  timer: { en: 'Timer', ko: '타이머' },
  states: { en: 'States (RFC 9293, figure 5)', ko: '상태(RFC 9293, 그림 5)' },
  way: { en: 'The way taken', ko: '지나온 상태' },
  yes: { en: 'both', ko: '양쪽 모두' },
  no: { en: 'no', ko: '없음' },
  lost: { en: 'lost with its power', ko: '전원과 함께 사라짐' },
  last: { en: 'CLOSED: what it held last', ko: 'CLOSED: 마지막 값' },
} satisfies Record<string, Text>;

/** What each variable is, in a line. */
export const VARIABLES = {
  'SND.UNA': { en: 'oldest number not acknowledged', ko: '확인 응답을 받지 못한 가장 이른 번호' },
  'SND.NXT': { en: 'next number to send', ko: '다음에 보낼 번호' },
  'SND.WND': { en: 'room that the peer offered last', ko: '상대가 마지막으로 알린 수신 윈도우' },
  'SND.UP': { en: 'behind the last urgent byte', ko: '긴급 바이트의 끝' },
  'SND.WL1': { en: 'SEG.SEQ of the segment that told SND.WND', ko: 'SND.WND를 알린 세그먼트의 SEG.SEQ' },
  'SND.WL2': { en: 'its SEG.ACK', ko: '그 세그먼트의 SEG.ACK' },
  ISS: { en: 'its own first number', ko: '자신의 첫 번호' },
  'RCV.NXT': { en: 'next number expected', ko: '다음에 받을 번호' },
  'RCV.WND': { en: 'room that it offered last', ko: '자신이 마지막으로 알린 수신 윈도우' },
  'RCV.UP': { en: 'behind the last urgent byte', ko: '긴급 바이트의 끝' },
  IRS: { en: "the peer's first number", ko: '상대의 첫 번호' },
  MSS: { en: 'largest segment it takes', ko: '받을 수 있는 가장 큰 세그먼트' },
  SendMSS: { en: 'what both SYNs allow it to send', ko: '양쪽 SYN이 허용하는 크기' },
  'Eff.snd.MSS': { en: 'the same less options', ko: '거기서 옵션을 뺀 크기' },
  'Snd.Wind.Shift': { en: "the peer's window fields are shifted by it", ko: '상대의 윈도우 필드에 적용하는 비트 이동' },
  SACK: { en: 'blocks behind a hole are told (RFC 2018)', ko: '빈틈 뒤의 블록을 알림(RFC 2018)' },
  timestamps: { en: 'each segment bears its time (RFC 7323)', ko: '세그먼트마다 시각을 실음(RFC 7323)' },
  SRTT: { en: 'smoothed round trip', ko: '평활한 왕복 시간' },
  RTTVAR: { en: 'its variation', ko: '왕복 시간의 변동' },
  RTO: { en: 'wait before sending again (RFC 6298)', ko: '재전송까지 기다리는 시간(RFC 6298)' },
  cwnd: { en: 'congestion window', ko: '혼잡 윈도우' },
  ssthresh: { en: 'slow start ends here', ko: '느린 시작이 끝나는 문턱' },
  phase: { en: 'of congestion control', ko: '혼잡 제어의 단계' },
  retransmitted: { en: 'segments sent again', ko: '재전송한 세그먼트' },
} satisfies Record<string, Text>;

export type Variable = keyof typeof VARIABLES;

/** 'A: ESTABLISHED. B: CLOSE-WAIT.' */
export const inStates = (ends: readonly { readonly host: string; readonly state: Text }[]): Text => ({
  en: ends.map(({ host, state }) => `${host}: ${state.en}.`).join(' '),
  ko: ends.map(({ host, state }) => `${host}: ${state.ko}.`).join(' '),
});

/** Why a value is not known, or there is none. */
export const REASONS = {
  syn: { en: 'its SYN is not sent', ko: 'SYN을 아직 보내지 않음' },
  peer: { en: 'the peer’s SYN has not come', ko: '상대의 SYN이 아직 오지 않음' },
  answer: { en: 'no ACK has come', ko: '아직 ACK가 오지 않음' },
  urgent: { en: 'no urgent bytes', ko: '긴급 바이트 없음' },
  sample: { en: 'no round trip measured yet', ko: '왕복 시간을 아직 재지 않음' },
  open: { en: 'not ESTABLISHED yet', ko: '아직 ESTABLISHED가 아님' },
  loss: { en: 'no loss yet', ko: '아직 손실 없음' },
  accounting: { en: 'the trace does not tell the accounting', ko: '기록에 계산 방식이 없음' },
  lost: { en: 'lost', ko: '사라짐' },
} satisfies Record<string, Text>;

export type Reason = keyof typeof REASONS;

/** What the timers are for. */
export const TIMER_WORDS: Readonly<Record<TimerName, Text>> = {
  retransmission: { en: 'sends again what was not acknowledged (RFC 6298)', ko: '확인 대기 바이트를 재전송(RFC 6298)' },
  'loss-probe': {
    en: 'asks before that whether the tail was lost (RFC 8985)',
    ko: '그보다 먼저 끝부분의 손실을 물음(RFC 8985)',
  },
  persist: { en: 'asks whether a zero window has opened', ko: '윈도우 0이 열렸는지 물음' },
  'delayed-ack': { en: 'an ACK waits so long for data to go with', ko: '함께 보낼 데이터를 기다리는 ACK' },
  'keep-alive': { en: 'asks an idle peer whether it lives', ko: '조용한 상대가 살아 있는지 물음' },
  'fin-wait-2': {
    en: 'ends a FIN-WAIT-2 that no program holds (Linux)',
    ko: '프로그램이 놓은 FIN-WAIT-2를 끝냄(Linux)',
  },
  'time-wait': { en: '2 MSL: ends TIME-WAIT', ko: '2 MSL: TIME-WAIT를 끝냄' },
};

export const USER_TIMEOUT: Text = {
  en: 'no timer of its own: what was asked by TCP_USER_TIMEOUT shortens the others',
  ko: '따로 있는 타이머가 아님: TCP_USER_TIMEOUT으로 정한 시간이 다른 타이머를 앞당김',
};

export const fired = (count: number): Text => ({
  en: count === 1 ? 'fired once' : `fired ${count} times`,
  ko: `${count}회 만료`,
});
/** 'in 200 ms' */
export const within = (en: string, ko: string): Text => ({ en: `in ${en}`, ko: `${ko} 뒤` });
export const atMoment = (seconds: string): Text => ({ en: `at ${seconds} s`, ko: `${seconds}초에` });
export const diagramOf = (states: string, statesKo: string): Text => ({
  en: `State diagram. ${states}`,
  ko: `상태도. ${statesKo}`,
});
