/** The words of the tour's strip. */
import type { Text } from '../language.ts';

export const WORDS = {
  tour: (now: number, all: number): Text => ({ en: `Tour ${now}/${all}`, ko: `둘러보기 ${now}/${all}` }),
  question: { en: 'Question', ko: '질문' },
  bytes: { en: 'Bytes', ko: '바이트 수' },
  play: { en: 'Answer and play', ko: '답하고 재생' },
  next: { en: 'Next', ko: '다음' },
  back: { en: 'Back', ko: '이전' },
  skip: { en: 'Skip', ko: '건너뛰기' },
  leave: { en: 'Leave the tour', ko: '둘러보기 끝내기' },
};
