/** The words of the choice of scenarios. */
import type { Text } from '../language.ts';

export const WORDS = {
  scenario: { en: 'Scenario', ko: '시나리오' },
  own: { en: 'changed by you', ko: '직접 고친 것' },
  file: { en: 'a trace from a file', ko: '파일에서 연 기록' },
  travel: { en: 'How bytes travel', ko: '바이트가 가는 길' },
  breaks: { en: 'How a connection breaks', ko: '연결이 끊어지는 법' },
  real: { en: 'A file, and your own words', ko: '파일, 그리고 직접 입력하기' },
  story: { en: 'shows', ko: '보여 주는 것' },
} satisfies Record<string, Text>;
