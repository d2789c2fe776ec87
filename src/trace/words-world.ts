/** The words for what the world tells: hosts, cables, processes, frames, breaks. */
import type { HostEvent } from '../host/events.ts';
import { named, value, type Words } from './words.ts';
import type { ProcessExited, WorldEvent } from './world-events.ts';

/** `frame.dropped` is told by cables (the frame's number, where) and by hosts (the interface). */
type Told = WorldEvent | Extract<HostEvent, { readonly kind: 'frame.dropped' }>;

export const WORLD_EN: Words<Told> = {
  'world.started': () => 'the world begins',
  'host.added': ({ name, what, addresses }) =>
    `${what} ${name}${addresses.length > 0 ? `, ${addresses.join(', ')}` : ''}`,
  'interface.added': (event) => `${event.interface} has ${event.address}, ${event.mac}, MTU ${event.mtu}`,
  'cable.added': ({ cable, a, b, options }) => `cable ${cable} between ${a} and ${b}: ${named(options)}`,
  'cable.set': ({ cable, options, back }) =>
    `cable ${cable} is set: ${named(options)}${back === undefined ? '' : `; b-to-a: ${named(back)}`}`,
  'cable.cut': ({ cable, direction, carrier }) =>
    `cable ${cable} is CUT${direction === 'both' ? '' : ` (${direction})`}${carrier === 'lost' ? ', the carrier is lost' : ''}`,
  'cable.mended': ({ cable }) => `cable ${cable} is mended`,
  'host.powered-off': () => 'POWER OFF',
  'host.powered-on': () => 'power on',
  'process.killed': ({ process }) => `process ${process} is KILLED`,
  'process.stopped': ({ process }) => `process ${process} is STOPPED`,
  'process.continued': ({ process }) => `process ${process} goes on`,
  'process.typed': ({ process, bytes }) =>
    bytes === 0 ? `end of input typed to ${process}` : `${bytes} bytes typed to ${process}`,
  'process.set': ({ process, options }) => `sockets of process ${process} are set: ${named(options)}`,
  'process.started': ({ process }) => `process ${process} starts`,
  'process.exited': (event) => `process ${event.process} ends: ${ending(event)}`,
  'process.printed': ({ process, text }) => `${process} prints: ${text}`,
  'frame.sent': ({ cable, bytes }, telling) => `→ ${cable}  ${telling.frame(bytes)}`,
  'frame.delivered': (event) =>
    `← ${event.interface}  frame ${event.frame}${event.corrupted === undefined ? '' : `, bit ${event.corrupted} turned`}${event.marked === true ? ', marked (ECN)' : ''}`,
  'frame.dropped': (event) =>
    'where' in event
      ? `✕ frame ${event.frame} is lost at ${event.where}: ${event.reason}`
      : `✕ ${event.interface}  refused: ${event.reason}`,
};

export const WORLD_KO: Words<Told> = {
  'world.started': () => '세계 시작',
  'host.added': ({ name, what, addresses }) =>
    `${WHAT_KO[what]} ${name}${addresses.length > 0 ? `, ${addresses.join(', ')}` : ''}`,
  'interface.added': (event) => `${event.interface}: ${event.address}, ${event.mac}, MTU ${event.mtu}`,
  'cable.added': ({ cable, a, b, options }) => `케이블 ${cable}: ${a} ↔ ${b}, ${named(options)}`,
  'cable.set': ({ cable, options, back }) =>
    `케이블 ${cable}의 설정: ${named(options)}${back === undefined ? '' : `; b-to-a: ${named(back)}`}`,
  'cable.cut': ({ cable, direction, carrier }) =>
    `케이블 ${cable} 잘림${direction === 'both' ? '' : ` (${direction})`}${carrier === 'lost' ? ', 링크 신호 끊김' : ''}`,
  'cable.mended': ({ cable }) => `케이블 ${cable} 이어짐`,
  'host.powered-off': () => '전원 꺼짐',
  'host.powered-on': () => '전원 켜짐',
  'process.killed': ({ process }) => `프로세스 ${process} 강제 종료`,
  'process.stopped': ({ process }) => `프로세스 ${process} 정지`,
  'process.continued': ({ process }) => `프로세스 ${process} 재개`,
  'process.typed': ({ process, bytes }) =>
    bytes === 0 ? `프로세스 ${process}의 표준 입력 끝` : `프로세스 ${process}의 표준 입력에 ${bytes}바이트 입력`,
  'process.set': ({ process, options }) => `프로세스 ${process}의 소켓 설정: ${named(options)}`,
  'process.started': ({ process }) => `프로세스 ${process} 시작`,
  'process.exited': (event) => `프로세스 ${event.process} 끝: ${ending(event)}`,
  'process.printed': ({ process, text }) => `${process}의 출력: ${text}`,
  'frame.sent': ({ cable, bytes }, telling) => `→ ${cable}  ${telling.frame(bytes)}`,
  'frame.delivered': (event) =>
    `← ${event.interface}  프레임 ${event.frame}${event.corrupted === undefined ? '' : `, 비트 ${event.corrupted} 뒤집힘`}${event.marked === true ? ', 혼잡 표시됨(ECN)' : ''}`,
  'frame.dropped': (event) =>
    'where' in event
      ? `✕ 프레임 ${event.frame} 사라짐 (${event.where}): ${event.reason}`
      : `✕ ${event.interface}  받지 않음: ${event.reason}`,
};

const WHAT_KO = { host: '호스트', switch: '스위치', router: '라우터' } as const;

function ending(event: ProcessExited): string {
  if (event.signal !== undefined) return event.signal;
  if (event.error !== undefined) return event.error;
  return `${event.code ?? 0}${event.value === undefined ? '' : ` ${value(event.value)}`}`;
}
