/** The words of the TCBs, their timers and states. Variables, states, flags and timers are never translated. */
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
  noTimers: {
    en: 'No timer has fired, and none will in this recording.',
    ko: '만료된 타이머가 없으며, 이 기록의 끝까지 없습니다.',
  },
  cleared: {
    en: 'A timer that is set and cleared again leaves no event.',
    ko: '설정했다가 해제한 타이머는 사건을 남기지 않습니다.',
  },
  fired: { en: 'fired so far', ko: '지금까지 만료' },
  next: { en: 'fires next', ko: '다음 만료' },
  states: { en: 'States (RFC 9293, figure 5)', ko: '상태(RFC 9293, 그림 5)' },
  way: { en: 'The way taken', ko: '지나온 상태' },
  yes: { en: 'both', ko: '양쪽 모두' },
  no: { en: 'no', ko: '없음' },
  unknown: { en: 'not known yet', ko: '아직 모름' },
  lost: { en: 'lost with its power', ko: '전원과 함께 사라짐' },
  outside: { en: 'no TCB', ko: 'TCB 없음' },
} satisfies Record<string, Text>;

/** What each variable is, in a line. */
export const VARIABLES = {
  'SND.UNA': { en: 'oldest number not acknowledged', ko: '확인 응답을 받지 못한 가장 이른 번호' },
  'SND.NXT': { en: 'next number to send', ko: '다음에 보낼 번호' },
  'SND.WND': { en: 'room that the peer offered last', ko: '상대가 마지막으로 알린 수신 윈도우' },
  ISS: { en: 'its own first number', ko: '자신의 첫 번호' },
  'RCV.NXT': { en: 'next number expected', ko: '다음에 받을 번호' },
  'RCV.WND': { en: 'room that it offered last', ko: '자신이 마지막으로 알린 수신 윈도우' },
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

export const times = (count: number): Text => ({ en: count === 1 ? 'once' : `${count} times`, ko: `${count}회` });
export const within = (en: string, ko: string): Text => ({ en: `in ${en}`, ko: `${ko} 뒤` });
export const diagramOf = (states: string, statesKo: string): Text => ({
  en: `State diagram. ${states}`,
  ko: `상태도. ${statesKo}`,
});
