/** The words of the help sheet: how to read the stage, and the words that it uses. */
import type { Text } from '../language.ts';
import { WORDS as STAGE } from '../view/words.ts';

export const WORDS = {
  help: { en: 'Help', ko: '도움말' },
  close: { en: 'Close', ko: '닫기' },
  keys: { en: 'Keys', ko: '키보드' },
  patterns: STAGE.legend,
  words: { en: 'Words', ko: '용어' },
  question: { en: 'This sheet', ko: '이 도움말' },
} satisfies Record<string, Text>;

/** A byte's state is told by its pattern alone; its colour tells the channel. */
export const PATTERNS: readonly { readonly state: string; readonly text: Text }[] = [
  { state: 'waiting', text: STAGE.waiting },
  { state: 'unsent', text: STAGE.unsent },
  { state: 'unacknowledged', text: STAGE.unacknowledged },
  { state: 'unread', text: STAGE.unread },
  { state: 'out-of-order', text: STAGE.outOfOrder },
  { state: 'free', text: STAGE.free },
];

export interface Term {
  readonly term: Text;
  readonly text: Text;
}

/** What a newcomer meets on the stage, in the order of a byte's way. */
export const TERMS: readonly Term[] = [
  {
    term: { en: 'application buffer', ko: '응용 프로그램 버퍼' },
    text: { en: 'plain memory of the program, above the line', ko: '프로그램의 메모리. 굵은 선 위에 있습니다' },
  },
  {
    term: { en: 'operating system (OS)', ko: '운영체제(OS)' },
    text: {
      en: 'what runs below the line; it lives on when a program is killed',
      ko: '굵은 선 아래에서 일하는 것. 프로그램이 강제 종료되어도 살아 있습니다',
    },
  },
  {
    term: { en: 'send buffer', ko: '송신 버퍼' },
    text: {
      en: 'bytes accepted from the program and not yet acknowledged',
      ko: '프로그램에서 복사했고 아직 확인 응답을 받지 못한 바이트',
    },
  },
  {
    term: { en: 'receive buffer', ko: '수신 버퍼' },
    text: { en: 'bytes arrived and not yet read', ko: '도착했고 아직 읽지 않은 바이트' },
  },
  {
    term: { en: 'waiting', ko: '복사 대기' },
    text: {
      en: 'asked of send(), which is blocked before taking them',
      ko: 'send()에 맡겼으나 블로킹되어 아직 복사하지 못함',
    },
  },
  {
    term: { en: 'unsent', ko: '미전송' },
    text: { en: 'in the send buffer, never sent', ko: '송신 버퍼에 있고 보낸 적이 없음' },
  },
  {
    term: { en: 'unacknowledged', ko: '확인 대기' },
    text: { en: 'sent, and kept: the ACK has not come', ko: '보냈지만 ACK가 오지 않아 남겨 둠' },
  },
  {
    term: { en: 'out of order', ko: '순서 대기' },
    text: { en: 'behind a hole: recv() cannot have them yet', ko: '빈틈 뒤에 있어 recv()가 아직 가져갈 수 없음' },
  },
  {
    term: { en: 'unread', ko: '읽기 전' },
    text: { en: 'in order, and no recv() has taken them', ko: '순서대로 있고 아직 recv()가 가져가지 않음' },
  },
  {
    term: { en: 'window', ko: '수신 윈도우' },
    text: { en: 'the room that the receiver offers now', ko: '받는 쪽이 지금 내주는 빈자리' },
  },
  {
    term: { en: 'time to notice', ko: '알아채기까지 걸린 시간' },
    text: {
      en: 'from a break to the first call that tells a program',
      ko: '끊어진 때부터 프로그램의 호출이 처음 알려 줄 때까지',
    },
  },
  {
    term: { en: 'half-open', ko: '하프 오픈(half-open)' },
    text: {
      en: 'one end has lost the connection, the other does not know (RFC 9293, 3.5.1)',
      ko: '한쪽에만 남은 연결. 다른 쪽은 모릅니다(RFC 9293, 3.5.1)',
    },
  },
];
