/** The words of sharing, exporting and opening. */
import type { Text } from '../language.ts';

export const WORDS = {
  share: { en: 'Share', ko: '공유' },
  copied: { en: 'The link is copied.', ko: '링크를 복사했습니다.' },
  copiedTrace: (name: string): Text => ({
    en: `The link is copied. It cannot carry the trace itself: it holds name, size and SHA-256 of ${name}, and asks whoever opens it for the file.`,
    ko: `링크를 복사했습니다. 기록 자체는 담을 수 없어 파일 이름(${name}), 크기, SHA-256만 담으며, 링크를 여는 사람에게 그 파일을 요청합니다.`,
  }),
  copyTrace: (name: string): Text => ({
    en: `Copy this link. It cannot carry the trace itself: it holds name, size and SHA-256 of ${name}, and asks whoever opens it for the file.`,
    ko: `이 링크를 복사하십시오. 기록 자체는 담을 수 없어 파일 이름(${name}), 크기, SHA-256만 담으며, 링크를 여는 사람에게 그 파일을 요청합니다.`,
  }),
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
  asksTrace: (name: string, size: string): Text => ({
    en: `This link is of the trace ${name} (${size}), which a link cannot carry. Choose the file, and it opens where the link points.`,
    ko: `기록 파일의 링크입니다: ${name}(${size}). 링크에는 기록 자체를 담을 수 없습니다. 그 파일을 고르면 링크가 가리키는 시점에서 열립니다.`,
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
  notOurs: (name: string, server: string): Text => ({
    en: `${name} cannot be opened: it lies at ${server}, and this page reads from its own server only.`,
    ko: `파일을 열 수 없습니다(${name}). 다른 서버(${server})에 있으며, 이 페이지는 자기 서버의 파일만 읽습니다.`,
  }),
  noAnswer: (name: string, status: string): Text => ({
    en: `${name} cannot be opened: the server does not hand it out (${status}).`,
    ko: `파일을 열 수 없습니다(${name}). 서버가 내주지 않습니다(${status}).`,
  }),
  noAddress: (path: string): Text => ({
    en: `What the address names is no address of a file: ${path}`,
    ko: `주소에 적힌 것이 파일의 주소가 아닙니다: ${path}`,
  }),
  noText: (name: string): Text => ({
    en: `${name} is no text in UTF-8, and so neither a trace nor a scenario.`,
    ko: `UTF-8 텍스트가 아니므로 기록도 시나리오도 아닙니다: ${name}`,
  }),
  noEvents: (name: string): Text => ({
    en: `${name} is a trace without any host: there is nothing to be seen in it.`,
    ko: `호스트가 하나도 없는 기록이라 보여 줄 것이 없습니다: ${name}`,
  }),
  unreadable: (name: string): Text => ({
    en: `${name} cannot be read: is it a folder, or gone?`,
    ko: `읽을 수 없습니다(${name}). 폴더이거나 없어진 파일인지 확인하십시오.`,
  }),
  oneFile: (count: number): Text => ({
    en: `${count} files were dropped; the page opens one at a time.`,
    ko: `파일 ${count}개를 놓았습니다. 한 번에 하나만 열 수 있습니다.`,
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
