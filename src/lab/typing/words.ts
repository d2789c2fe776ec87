/** The words of typing into a program. */
import type { Text } from '../language.ts';

export const WORDS = {
  type: (program: string): Text => ({ en: `Type into ${program}`, ko: `${program}에 입력하기` }),
  typeFile: (program: string): Text => ({ en: `Type a file into ${program}`, ko: `${program}에 파일 입력하기` }),
  send: { en: 'Enter', ko: '입력' },
  file: { en: 'File', ko: '파일' },
  hint: (program: string): Text => ({
    en: `${program} reads this`,
    ko: `${program}에서 읽을 글`,
  }),
  drop: (program: string): Text => ({
    en: `${program} reads the file that is dropped here.`,
    ko: `여기에 놓은 파일을 ${program}에서 읽습니다.`,
  }),
  textTooLong: (size: string, most: string): Text => ({
    en: `This text has ${size}, and ${most} at most can be typed. As a file, dropped here, it may be longer.`,
    ko: `입력할 수 있는 글의 한도는 ${most}인데 이 글의 크기는 ${size}입니다. 더 긴 글은 파일로 만들어 여기에 놓으십시오.`,
  }),
  tooLarge: (name: string, most: string): Text => ({
    en: `${name} is too large to be typed: ${most} at most.`,
    ko: `입력하기에 너무 큽니다(${name}). 한도: ${most}.`,
  }),
  empty: (name: string): Text => ({
    en: `${name} is empty: there is nothing to type.`,
    ko: `빈 파일이라 입력할 것이 없습니다: ${name}`,
  }),
  unreadable: (name: string): Text => ({
    en: `${name} cannot be read: is it a folder?`,
    ko: `읽을 수 없습니다(${name}). 폴더인지 확인하십시오.`,
  }),
  oneFile: (count: number): Text => ({
    en: `${count} files were dropped; one at a time can be typed.`,
    ko: `파일 ${count}개를 놓았습니다. 한 번에 하나만 입력할 수 있습니다.`,
  }),
};
