/**
 * The few calls of libc that Node does not offer, through koffi's FFI: `ioctl`, `setns`, and `read`/`write` that say
 * EAGAIN by a number instead of an exception. Opening and closing go through `node:fs`.
 *
 * All calls are synchronous. koffi's `.async` would run in libuv's pool of four threads, where blocked calls starve the
 * file system, and `setns` would move the wrong thread. Calls it: tap.ts, device.ts, namespace.ts.
 */
import koffi, { type KoffiFunc } from 'koffi';

/** A system call that failed; `code` is the errno's name. */
export class LinuxError extends Error {
  override readonly name = 'LinuxError';
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const code = errnoName(errno);
    super(`${syscall}: ${code}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

export const EAGAIN = 11;

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0x80000;
const CLONE_NEWNET = 0x40000000;

type BufferCall = KoffiFunc<(fd: number, buffer: Uint8Array, length: number) => number>;

interface Libc {
  readonly read: BufferCall;
  readonly write: BufferCall;
  readonly ioctl: KoffiFunc<(fd: number, request: number, argument: Uint8Array) => number>;
  readonly setns: KoffiFunc<(fd: number, type: number) => number>;
  readonly socket: KoffiFunc<(family: number, type: number, protocol: number) => number>;
}

let loaded: Libc | undefined;

/** libc, loaded when first used: importing this file works on every system. */
function libc(): Libc {
  if (loaded !== undefined) return loaded;
  const library = koffi.load(null);
  loaded = {
    read: library.func('intptr_t read(int fd, void *buffer, size_t length)') as BufferCall,
    write: library.func('intptr_t write(int fd, void *buffer, size_t length)') as BufferCall,
    ioctl: library.func('int ioctl(int fd, unsigned long request, void *argument)') as Libc['ioctl'],
    setns: library.func('int setns(int fd, int type)') as Libc['setns'],
    socket: library.func('int socket(int family, int type, int protocol)') as Libc['socket'],
  };
  return loaded;
}

/** The count read, or the errno negated: -EAGAIN when there is nothing yet. */
export function read(fd: number, into: Uint8Array): number {
  const n = libc().read(fd, into, into.length);
  return n < 0 ? -koffi.errno() : n;
}

/** The count written, or the errno negated. */
export function write(fd: number, from: Uint8Array): number {
  const n = libc().write(fd, from, from.length);
  return n < 0 ? -koffi.errno() : n;
}

/**
 * Fills or reads `argument`, the structure that the request wants.
 * @throws LinuxError
 */
export function ioctl(fd: number, request: number, argument: Uint8Array): void {
  if (libc().ioctl(fd, request, argument) < 0) throw new LinuxError('ioctl', koffi.errno());
}

/**
 * Moves this thread into the network namespace that `fd` stands for.
 * @throws LinuxError
 */
export function setns(fd: number): void {
  if (libc().setns(fd, CLONE_NEWNET) < 0) throw new LinuxError('setns', koffi.errno());
}

/**
 * A datagram socket of the current namespace, for ioctls on its devices. The caller closes it (`fs.closeSync`).
 * @throws LinuxError
 */
export function inetSocket(): number {
  const fd = libc().socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new LinuxError('socket', koffi.errno());
  return fd;
}

/** Calls `readable` whenever `fd` has something to read. */
export interface Watch {
  close(): void;
}

/**
 * Every live watch, so that garbage collection never closes one: a poll handle that is collected stops without a word.
 */
const watches = new Set<Watch>();

/** Watches a descriptor. Close the watch before the descriptor. */
export function watchReadable(fd: number, readable: () => void): Watch {
  const handle = koffi.node.poll(fd, { readable: true }, () => {
    try {
      readable();
    } catch (error) {
      // koffi would swallow it, and never call again.
      setImmediate(() => {
        throw error;
      });
    }
  });
  const watch: Watch = {
    close() {
      if (watches.delete(watch)) handle.close();
    },
  };
  // The closure above holds `handle`, and the set holds the closure.
  watches.add(watch);
  return watch;
}

function errnoName(errno: number): string {
  for (const [name, number] of Object.entries(koffi.os.errno)) if (number === errno) return name;
  return `errno ${errno}`;
}
