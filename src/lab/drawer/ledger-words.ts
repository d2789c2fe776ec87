/** The figures of the ledger, in the order in which a byte goes through them, and their words. */
import type { ChannelLedger } from '../../system/scenario.ts';
import type { Text } from '../language.ts';
import { type Counts, PLACES, type PlaceOfBytes, total } from './places.ts';

export interface LedgerRow {
  readonly figure: Exclude<keyof ChannelLedger, 'channel' | 'discarded'>;
  readonly text: Text;
  /** One of the places that add up to `requested`. */
  readonly place: PlaceOfBytes | undefined;
}

const WORDS: Readonly<Record<PlaceOfBytes, Text>> = {
  waiting: { en: 'waiting', ko: '복사 대기' },
  unsent: { en: 'unsent', ko: '미전송' },
  inFlight: { en: 'in flight', ko: '전송 중' },
  outOfOrder: { en: 'out of order', ko: '순서 대기' },
  unread: { en: 'unread', ko: '읽기 전' },
  read: { en: 'read', ko: '읽음' },
  lost: { en: 'lost', ko: '사라짐' },
};

export const LEDGER_ROWS: readonly LedgerRow[] = [
  { figure: 'requested', place: undefined, text: { en: 'asked of send()', ko: 'send()에 요청함' } },
  { figure: 'waiting', place: 'waiting', text: WORDS.waiting },
  { figure: 'unsent', place: 'unsent', text: WORDS.unsent },
  { figure: 'inFlight', place: 'inFlight', text: WORDS.inFlight },
  { figure: 'outOfOrder', place: 'outOfOrder', text: WORDS.outOfOrder },
  { figure: 'unread', place: 'unread', text: WORDS.unread },
  { figure: 'read', place: 'read', text: WORDS.read },
  { figure: 'unacknowledged', place: undefined, text: { en: 'unacknowledged', ko: '확인 대기' } },
];

export const LOST: Text = { en: 'lost in', ko: '사라짐:' };

export const LOST_WHERE: Readonly<Record<string, Text>> = {
  'application-buffer': { en: 'the application buffer', ko: '응용 프로그램 버퍼' },
  'send-buffer': { en: 'the send buffer', ko: '송신 버퍼' },
  'receive-buffer': { en: 'the receive buffer', ko: '수신 버퍼' },
  'out-of-order': { en: 'the receive buffer, out of order', ko: '수신 버퍼의 순서 대기' },
};

/** 'B:49152>A:7000: of 20 bytes 8 in flight, 12 read.' */
export function places(channel: string, counts: Counts): Text {
  const told = PLACES.filter((place) => counts[place] > 0).toReversed();
  const all = total(counts);
  const en = told.map((place) => `${counts[place]} ${WORDS[place].en}`).join(', ');
  const ko = told.map((place) => `${WORDS[place].ko} ${counts[place]}`).join(', ');
  return {
    en: `${channel}: ${all === 0 ? 'no bytes yet' : `of ${all} bytes ${en}`}.`,
    ko: `${channel}: ${all === 0 ? '아직 바이트 없음' : `${all}바이트 중 ${ko}`}.`,
  };
}
