/** The figures of the ledger, in the order in which a byte goes through them, and their words. */
import type { ChannelLedger } from '../../system/scenario.ts';
import type { Text } from '../language.ts';

export interface LedgerRow {
  readonly figure: Exclude<keyof ChannelLedger, 'channel' | 'discarded'>;
  readonly text: Text;
  /** One of the places that add up to `requested`. */
  readonly inBar: boolean;
}

export const LEDGER_ROWS: readonly LedgerRow[] = [
  { figure: 'requested', inBar: false, text: { en: 'asked of send()', ko: 'send()에 요청함' } },
  { figure: 'waiting', inBar: true, text: { en: 'waiting', ko: '복사 대기' } },
  { figure: 'unsent', inBar: true, text: { en: 'unsent', ko: '미전송' } },
  { figure: 'inFlight', inBar: true, text: { en: 'in flight', ko: '전송 중' } },
  { figure: 'outOfOrder', inBar: true, text: { en: 'out of order', ko: '순서 대기' } },
  { figure: 'unread', inBar: true, text: { en: 'unread', ko: '읽기 전' } },
  { figure: 'read', inBar: true, text: { en: 'read', ko: '읽음' } },
  { figure: 'unacknowledged', inBar: false, text: { en: 'unacknowledged', ko: '확인 대기' } },
];
