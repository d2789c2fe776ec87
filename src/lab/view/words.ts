/** All texts of the stage, in both languages. Words by the glossary; after a variable only particles that never change. */
import type { Text } from '../language.ts';

const same = (text: string): Text => ({ en: text, ko: text });
const plural = (count: number, one: string): string => `${number(count)} ${one}${count === 1 ? '' : 's'}`;

/** '46,080' */
export function number(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export const WORDS = {
  stage: { en: 'Stage: two hosts and the cable between them', ko: '무대: 두 호스트와 그 사이의 케이블' },
  application: { en: 'application', ko: '응용 프로그램' },
  os: { en: 'operating system', ko: '운영체제(OS)' },
  program: { en: 'program', ko: '프로그램' },
  programOf: (host: string): Text => ({ en: `Program on ${host}`, ko: `${host}의 프로그램` }),
  textOf: (name: string): Text => ({ en: `Text of ${name}`, ko: `${name}의 코드` }),
  noProgram: { en: 'no program', ko: '프로그램 없음' },
  notStarted: { en: 'not started', ko: '시작 전' },
  running: { en: 'running', ko: '실행 중' },
  stopped: { en: 'stopped', ko: '정지됨' },
  killed: { en: 'killed', ko: '강제 종료됨' },
  exited: { en: 'has ended', ko: '끝남' },
  endedWith: (what: string): Text => ({ en: `has ended: ${what}`, ko: `끝남: ${what}` }),
  noPower: { en: 'no power', ko: '전원 꺼짐' },
  lostWithPower: {
    en: 'All state of this host is lost: its programs, its sockets, their bytes.',
    ko: '이 호스트의 상태는 모두 사라졌습니다. 프로그램도, 소켓도, 그 안의 바이트도 없습니다.',
  },
  powerOff: (host: string): Text => ({ en: `Power off ${host}`, ko: `${host} 전원 끄기` }),
  powerOn: (host: string): Text => ({ en: `Power on ${host}`, ko: `${host} 전원 켜기` }),
  powerOffShort: { en: 'Power off', ko: '전원 끄기' },
  powerOnShort: { en: 'Power on', ko: '전원 켜기' },
  kill: (name: string): Text => ({ en: `Kill ${name}`, ko: `${name} 강제 종료` }),
  start: (name: string): Text => ({ en: `Start ${name}`, ko: `${name} 시작` }),
  stop: (name: string): Text => ({ en: `Stop ${name}`, ko: `${name} 정지` }),
  cont: (name: string): Text => ({ en: `Continue ${name}`, ko: `${name} 계속` }),
  killShort: { en: 'Kill', ko: '강제 종료' },
  startShort: { en: 'Start', ko: '시작' },
  stopShort: { en: 'Stop', ko: '정지' },
  contShort: { en: 'Continue', ko: '계속' },
  done: { en: 'done', ko: '완료' },
  noCalls: { en: 'no call yet', ko: '아직 호출 없음' },
  calls: { en: 'last calls', ko: '최근 호출' },
  prints: { en: 'prints', ko: '출력' },

  blockedSend: (copied: number, length: number): Text => ({
    en: `blocked in send: ${number(copied)} of ${number(length)} copied, waiting for room`,
    ko: `send에서 대기 중(블로킹): ${number(length)}바이트 중 ${number(copied)}바이트 복사, 빈자리를 기다림`,
  }),
  blockedRecv: { en: 'blocked in recv: waiting for bytes', ko: 'recv에서 대기 중(블로킹): 바이트를 기다림' },
  blockedRecvSome: (copied: number, length: number): Text => ({
    en: `blocked in recv: ${number(copied)} of ${number(length)} copied, waiting for bytes`,
    ko: `recv에서 대기 중(블로킹): ${number(length)}바이트 중 ${number(copied)}바이트 복사, 바이트를 기다림`,
  }),
  blockedAccept: { en: 'blocked in accept: waiting for a connection', ko: 'accept에서 대기 중(블로킹): 연결을 기다림' },
  blockedConnect: { en: 'blocked in connect: waiting for an answer', ko: 'connect에서 대기 중(블로킹): 응답을 기다림' },
  sleeping: { en: 'asleep', ko: 'sleep에서 쉬는 중' },
  blockedIn: (call: string): Text => ({ en: `blocked in ${call}`, ko: `${call}에서 대기 중(블로킹)` }),

  sent: (copied: number, length: number): Text => ({
    en:
      copied === length ? `${plural(length, 'byte')}, copied` : `${number(copied)} of ${plural(length, 'byte')} copied`,
    ko:
      copied === length ? `${number(length)}바이트, 복사됨` : `${number(length)}바이트 중 ${number(copied)}바이트 복사`,
  }),
  got: (copied: number, length: number): Text => ({
    en: `${number(copied)} of room for ${number(length)}`,
    ko: `${number(length)}바이트 자리 중 ${number(copied)}바이트`,
  }),
  nothingAtAll: { en: 'nothing was sent or received', ko: '보내거나 받은 것이 없음' },
  lostWithProgram: {
    en: 'The program is gone, and its memory with it.',
    ko: '프로그램이 강제 종료되어 그 메모리도 사라졌습니다.',
  },
  nothingYet: { en: 'nothing sent or received yet', ko: '아직 보내거나 받은 것이 없음' },

  sendBuffer: { en: 'send buffer', ko: '송신 버퍼' },
  receiveBuffer: { en: 'receive buffer', ko: '수신 버퍼' },
  sendBufferOf: (host: string): Text => ({ en: `Send buffer of ${host}`, ko: `${host}의 송신 버퍼` }),
  receiveBufferOf: (host: string): Text => ({ en: `Receive buffer of ${host}`, ko: `${host}의 수신 버퍼` }),
  sendAppBufferOf: (host: string): Text => ({
    en: `Application buffer of ${host}, given to send`,
    ko: `${host}의 응용 프로그램 버퍼, send에 준 것`,
  }),
  recvAppBufferOf: (host: string): Text => ({
    en: `Application buffer of ${host}, given to recv`,
    ko: `${host}의 응용 프로그램 버퍼, recv에 준 것`,
  }),
  waiting: { en: 'waiting', ko: '복사 대기' },
  copied: { en: 'copied', ko: '복사됨' },
  unsent: { en: 'unsent', ko: '미전송' },
  unacknowledged: { en: 'unacknowledged', ko: '확인 대기' },
  inFlight: { en: 'in flight', ko: '전송 중' },
  outOfOrder: { en: 'out of order', ko: '순서 대기' },
  hole: { en: 'hole', ko: '빈 구멍' },
  unread: { en: 'unread', ko: '읽기 전' },
  read: { en: 'read', ko: '읽음' },
  free: { en: 'free', ko: '빈자리' },
  window: { en: 'window', ko: '수신 윈도우' },
  zeroWindow: { en: 'zero window', ko: '윈도우 0' },
  empty: { en: 'empty', ko: '비어 있음' },
  byteName: (offset: number, what: string): Text => ({
    en: `byte ${offset}, ${what}`,
    ko: `바이트 ${offset}, ${what}`,
  }),
  legend: { en: 'How to read the patterns', ko: '무늬 읽는 법' },

  noSocket: { en: 'no socket of this connection', ko: '이 연결의 소켓 없음' },
  noConnection: { en: 'no connection yet', ko: '아직 연결 없음' },
  acceptQueue: (count: number): Text => ({
    en: count === 0 ? 'accept queue empty' : `accept queue: ${number(count)} waiting`,
    ko: count === 0 ? '대기 연결 없음' : `accept 대기 연결 ${number(count)}개`,
  }),
  inQueue: { en: 'waits for accept()', ko: 'accept()를 기다림' },
  orphan: { en: 'held by the OS alone', ko: '운영체제(OS)만 가지고 있음' },
  memoryOf: (host: string): Text => ({ en: `Application buffers of ${host}`, ko: `${host}의 응용 프로그램 버퍼` }),
  socketOf: (host: string): Text => ({ en: `Socket of ${host}`, ko: `${host}의 소켓` }),
  otherSocketsOf: (host: string): Text => ({ en: `Other sockets of ${host}`, ko: `${host}의 다른 소켓` }),
  otherSockets: { en: 'other sockets', ko: '다른 소켓' },
  showConnection: (name: string): Text => ({ en: `Show the connection ${name}`, ko: `연결 ${name} 보기` }),
  udpPromise: {
    en: 'no send buffer to wait for, nothing sent again, boundaries kept',
    ko: '송신 버퍼를 기다리지 않고, 다시 보내지 않으며, 메시지 경계를 지킵니다',
  },
  datagramsSent: { en: 'sent', ko: '보냄' },
  datagramsRead: { en: 'read', ko: '읽음' },
  datagramsLost: { en: 'lost, no room', ko: '잃음, 자리 없음' },
  datagramFrom: (bytes: string, from: string): Text => ({ en: `${bytes} from ${from}`, ko: `${bytes}바이트, ${from}` }),
  datagrams: (count: number, bytes: number): Text => ({
    en: `${plural(count, 'datagram')}, ${plural(bytes, 'byte')}`,
    ko: `데이터그램 ${number(count)}개, ${number(bytes)}바이트`,
  }),

  logically: { en: 'connected only logically', ko: '논리적으로만 연결됨' },
  lane: (from: string, to: string): Text => ({ en: `${from} to ${to}`, ko: `${from}에서 ${to}` }),
  laneLabel: (from: string, to: string): Text => ({
    en: `On the way from ${from} to ${to}`,
    ko: `${from}에서 ${to}까지 전송 중`,
  }),
  showLane: { en: 'Channel shown', ko: '보이는 채널' },
  framesUnderWay: (count: number, bytes: number): Text => ({
    en: `${plural(count, 'frame')}${bytes === 0 ? '' : `, ${plural(bytes, 'byte')}`}`,
    ko: `프레임 ${number(count)}개${bytes === 0 ? '' : `, ${number(bytes)}바이트`}`,
  }),
  cut: { en: 'Cut the cable', ko: '케이블 자르기' },
  mend: { en: 'Mend the cable', ko: '케이블 잇기' },
  cutNamed: (name: string): Text => ({ en: `Cut the cable ${name}`, ko: `${name} 자르기` }),
  mendNamed: (name: string): Text => ({ en: `Mend the cable ${name}`, ko: `${name} 잇기` }),
  cutShort: { en: 'Cut', ko: '자르기' },
  mendShort: { en: 'Mend', ko: '잇기' },
  moreCuts: (name: string): Text => ({ en: `More ways to break ${name}`, ko: `${name} 다르게 끊기` }),
  cutOneWay: (from: string, to: string): Text => ({
    en: `Cut only ${from} to ${to}`,
    ko: `${from}에서 ${to} 방향만 자르기`,
  }),
  unplug: { en: 'Unplug (carrier lost)', ko: '플러그 뽑기(링크 꺼짐)' },
  cableOf: (a: string, b: string): Text => ({ en: `cable ${a}–${b}`, ko: `케이블 ${a}–${b}` }),
  isCut: { en: 'cut', ko: '잘림' },
  isCutOneWay: (from: string, to: string): Text => ({ en: `cut, ${from} to ${to}`, ko: `${from}에서 ${to} 방향 잘림` }),
  carrierLost: { en: 'unplugged', ko: '플러그 뽑힘' },
  whole: { en: 'whole', ko: '이상 없음' },
  linkOn: { en: 'link light on', ko: '링크 표시등 켜짐' },
  linkOff: { en: 'link light off', ko: '링크 표시등 꺼짐' },
  loss: (percent: string): Text => ({ en: `loss ${percent}`, ko: `손실 ${percent}` }),
  noCable: { en: 'no cable between these two', ko: '두 호스트 사이에 케이블 없음' },
  segment: { en: 'segment', ko: '세그먼트' },
  data: { en: 'data', ko: '데이터' },
  datagram: { en: 'datagram', ko: '데이터그램' },
  frame: { en: 'frame', ko: '프레임' },
  frameName: (what: string, from: string, to: string, span: readonly [number, number] | undefined): Text => ({
    en:
      span === undefined
        ? `${what}, ${from} to ${to}`
        : `${what}, ${plural(span[1] - span[0], 'byte')}, ${from} to ${to}, offsets ${span[0]} to ${span[1]}`,
    ko:
      span === undefined
        ? `${what}, ${from}에서 ${to}`
        : `${what}, ${number(span[1] - span[0])}바이트, ${from}에서 ${to}, 오프셋 ${span[0]}–${span[1]}`,
  }),
  arrived: { en: 'arrived', ko: '도착함' },
  lost: { en: 'lost', ko: '사라짐' },

  hosts: { en: 'Hosts shown', ko: '보이는 호스트' },
  left: { en: 'left', ko: '왼쪽' },
  right: { en: 'right', ko: '오른쪽' },

  teaching: { en: 'teaching sizes', ko: '학습용으로 줄인 크기' },
  teachingText: {
    en: 'Buffers here count payload alone, 32 bytes or so, and segments carry 8, so that every byte can be seen. Linux: a send buffer of 16 KiB that grows to 4 MiB, a receive buffer of 128 KiB that grows to 32 MiB, segments of 1,448 bytes.',
    ko: '바이트가 하나하나 보이도록, 여기서는 버퍼를 데이터만 세어 32바이트쯤으로, 세그먼트를 8바이트로 줄였습니다. Linux의 송신 버퍼는 16 KiB에서 4 MiB까지, 수신 버퍼는 128 KiB에서 32 MiB까지 자라며, 세그먼트는 1,448바이트입니다.',
  },

  beliefs: { en: 'Who knows what', ko: '누가 무엇을 아는가' },
  believes: (host: string): Text => ({ en: `${host} believes`, ko: `${host}의 생각` }),
  truth: { en: 'Truth', ko: '사실' },
  timeToNotice: { en: 'Time to notice', ko: '알아채기까지 걸린 시간' },
  mended: {
    cut: { en: 'mended', ko: '이어짐' },
    'power-off': { en: 'powered on again', ko: '전원 다시 켜짐' },
    kill: { en: 'started again', ko: '다시 시작됨' },
    stop: { en: 'continued', ko: '계속됨' },
  },
  beforeAnyone: { en: 'before anyone noticed', ko: '아무도 모르는 사이에' },
  before: (host: string): Text => ({ en: `${host}: had not noticed by then`, ko: `${host}: 그때까지 몰랐음` }),
  notYet: { en: 'not yet', ko: '아직 모름' },
  after: (duration: string): Text => ({ en: `after ${duration}`, ko: `${duration} 뒤` }),
  nothing: { en: 'nothing: no power', ko: '없음: 전원 꺼짐' },
  noConnectionBelief: { en: 'no connection', ko: '연결 없음' },
  noneByUdp: { en: 'UDP keeps no connection', ko: 'UDP에는 연결이 없음' },
  asking: { en: 'asking for a connection', ko: '연결을 요청하는 중' },
  beingAsked: { en: 'being asked for a connection', ko: '연결을 요청받는 중' },
  connected: { en: 'connected', ko: '연결됨' },
  peerEnded: { en: 'connected, the peer has ended its channel', ko: '연결됨, 상대가 자기 채널을 끝냄' },
  ending: { en: 'has ended its channel, waits for the peer', ko: '자기 채널을 끝내고 상대를 기다림' },
  over: { en: 'the connection is over', ko: '연결이 끝남' },
  andUnacknowledged: (count: number): Text => ({
    en: `${number(count)} unacknowledged`,
    ko: `확인 대기 ${number(count)}바이트`,
  }),
  allWhole: { en: 'all whole', ko: '모두 이상 없음' },
  halfOpen: { en: 'half-open', ko: '하프 오픈(half-open)' },
  truthCut: (cable: string): Text => ({ en: `${cable} is cut`, ko: `${cable} 잘림` }),
  truthCutOneWay: (cable: string, from: string, to: string): Text => ({
    en: `${cable} is cut from ${from} to ${to}`,
    ko: `${cable} ${from}에서 ${to} 방향 잘림`,
  }),
  truthUnplugged: (cable: string): Text => ({ en: `${cable} is unplugged`, ko: `${cable} 플러그 뽑힘` }),
  truthPower: (host: string): Text => ({ en: `${host} has no power`, ko: `${host} 전원 꺼짐` }),
  truthKilled: (name: string): Text => ({ en: `${name} was killed`, ko: `${name} 강제 종료됨` }),
  truthStopped: (name: string): Text => ({ en: `${name} is stopped`, ko: `${name} 정지됨` }),
  breakName: {
    cut: (target: string): Text => ({ en: `${target} cut`, ko: `${target} 자름` }),
    'power-off': (target: string): Text => ({ en: `${target} powered off`, ko: `${target} 전원 끔` }),
    kill: (target: string): Text => ({ en: `${target} killed`, ko: `${target} 강제 종료` }),
    stop: (target: string): Text => ({ en: `${target} stopped`, ko: `${target} 정지` }),
  },

  breakUnplugged: (target: string): Text => ({ en: `${target} unplugged`, ko: `${target} 플러그 뽑음` }),
  breakOneWay: (target: string): Text => ({ en: `${target} cut one way`, ko: `${target} 한 방향 자름` }),

  counts: { en: 'Bytes in numbers', ko: '바이트를 숫자로' },
  channel: { en: 'channel', ko: '채널' },
  liveChannel: (from: string, to: string, parts: string): Text => ({
    en: `${from} to ${to}: ${parts}.`,
    ko: `${from}에서 ${to}: ${parts}.`,
  }),
  nothingMoves: { en: 'no bytes', ko: '바이트 없음' },
} satisfies Record<string, unknown>;

/** '2.4 s', '5 ms', '1 h 59 min': short, as people say it. */
export function duration(ns: number): Text {
  if (ns < 1e3) return same(`${ns} ns`);
  if (ns < 1e6) return same(`${short(ns / 1e3)} µs`);
  if (ns < 1e9) return same(`${short(ns / 1e6)} ms`);
  if (ns < 3600e9) return { en: `${short(ns / 1e9)} s`, ko: `${short(ns / 1e9)}초` };
  const minutes = Math.round(ns / 60e9);
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (m === 0) return { en: `${h} h`, ko: `${h}시간` };
  return { en: `${h} h ${m} min`, ko: `${h}시간 ${m}분` };
}

function short(value: number): string {
  return value >= 100 && value % 1 === 0 ? String(value) : String(Number(value.toFixed(value < 10 ? 2 : 1)));
}
