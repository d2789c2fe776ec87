/** The words of the time line and of the hands on it. */
import type { Text } from '../language.ts';

export const WORDS = {
  timeline: { en: 'Time line', ko: '시간줄' },
  cursor: { en: 'Moment', ko: '시점' },
  play: { en: 'Play', ko: '재생' },
  pause: { en: 'Pause', ko: '일시 정지' },
  step: { en: 'Step', ko: '한 단계 앞으로' },
  stepBack: { en: 'Step back', ko: '한 단계 뒤로' },
  toReturn: { en: 'To the next return', ko: '다음 반환까지' },
  skip: { en: 'Skip the silence', ko: '무통신 구간 건너뛰기' },
  speed: { en: 'Speed', ko: '속도' },
  fastest: { en: 'as fast as it can', ko: '최대한 빠르게' },
  back: { en: 'Back to the previous run', ko: '이전 실행으로 돌아가기' },
  lastEvents: { en: 'The last events', ko: '최근 사건' },
  calls: { en: 'calls', ko: '호출' },
  linear: { en: 'Linear time', ko: '실제 비율' },
  closer: { en: 'Less time in sight', ko: '더 짧은 시간 보기' },
  farther: { en: 'More time in sight', ko: '더 긴 시간 보기' },
  noSilence: { en: 'No silence is left ahead', ko: '남은 무통신 구간 없음' },
  start: { en: 'Before the first event.', ko: '첫 사건 이전입니다.' },
} satisfies Record<string, Text>;

export const perEvent = (seconds: number): Text => ({ en: `${seconds} s per event`, ko: `사건당 ${seconds}초` });
export const virtual = (text: string): Text => ({ en: `${text} virtual`, ko: `가상 시간 ${text}` });
export const counted = (at: number, of: number): Text => ({ en: `event ${at} of ${of}`, ko: `사건 ${at} / ${of}` });
export const silent = (en: string, ko: string): Text => ({ en: `${en} of silence`, ko: `무통신 구간 ${ko}` });

/** What stands at a fault's flag: signs, the same in both languages. Those of the power are drawn. */
export const FAULT_SIGNS = {
  cut: '✂',
  mend: '⚭',
  kill: '✕',
  stop: '❚❚',
  cont: '▶',
} as const;
