/** The words of sharing, exporting and opening. */
import type { Text } from '../language.ts';

export const WORDS = {
  share: { en: 'Share', ko: '공유' },
  copied: { en: 'The link is copied.', ko: '링크를 복사했습니다.' },
  copyIt: { en: 'Copy this link:', ko: '이 링크를 복사하십시오:' },
  link: { en: 'Link', ko: '링크' },
  export: { en: 'Export', ko: '내보내기' },
  open: { en: 'Open a file', ko: '파일 열기' },
  scenario: { en: 'Scenario', ko: '시나리오' },
  trace: { en: 'Trace (JSON lines)', ko: '기록(JSON lines)' },
  pcap: { en: 'Capture (pcap)', ko: '패킷 캡처(pcap)' },
  wanted: { en: 'A file is missing', ko: '없는 파일' },
  choose: { en: 'Choose the file', ko: '파일 선택' },
  without: { en: 'Do not open the link', ko: '링크 열지 않기' },
  asks: (name: string, size: string): Text => ({
    en: `In this run the file ${name} (${size}) was typed, which a link cannot carry. Choose it, and the run begins.`,
    ko: `이 실행에서는 링크에 담을 수 없는 파일을 입력했습니다: ${name}(${size}). 그 파일을 고르면 실행이 시작됩니다.`,
  }),
  otherFile: (name: string): Text => ({
    en: `${name} is another file: its size or its SHA-256 is not the same.`,
    ko: `다른 파일입니다(${name}). 크기나 SHA-256이 다릅니다.`,
  }),
  drop: { en: 'Drop a trace or a scenario here.', ko: '기록이나 시나리오 파일을 여기에 놓으십시오.' },
  broken: {
    en: 'This link is damaged: a part of it is missing or changed.',
    ko: '링크가 손상되었습니다. 일부가 빠졌거나 바뀌었습니다.',
  },
  tooLarge: { en: 'This link is too large to be opened.', ko: '링크가 너무 커서 열 수 없습니다.' },
  noLink: {
    en: 'This run is too large for a link. Export its scenario as a file.',
    ko: '이 실행은 너무 커서 링크에 담을 수 없습니다. 시나리오를 파일로 내보내십시오.',
  },
  otherVersion: (version: string): Text => ({
    en: `This link is of version ${version}; this page reads v1.`,
    ko: `링크의 버전: ${version}. 이 페이지는 v1을 읽습니다.`,
  }),
  noTrace: (name: string, why: string): Text => ({
    en: `${name} cannot be opened: ${why}`,
    ko: `파일을 열 수 없습니다(${name}): ${why}`,
  }),
  fileTooLarge: (name: string, most: string): Text => ({
    en: `${name} is too large: a file may have ${most}.`,
    ko: `파일이 너무 큽니다(${name}). 한도: ${most}.`,
  }),
  unknownFile: (name: string): Text => ({
    en: `${name} is neither a trace (.jsonl) nor a scenario (.ts, .js, .json).`,
    ko: `기록(.jsonl)도 시나리오(.ts, .js, .json)도 아닙니다: ${name}`,
  }),
  noScenario: (name: string): Text => ({
    en: `${name} holds no scenario that this page has exported.`,
    ko: `이 페이지가 내보낸 시나리오가 아닙니다: ${name}`,
  }),
};
