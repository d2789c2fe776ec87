/** What the hunt says to people, in English and Korean. */
import type { Language } from '../../base/language.ts';

export interface HuntWords {
  /** Width of the column of titles. */
  readonly column: number;
  readonly help: string;
  readonly helpFile: string;
  readonly helpSeeds: string;
  readonly helpJobs: string;
  readonly helpSpread: string;
  readonly helpSkip: string;
  readonly helpAll: string;
  readonly helpTrace: string;
  wrongSeeds(text: string): string;
  wrongJobs(jobs: number, most: number): string;
  wrongSpread(text: string): string;
  wrongSkip(text: string): string;
  readonly stuck: string;
  progress(done: number, count: number, failures: number): string;
  failed(seed: number, what: string): string;
  readonly faults: string;
  readonly noFaults: string;
  readonly again: string;
  readonly open: string;
  summary(done: number, failures: number): string;
}

export const HUNT_WORDS: Readonly<Record<Language, HuntWords>> = {
  en: {
    column: 18,
    help: 'look for a seed with which a scenario, or a world that a module builds, fails',
    helpFile: "a scenario, or a module whose default export is 'async (world) => { … }'",
    helpSeeds: 'the seeds to try',
    helpJobs: 'how many to try at once',
    helpSpread: 'how far delays and the moments of faults may lie from what they were told, 0 to 1',
    helpSkip: 'faults to leave out, by number from 0',
    helpAll: 'go on after a failure, and tell all of them',
    helpTrace: 'write the trace of the failure to a file (JSON lines)',
    wrongSeeds: (text) => `--seeds ${text}: allowed is FROM..TO, such as 1..1000`,
    wrongJobs: (jobs, most) => `--jobs ${jobs}: allowed is 1 … ${most}`,
    wrongSpread: (text) => `--spread ${text}: allowed is 0 … 1`,
    wrongSkip: (text) => `--skip ${text}: allowed are numbers with commas, such as 0,2`,
    stuck: 'nothing happened for 10 s (an endless loop?)',
    progress: (done, count, failures) => `${done} of ${count} seeds, ${failures} failed`,
    failed: (seed, what) => `seed ${seed}: ${what}`,
    faults: 'smallest faults',
    noFaults: 'none: it fails without any',
    again: 'repeat it',
    open: 'open it',
    summary: (done, failures) => `${done} seeds tried, ${failures} failed`,
  },
  ko: {
    column: 18,
    help: '시나리오나 모듈이 만드는 세계가 실패하는 시드를 찾습니다',
    helpFile: "시나리오, 또는 기본 내보내기가 'async (world) => { … }'인 모듈",
    helpSeeds: '시험할 시드',
    helpJobs: '동시에 시험할 개수',
    helpSpread: '지연과 고장 시점이 정해진 값에서 벗어나도 되는 정도(0–1)',
    helpSkip: '뺄 고장의 번호(0부터)',
    helpAll: '실패해도 계속하여 모두 보입니다',
    helpTrace: '실패한 실행의 기록을 파일로 저장합니다(JSON 행)',
    wrongSeeds: (text) => `--seeds ${text}: 쓸 수 있는 값은 처음..끝(예: 1..1000)`,
    wrongJobs: (jobs, most) => `--jobs ${jobs}: 쓸 수 있는 값은 1 … ${most}`,
    wrongSpread: (text) => `--spread ${text}: 쓸 수 있는 값은 0 … 1`,
    wrongSkip: (text) => `--skip ${text}: 쓸 수 있는 값은 쉼표로 나눈 번호(예: 0,2)`,
    stuck: '10초 동안 아무 일도 일어나지 않았습니다(끝없는 반복?)',
    progress: (done, count, failures) => `시드 ${count}개 중 ${done}개, 실패 ${failures}개`,
    failed: (seed, what) => `시드 ${seed}: ${what}`,
    faults: '가장 적은 고장',
    noFaults: '없음: 고장 없이도 실패합니다',
    again: '다시 실행',
    open: '열기',
    summary: (done, failures) => `시드 ${done}개를 시험했고 ${failures}개가 실패했습니다`,
  },
};
