/**
 * What the report of a failed test says, in English and Korean.
 *
 * Calls it: `account.ts`.
 */
import type { Language } from '../base/language.ts';

/** Where a byte that nobody has read may be (the ledger's places). */
export type Place = 'unread' | 'outOfOrder' | 'inFlight' | 'unsent' | 'waiting';

interface Words {
  /** Width of the column of titles. */
  readonly column: number;
  failed(name: string, seed: number, at: string): string;
  readonly waiting: string;
  waits(process: string, call: string, since: string): string;
  readonly calls: string;
  readonly faults: string;
  readonly bytes: string;
  place(bytes: number, place: Place): string;
  lost(bytes: number, where: string): string;
  readonly trace: string;
  noTrace(why: string): string;
  readonly open: string;
  readonly again: string;
}

const EN_PLACES: Readonly<Record<Place, string>> = {
  unread: 'unread in the receive buffer',
  outOfOrder: 'out of order in the receive buffer',
  inFlight: 'in flight, or lost on the way',
  unsent: 'unsent in the send buffer',
  waiting: 'still in the program, its send blocked',
};

const KO_PLACES: Readonly<Record<Place, string>> = {
  unread: '수신 버퍼에서 읽히지 않음',
  outOfOrder: '수신 버퍼에서 순서를 기다림',
  inFlight: '전송 중이거나 도중에 잃음',
  unsent: '송신 버퍼에서 아직 보내지 않음',
  waiting: '아직 프로그램 안에 있음 (send가 블록됨)',
};

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    column: 16,
    failed: (name, seed, at) => `halfopen: '${name}' failed in the world of seed ${seed}, at ${at} of virtual time`,
    waiting: 'waiting',
    waits: (process, call, since) => `${process} in ${call}, since ${since}`,
    calls: 'last calls',
    faults: 'faults',
    bytes: 'bytes not read',
    place: (bytes, place) => `${bytes} ${EN_PLACES[place]}`,
    lost: (bytes, where) => `${bytes} thrown away in the ${where}`,
    trace: 'trace',
    noTrace: (why) => `none was kept (${why})`,
    open: 'open it',
    again: 'repeat it',
  },
  ko: {
    column: 16,
    failed: (name, seed, at) => `halfopen: 시드 ${seed}의 세계에서 '${name}' 테스트가 실패했습니다 (가상 시각 ${at})`,
    waiting: '기다리는 호출',
    waits: (process, call, since) => `${process}: ${call} (${since}부터)`,
    calls: '마지막 호출',
    faults: '고장',
    bytes: '읽히지 않은 바이트',
    place: (bytes, place) => `${bytes}바이트 ${KO_PLACES[place]}`,
    lost: (bytes, where) => `${where}에서 ${bytes}바이트 버려짐`,
    trace: '트레이스',
    noTrace: (why) => `남기지 못했습니다 (${why})`,
    open: '열기',
    again: '다시 실행',
  },
};
