/** The words of the tour's strip, and of the first minute. */
import type { Text } from '../language.ts';

export const WORDS = {
  tour: (now: number, all: number): Text => ({ en: `Tour ${now}/${all}`, ko: `둘러보기 ${now}/${all}` }),
  question: { en: 'Question', ko: '질문' },
  bytes: { en: 'Bytes', ko: '바이트 수' },
  play: { en: 'Answer and play', ko: '답하고 재생' },
  again: { en: 'Ask again', ko: '다시 묻기' },
  next: { en: 'Next', ko: '다음' },
  back: { en: 'Back', ko: '이전' },
  skip: { en: 'Skip', ko: '건너뛰기' },
  leave: { en: 'Leave', ko: '끝내기' },
  leaveTour: { en: 'Leave the tour', ko: '둘러보기 끝내기' },
  noCount: {
    en: 'Write a whole number of bytes, 0 or more: 20, for example.',
    ko: '바이트 수를 0 이상의 정수로 쓰십시오. 예: 20',
  },
  noChoice: { en: 'Choose one of the answers first.', ko: '먼저 답 하나를 고르십시오.' },
};

export const FIRST_WORDS = {
  title: { en: 'The first minute', ko: '처음 1분' },
  on: { en: 'Play on', ko: '계속 재생' },
  cut: { en: 'Now cut the cable', ko: '이제 케이블 자르기' },
  cutText: {
    en: 'This button cuts it, and so does the one at the cable.',
    ko: '이 버튼으로도, 케이블에 있는 버튼으로도 자를 수 있습니다.',
  },
  folding: {
    en: 'The cable is cut. Two hours in which no frame runs are folded.',
    ko: '케이블이 잘렸습니다. 프레임이 하나도 오가지 않는 두 시간은 접어서 보입니다.',
  },
  tour: { en: 'Begin the tour', ko: '둘러보기 시작' },
  free: { en: 'Play freely', ko: '자유롭게 해 보기' },
} satisfies Record<string, Text>;
