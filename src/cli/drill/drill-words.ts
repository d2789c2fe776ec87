/** What `halfopen drill` says to people, in English and Korean. */
import type { Language } from '../../base/language.ts';

export interface DrillWords {
  readonly help: string;
  readonly helpFiles: string;
  readonly helpDefine: string;
  readonly helpTrace: string;
  readonly helpNotes: string;
  readonly noScripts: (path: string) => string;
  readonly wrongDefine: (text: string) => string;
  readonly oneTrace: string;
  readonly ignored: (what: string) => string;
  readonly summary: (held: number, failed: number, ms: string) => string;
  readonly open: string;
}

export const DRILL_WORDS: Readonly<Record<Language, DrillWords>> = {
  en: {
    help: "run scripts in packetdrill's language on the stack, in virtual time and without root",
    helpFiles: 'scripts (.pkt), or folders of them',
    helpDefine: 'a word of the scripts that stands for another',
    helpTrace: 'write the trace of the one script to a file (JSON lines), for `halfopen lab`',
    helpNotes: 'tell what in a script changed nothing, and what its code printed',
    noScripts: (path) => `${path}: there is no script (.pkt) there`,
    wrongDefine: (text) => `--define ${text}: allowed is NAME=VALUE`,
    oneTrace: '--trace is for one script; name one',
    ignored: (what) => `ignored: ${what}`,
    summary: (held, failed, ms) => `${held} held, ${failed} did not, in ${ms} ms`,
    open: 'look at it',
  },
  ko: {
    help: 'packetdrill 언어로 쓴 스크립트를 루트 권한 없이 가상 시간으로 이 스택에서 실행합니다',
    helpFiles: '스크립트(.pkt) 또는 스크립트가 든 폴더',
    helpDefine: '스크립트에서 다른 낱말을 대신하는 낱말',
    helpTrace: '스크립트 하나의 기록을 파일(JSON lines)에 써서 `halfopen lab`으로 열 수 있게 합니다',
    helpNotes: '스크립트에서 아무것도 바꾸지 않은 줄과 코드가 출력한 내용을 알려 줍니다',
    noScripts: (path) => `${path}: 스크립트(.pkt)가 없습니다`,
    wrongDefine: (text) => `--define ${text}: 이름=값 형식이어야 합니다`,
    oneTrace: '--trace는 스크립트 하나에만 쓸 수 있습니다. 하나만 지정하십시오',
    ignored: (what) => `무시함: ${what}`,
    summary: (held, failed, ms) => `${held}개 성립, ${failed}개 불성립, ${ms} ms`,
    open: '살펴보기',
  },
};
