/** The words for what programs do: their calls, and what they return. */
import type { SocketEvent } from '../socket/events.ts';
import { value, type Words } from './words.ts';

export const SOCKET_EN: Words<SocketEvent> = {
  'call.entered': (event) => `${event.process}  ${event.call}(${value(event.args)})${on(event.socket)}`,
  'call.returned': (event) => `${event.process}  ${event.call} ⇒ ${event.error ?? value(event.result)}`,
};

export const SOCKET_KO: Words<SocketEvent> = {
  ...SOCKET_EN,
};

function on(socket: string | undefined): string {
  return socket === undefined ? '' : ` [${socket}]`;
}
