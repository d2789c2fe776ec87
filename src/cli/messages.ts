/**
 * All that the command says to people, in English and Korean, side by side: a message with only one of them does not
 * compile. Words by the glossary; in Korean a variable is followed only by particles that never change.
 */

import type { Language } from '../base/language.ts';
import { DAY, formatDuration, type Nanoseconds, SECOND } from '../base/time.ts';
import type { PlaceName } from '../trace/where.ts';
import type { Why } from './diagram/journeys.ts';
import type { Place } from './places.ts';

/** A message in both languages; the Korean one takes what the English one takes. */
interface Message<A extends readonly unknown[]> {
  readonly en: (...values: A) => string;
  readonly ko: (...values: A) => string;
}
function message<A extends readonly unknown[]>(en: (...values: A) => string, ko: (...values: A) => string): Message<A> {
  return { en, ko };
}
function words(en: string, ko: string): { readonly en: string; readonly ko: string } {
  return { en, ko };
}

const PLACE_EN: { readonly [P in Place]: string } = {
  read: 'read',
  unread: 'unread',
  outOfOrder: 'out of order',
  inFlight: 'in flight',
  unsent: 'unsent',
  waiting: 'waiting',
};
const PLACE_KO: { readonly [P in Place]: string } = {
  read: '읽음',
  unread: '읽기 전',
  outOfOrder: '순서 대기',
  inFlight: '전송 중',
  unsent: '미전송',
  waiting: '복사 대기',
};
const PLACE_NAMES_EN: { readonly [P in PlaceName]: string } = {
  'application-buffer': 'application buffer, waiting',
  'send-buffer': 'send buffer',
  cable: 'on the cable',
  lost: 'lost on its way',
  'out-of-order': 'receive buffer, out of order',
  'receive-buffer': 'receive buffer, unread',
  program: 'read by the program',
  discarded: 'discarded',
};
const PLACE_NAMES_KO: { readonly [P in PlaceName]: string } = {
  'application-buffer': '응용 프로그램 버퍼, 복사 대기',
  'send-buffer': '송신 버퍼',
  cable: '케이블 위',
  lost: '도중에 사라짐',
  'out-of-order': '수신 버퍼, 순서 대기',
  'receive-buffer': '수신 버퍼, 읽기 전',
  program: '프로그램이 읽음',
  discarded: '버려짐',
};
const BREAKS_EN: Readonly<Record<string, string>> = {
  cut: 'cable cut',
  'power-off': 'power off',
  kill: 'process killed',
  stop: 'process stopped',
};
const BREAKS_KO: Readonly<Record<string, string>> = {
  cut: '케이블 잘림',
  'power-off': '전원 꺼짐',
  kill: '프로세스 강제 종료',
  stop: '프로세스 정지',
};
const WHY_EN: { readonly [W in Why]: string } = {
  again: 'again',
  'keep-alive probe': 'keep-alive probe',
  'window probe': 'window probe',
};
const WHY_KO: { readonly [W in Why]: string } = {
  again: '재전송',
  'keep-alive probe': '킵얼라이브 탐침',
  'window probe': '윈도우 탐침',
};

const MESSAGES = {
  // Time and numbers.
  duration: message(
    (at: Nanoseconds) => englishDuration(at),
    (at: Nanoseconds) => koreanDuration(at),
  ),
  clock: message(
    (at: Nanoseconds) => clock(at, englishDuration),
    (at: Nanoseconds) => clock(at, koreanDuration),
  ),
  number: message(
    (value: number) => grouped(value),
    (value: number) => grouped(value),
  ),

  // Help.
  about: words(
    'TCP you can see into, and break: two hosts, their sockets and buffers, the bytes between them, and what breaks.',
    '들여다보고 끊어 볼 수 있는 TCP: 두 호스트, 소켓과 버퍼, 그 사이의 바이트, 그리고 끊어지는 일.',
  ),
  helpList: words('list the scenarios', '시나리오 목록'),
  helpRun: words('run a scenario and show what happened', '시나리오를 실행하고 무슨 일이 있었는지 보입니다'),
  helpReplay: words('show a trace that was written with --trace', '--trace로 저장한 기록을 다시 보입니다'),
  helpWhere: words(
    'tell where one byte of a channel is, and what brought it there',
    '채널의 바이트 하나가 어디에 있고 어떻게 거기에 왔는지 보입니다',
  ),
  helpExplain: words(
    'explain an errno: what brings it about, and where to see it',
    'errno를 설명합니다: 왜 생기고 어디서 볼 수 있는지',
  ),
  helpStory: words('tell the whole story: every scenario in turn', '모든 시나리오를 차례로 이야기합니다'),
  helpLang: words('language of all texts', '글의 언어'),
  helpVersion: words('print the version', '버전을 출력합니다'),
  helpHelp: words('show this help', '도움말을 보입니다'),
  helpHelpCommand: words('show the help of a command', '명령의 도움말을 보입니다'),
  helpSeed: words('seed of all random numbers', '모든 난수의 시드'),
  helpSet: words(
    'values of parameters (see: halfopen list); family=ipv6 runs any scenario over IPv6',
    '매개변수의 값(halfopen list 참고). family=ipv6은 어느 시나리오든 IPv6로 실행합니다',
  ),
  helpWithout: words('leave this fault out', '이 고장을 빼고 실행합니다'),
  helpJson: words('print one JSON document instead of the picture', '그림 대신 JSON 문서 하나를 출력합니다'),
  helpPcap: words('write all frames to a capture file (Wireshark)', '모든 프레임을 캡처 파일로 저장합니다(Wireshark)'),
  helpTrace: words('write the trace to a file (JSON lines)', '기록을 파일로 저장합니다(JSON 행)'),
  helpAt: words('the moment, such as 1.5s; otherwise the end', '시점(예: 1.5s). 없으면 마지막'),
  helpScenarioArgument: words(
    'name of a scenario, or a file of your own (.js, .ts)',
    '시나리오의 이름, 또는 직접 쓴 파일(.js, .ts)',
  ),
  helpTraceArgument: words('a trace (.jsonl)', '기록 파일(.jsonl)'),
  helpWhereArgument: words(
    'name of a scenario, a scenario file, or a trace (.jsonl)',
    '시나리오의 이름, 시나리오 파일, 또는 기록 파일(.jsonl)',
  ),
  helpChannelArgument: words("the channel, such as 'B>A' or 'B:49152>A:7000'", "채널(예: 'B>A', 'B:49152>A:7000')"),
  helpOffsetArgument: words('which byte, counted from 0', '몇 번째 바이트인지(0부터)'),
  helpErrnoArgument: words('such as ECONNRESET; without it, all', '예: ECONNRESET. 없으면 모두'),
  usage: words('Usage:', '사용법:'),
  arguments: words('Arguments:', '인수:'),
  options: words('Options:', '선택 사항:'),
  globalOptions: words('Global Options:', '공통 선택 사항:'),
  commands: words('Commands:', '명령:'),

  // What is wrong with a command line or a file. One line each.
  unknownScenario: message(
    (name: string, near: string | undefined) =>
      `no scenario is named '${name}'${near === undefined ? '; see: halfopen list' : `; did you mean '${near}'?`}`,
    (name: string, near: string | undefined) =>
      `'${name}'라는 이름의 시나리오가 없습니다${near === undefined ? '. 목록: halfopen list' : `. 혹시 '${near}'?`}`,
  ),
  unknownParameter: message(
    (scenario: string, name: string, near: string | undefined, known: readonly string[]) =>
      `'${scenario}' has no parameter '${name}'; ${near === undefined ? `it has: ${known.join(', ') || 'none'}` : `did you mean '${near}'?`}`,
    (scenario: string, name: string, near: string | undefined, known: readonly string[]) =>
      `'${scenario}'에는 매개변수 '${name}'의 자리가 없습니다. ${near === undefined ? `있는 것: ${known.join(', ') || '없음'}` : `혹시 '${near}'?`}`,
  ),
  unknownFault: message(
    (scenario: string, name: string, near: string | undefined, known: readonly string[]) =>
      `'${scenario}' has no fault '${name}'; ${near === undefined ? `it has: ${known.join(', ') || 'none'}` : `did you mean '${near}'?`}`,
    (scenario: string, name: string, near: string | undefined, known: readonly string[]) =>
      `'${scenario}'에는 '${name}'라는 고장이 없습니다. ${near === undefined ? `있는 것: ${known.join(', ') || '없음'}` : `혹시 '${near}'?`}`,
  ),
  unknownErrno: message(
    (name: string, near: string | undefined) =>
      `no errno is named '${name}'${near === undefined ? '; see: halfopen explain' : `; did you mean ${near}?`}`,
    (name: string, near: string | undefined) =>
      `'${name}'라는 errno는 없습니다${near === undefined ? '. 목록: halfopen explain' : `. 혹시 ${near}?`}`,
  ),
  unknownChannel: message(
    (name: string, known: readonly string[]) => `no channel is '${name}'; there are: ${known.join(', ') || 'none'}`,
    (name: string, known: readonly string[]) => `'${name}'라는 채널이 없습니다. 있는 것: ${known.join(', ') || '없음'}`,
  ),
  setNeedsEquals: message(
    (text: string) => `--set ${text}: must be name=value`,
    (text: string) => `--set ${text}: 이름=값 꼴이어야 합니다`,
  ),
  wrongValue: message(
    (name: string, value: string, allowed: string) => `--set ${name}=${value}: allowed is ${allowed}`,
    (name: string, value: string, allowed: string) => `--set ${name}=${value}: 쓸 수 있는 값은 ${allowed}`,
  ),
  aNumber: message(
    (unit: string | undefined) => (unit === undefined ? 'a number' : `a number (${unit})`),
    (unit: string | undefined) => (unit === undefined ? '수' : `수(${unit})`),
  ),
  wrongInteger: message(
    (what: string, value: string, least: number) => `${what} ${value}: must be an integer of at least ${least}`,
    (what: string, value: string, least: number) => `${what} ${value}: ${least} 이상의 정수여야 합니다`,
  ),
  wrongTime: message(
    (value: string) => `--at ${value}: must be a time such as 5ms, 1.5s, 2h`,
    (value: string) => `--at ${value}: 5ms, 1.5s, 2h 같은 시간이어야 합니다`,
  ),
  noSuchByte: message(
    (channel: string, offset: number, count: number) =>
      `${channel} has ${count} bytes by then: offset ${offset} is not among them`,
    (channel: string, offset: number, count: number) =>
      `그때까지 ${channel}의 바이트는 ${count}개입니다. ${offset}번은 없습니다`,
  ),
  cannotRead: message(
    (path: string, reason: string) => `cannot read ${path}: ${reason}`,
    (path: string, reason: string) => `${path}: 읽을 수 없습니다(${reason})`,
  ),
  cannotWrite: message(
    (path: string, reason: string) => `cannot write ${path}: ${reason}`,
    (path: string, reason: string) => `${path}: 쓸 수 없습니다(${reason})`,
  ),
  notAScenario: message(
    (path: string, wanted: string) => `${path}: no scenario; wanted is ${wanted}`,
    (path: string, wanted: string) => `${path}: 시나리오가 아닙니다. 있어야 하는 것: ${wanted}`,
  ),
  notATrace: message(
    (path: string, reason: string) => `${path}: no trace: ${reason}`,
    (path: string, reason: string) => `${path}: 기록 파일이 아닙니다: ${reason}`,
  ),
  setNeedsScenario: message(
    (file: string) => `--set: ${file} exports a world's body, which has no parameters; allowed is a scenario`,
    (file: string) => `--set: ${file} 파일은 세계를 만드는 함수라 매개변수가 없습니다. 시나리오에만 쓸 수 있습니다`,
  ),
  waitsForEver: message(
    (scenario: string) =>
      `${scenario}: a program waits in os.outside() for something that can never come (a promise that nothing settles?)`,
    (scenario: string) =>
      `${scenario}: 프로그램이 os.outside()에서 결코 오지 않을 것을 기다립니다(아무도 이행하지 않는 프로미스?)`,
  ),
  stuck: message(
    (scenario: string, process: string, seconds: number) =>
      `${scenario}: ${process === '' ? 'nothing' : `process '${process}' ran and nothing else`} happened for ${seconds} s; ended (an endless loop?)`,
    (scenario: string, process: string, seconds: number) =>
      `${scenario}: ${seconds}초 동안 ${process === '' ? '아무 일도 일어나지 않아' : `프로세스 '${process}'에서 나오지 않아`} 끝냈습니다(끝없는 반복?)`,
  ),
  crashed: message(
    (scenario: string, what: string) => `${scenario}: ${what}`,
    (scenario: string, what: string) => `${scenario}: ${what}`,
  ),
  unknownOption: message(
    (text: string, near: string) => `unknown option ${text}${near === '' ? '' : `; did you mean ${near}?`}`,
    (text: string, near: string) => `알 수 없는 선택 사항 ${text}${near === '' ? '' : `. 혹시 ${near}?`}`,
  ),
  unknownCommand: message(
    (text: string, near: string) =>
      `unknown command '${text}'${near === '' ? '; see: halfopen help' : `; did you mean '${near}'?`}`,
    (text: string, near: string) =>
      `알 수 없는 명령 '${text}'${near === '' ? '. 도움말: halfopen help' : `. 혹시 '${near}'?`}`,
  ),
  missingArgument: message(
    (name: string) => `argument <${name}> is missing`,
    (name: string) => `인수 <${name}> 없음`,
  ),
  missingValue: message(
    (option: string) => `option ${option} needs a value`,
    (option: string) => `선택 사항 ${option}에 값이 필요합니다`,
  ),
  wrongChoice: message(
    (option: string, value: string, allowed: string) => `${option} ${value}: allowed is ${allowed}`,
    (option: string, value: string, allowed: string) => `${option} ${value}: 쓸 수 있는 값은 ${allowed}`,
  ),
  tooManyArguments: words('too many arguments', '인수가 너무 많습니다'),

  // The picture.
  why: message(
    (why: Why) => WHY_EN[why],
    (why: Why) => WHY_KO[why],
  ),
  arrives: message(
    (time: string) => `arrives ${time}`,
    (time: string) => `도착 ${time}`,
  ),
  ended: message(
    (lost: boolean, reason: string) => `${lost ? 'lost' : 'refused'}: ${reason}`,
    (lost: boolean, reason: string) => `${lost ? '사라짐' : '받지 않음'}: ${reason}`,
  ),
  omitted: message(
    (rows: number) => `┆ ${grouped(rows)} more ┆`,
    (rows: number) => `┆ ${grouped(rows)}줄 생략 ┆`,
  ),
  place: message(
    (place: Place) => PLACE_EN[place],
    (place: Place) => PLACE_KO[place],
  ),
  nothing: words('nothing yet', '아직 없음'),
  unacknowledged: message(
    (bytes: number) => `unacknowledged ${grouped(bytes)}`,
    (bytes: number) => `확인 대기 ${grouped(bytes)}`,
  ),
  discarded: message(
    (bytes: number, where: string) => `discarded ${grouped(bytes)}: ${where}`,
    (bytes: number, where: string) => `버려짐 ${grouped(bytes)}: ${where}`,
  ),
  headExpectations: words('What it shows', '보이는 것'),
  headBreaks: words('What broke, and who noticed', '무엇이 끊어졌고 누가 알아챘는가'),
  headLedger: words('Where the bytes are (byte ledger)', '바이트가 있는 곳(바이트 장부)'),
  headCalls: words('Calls', '호출'),
  byteAt: message(
    (channel: string, offset: number, moment: string) => `Byte ${offset} of ${channel} at ${moment}`,
    (channel: string, offset: number, moment: string) => `${moment} 시점, ${channel}의 ${offset}번 바이트`,
  ),
  placeOf: message(
    (place: PlaceName) => PLACE_NAMES_EN[place],
    (place: PlaceName) => PLACE_NAMES_KO[place],
  ),
  sentAndKept: words('sent, unacknowledged', '보냈고 확인 대기'),
  nowhere: words('nowhere any more', '이제 어디에도 없음'),
  breakOf: message(
    (kind: string, target: string) => `${BREAKS_EN[kind] ?? kind}: ${target}`,
    (kind: string, target: string) => `${BREAKS_KO[kind] ?? kind}: ${target}`,
  ),
  nobodyNoticed: words('nobody has noticed', '아무도 알아채지 못했습니다'),
  noticed: message(
    (process: string, call: string, result: string, after: string) => `${process}: ${call} → ${result} after ${after}`,
    (process: string, call: string, result: string, after: string) => `${process}: ${call} → ${result}, ${after} 뒤`,
  ),
  neverReturned: words('has not returned', '반환되지 않음'),
  legendBlocked: words('░ blocked in a call   ✕ lost', '░ 호출에서 대기 중(블로킹)   ✕ 사라짐'),
  summary: message(
    (virtual: string, wall: string, seed: number, events: string) =>
      `${virtual} of virtual time in ${wall}; seed ${seed}, ${events} events`,
    (virtual: string, wall: string, seed: number, events: string) =>
      `가상 시간 ${virtual}, 실제 ${wall}. 시드 ${seed}, 사건 ${events}개`,
  ),
  allHold: message(
    (count: number) => `all ${count} expectations hold`,
    (count: number) => `기대 ${count}개가 모두 맞습니다`,
  ),
  someFail: message(
    (failed: number, count: number) => `${failed} of ${count} expectations do not hold`,
    (failed: number, count: number) => `기대 ${count}개 가운데 ${failed}개가 맞지 않습니다`,
  ),
  exits: message(
    (name: string, how: string) => `${name} ${how}`,
    (name: string, how: string) => `${name} ${how}`,
  ),

  // The story and the list.
  storySummary: message(
    (scenarios: number, held: number, expectations: number, virtual: string, wall: string) =>
      `${scenarios} scenarios, ${held} of ${expectations} expectations hold; ${virtual} of virtual time in ${wall}.`,
    (scenarios: number, held: number, expectations: number, virtual: string, wall: string) =>
      `시나리오 ${scenarios}개, 기대 ${expectations}개 가운데 ${held}개가 맞습니다. 가상 시간 ${virtual}, 실제 ${wall}.`,
  ),
  storyNext: words(
    'Look closer: halfopen run NAME. Break it yourself: --set key=value, --without FAULT.',
    '더 자세히: halfopen run 이름. 직접 바꾸기: --set key=value, --without 고장.',
  ),
  listParameters: words('parameters', '매개변수'),
  listFaults: words('faults', '고장'),
  times: message(
    (count: number) => `×${count}`,
    (count: number) => `×${count}`,
  ),
  seenIn: words('To see it', '볼 수 있는 곳'),
} as const;

type Messages = typeof MESSAGES;
/** The messages of one language: texts, and functions that make texts. */
export type Words = { readonly [K in keyof Messages]: Messages[K]['en'] };

function select(language: Language): Words {
  return Object.fromEntries(Object.entries(MESSAGES).map(([key, both]) => [key, both[language]])) as unknown as Words;
}

const WORDS: { readonly [L in Language]: Words } = { en: select('en'), ko: select('ko') };

/** All messages in that language. */
export function wordsIn(language: Language): Words {
  return WORDS[language];
}

/** A moment in few columns: '20.25 ms', '935.8 s', '2:11:15' from 1000 s on, '30d 0:00:10'. */
function clock(at: Nanoseconds, short: (at: Nanoseconds) => string): string {
  if (at < 1000 * SECOND) return short(at);
  const days = Math.floor(at / DAY);
  const seconds = Math.floor((at % DAY) / SECOND);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days === 0 ? time : `${days}d ${time}`;
}

/** '1,234,567', in every locale. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** '2시간 11분 15초', '5 ms': units under a second stay as they are. */
function koreanDuration(at: Nanoseconds): string {
  const korean = { d: '일', h: '시간', min: '분', s: '초' } as const;
  return englishDuration(at).replace(/ (d|h|min|s)\b/g, (_, unit: keyof typeof korean) => korean[unit]);
}

function englishDuration(at: Nanoseconds): string {
  return at === 0 ? '0 s' : formatDuration(at);
}
