/** What the foot of the page says of a run: how it ended, and whether it showed what it was expected to. */
import type { Text } from '../language.ts';

export const WORDS = {
  running: (events: string): Text => ({
    en: `Running: ${events} events so far`,
    ko: `실행 중: 지금까지 사건 ${events}개`,
  }),
  ended: (time: Text, events: string): Text => ({
    en: `Recorded: ${time.en} of virtual time, ${events} events`,
    ko: `기록 완료: 가상 시간 ${time.ko}, 사건 ${events}개`,
  }),
  held: (held: number, all: number): Text => ({
    en: `${held} of ${all} expectations hold`,
    ko: `기대 ${all}개 가운데 ${held}개가 맞습니다`,
  }),
  limited: (time: Text, events: string): Text => ({
    en: `Stopped at the limit of a run: ${time.en} of virtual time, ${events} events`,
    ko: `실행 한도에 이르러 끝남: 가상 시간 ${time.ko}, 사건 ${events}개`,
  }),
  threw: (program: string, message: string): Text => ({
    en: `${program || 'a program'} did not catch an error: ${message}`,
    ko: `${program || '프로그램'}에서 오류를 처리하지 않았습니다: ${message}`,
  }),
  refused: {
    en: 'The new run did not begin; this is the one before.',
    ko: '새 실행을 시작하지 못했습니다. 이전 실행입니다.',
  },
  nothing: { en: 'The run did not begin', ko: '실행을 시작하지 못했습니다' },
  broken: (why: Text, events: string): Text => ({
    en: `The run broke off after ${events} events: ${why.en}`,
    ko: `실행이 도중에 끝났습니다(사건 ${events}개). ${why.ko}`,
  }),
  file: (events: string): Text => ({ en: `A saved trace: ${events} events`, ko: `저장된 기록: 사건 ${events}개` }),
  holds: { en: 'holds', ko: '맞음' },
  fails: { en: 'does not hold', ko: '맞지 않음' },
  hash: { en: 'Hash of the trace', ko: '기록의 해시' },
};
