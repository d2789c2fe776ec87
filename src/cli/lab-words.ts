/**
 * What `halfopen lab` says to people, in English and Korean. Words by the glossary; in Korean a variable is followed only
 * by particles that never change.
 */
import type { Language } from '../base/language.ts';

export interface LabWords {
  readonly about: string;
  readonly helpFile: string;
  readonly helpPort: string;
  readonly helpHost: string;
  readonly helpOpen: string;

  readonly wrongPort: (value: string) => string;
  readonly portTaken: (port: number) => string;
  readonly noFreePort: (first: number, last: number) => string;
  readonly wrongHost: (value: string, reason: string) => string;
  readonly notAllowed: (port: number) => string;
  readonly cannotRead: (path: string, reason: string) => string;
  readonly notAFile: (path: string) => string;
  readonly unknownKind: (path: string) => string;
  readonly notBuilt: string;
  readonly failed: (reason: string) => string;

  readonly serving: (url: string) => string;
  readonly openToAll: (host: string) => string;
  readonly cannotOpen: string;
}

const EN: LabWords = {
  about: 'open the lab in a browser: see where every byte is, stop time, break it',
  helpFile: 'a trace (.jsonl), or a scenario of your own (.js, .ts), to open at once',
  helpPort: 'the port to listen on; 4680, PORT, or the next free one without it',
  helpHost: 'the address to listen on; 127.0.0.1, this machine alone, without it',
  helpOpen: 'open the browser as well',

  wrongPort: (value) => `--port ${value}: must be an integer from 0 (any free one) to 65535`,
  portTaken: (port) => `--port ${port}: the port is taken; choose another one, or leave --port out`,
  noFreePort: (first, last) => `no port from ${first} to ${last} is free; choose another one with --port`,
  wrongHost: (value, reason) => `--host ${value}: this machine cannot listen there (${reason})`,
  notAllowed: (port) => `port ${port}: this user may not listen there (EACCES)`,
  cannotRead: (path, reason) => `cannot read ${path}: ${reason}`,
  notAFile: (path) => `cannot open ${path}: it is not a file`,
  unknownKind: (path) => `cannot open ${path}: must be a trace (.jsonl) or a scenario (.js, .ts)`,
  notBuilt: 'the page is not built: dist/lab/index.html is missing (npm run build:lab)',
  failed: (reason) => `lab failed: ${reason}`,

  serving: (url) => `The lab is at ${url}   (Ctrl-C ends)`,
  openToAll: (host) => `--host ${host}: anyone in the network can open it`,
  cannotOpen: 'no browser could be opened; open the address yourself',
};

const KO: LabWords = {
  about: '브라우저에서 실험실을 엽니다: 모든 바이트를 보고, 시간을 멈추고, 끊어 봅니다',
  helpFile: '바로 열 기록 파일(.jsonl) 또는 직접 쓴 시나리오(.js, .ts)',
  helpPort: '기다릴 포트. 없으면 4680이나 PORT, 또는 그다음 빈 포트',
  helpHost: '기다릴 주소. 없으면 127.0.0.1, 곧 이 컴퓨터에서만',
  helpOpen: '브라우저도 엽니다',

  wrongPort: (value) => `--port ${value}: 0(아무 빈 포트)에서 65535까지의 정수여야 합니다`,
  portTaken: (port) => `--port ${port}: 이미 쓰는 포트입니다. 다른 포트를 고르거나 --port 없이 실행하십시오`,
  noFreePort: (first, last) => `${first}에서 ${last}까지 빈 포트가 없습니다. --port로 다른 포트를 고르십시오`,
  wrongHost: (value, reason) => `--host ${value}: 이 컴퓨터에서 기다릴 수 없는 주소입니다(${reason})`,
  notAllowed: (port) => `포트 ${port}: 이 사용자에게는 권한이 없습니다(EACCES)`,
  cannotRead: (path, reason) => `${path}: 읽을 수 없습니다(${reason})`,
  notAFile: (path) => `${path}: 파일이 아니어서 열 수 없습니다`,
  unknownKind: (path) => `${path}: 열 수 없습니다. 기록 파일(.jsonl)이나 시나리오(.js, .ts)여야 합니다`,
  notBuilt: '페이지가 빌드되지 않았습니다: dist/lab/index.html 없음(npm run build:lab)',
  failed: (reason) => `lab 실패: ${reason}`,

  serving: (url) => `실험실 주소: ${url}   (Ctrl-C: 끝)`,
  openToAll: (host) => `--host ${host}: 네트워크의 누구나 열 수 있습니다`,
  cannotOpen: '브라우저를 열지 못했습니다. 주소를 직접 여십시오',
};

const WORDS: { readonly [L in Language]: LabWords } = { en: EN, ko: KO };

export function labWords(language: Language): LabWords {
  return WORDS[language];
}
