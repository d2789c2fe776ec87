/** The words of typing into a program. */
import type { Text } from '../language.ts';

export const WORDS = {
  type: (program: string): Text => ({ en: `Type into ${program}`, ko: `${program}에 입력하기` }),
  typeFile: (program: string): Text => ({ en: `Type a file into ${program}`, ko: `${program}에 파일 입력하기` }),
  send: { en: 'Enter', ko: '입력' },
  file: { en: 'File', ko: '파일' },
  hint: { en: 'Text, or a file dropped here', ko: '글, 또는 여기에 놓은 파일' },
  tooLarge: (name: string, most: string): Text => ({
    en: `${name} is too large to be typed: ${most} at most.`,
    ko: `입력하기에 너무 큽니다(${name}). 한도: ${most}.`,
  }),
  unreadable: (name: string): Text => ({
    en: `${name} cannot be read: is it a folder?`,
    ko: `읽을 수 없습니다(${name}). 폴더인지 확인하십시오.`,
  }),
};
