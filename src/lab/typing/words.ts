/** The words of typing into a program. */
import type { Text } from '../language.ts';

export const WORDS = {
  type: (program: string): Text => ({ en: `Type into ${program}`, ko: `${program}에 입력하기` }),
  send: { en: 'Enter', ko: '입력' },
  hint: { en: 'Text, or a file dropped here', ko: '글, 또는 여기에 놓은 파일' },
  tooLarge: (name: string): Text => ({
    en: `${name} is too large to be typed: 32 KiB at most.`,
    ko: `입력하기에 너무 큽니다(${name}). 한도: 32 KiB.`,
  }),
};
