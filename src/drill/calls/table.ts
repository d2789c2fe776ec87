/**
 * Which system calls a script may make.
 *
 * Calls it: `run.ts`.
 */
import type { SystemCall } from './attempt.ts';
import { receiving, sending } from './data.ts';
import { fcntl, getsockopt, ioctl, setsockopt } from './options.ts';
import { epollCreate, epollCtl, epollWait, poll } from './polling.ts';
import { accept, bind, close, connect, listen, nameOf, shutdown, socket } from './sockets.ts';

export const CALLS: ReadonlyMap<string, SystemCall> = new Map<string, SystemCall>([
  ['socket', socket],
  ['bind', bind],
  ['listen', listen],
  ['accept', accept],
  ['accept4', accept],
  ['connect', connect],
  ['getsockname', nameOf('local')],
  ['getpeername', nameOf('remote')],
  ['shutdown', shutdown],
  ['close', close],
  ['read', receiving('buffer', undefined)],
  ['recv', receiving('buffer', 3)],
  ['recvfrom', receiving('buffer', 3)],
  ['readv', receiving('vector', undefined)],
  ['recvmsg', receiving('message', 2)],
  ['write', sending('buffer', undefined)],
  ['send', sending('buffer', 3)],
  ['sendto', sending('buffer', 3)],
  ['writev', sending('vector', undefined)],
  ['sendmsg', sending('message', 2)],
  ['setsockopt', setsockopt],
  ['getsockopt', getsockopt],
  ['fcntl', fcntl],
  ['ioctl', ioctl],
  ['poll', poll],
  ['epoll_create', epollCreate],
  ['epoll_create1', epollCreate],
  ['epoll_ctl', epollCtl],
  ['epoll_wait', epollWait],
]);
