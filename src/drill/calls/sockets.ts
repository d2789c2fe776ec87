/**
 * socket, bind, listen, accept, connect, shutdown, close.
 *
 * Calls it: `table.ts`.
 */
import { CONSTANTS } from '../constants.ts';
import type { SocketEntry } from '../descriptors.ts';
import { ScriptError } from '../script.ts';
import { numberOf, placeOf, required } from '../value.ts';
import { type Answer, type Attempt, answerOf, type CallContext, done, failed } from './attempt.ts';

const NONBLOCK = CONSTANTS['SOCK_NONBLOCK'] ?? 0;
const CLOEXEC = CONSTANTS['SOCK_CLOEXEC'] ?? 0;
const STREAM = CONSTANTS['SOCK_STREAM'] ?? 0;

/** The descriptor of the first argument; undefined: it is not open. */
export function entryOf({ descriptors, args, line }: CallContext) {
  return descriptors.get(required(args[0], line, 'the descriptor'));
}

/** A stream socket of the first argument, or the errno of what is none. */
export function withSocket(context: CallContext, work: (entry: SocketEntry) => Attempt): Attempt {
  const entry = entryOf(context);
  if (entry === undefined) return failed('EBADF');
  return entry.kind === 'socket' ? work(entry) : failed('ENOTSOCK');
}

export function socket({ descriptors, args, expected, line }: CallContext): Attempt {
  const type = numberOf(args[1] ?? { kind: 'any' }, line) ?? STREAM;
  if ((type & ~(NONBLOCK | CLOEXEC)) !== STREAM) {
    throw new ScriptError(line, 'socket: only SOCK_STREAM is supported in scripts');
  }
  if (expected === undefined || expected < 0)
    throw new ScriptError(line, 'socket: the script must say which descriptor it brings');
  const entry = descriptors.newSocket();
  entry.nonblocking = (type & NONBLOCK) !== 0;
  descriptors.add(expected, entry, line);
  return done(expected);
}

export function bind(context: CallContext): Attempt {
  return withSocket(context, ({ socket }) => {
    const { address = context.defaults.any, port = context.defaults.port } = placeOf(context.args[1], context.line);
    const answer = socket.bind(address, port);
    return () => answerOf(answer);
  });
}

export function listen(context: CallContext): Attempt {
  return withSocket(context, (entry) => {
    const answer = entry.socket.listen(Math.max(0, required(context.args[1], context.line, 'the backlog')));
    if (answer === 0) {
      entry.listens = true;
      context.underTest({ kind: 'listening', port: entry.socket.local?.port ?? 0 });
    }
    return () => answerOf(answer);
  });
}

export function accept(context: CallContext): Attempt {
  const { descriptors, expected, line, args } = context;
  const flags = numberOf(args[3] ?? { kind: 'integer', value: 0 }, line) ?? 0;
  return withSocket(context, (entry) => {
    const deadline = deadlineOf(context, entry.receiveTimeout);
    return () => {
      const taken = entry.socket.accept();
      if (typeof taken === 'string') return blockedUntil(context, entry, deadline, taken);
      const number = expected ?? -1;
      const accepted = descriptors.entryOf(taken);
      accepted.nonblocking = (flags & NONBLOCK) !== 0;
      descriptors.add(number, accepted, line);
      return { result: number };
    };
  });
}

export function connect(context: CallContext): Attempt {
  const { args, line, defaults } = context;
  return withSocket(context, (entry) => {
    const { socket } = entry;
    const { address = defaults.remote, port = defaults.port } = placeOf(args[1], line);
    const first = socket.connect(address, port);
    const { local } = socket;
    if (local !== undefined && first === 'EINPROGRESS') {
      context.underTest({ kind: 'connecting', localPort: local.port, remote: address, remotePort: port });
    }
    if (first !== 'EINPROGRESS' || entry.nonblocking) return () => answerOf(first);
    const deadline = deadlineOf(context, entry.sendTimeout);
    return () => {
      if (!socket.pollFlags().out && !socket.pollFlags().err) {
        return context.now() >= deadline ? { result: -1, errno: 'EINPROGRESS' } : undefined;
      }
      return answerOf(socket.connect(address, port));
    };
  });
}

/** getsockname, getpeername: whether there is such a name; what it is, scripts leave open. */
export function nameOf(which: 'local' | 'remote') {
  return (context: CallContext): Attempt =>
    withSocket(context, ({ socket }) =>
      which === 'remote' && (socket.remote === undefined || socket.connection === undefined)
        ? failed('ENOTCONN')
        : done(0),
    );
}

const HOW = ['read', 'write', 'both'] as const;

export function shutdown(context: CallContext): Attempt {
  return withSocket(context, ({ socket }) => {
    const how = HOW[required(context.args[1], context.line, 'how')];
    if (how === undefined) return failed('EINVAL');
    const answer = socket.shutdown(how);
    return () => answerOf(answer);
  });
}

export function close(context: CallContext): Attempt {
  const entry = entryOf(context);
  if (entry === undefined) return failed('EBADF');
  context.descriptors.remove(required(context.args[0], context.line, 'the descriptor'));
  if (entry.kind !== 'socket') return done(0);
  const answer = entry.socket.close();
  return () => answerOf(answer);
}

/** When a call with SO_RCVTIMEO or SO_SNDTIMEO gives up. */
export function deadlineOf({ now, wakeAt }: CallContext, timeout: number): number {
  if (timeout === 0) return Number.POSITIVE_INFINITY;
  const at = now() + timeout;
  wakeAt(at);
  return at;
}

/** EAGAIN on a socket that blocks is no answer, until its time is over. */
export function blockedUntil(
  { now }: CallContext,
  { nonblocking }: SocketEntry,
  deadline: number,
  errno: string,
): Answer | undefined {
  if (errno === 'EAGAIN' && !nonblocking && now() < deadline) return undefined;
  return { result: -1, errno };
}
