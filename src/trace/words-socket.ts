/** The words for what programs do: their calls, what is copied for them, what they return. */
import type { Json } from '../base/json.ts';
import type { SocketEvent } from '../socket/events.ts';
import { are, bytes, value, type Words } from './words.ts';

export const SOCKET_EN: Words<SocketEvent> = {
  'call.entered': (event) => `${event.process}  ${event.call}(${given(event.args)})${on(event.socket)} …`,
  'call.returned': (event) => `${event.process}  … ${event.call} returns ${event.error ?? value(event.result)}`,
  'socket.copied': (event) =>
    event.direction === 'in'
      ? `${event.process}  ${bytes(event.bytes)} ${are(event.bytes)} copied into the send buffer${on(event.socket)}`
      : `${event.process}  ${bytes(event.bytes)} ${are(event.bytes)} copied out of the receive buffer${on(event.socket)}`,
};

export const SOCKET_KO: Words<SocketEvent> = {
  'call.entered': (event) => `${event.process}  ${event.call}(${given(event.args)})${on(event.socket)} …`,
  'call.returned': (event) => `${event.process}  … ${event.call}의 반환값: ${event.error ?? value(event.result)}`,
  'socket.copied': (event) =>
    event.direction === 'in'
      ? `${event.process}  송신 버퍼로 ${event.bytes}바이트 복사${on(event.socket)}`
      : `${event.process}  수신 버퍼에서 ${event.bytes}바이트 복사${on(event.socket)}`,
};

function on(socket: string | undefined): string {
  return socket === undefined ? '' : ` [${socket}]`;
}

/** Arguments as 'name value, …'; what is false or null is left out. */
function given(args: Json): string {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args === null ? '' : value(args);
  return Object.entries(args)
    .filter(([, of]) => of !== false && of !== null)
    .map(([name, of]) => `${name} ${value(of)}`)
    .join(', ');
}
