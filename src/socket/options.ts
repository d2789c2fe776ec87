/**
 * Socket options: their POSIX names, what values they take, and what a socket holds of them.
 *
 * A socket's settings are a value that is never changed but replaced, so that all sockets which set nothing share one,
 * and an accepted socket has its listener's (as Linux's sk_clone copies them).
 *
 * Source: socket(7), tcp(7), net/core/sock.c (sk_setsockopt), net/ipv4/tcp.c (do_tcp_setsockopt).
 * Left out: options that would change nothing here. Calls it: `socket.ts`, `listener.ts`, `datagram.ts`, `calls.ts`.
 */
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import type { Json } from '../base/json.ts';
import { MILLISECOND, type Nanoseconds, parseDuration, SECOND } from '../base/time.ts';
import { parseSize } from '../base/units.ts';
import { userOptionsOf } from '../host/profiles.ts';
import type { Sysctl } from '../host/sysctl.ts';
import type { Accounting, BufferKind } from '../tcp/accounting.ts';
import { type TcpUserOptions, withChanges } from '../tcp/config.ts';
import { DEFAULT_MSS } from '../wire/tcp-options.ts';
import type { SocketOptions } from './api.ts';

export type SettableOption = keyof SocketOptions;

/** What a socket holds of its options. */
export interface Settings {
  readonly tcp: TcpUserOptions;
  /** SO_LINGER: how long close() waits; 0: it resets the connection; undefined: off. */
  readonly linger: Nanoseconds | undefined;
  /** SO_RCVTIMEO and SO_SNDTIMEO; 0: none. */
  readonly receiveTimeout: Nanoseconds;
  readonly sendTimeout: Nanoseconds;
  readonly reuseAddress: boolean;
  readonly v6only: boolean;
}

/** What the values are checked against. */
export interface OptionLimits {
  readonly accounting: Accounting;
  readonly sysctl: Sysctl;
}

/** TCP_MIN_MSS of include/net/tcp.h and MAX_TCP_WINDOW, which bound TCP_MAXSEG on Linux. */
const LINUX_MAXSEG = { min: 88, max: 32_767 } as const;
/** With exact accounting a segment may be small enough to be drawn. */
const TEACHING_MAXSEG_MIN = 8;
/** MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL and MAX_TCP_KEEPCNT of include/net/tcp.h. */
const MAX_KEEP_TIME = 32_767 * SECOND;
const MAX_KEEP_COUNT = 127;
/** MAX_TCP_SYNCNT. */
const MAX_SYN_COUNT = 127;

/** Those that a program can only ask for. */
export const READ_ONLY = ['SO_ERROR', 'SO_TYPE', 'SO_ACCEPTCONN'] as const;
export const STREAM_OPTIONS: readonly SettableOption[] = [
  'SO_SNDBUF',
  'SO_RCVBUF',
  'SO_KEEPALIVE',
  'SO_LINGER',
  'SO_REUSEADDR',
  'SO_RCVTIMEO',
  'SO_SNDTIMEO',
  'IPV6_V6ONLY',
  'TCP_NODELAY',
  'TCP_QUICKACK',
  'TCP_KEEPIDLE',
  'TCP_KEEPINTVL',
  'TCP_KEEPCNT',
  'TCP_USER_TIMEOUT',
  'TCP_MAXSEG',
  'TCP_CORK',
  'TCP_NOTSENT_LOWAT',
  'TCP_SYNCNT',
  'TCP_LINGER2',
  'TCP_DEFER_ACCEPT',
  'SO_RCVLOWAT',
  'IP_TOS',
  'SO_OOBINLINE',
  'IP_RECVERR',
];
export const DATAGRAM_OPTIONS: readonly SettableOption[] = [
  'SO_SNDBUF',
  'SO_RCVBUF',
  'SO_RCVTIMEO',
  'SO_SNDTIMEO',
  'SO_REUSEADDR',
  'IPV6_V6ONLY',
];

/** What a new socket has. */
export function defaultSettings(sysctl: Sysctl): Settings {
  return {
    tcp: userOptionsOf(sysctl),
    linger: undefined,
    receiveTimeout: 0,
    sendTimeout: 0,
    reuseAddress: false,
    v6only: sysctl.flag('net.ipv6.bindv6only'),
  };
}

/** What a new datagram socket has: its buffers have a size from the start. */
export function datagramSettings(sysctl: Sysctl): Settings {
  const settings = defaultSettings(sysctl);
  const sendBuffer = sysctl.get('net.core.wmem_default');
  const receiveBuffer = sysctl.get('net.core.rmem_default');
  return withTcp(settings, { sendBuffer, receiveBuffer });
}

/**
 * The settings with one option changed.
 *
 * @throws TypeError, RangeError naming the option, its value and what is allowed
 */
export function withOption(settings: Settings, name: SettableOption, value: unknown, limits: OptionLimits): Settings {
  switch (name) {
    case 'SO_SNDBUF':
      return withTcp(settings, { sendBuffer: bufferLimit('send', name, value, limits) });
    case 'SO_RCVBUF':
      return withTcp(settings, { receiveBuffer: bufferLimit('receive', name, value, limits) });
    case 'SO_KEEPALIVE':
      return withTcp(settings, { keepAlive: checkBoolean(name, value) });
    case 'SO_LINGER':
      return changed(settings, { linger: lingerTime(name, value) });
    case 'SO_REUSEADDR':
      return changed(settings, { reuseAddress: checkBoolean(name, value) });
    case 'IPV6_V6ONLY':
      return changed(settings, { v6only: checkBoolean(name, value) });
    case 'SO_RCVTIMEO':
      return changed(settings, { receiveTimeout: parseDuration(name, value) });
    case 'SO_SNDTIMEO':
      return changed(settings, { sendTimeout: parseDuration(name, value) });
    case 'TCP_NODELAY':
      return withTcp(settings, { noDelay: checkBoolean(name, value) });
    case 'TCP_QUICKACK':
      return withTcp(settings, { quickAck: checkBoolean(name, value) });
    case 'TCP_KEEPIDLE':
      return withTcp(settings, { keepIdle: keepTime(name, value) });
    case 'TCP_KEEPINTVL':
      return withTcp(settings, { keepInterval: keepTime(name, value) });
    case 'TCP_KEEPCNT':
      return withTcp(settings, { keepCount: checkInteger(name, value, 1, MAX_KEEP_COUNT) });
    case 'TCP_USER_TIMEOUT':
      return withTcp(settings, { userTimeout: parseDuration(name, value) });
    case 'TCP_MAXSEG':
      return withTcp(settings, { maxSegment: maxSegment(name, value, limits) });
    case 'TCP_CORK':
      return withTcp(settings, { cork: checkBoolean(name, value) });
    case 'TCP_NOTSENT_LOWAT':
      return withTcp(settings, { unsentLowWater: parseSize(name, value) });
    case 'TCP_SYNCNT':
      return withTcp(settings, { synCount: checkInteger(name, value, 1, MAX_SYN_COUNT) });
    case 'TCP_LINGER2':
      return withTcp(settings, { linger2: lingerAlone(name, value) });
    case 'TCP_DEFER_ACCEPT':
      return withTcp(settings, { deferAccept: synAcksWithin(parseDuration(name, value)) });
    case 'SO_RCVLOWAT':
      return withTcp(settings, { receiveLowWater: Math.max(1, parseSize(name, value)) });
    case 'IP_TOS':
      // Linux: a program does not set ECN's bits of a stream.
      return withTcp(settings, { tos: checkInteger(name, value, 0, 255) & ~3 });
    case 'SO_OOBINLINE':
      return withTcp(settings, { urgentInline: checkBoolean(name, value) });
    case 'IP_RECVERR':
      return withTcp(settings, { receiveErrors: checkBoolean(name, value) });
  }
}

/**
 * The settings with all options of an object changed; `argument` is what errors call the object.
 *
 * @throws TypeError, RangeError naming the option, its value and what is allowed
 */
export function withOptions(
  settings: Settings,
  argument: string,
  options: unknown,
  allowed: readonly SettableOption[],
  limits: OptionLimits,
): Settings {
  let result = settings;
  const given = checkKeys(argument, options, allowed);
  for (const name of allowed) {
    if (given[name] !== undefined) result = withOption(result, name, given[name], limits);
  }
  return result;
}

/** The value of an option as `getOption` tells it: durations in milliseconds, buffers as the system counts them. */
export function optionOf(settings: Settings, name: SettableOption, sysctl: Sysctl): Json {
  const { tcp } = settings;
  switch (name) {
    case 'SO_SNDBUF':
      return tcp.sendBuffer ?? sysctl.get('net.ipv4.tcp_wmem', 1);
    case 'SO_RCVBUF':
      return tcp.receiveBuffer ?? sysctl.get('net.ipv4.tcp_rmem', 1);
    case 'SO_KEEPALIVE':
      return tcp.keepAlive;
    case 'SO_LINGER':
      return { onoff: settings.linger !== undefined, linger: (settings.linger ?? 0) / MILLISECOND };
    case 'SO_REUSEADDR':
      return settings.reuseAddress;
    case 'IPV6_V6ONLY':
      return settings.v6only;
    case 'SO_RCVTIMEO':
      return settings.receiveTimeout / MILLISECOND;
    case 'SO_SNDTIMEO':
      return settings.sendTimeout / MILLISECOND;
    case 'TCP_NODELAY':
      return tcp.noDelay;
    case 'TCP_QUICKACK':
      return tcp.quickAck;
    case 'TCP_KEEPIDLE':
      return tcp.keepIdle / MILLISECOND;
    case 'TCP_KEEPINTVL':
      return tcp.keepInterval / MILLISECOND;
    case 'TCP_KEEPCNT':
      return tcp.keepCount;
    case 'TCP_USER_TIMEOUT':
      return tcp.userTimeout / MILLISECOND;
    case 'TCP_MAXSEG':
      return tcp.maxSegment === 0 ? DEFAULT_MSS : tcp.maxSegment;
    case 'TCP_CORK':
      return tcp.cork;
    case 'TCP_NOTSENT_LOWAT':
      return tcp.unsentLowWater;
    case 'TCP_SYNCNT':
      return tcp.synCount > 0 ? tcp.synCount : sysctl.get('net.ipv4.tcp_syn_retries');
    case 'TCP_LINGER2':
      if (tcp.linger2 === 0) return sysctl.get('net.ipv4.tcp_fin_timeout') * (SECOND / MILLISECOND);
      return tcp.linger2 < 0 ? -1 : tcp.linger2 / MILLISECOND;
    case 'TCP_DEFER_ACCEPT':
      return timeOfSynAcks(tcp.deferAccept) / MILLISECOND;
    case 'SO_RCVLOWAT':
      return tcp.receiveLowWater;
    case 'IP_TOS':
      return tcp.tos;
    case 'SO_OOBINLINE':
      return tcp.urgentInline;
    case 'IP_RECVERR':
      return tcp.receiveErrors;
  }
}

/** The name of an option that may be set on this kind of socket. @throws TypeError */
export function checkSettable(name: unknown, allowed: readonly SettableOption[]): SettableOption {
  return checkOneOf('name', name, allowed);
}

/** What of `after` TCP must be told, or undefined if nothing changed. */
export function tcpChanges(before: Settings, after: Settings): Partial<TcpUserOptions> | undefined {
  if (before.tcp === after.tcp) return undefined;
  const changes: Partial<Record<keyof TcpUserOptions, unknown>> = {};
  for (const key of Object.keys(after.tcp) as (keyof TcpUserOptions)[]) {
    if (before.tcp[key] !== after.tcp[key]) changes[key] = after.tcp[key];
  }
  return changes as Partial<TcpUserOptions>;
}

/** Option values are told to the trace as they were given. */
export function optionsTold(options: SocketOptions | undefined): { readonly options?: Json } {
  return options === undefined ? {} : { options: { ...options } as { readonly [name: string]: Json } };
}

/** One hidden class for all settings: see `withChanges` of tcp/config.ts. */
function changed(settings: Settings, changes: Partial<Settings>): Settings {
  const { tcp, linger, receiveTimeout, sendTimeout, reuseAddress, v6only } = settings;
  return Object.assign({ tcp, linger, receiveTimeout, sendTimeout, reuseAddress, v6only }, changes);
}

function withTcp(settings: Settings, changes: Partial<TcpUserOptions>): Settings {
  return changed(settings, { tcp: withChanges(settings.tcp, changes) });
}

/** Linux caps what a program asks for, silently, and doubles it; exact accounting takes it as it is. */
function bufferLimit(kind: BufferKind, name: string, value: unknown, { accounting, sysctl }: OptionLimits): number {
  const asked = parseSize(name, value);
  if (accounting.name === 'payload') {
    if (asked > 0) return accounting.bufferLimit(kind, asked);
    throw new RangeError(`${name}: ${shown(value)} is out of range; allowed is 1 byte or more`);
  }
  const most = sysctl.get(kind === 'send' ? 'net.core.wmem_max' : 'net.core.rmem_max');
  return accounting.bufferLimit(kind, Math.min(asked, most));
}

function lingerTime(name: string, value: unknown): Nanoseconds | undefined {
  const given = checkKeys(name, value, ['onoff', 'linger']);
  const onoff = checkBoolean(`${name}.onoff`, given.onoff);
  const linger = parseDuration(`${name}.linger`, given.linger ?? 0);
  return onoff ? linger : undefined;
}

function keepTime(name: string, value: unknown): Nanoseconds {
  const time = parseDuration(name, value);
  if (time > 0 && time <= MAX_KEEP_TIME) return time;
  throw new RangeError(`${name}: ${shown(value)} is out of range; allowed is above 0 to 32767 s`);
}

/** TCP_FIN_TIMEOUT_MAX bounds it silently; a negative number is none at all. */
function lingerAlone(name: string, value: unknown): Nanoseconds {
  if (typeof value === 'number' && value < 0) return -1;
  return Math.min(parseDuration(name, value), 120 * SECOND);
}

/** How many SYN-ACKs go within that time; Linux secs_to_retrans, by its TCP_TIMEOUT_INIT and TCP_RTO_MAX. */
function synAcksWithin(time: Nanoseconds): number {
  let count = time > 0 ? 1 : 0;
  while (count < 255 && time > timeOfSynAcks(count)) count++;
  return count;
}

/** Linux retrans_to_secs. */
function timeOfSynAcks(count: number): Nanoseconds {
  let time = 0;
  for (let index = 0, wait = 1; index < count; index++, wait = Math.min(2 * wait, 120)) time += wait * SECOND;
  return time;
}

function maxSegment(name: string, value: unknown, { accounting }: OptionLimits): number {
  const size = parseSize(name, value);
  const min = accounting.name === 'payload' ? TEACHING_MAXSEG_MIN : LINUX_MAXSEG.min;
  if (size === 0 || (size >= min && size <= LINUX_MAXSEG.max)) return size;
  const allowed = `${min} to ${LINUX_MAXSEG.max} bytes, or 0 for none`;
  throw new RangeError(`${name}: ${shown(value)} is out of range; allowed is ${allowed}`);
}
