/**
 * The kernel's own sockets in a namespace, by libc's calls, which Node does not show as they are: errno by errno.
 *
 * Source: socket(7), tcp(7), poll(2); linux/tcp.h for the first byte of tcp_info, asm-generic for the numbers.
 */
import koffi, { type KoffiFunc } from 'koffi';
import { inNamespace } from '../../../src/linux/namespace.ts';
import { type Answer, bytesFrom, type End, MARK_PORT, type Party, shownBytes, stateOf } from './party.ts';

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0x800;
const SOCK_CLOEXEC = 0x80000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const SO_LINGER = 13;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const TCP_INFO = 11;
const MSG_PEEK = 2;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const SHUT = { read: 0, write: 1, both: 2 } as const;

const POLL = { in: 1, out: 4, err: 8, hup: 16, rdhup: 0x2000 } as const;

type Fd = number;
type Plain = KoffiFunc<(fd: Fd, value: number) => number>;
type Named = KoffiFunc<(fd: Fd, address: Uint8Array, length: number) => number>;
type Data = KoffiFunc<(fd: Fd, data: Uint8Array, length: number, flags: number) => number>;
type Measured = KoffiFunc<(fd: Fd, into: Uint8Array, length: Uint8Array) => number>;

const library = koffi.load(null);
const calls = {
  socket: library.func('int socket(int family, int type, int protocol)') as KoffiFunc<
    (family: number, type: number, protocol: number) => number
  >,
  bind: library.func('int bind(int fd, void *address, uint32_t length)') as Named,
  connect: library.func('int connect(int fd, void *address, uint32_t length)') as Named,
  listen: library.func('int listen(int fd, int backlog)') as Plain,
  accept: library.func('int accept4(int fd, void *address, void *length, int flags)') as KoffiFunc<
    (fd: Fd, address: null, length: null, flags: number) => number
  >,
  send: library.func('intptr_t send(int fd, void *data, size_t length, int flags)') as Data,
  recv: library.func('intptr_t recv(int fd, void *data, size_t length, int flags)') as Data,
  shutdown: library.func('int shutdown(int fd, int how)') as Plain,
  getpeername: library.func('int getpeername(int fd, void *address, void *length)') as Measured,
  setsockopt: library.func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)') as KoffiFunc<
    (fd: Fd, level: number, name: number, value: Uint8Array, length: number) => number
  >,
  getsockopt: library.func('int getsockopt(int fd, int level, int name, void *value, void *length)') as KoffiFunc<
    (fd: Fd, level: number, name: number, value: Uint8Array, length: Uint8Array) => number
  >,
  poll: library.func('int poll(void *fds, uint64_t count, int timeout)') as KoffiFunc<
    (fds: Uint8Array, count: number, timeout: number) => number
  >,
  close: library.func('int close(int fd)') as KoffiFunc<(fd: Fd) => number>,
};

const NAMES = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
/** Two names of one number: the one that the kernel's own sources use. */
NAMES.set(koffi.os.errno.EAGAIN ?? 11, 'EAGAIN');

const nameOf = (errno: number): string => NAMES.get(errno) ?? `errno ${errno}`;

function answer(result: number): Answer {
  return result < 0 ? nameOf(koffi.errno()) : String(result);
}

function must(syscall: string, result: number): number {
  if (result < 0) throw new Error(`${syscall}: ${nameOf(koffi.errno())}`);
  return result;
}

/** A sockaddr_in. */
function place(address: string, port: number): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return Uint8Array.from([AF_INET, 0, port >> 8, port & 255, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0]);
}

const int = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

class KernelEnd implements End {
  readonly #fd: Fd;
  readonly #peer: string;
  readonly #open: Set<Fd>;

  /** `open`: all descriptors of the party. */
  constructor(fd: Fd, peer: string, open: Set<Fd>) {
    this.#fd = fd;
    this.#peer = peer;
    this.#open = open;
    open.add(fd);
    must('setsockopt', calls.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, int(1), 4));
  }

  bind(port: number): Answer {
    must('setsockopt', calls.setsockopt(this.#fd, SOL_SOCKET, SO_REUSEADDR, int(1), 4));
    return answer(calls.bind(this.#fd, place('0.0.0.0', port), 16));
  }

  listen(backlog: number): Answer {
    return answer(calls.listen(this.#fd, backlog));
  }

  accept(): End | Answer {
    const fd = calls.accept(this.#fd, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? nameOf(koffi.errno()) : new KernelEnd(fd, this.#peer, this.#open);
  }

  connect(port: number): Answer {
    return answer(calls.connect(this.#fd, place(this.#peer, port), 16));
  }

  send(first: number, length: number): Answer {
    return answer(calls.send(this.#fd, bytesFrom(first, length), length, MSG_NOSIGNAL | MSG_DONTWAIT));
  }

  recv(length: number, peek: boolean): Answer {
    const into = new Uint8Array(length);
    const count = calls.recv(this.#fd, into, length, MSG_DONTWAIT | (peek ? MSG_PEEK : 0));
    return count < 0 ? nameOf(koffi.errno()) : shownBytes(into.subarray(0, count));
  }

  shutdown(how: 'read' | 'write' | 'both'): Answer {
    return answer(calls.shutdown(this.#fd, SHUT[how]));
  }

  setLinger(): Answer {
    const linger = new Uint8Array(Int32Array.of(1, 0).buffer);
    return answer(calls.setsockopt(this.#fd, SOL_SOCKET, SO_LINGER, linger, 8));
  }

  error(): Answer {
    const value = new Uint8Array(4);
    must('getsockopt', calls.getsockopt(this.#fd, SOL_SOCKET, SO_ERROR, value, int(4)));
    const errno = new DataView(value.buffer).getInt32(0, true);
    return errno === 0 ? '0' : nameOf(errno);
  }

  poll(): Answer {
    const asked = new Uint8Array(8);
    const view = new DataView(asked.buffer);
    view.setInt32(0, this.#fd, true);
    view.setInt16(4, POLL.in | POLL.out | POLL.rdhup, true);
    must('poll', calls.poll(asked, 1, 0));
    const told = view.getUint16(6, true);
    return Object.entries(POLL)
      .flatMap(([name, bit]) => ((told & bit) !== 0 ? [name] : []))
      .join(' ');
  }

  state(): Answer {
    const info = new Uint8Array(256);
    must('getsockopt', calls.getsockopt(this.#fd, IPPROTO_TCP, TCP_INFO, info, int(256)));
    return stateOf(info[0]);
  }

  peer(): Answer {
    const address = new Uint8Array(16);
    const result = calls.getpeername(this.#fd, address, int(16));
    return result < 0 ? nameOf(koffi.errno()) : '0';
  }

  close(): Answer {
    this.#open.delete(this.#fd);
    return answer(calls.close(this.#fd));
  }
}

export class KernelParty implements Party {
  #lastMark = 0;
  readonly #namespace: string;
  readonly #peer: string;
  readonly #marks: Fd;
  readonly #open = new Set<Fd>();

  /** In the namespace of that name; `peer`: the other machine's address. */
  constructor(namespace: string, peer: string) {
    this.#namespace = namespace;
    this.#peer = peer;
    this.#marks = this.#make(SOCK_DGRAM);
    must('bind', calls.bind(this.#marks, place('0.0.0.0', MARK_PORT), 16));
  }

  #make(type: number): Fd {
    const fd = inNamespace(this.#namespace, () => calls.socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    this.#open.add(must('socket', fd));
    return fd;
  }

  socket(): End {
    return new KernelEnd(this.#make(SOCK_STREAM), this.#peer, this.#open);
  }

  sendMark(mark: number): void {
    must('connect', calls.connect(this.#marks, place(this.#peer, MARK_PORT), 16));
    must('send', calls.send(this.#marks, int(mark), 4, MSG_DONTWAIT));
  }

  takeMark(): number {
    const into = new Uint8Array(4);
    while (calls.recv(this.#marks, into, 4, MSG_DONTWAIT) === 4) {
      this.#lastMark = new DataView(into.buffer).getInt32(0, true);
    }
    return this.#lastMark;
  }

  close(): void {
    for (const fd of this.#open) calls.close(fd);
    this.#open.clear();
  }
}
