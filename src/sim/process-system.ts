/**
 * `os` of a simulated process: the system calls that its program is given.
 *
 * Calls it: programs. `process.ts` makes one for each process.
 */
import { checkInteger } from '../base/check.ts';
import { MILLISECOND, parseDuration } from '../base/time.ts';
import { checkBuffer, checkSignal } from '../socket/buffers.ts';
import { connect, listen, socket } from '../socket/calls.ts';
import { NonblockingSocket } from '../socket/nonblocking.ts';
import { Epoll } from '../socket/poll.ts';
import { PARKED } from '../socket/task.ts';
import type {
  ConnectOptions,
  DatagramSocket,
  Duration,
  Listener,
  ListenOptions,
  Nonblocking,
  Signal,
  Socket,
  SocketOptions,
  System,
} from '../system/system.ts';
import { formatAddress } from '../wire/address.ts';
import type { Process } from './process.ts';

export class ProcessSystem implements System {
  readonly host: string;
  readonly process: string;
  readonly #process: Process;

  constructor(process: Process) {
    this.host = process.host;
    this.process = process.name;
    this.#process = process;
  }

  listen(port: number, options?: ListenOptions): Promise<Listener> {
    return listen(this.#process, port, options);
  }

  connect(host: string, port: number, options?: ConnectOptions): Promise<Socket> {
    return connect(this.#process, host, port, options);
  }

  socket(type?: 'stream', options?: SocketOptions): Promise<Socket>;
  socket(type: 'datagram', options?: SocketOptions): Promise<DatagramSocket>;
  socket(type: 'stream' | 'datagram' = 'stream', options?: SocketOptions): Promise<Socket | DatagramSocket> {
    return socket(this.#process, type, options);
  }

  now(): number {
    const process = this.#process;
    if (process.alive) process.checkTurn('now');
    return process.now / MILLISECOND;
  }

  sleep(duration: Duration, options: { signal?: Signal } = {}): Promise<void> {
    const process = this.#process;
    try {
      const time = parseDuration('duration', duration);
      const signal = checkSignal('options.signal', options.signal);
      const entered = process.enter('sleep', undefined, process.sink.on ? { ms: time / MILLISECOND } : null);
      if (entered === PARKED) return process.later(() => this.sleep(duration, options));
      return process.sleeps.sleep(entered, time, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  read(buffer: Uint8Array, options: { signal?: Signal } = {}): Promise<number> {
    const process = this.#process;
    try {
      const into = checkBuffer('buffer', buffer);
      const signal = checkSignal('options.signal', options.signal);
      const entered = process.enter('read', undefined, process.sink.on ? { bytes: into.length } : null);
      if (entered === PARKED) return process.later(() => this.read(buffer, options));
      return process.input.read(entered, process.now, into, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  print(...values: readonly (string | number | boolean)[]): void {
    const process = this.#process;
    if (!process.alive) return;
    process.checkTurn('print');
    process.print(values.map(String).join(' '));
  }

  exit(code = 0): Promise<never> {
    const process = this.#process;
    try {
      checkInteger('code', code, 0, 255);
      if (process.alive) {
        process.checkTurn('exit');
        process.exit(code);
      }
      return new Promise(() => {});
    } catch (error) {
      return Promise.reject(error);
    }
  }

  timeout(duration: Duration): Signal {
    const process = this.#process;
    const time = parseDuration('duration', duration);
    process.checkTurn('timeout');
    return process.timeout(time);
  }

  get nonblocking(): Nonblocking {
    const process = this.#process;
    process.keepNoTurns();
    return {
      socket: () => new NonblockingSocket(process),
      epoll: () => new Epoll(process),
      resolve: (name) => process.addressesOf(name).map(formatAddress),
      speaksIpv6: process.stack.speaks('ipv6'),
      getpid: () => process.pid,
      getrandom: (buffer) => process.getrandom(checkBuffer('buffer', buffer)),
    };
  }

  outside<T>(work: () => Promise<T> | T): Promise<T> {
    return this.#process.outside(work);
  }
}
