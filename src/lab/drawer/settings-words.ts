/** The words of the settings page. Calls it: `settings.tsx` and the files beside it. */
import type { Act } from '../../system/timetable.ts';
import type { Text } from '../language.ts';

export const WORDS = {
  noScenario: { en: 'A trace from a file has no settings.', ko: '파일에서 연 기록에는 설정이 없습니다.' },
  world: { en: 'World', ko: '세계' },
  seed: { en: 'Seed', ko: '시드(seed)' },
  anew: { en: 'At the start: a change starts the run anew', ko: '처음 값: 바꾸면 처음부터 다시 실행합니다' },
  start: { en: 'At the start', ko: '처음' },
  now: { en: 'From this moment on', ko: '이 시점부터' },
  startNote: {
    en: 'A change at the start starts the run anew; a change from this moment on branches.',
    ko: '처음 값을 바꾸면 처음부터 다시 실행하고, 이 시점부터 바꾸면 실행이 갈라집니다.',
  },
  profile: { en: 'profile', ko: '프로파일' },
  accounting: { en: 'accounting', ko: '버퍼 계산 방식' },
  sendBuffer: { en: 'send buffer', ko: '송신 버퍼' },
  receiveBuffer: { en: 'receive buffer', ko: '수신 버퍼' },
  keepAlive: { en: 'TCP keep-alive', ko: 'TCP 킵얼라이브(keep-alive)' },
  keepIdle: { en: 'keep-alive: idle before the first probe', ko: '킵얼라이브: 첫 탐침까지의 유휴 시간' },
  keepInterval: { en: 'keep-alive: between probes', ko: '킵얼라이브: 탐침 간격' },
  keepCount: { en: 'keep-alive: probes without an answer', ko: '킵얼라이브: 응답 없는 탐침 횟수' },
  unchanged: { en: 'as it is', ko: '그대로' },
  on: { en: 'on', ko: '켜기' },
  off: { en: 'off', ko: '끄기' },
  delay: { en: 'delay', ko: '지연' },
  rate: { en: 'rate', ko: '속도' },
  loss: { en: 'loss', ko: '손실' },
  reorder: { en: 'reorder', ko: '순서 바뀜' },
  duplicate: { en: 'duplicate', ko: '중복' },
  corrupt: { en: 'corrupt', ko: '손상' },
  noFile: { en: 'Without the file', ko: '파일 없이' },
  probability: { en: '0 to 1', ko: '0~1' },
  noLimit: { en: 'no limit', ko: '제한 없음' },
  timetable: { en: 'What you did', ko: '직접 한 일' },
  moment: { en: 'moment', ko: '시점' },
  direction: { en: 'direction', ko: '방향' },
  both: { en: 'both ways', ko: '양방향' },
  differs: { en: 'differs', ko: '방향마다 다름' },
  typed: { en: 'text', ko: '텍스트' },
  show: { en: 'Show', ko: '보기' },
  remove: { en: 'Take it back', ko: '취소' },
  apply: { en: 'Run again', ko: '다시 실행' },
  noActs: { en: 'Nothing yet. Break something.', ko: '아직 없습니다. 무언가를 끊어 보십시오.' },
  undone: {
    en: 'In this run it was not carried out: its moment did not come, or what it is done to was not there. It stays in the list.',
    ko: '이번 실행에서는 이루어지지 않았습니다. 그 시점이 오지 않았거나 대상이 없었습니다. 목록에는 남아 있습니다.',
  },
} satisfies Record<string, Text>;

export const DEEDS: Readonly<Record<Act['do'], Text>> = {
  cut: { en: 'cut', ko: '자르기' },
  mend: { en: 'mend', ko: '잇기' },
  set: { en: 'set', ko: '설정' },
  'power-off': { en: 'power off', ko: '전원 끄기' },
  'power-on': { en: 'power on', ko: '전원 켜기' },
  kill: { en: 'kill', ko: '강제 종료' },
  start: { en: 'start', ko: '시작' },
  stop: { en: 'stop', ko: '정지' },
  cont: { en: 'continue', ko: '재개' },
  type: { en: 'type into', ko: '입력' },
  option: { en: 'options of', ko: '소켓 설정' },
};

/** Bytes of a file that a plan takes, so that its link can carry it. */
export const FILE_MOST = 32 * 1024;
export const tooLarge = (name: string, size: string): Text => ({
  en: `${name} has ${size}; a link carries 32 KiB. Drop larger files on the client of the scenario 'typing'.`,
  ko: `${name}의 크기: ${size}. 링크에는 32 KiB까지 담깁니다. 더 큰 파일은 'typing' 시나리오의 client에 놓으십시오.`,
});

export const hostOf = (name: string): Text => ({ en: `Host ${name}`, ko: `호스트 ${name}` });
export const cableOf = (a: string, b: string): Text => ({ en: `Cable ${a} – ${b}`, ko: `케이블 ${a} – ${b}` });
export const socketsOf = (program: string): Text => ({
  en: `Open sockets of ${program}, from this moment on`,
  ko: `${program}의 열린 소켓(이 시점부터)`,
});
export const wrong = (detail: string): Text => ({ en: detail, ko: `쓸 수 없는 값입니다: ${detail}` });
