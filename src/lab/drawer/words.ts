/** The words of the drawer: the names of its pages, what the picked thing is, the ledger, the settings. Calls it: every page of it. */
import type { PlaceName } from '../../trace/where.ts';
import type { Text } from '../language.ts';

export const WORDS = {
  drawer: { en: 'Details', ko: '자세한 내용' },
  close: { en: 'Close the details', ko: '자세한 내용 닫기' },
  gallery: { en: 'Scenarios', ko: '시나리오' },
  selected: { en: 'Selected', ko: '고른 것' },
  editor: { en: 'Programs', ko: '프로그램' },
  sequence: { en: 'Sequence', ko: '순서도' },
  settings: { en: 'Settings', ko: '설정' },
  ledger: { en: 'Ledger', ko: '장부' },
  plots: { en: 'Plots', ko: '그래프' },
  connection: { en: 'Connection', ko: '연결' },
  channel: { en: 'Channel', ko: '채널' },
  linear: { en: 'Virtual time, not events, on the axis', ko: '축을 사건이 아니라 가상 시간으로' },
  notYetAny: { en: 'none yet', ko: '아직 없음' },
  noChannel: { en: 'There is no connection at this moment.', ko: '이 시점에는 연결이 없습니다.' },
  nothing: {
    en: 'Choose a frame on the cable, or a byte in a buffer.',
    ko: '케이블 위의 프레임이나 버퍼 안의 바이트를 고르십시오.',
  },
  notYet: { en: 'It has not been sent at this moment.', ko: '이 시점에는 아직 보내지 않았습니다.' },
  field: { en: 'Field', ko: '필드' },
  value: { en: 'Value', ko: '값' },
  hex: { en: 'Bytes of the frame', ko: '프레임의 바이트' },
  places: { en: 'Where it is now', ko: '지금 있는 곳' },
  nowhere: { en: 'It is nowhere yet, or not any more.', ko: '아직 어디에도 없거나, 이제는 없습니다.' },
  way: { en: 'Its way', ko: '지나온 길' },
  before: { en: 'Byte before', ko: '앞 바이트' },
  behind: { en: 'Next byte', ko: '다음 바이트' },
} satisfies Record<string, Text>;

export const PLACES: Readonly<Record<PlaceName, Text>> = {
  'application-buffer': {
    en: 'application buffer: send() has not taken it yet',
    ko: '응용 프로그램 버퍼: send()가 아직 복사하지 않음',
  },
  'send-buffer': { en: 'send buffer, unsent', ko: '송신 버퍼, 미전송' },
  cable: { en: 'in flight, on the cable', ko: '전송 중, 케이블 위' },
  lost: { en: 'its last copy went lost', ko: '마지막 사본을 잃음' },
  'out-of-order': { en: 'receive buffer, out of order: behind a hole', ko: '수신 버퍼, 순서 대기: 빈틈 뒤' },
  'receive-buffer': { en: 'receive buffer, unread', ko: '수신 버퍼, 읽기 전' },
  program: { en: 'the program: recv() has copied it', ko: '프로그램: recv()가 복사함' },
  discarded: { en: 'gone with its process, connection or host', ko: '프로세스, 연결, 호스트와 함께 사라짐' },
};

/** In the send buffer still, and sent already. */
export const UNACKNOWLEDGED: Text = { en: 'send buffer, unacknowledged', ko: '송신 버퍼, 확인 대기' };

export const cut = (bytes: number): Text => ({
  en: `The trace keeps the first ${bytes} bytes of a frame.`,
  ko: `기록에는 프레임의 처음 ${bytes}바이트만 있습니다.`,
});
export const byteOf = (offset: number, channel: string): Text => ({
  en: `Byte ${offset} of ${channel}`,
  ko: `${channel}의 바이트 ${offset}`,
});
export const event = (n: number): Text => ({ en: `event ${n}`, ko: `사건 ${n}` });
