/**
 * setsockopt, getsockopt, fcntl, ioctl: Linux's numbers and structures on one side, the options of our sockets on the other.
 *
 * Source: socket(7), tcp(7); net/ipv4/tcp.c do_tcp_setsockopt. Calls it: `table.ts`.
 */
import { MICROSECOND, MILLISECOND, SECOND } from '../../base/time.ts';
import type { SocketOptionName, SocketOptions } from '../../socket/api.ts';
import type { Tcb } from '../../tcp/tcb.ts';
import { isAtMark, unreadToMark } from '../../tcp/urgent.ts';
import { CONSTANTS } from '../constants.ts';
import type { SocketEntry } from '../descriptors.ts';
import { type Expression, ScriptError } from '../script.ts';
import { elementOf, fieldOf, numberOf, required } from '../value.ts';
import { type Answer, type Attempt, type CallContext, done, failed } from './attempt.ts';
import { entryOf, withSocket } from './sockets.ts';
import { comparedFields, factOf, fieldsOf } from './told-options.ts';

const number = (name: string): number => CONSTANTS[name] ?? -1;

/** How a number of the script becomes an option's value, and back. */
interface Translation {
  readonly name: SocketOptionName & keyof SocketOptions;
  readonly set: (value: number) => NonNullable<SocketOptions[keyof SocketOptions]>;
  readonly get: (value: unknown) => number;
}

const plain = (name: Translation['name']): Translation => ({ name, set: (value) => value, get: Number });
const flag = (name: Translation['name']): Translation => ({ name, set: (value) => value !== 0, get: Number });
/** Seconds in the script, milliseconds in ours. */
const seconds = (name: Translation['name']): Translation => ({
  name,
  set: (value) => value * 1000,
  get: (value) => Number(value) / 1000,
});

/** The same, but for -1. */
const lingerSeconds: Translation = {
  name: 'TCP_LINGER2',
  set: (value) => (value < 0 ? -1 : value * 1000),
  get: (value) => (Number(value) < 0 ? -1 : Number(value) / 1000),
};

const key = (level: string, name: string): string => `${number(level)}:${number(name)}`;

const OPTIONS: ReadonlyMap<string, Translation> = new Map([
  [key('SOL_SOCKET', 'SO_SNDBUF'), plain('SO_SNDBUF')],
  [key('SOL_SOCKET', 'SO_RCVBUF'), plain('SO_RCVBUF')],
  [key('SOL_SOCKET', 'SO_SNDBUFFORCE'), plain('SO_SNDBUF')],
  [key('SOL_SOCKET', 'SO_RCVBUFFORCE'), plain('SO_RCVBUF')],
  [key('SOL_SOCKET', 'SO_KEEPALIVE'), flag('SO_KEEPALIVE')],
  [key('SOL_SOCKET', 'SO_REUSEADDR'), flag('SO_REUSEADDR')],
  [key('SOL_TCP', 'TCP_NODELAY'), flag('TCP_NODELAY')],
  [key('SOL_TCP', 'TCP_QUICKACK'), flag('TCP_QUICKACK')],
  [key('SOL_TCP', 'TCP_KEEPIDLE'), seconds('TCP_KEEPIDLE')],
  [key('SOL_TCP', 'TCP_KEEPINTVL'), seconds('TCP_KEEPINTVL')],
  [key('SOL_TCP', 'TCP_KEEPCNT'), plain('TCP_KEEPCNT')],
  [key('SOL_TCP', 'TCP_USER_TIMEOUT'), plain('TCP_USER_TIMEOUT')],
  [key('SOL_TCP', 'TCP_MAXSEG'), plain('TCP_MAXSEG')],
  [key('SOL_SOCKET', 'SO_RCVLOWAT'), plain('SO_RCVLOWAT')],
  [key('SOL_IP', 'IP_TOS'), plain('IP_TOS')],
  [key('SOL_SOCKET', 'SO_OOBINLINE'), flag('SO_OOBINLINE')],
  [key('SOL_IP', 'IP_RECVERR'), flag('IP_RECVERR')],
  [key('SOL_IPV6', 'IPV6_RECVERR'), flag('IP_RECVERR')],
  [key('SOL_IPV6', 'IPV6_TCLASS'), plain('IP_TOS')],
  [key('SOL_IPV6', 'IPV6_V6ONLY'), flag('IPV6_V6ONLY')],
  [key('SOL_TCP', 'TCP_CORK'), flag('TCP_CORK')],
  [key('SOL_TCP', 'TCP_NOTSENT_LOWAT'), plain('TCP_NOTSENT_LOWAT')],
  [key('SOL_TCP', 'TCP_SYNCNT'), plain('TCP_SYNCNT')],
  [key('SOL_TCP', 'TCP_LINGER2'), lingerSeconds],
  [key('SOL_TCP', 'TCP_DEFER_ACCEPT'), seconds('TCP_DEFER_ACCEPT')],
]);
/** What scripts set that changes nothing in a world with one address, one processor and no clock of its own. */
const INDIFFERENT = new Set([
  key('SOL_SOCKET', 'SO_REUSEPORT'),
  key('SOL_SOCKET', 'SO_PRIORITY'),
  key('SOL_SOCKET', 'SO_MARK'),
  key('SOL_SOCKET', 'SO_BUSY_POLL'),
  key('SOL_SOCKET', 'SO_DEBUG'),
  key('SOL_SOCKET', 'SO_DONTROUTE'),
  key('SOL_TCP', 'TCP_SAVE_SYN'),
  key('SOL_IP', 'IP_BIND_ADDRESS_NO_PORT'),
]);
const LINGER = key('SOL_SOCKET', 'SO_LINGER');
const RECEIVE_TIMEOUT = key('SOL_SOCKET', 'SO_RCVTIMEO');
const SEND_TIMEOUT = key('SOL_SOCKET', 'SO_SNDTIMEO');
const INQ = key('SOL_TCP', 'TCP_INQ');
const ZEROCOPY = key('SOL_SOCKET', 'SO_ZEROCOPY');
const CONGESTION = key('SOL_TCP', 'TCP_CONGESTION');
const ERROR = key('SOL_SOCKET', 'SO_ERROR');

export function setsockopt(context: CallContext): Attempt {
  const { args, line } = context;
  return withSocket(context, (entry) => {
    const option = `${required(args[1], line, 'the level')}:${required(args[2], line, 'the option')}`;
    if (INDIFFERENT.has(option)) return done(0);
    if (option === ZEROCOPY) {
      entry.errors.takesZeroCopy = (elementOf(args[3], line) ?? 0) !== 0;
      return done(0);
    }
    if (option === INQ) {
      entry.tellsUnread = (elementOf(args[3], line) ?? 0) !== 0;
      return done(0);
    }
    if (option === CONGESTION) return setCongestion(entry, args[3]);
    if (option === LINGER) return setLinger(entry, args[3], line);
    if (option === RECEIVE_TIMEOUT || option === SEND_TIMEOUT) return setTimeout(entry, option, args[3], line);
    const known = OPTIONS.get(option);
    if (known === undefined)
      throw new ScriptError(line, `setsockopt: ${shown(args[1])}, ${shown(args[2])} is not supported`);
    const value = elementOf(args[3], line) ?? 0;
    try {
      const answer = entry.socket.setOption(known.name, known.set(value));
      return answer === 0 ? done(0) : failed(answer);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) return failed('EINVAL');
      throw error;
    }
  });
}

/** Only what the host has chosen: an algorithm is a sysctl here, for sockets made later. ENOENT: Linux knows none of that name. */
function setCongestion({ congestion }: SocketEntry, given: Expression | undefined): Attempt {
  return given?.kind === 'string' && given.text === congestion ? done(0) : failed('ENOENT');
}

function setLinger({ socket }: SocketEntry, given: Expression | undefined, line: number): Attempt {
  const of = (name: string) => fieldOf(given, name) ?? fieldOf(given, `l_${name}`);
  const onoff = required(of('onoff'), line, 'onoff') !== 0;
  const linger = (required(of('linger'), line, 'linger') * SECOND) / MILLISECOND;
  const answer = socket.setOption('SO_LINGER', { onoff, linger });
  return answer === 0 ? done(0) : failed(answer);
}

/** `{tv_sec=1, tv_usec=0}`, or two numbers. */
function setTimeout(entry: SocketEntry, option: string, given: Expression | undefined, line: number): Attempt {
  const fields =
    given?.kind === 'struct' ? given.fields.map(({ value }) => value) : given?.kind === 'array' ? given.items : [];
  const [sec, usec] = fields;
  const time =
    required(sec, line, 'tv_sec') * SECOND + (usec === undefined ? 0 : required(usec, line, 'tv_usec') * MICROSECOND);
  if (option === RECEIVE_TIMEOUT) entry.receiveTimeout = time;
  else entry.sendTimeout = time;
  return done(0);
}

export function getsockopt(context: CallContext): Attempt {
  const { args, line } = context;
  return withSocket(context, (entry) => {
    const option = `${required(args[1], line, 'the level')}:${required(args[2], line, 'the option')}`;
    if (option === CONGESTION) {
      const given = args[3]?.kind === 'string' ? args[3].text : entry.congestion;
      const wrong = `the value is "${entry.congestion}", not "${given}"`;
      return () => (given === entry.congestion ? { result: 0 } : { result: 0, wrong });
    }
    if (option === ZEROCOPY) return () => compared(elementOf(args[3], line), Number(entry.errors.takesZeroCopy));
    if (option === INQ) return () => compared(elementOf(args[3], line), Number(entry.tellsUnread));
    const name = nameOf(option);
    const fields = fieldsOf(entry, name, context);
    if (fields !== undefined) return () => comparedFields(args[3], fields, line);
    const expected = elementOf(args[3], line);
    const got = numberIn(entry, option) ?? factOf(entry, name);
    if (got === undefined)
      throw new ScriptError(line, `getsockopt: ${shown(args[1])}, ${shown(args[2])} is not supported`);
    if (typeof got === 'string') return failed(got);
    return () => compared(expected, got);
  });
}

/** The options of which `told-options.ts` knows, by their numbers. */
const TOLD = new Map(
  ['SO_LINGER', 'SO_RCVTIMEO', 'SO_SNDTIMEO', 'SO_TYPE', 'SO_ACCEPTCONN', 'SO_DOMAIN', 'SO_PROTOCOL']
    .map((name) => [key('SOL_SOCKET', name), name])
    .concat([
      [key('SOL_TCP', 'TCP_INFO'), 'TCP_INFO'],
      [key('SOL_IP', 'IP_MTU'), 'IP_MTU'],
    ])
    .map(([number = '', name = '']) => [number, name]),
);

function nameOf(option: string): string {
  return TOLD.get(option) ?? '';
}

function numberIn({ socket }: SocketEntry, option: string): number | string | undefined {
  if (option === ERROR) {
    const error = socket.getOption('SO_ERROR');
    return typeof error === 'string' ? error : Number(error);
  }
  const known = OPTIONS.get(option);
  if (known === undefined) return undefined;
  const value = socket.getOption(known.name);
  return typeof value === 'string' ? value : known.get(value);
}

function compared(expected: number | undefined, got: number): Answer {
  const same = expected === undefined || expected === got;
  return same ? { result: 0 } : { result: 0, wrong: `the value is ${got}, not ${expected}` };
}

export function fcntl(context: CallContext): Attempt {
  const { args, line } = context;
  return withSocket(context, (entry) => {
    const command = required(args[1], line, 'the command');
    if (command === number('F_GETFL')) {
      return done(number('O_RDWR') | (entry.nonblocking ? number('O_NONBLOCK') : 0));
    }
    if (command === number('F_SETFL')) {
      entry.nonblocking = (required(args[2], line, 'the flags') & number('O_NONBLOCK')) !== 0;
    }
    return done(0);
  });
}

export function ioctl(context: CallContext): Attempt {
  const { args, line } = context;
  const entry = entryOf(context);
  if (entry?.kind !== 'socket') return failed(entry === undefined ? 'EBADF' : 'ENOTTY');
  const request = required(args[1], line, 'the request');
  if (request === number('FIONBIO')) {
    entry.nonblocking = elementOf(args[2], line) !== 0;
    return done(0);
  }
  const { connection } = entry.socket;
  if (entry.listens) return failed('EINVAL');
  const got = connection === undefined ? 0 : countOf(request, connection.tcb);
  if (got === undefined) throw new ScriptError(line, `ioctl: ${shown(args[1])} is not supported`);
  const expected =
    args[2] === undefined ? undefined : args[2].kind === 'array' ? elementOf(args[2], line) : numberOf(args[2], line);
  return () => compared(expected, got);
}

/** SIOCINQ: unread; SIOCOUTQ: not acknowledged; SIOCOUTQNSD: not sent; SIOCATMARK: whether the urgent byte is next. */
function countOf(request: number, tcb: Tcb): number | undefined {
  if (request === number('SIOCINQ')) return unreadToMark(tcb);
  if (request === number('SIOCATMARK')) return Number(isAtMark(tcb));
  if (request === number('SIOCOUTQ')) return tcb.sendBuffer.length;
  if (request === number('SIOCOUTQNSD')) return tcb.unsent;
  return undefined;
}

function shown(expression: Expression | undefined): string {
  if (expression?.kind === 'word') return expression.name;
  return expression?.kind === 'integer' ? String(expression.value) : '?';
}
