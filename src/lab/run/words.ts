/** The sentences of runs that cannot go on. */
import type { Text } from '../language.ts';

export const WORDS = {
  onlyLooked: {
    en: 'This is a saved trace: it can be looked at, and nothing in it can be broken. Choose a scenario to break things.',
    ko: '저장된 기록입니다. 볼 수만 있고 끊거나 바꿀 수는 없습니다. 직접 해 보려면 시나리오를 고르십시오.',
  },
  loop: (programs: string): Text => ({
    en: `${programs}: the program ran for 5 s without a system call, and was stopped. Is there a loop without end?`,
    ko: `${programs}: 프로그램이 5초 동안 시스템 호출 없이 실행되어 중단되었습니다. 끝없는 반복문이 있는지 확인하십시오.`,
  }),
  loopSomewhere: (programs: string): Text => ({
    en: `A program (${programs}) ran for 5 s without a system call, and was stopped. Is there a loop without end?`,
    ko: `${programs}: 프로그램 하나가 5초 동안 시스템 호출 없이 실행되어 중단되었습니다. 끝없는 반복문이 있는지 확인하십시오.`,
  }),
  loopAtTop: {
    en: 'The text ran for 5 s without giving a scenario, and was stopped. Is there a loop without end?',
    ko: '5초가 지나도록 시나리오가 만들어지지 않아 중단되었습니다. 끝없는 반복문이 있는지 확인하십시오.',
  },
  tooLong: (events: string): Text => ({
    en: `The run has ${events} events, more than the page can hold, and was stopped.`,
    ko: `사건이 ${events}개를 넘어 페이지에 담을 수 없으므로 실행이 중단되었습니다.`,
  }),
  forged: {
    en: 'A program sent the page what no run can send, and the run was stopped.',
    ko: '실행에서 나올 수 없는 내용을 프로그램이 페이지에 보내어 실행이 중단되었습니다.',
  },
  noWorld: (reason: string): Text => ({
    en: `The simulator did not load: ${reason}`,
    ko: `시뮬레이터를 불러오지 못했습니다: ${reason}`,
  }),
  unknown: (name: string): Text => ({
    en: `There is no built-in scenario '${name}', and its text was not given.`,
    ko: `'${name}' 시나리오는 없으며, 텍스트도 주어지지 않았습니다.`,
  }),
  noEffect: (target: string): Text => ({
    en: `Nothing changed for ${target}: no time passes between two calls of a program, and what you did came after them.`,
    ko: `${target}에서 바뀐 것이 없습니다. 프로그램의 호출과 호출 사이에는 시간이 흐르지 않아, 한 일이 그 뒤에 왔습니다.`,
  }),
} satisfies Record<string, Text | ((name: string) => Text)>;
