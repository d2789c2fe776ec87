/**
 * The names of errors as system calls give them, Linux's numbers for them, and the error that a call rejects with.
 *
 * Source: include/uapi/asm-generic/errno{,-base}.h; the words are those of strerror(3) in the C locale. What brings each
 * about stands in `errno-causes.ts`. Which failure of TCP or IP becomes which name: linux-behaviour rows 22–45.
 * Calls it: every file of `socket/`; `halfopen explain`.
 */
import { unreachable } from '../base/assert.ts';
import type { StackRefusal } from '../host/refusal.ts';
import type { TcpFailure } from '../tcp/failure.ts';

/** Name: [Linux's number, strerror]. ENOTFOUND is getaddrinfo's EAI_NONAME by the name that Node gives it. */
const ERRNO = {
  EBADF: [9, 'bad file descriptor'],
  EAGAIN: [11, 'resource temporarily unavailable'],
  EACCES: [13, 'permission denied'],
  EINVAL: [22, 'invalid argument'],
  EPIPE: [32, 'broken pipe'],
  EDESTADDRREQ: [89, 'destination address required'],
  EMSGSIZE: [90, 'message too long'],
  ENOPROTOOPT: [92, 'protocol not available'],
  EOPNOTSUPP: [95, 'operation not supported'],
  EAFNOSUPPORT: [97, 'address family not supported by protocol'],
  EADDRINUSE: [98, 'address already in use'],
  EADDRNOTAVAIL: [99, 'cannot assign requested address'],
  ENETUNREACH: [101, 'network is unreachable'],
  ECONNABORTED: [103, 'software caused connection abort'],
  ECONNRESET: [104, 'connection reset by peer'],
  EISCONN: [106, 'transport endpoint is already connected'],
  ENOTCONN: [107, 'transport endpoint is not connected'],
  ETIMEDOUT: [110, 'connection timed out'],
  ECONNREFUSED: [111, 'connection refused'],
  EHOSTUNREACH: [113, 'no route to host'],
  EALREADY: [114, 'operation already in progress'],
  EINPROGRESS: [115, 'operation now in progress'],
  ECANCELED: [125, 'operation canceled'],
  ENOTFOUND: [-2, 'name or service not known'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ErrnoCode = keyof typeof ERRNO;

/** All names, in the order of their numbers. */
export const ERRNO_CODES: readonly ErrnoCode[] = Object.keys(ERRNO) as ErrnoCode[];

/** Linux's number: 104 for 'ECONNRESET'. */
export function errnoNumber(code: ErrnoCode): number {
  return ERRNO[code][0];
}

/** strerror's words: 'connection reset by peer'. */
export function errnoMessage(code: ErrnoCode): string {
  return ERRNO[code][1];
}

export function isErrnoCode(text: string): text is ErrnoCode {
  return Object.hasOwn(ERRNO, text);
}

/** What a system call rejects with. Not for a wrong argument: that is a TypeError or a RangeError. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  /** 'ECONNRESET' */
  readonly code: ErrnoCode;
  /** Linux's number, 104. */
  readonly errno: number;
  /** The call that failed: 'recv'. */
  readonly syscall: string;

  /** `detail` goes into the message, after strerror's words. */
  constructor(code: ErrnoCode, syscall: string, detail?: string) {
    super(`${syscall} ${code}: ${errnoMessage(code)}${detail === undefined ? '' : `: ${detail}`}`);
    this.code = code;
    this.errno = errnoNumber(code);
    this.syscall = syscall;
  }
}

/** The name under which a failed connection is reported, once. */
export function errnoOfFailure(failure: TcpFailure): ErrnoCode {
  switch (failure) {
    case 'refused':
      return 'ECONNREFUSED';
    case 'reset':
      return 'ECONNRESET';
    case 'reset-after-fin': // Linux tcp_reset: a RST in CLOSE-WAIT
      return 'EPIPE';
    case 'timed-out':
      return 'ETIMEDOUT';
    case 'host-unreachable':
      return 'EHOSTUNREACH';
    case 'net-unreachable':
      return 'ENETUNREACH';
    case 'protocol-unreachable':
      return 'ENOPROTOOPT';
    case 'message-too-long':
      return 'EMSGSIZE';
    default:
      return unreachable(failure, 'failure');
  }
}

/** The name under which a stack's refusal of connect, bind, listen or a datagram is reported. */
export function errnoOfRefusal(refusal: StackRefusal): ErrnoCode {
  switch (refusal) {
    case 'address-in-use':
      return 'EADDRINUSE';
    case 'address-not-available':
      return 'EADDRNOTAVAIL';
    case 'family-unsupported':
      return 'EAFNOSUPPORT';
    case 'net-unreachable':
      return 'ENETUNREACH';
    case 'access':
      return 'EACCES';
    case 'message-too-long':
      return 'EMSGSIZE';
    default:
      return unreachable(refusal, 'refusal');
  }
}
