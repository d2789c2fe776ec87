/**
 * The calls that make sockets: `listen`, `connect`, `socket`, as `os` offers them. The same in every world that has a
 * Stack and a SocketEnvironment; a world adds what is its own (`sleep`, `print`, …).
 *
 * Calls it: `sim/process-system.ts`, the driver of a real device.
 */
import { checkInteger, checkKeys, checkKnown, checkOneOf } from '../base/check.ts';
import type { Json } from '../base/json.ts';
import { type Endpoint, parseAddress } from '../wire/address.ts';
import type { ConnectOptions, ListenOptions, SocketOptions } from './api.ts';
import { checkBacklog, checkHost, checkSignal } from './buffers.ts';
import { DatagramSocket } from './datagram.ts';
import type { SocketEnvironment } from './environment.ts';
import { SocketError } from './errno.ts';
import type { ListenSocket } from './listener.ts';
import { DATAGRAM_OPTIONS, optionsTold, type Settings, STREAM_OPTIONS, withOptions } from './options.ts';
import { StreamSocket } from './socket.ts';
import { PARKED } from './task.ts';

const LISTEN_KEYS = ['backlog', 'address', 'options'];
const CONNECT_KEYS = ['options', 'from', 'signal'];

/** A socket that listens. @throws SocketError EADDRINUSE, EADDRNOTAVAIL */
export function listen(
  environment: SocketEnvironment,
  port: number,
  options: ListenOptions = {},
): Promise<ListenSocket> {
  const { task, sink } = environment;
  try {
    checkInteger('port', port, 0, 65_535);
    checkKnown('options', options, LISTEN_KEYS);
    const backlog = checkBacklog('options.backlog', options.backlog);
    const address =
      options.address === undefined ? environment.stack.any : parseAddress('options.address', options.address);
    const settings = settingsOf(environment, options.options);
    const args = sink.on ? { port, backlog, ...addressTold(options.address), ...optionsTold(options.options) } : null;
    const entered = task.enter('listen', undefined, args);
    if (entered === PARKED) return task.later(() => listen(environment, port, options));
    const socket = new StreamSocket(environment, settings, environment.newNumber());
    try {
      socket.bindNow({ address, port }, 'listen');
      const listener = socket.listenNow(backlog);
      task.leave(entered, 'listen', { result: { socket: listener.id, local: listener.place } });
      return Promise.resolve(listener);
    } catch (error) {
      socket.abandon();
      if (error instanceof SocketError) task.leave(entered, 'listen', { error: error.code });
      throw error;
    }
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A socket that is connected; if that fails, there is none. @throws SocketError ECONNREFUSED, ETIMEDOUT, … */
export function connect(
  environment: SocketEnvironment,
  host: string,
  port: number,
  options: ConnectOptions = {},
): Promise<StreamSocket> {
  const { task, sink } = environment;
  try {
    checkHost('host', host);
    checkInteger('port', port, 1, 65_535);
    checkKnown('options', options, CONNECT_KEYS);
    const signal = checkSignal('options.signal', options.signal);
    const from = checkFrom(environment, options.from);
    const settings = settingsOf(environment, options.options);
    const args: Json = sink.on
      ? {
          host,
          port,
          ...(options.from === undefined ? {} : { from: { ...options.from } }),
          ...optionsTold(options.options),
        }
      : null;
    const number = environment.newNumber();
    const entered = task.enter('connect', `tcp:${number}`, args);
    if (entered === PARKED) return task.later(() => connect(environment, host, port, options));
    const socket = new StreamSocket(environment, settings, number);
    return socket.connectFor(entered, host, port, from, signal);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A socket that is neither bound nor connected, for single steps. */
export function socket(environment: SocketEnvironment, type: 'stream', options?: SocketOptions): Promise<StreamSocket>;
export function socket(
  environment: SocketEnvironment,
  type: 'datagram',
  options?: SocketOptions,
): Promise<DatagramSocket>;
export function socket(
  environment: SocketEnvironment,
  type: 'stream' | 'datagram',
  options?: SocketOptions,
): Promise<StreamSocket | DatagramSocket>;
export function socket(
  environment: SocketEnvironment,
  type: 'stream' | 'datagram',
  options?: SocketOptions,
): Promise<StreamSocket | DatagramSocket> {
  const { task, sink, limits } = environment;
  try {
    checkOneOf('type', type, ['stream', 'datagram']);
    const defaults = type === 'stream' ? environment.streamDefaults : environment.datagramDefaults;
    const allowed = type === 'stream' ? STREAM_OPTIONS : DATAGRAM_OPTIONS;
    const settings = withOptions(defaults, 'options', options ?? {}, allowed, limits);
    const entered = task.enter('socket', undefined, sink.on ? { type, ...optionsTold(options) } : null);
    if (entered === PARKED) return task.later(() => socket(environment, type, options));
    const made =
      type === 'stream'
        ? new StreamSocket(environment, settings, environment.newNumber())
        : new DatagramSocket(environment, settings);
    task.leave(entered, 'socket', { result: made.id });
    return Promise.resolve(made);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A socket that sets nothing shares what all have. */
function settingsOf(environment: SocketEnvironment, options: SocketOptions | undefined): Settings {
  const { streamDefaults, limits } = environment;
  if (options === undefined) return streamDefaults;
  return withOptions(streamDefaults, 'options.options', options, STREAM_OPTIONS, limits);
}

function checkFrom({ stack }: SocketEnvironment, from: ConnectOptions['from']): Endpoint | undefined {
  if (from === undefined) return undefined;
  const given = checkKeys('options.from', from, ['address', 'port']);
  return {
    address: given.address === undefined ? stack.any : parseAddress('options.from.address', given.address),
    port: checkInteger('options.from.port', given.port ?? 0, 0, 65_535),
  };
}

function addressTold(address: string | undefined): { readonly address?: string } {
  return address === undefined ? {} : { address };
}
