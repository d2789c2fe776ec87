/**
 * read, write and their kin: all of them send or receive on a stream.
 *
 *     read(fd, buf, n)  recv(fd, buf, n, flags)  recvfrom(…)  readv(fd, [{..., n}], count)  recvmsg(fd, {msg_iov…}, flags)
 *     write, send, sendto, writev, sendmsg likewise
 *
 * Calls it: `table.ts`.
 */
import { isAtMark } from '../../tcp/urgent.ts';
import { CONSTANTS } from '../constants.ts';
import { type SocketEntry, settleErrors } from '../descriptors.ts';
import { type Expression, ScriptError } from '../script.ts';
import { dataOf, fieldOf, numberOf, required } from '../value.ts';
import { type Answer, type Attempt, type CallContext, failed } from './attempt.ts';
import { blockedUntil, deadlineOf, withSocket } from './sockets.ts';

const flag = (name: string): number => CONSTANTS[name] ?? 0;
/** Flags that change nothing here: scripts send no signal, and a stream has no records. */
const HARMLESS =
  flag('MSG_NOSIGNAL') |
  flag('MSG_DONTWAIT') |
  flag('MSG_PEEK') |
  flag('MSG_WAITALL') |
  flag('MSG_EOR') |
  flag('MSG_MORE') |
  flag('MSG_OOB') |
  flag('MSG_ZEROCOPY') |
  flag('MSG_ERRQUEUE') |
  flag('MSG_TRUNC');

type Shape = 'buffer' | 'vector' | 'message';

export function sending(shape: Shape, flagsAt: number | undefined) {
  return (context: CallContext): Attempt =>
    withSocket(context, (entry) => {
      const flags = flagsOf(context, flagsAt);
      const data = outgoing(context, shape);
      return send(context, entry, data, flags);
    });
}

function send(context: CallContext, entry: SocketEntry, data: Uint8Array, flags: number): Attempt {
  const { socket } = entry;
  const deadline = deadlineOf(context, entry.sendTimeout);
  const blocks = (flags & flag('MSG_DONTWAIT')) === 0 && !entry.nonblocking;
  const has = (name: string) => (flags & flag(name)) !== 0;
  const marks = { more: has('MSG_MORE'), record: has('MSG_EOR'), urgent: has('MSG_OOB') };
  let copied = 0;
  let waits = false;
  const { errors } = entry;
  const attempt = (): Answer | undefined => {
    // Linux sk_stream_wait_memory: a blocked call goes on when a third of the buffer is free, not for every byte.
    if (waits && !socket.pollFlags().out && context.now() < deadline) return undefined;
    const answer = socket.send(data.subarray(copied), marks);
    if (typeof answer === 'number') copied += answer;
    if (copied === data.length && typeof answer === 'number') return { result: copied };
    entry.wantsRoom = true;
    const isFull = typeof answer === 'number' || answer === 'EAGAIN';
    if (isFull && blocks && context.now() < deadline) {
      waits = true;
      return undefined;
    }
    // Linux: an error after some bytes is left to the next call.
    if (copied > 0) return { result: copied };
    return { result: -1, errno: typeof answer === 'string' ? answer : 'EAGAIN' };
  };
  if (!has('MSG_ZEROCOPY') || !errors.takesZeroCopy) return attempt;
  const joins = (socket.connection?.tcb.unsent ?? 0) > 0;
  return () => {
    const answer = attempt();
    const { tcb } = socket.connection ?? {};
    if (answer !== undefined && answer.result > 0 && tcb !== undefined) errors.sent(tcb.sendBuffer.written, joins);
    return answer;
  };
}

export function receiving(shape: Shape, flagsAt: number | undefined) {
  return (context: CallContext): Attempt =>
    withSocket(context, (entry) => {
      if (entry.listens) return failed('ENOTCONN');
      const flags = flagsOf(context, flagsAt);
      if ((flags & flag('MSG_ERRQUEUE')) !== 0) return receiveError(context, entry);
      const length = incoming(context, shape);
      const attempt = receive(context, entry, length, flags);
      return shape === 'message' ? told(context, entry, attempt) : attempt;
    });
}

/** Of recvmsg: the ancillary data that the script names, TCP_CM_INQ. */
function told({ args, line }: CallContext, entry: SocketEntry, attempt: Attempt): Attempt {
  const control = fieldOf(args[1], 'msg_control');
  const messages = control?.kind === 'array' ? control.items : [];
  const wanted = messages.map((one) => {
    const type = required(fieldOf(one, 'cmsg_type'), line, 'cmsg_type');
    if (type !== flag('TCP_CM_INQ')) throw new ScriptError(line, 'of ancillary data only TCP_CM_INQ is supported');
    return required(fieldOf(one, 'cmsg_data'), line, 'cmsg_data');
  });
  return () => {
    const answer = attempt();
    if (answer === undefined || answer.result < 0 || wanted.length === 0) return answer;
    if (!entry.tellsUnread) return { ...answer, wrong: 'there is no ancillary data: TCP_INQ is off' };
    const { tcb } = entry.socket.connection ?? {};
    // Linux tcp_inq_hint: 1 at the end of the stream, although no byte is left.
    const unread = tcb === undefined ? 0 : tcb.receiveBuffer.unread || Number(tcb.finReceived);
    const other = wanted.find((value) => value !== unread);
    return other === undefined ? answer : { ...answer, wrong: `TCP_CM_INQ is ${unread}, not ${other}` };
  };
}

function receive(context: CallContext, entry: SocketEntry, length: number, flags: number): Attempt {
  if ((flags & flag('MSG_OOB')) !== 0) return receiveUrgent(entry, length, flags);
  const deadline = deadlineOf(context, entry.receiveTimeout);
  const buffer = new Uint8Array(length);
  const peek = (flags & flag('MSG_PEEK')) !== 0;
  const dontWait = (flags & flag('MSG_DONTWAIT')) !== 0;
  const waitAll = (flags & flag('MSG_WAITALL')) !== 0;
  let filled = 0;
  return () => {
    const least = waitAll ? length : Math.min(length, Number(entry.socket.getOption('SO_RCVLOWAT')));
    const answer = entry.socket.recv(buffer.subarray(filled), peek);
    if (typeof answer === 'number') {
      filled += answer;
      const { tcb } = entry.socket.connection ?? {};
      const isStopped = tcb !== undefined && isAtMark(tcb); // an urgent byte is next
      const wantsMore = answer > 0 && filled < least && !dontWait && !entry.nonblocking && !isStopped;
      return wantsMore && context.now() < deadline ? undefined : { result: filled };
    }
    if (filled > 0 && (answer !== 'EAGAIN' || context.now() >= deadline)) return { result: filled };
    if (dontWait) return { result: -1, errno: answer };
    return blockedUntil(context, entry, deadline, answer);
  };
}

/** MSG_ERRQUEUE: the oldest notice, held against the one that the script names. It never waits. */
function receiveError({ args, line }: CallContext, entry: SocketEntry): Attempt {
  const control = fieldOf(args[1], 'msg_control');
  const wanted = control?.kind === 'array' ? control.items.map((one) => fieldOf(one, 'cmsg_data')) : [];
  return () => {
    settleErrors(entry);
    const got = entry.errors.take();
    if (got === undefined) return { result: -1, errno: 'EAGAIN' };
    for (const one of wanted) {
      for (const [name, value] of Object.entries(got)) {
        const field = fieldOf(one, name);
        const expected = field === undefined ? undefined : numberOf(field, line);
        if (expected !== undefined && expected !== value)
          return { result: 0, wrong: `${name} is ${value}, not ${expected}` };
      }
    }
    return { result: 0 };
  };
}

/** It never waits, whatever the socket says. */
function receiveUrgent({ socket }: SocketEntry, length: number, flags: number): Attempt {
  return () => {
    const answer = socket.recv(new Uint8Array(length), (flags & flag('MSG_PEEK')) !== 0, true);
    return typeof answer === 'number' ? { result: answer } : { result: -1, errno: answer };
  };
}

function flagsOf({ args, line }: CallContext, at: number | undefined): number {
  const given = at === undefined ? undefined : args[at];
  const flags = given === undefined ? 0 : (numberOf(given, line) ?? 0);
  const unknown = flags & ~HARMLESS;
  if (unknown === 0) return flags;
  const name = Object.keys(CONSTANTS).find((one) => one.startsWith('MSG_') && (unknown & flag(one)) !== 0);
  throw new ScriptError(line, `${name ?? unknown} is not supported`);
}

function outgoing({ args, line }: CallContext, shape: Shape): Uint8Array {
  if (shape === 'buffer') return dataOf(args[1], required(args[2], line, 'the length'));
  const parts = vectorOf(args[1], shape);
  const total = parts.reduce((sum, part) => sum + lengthOfPart(part, line), 0);
  return new Uint8Array(total);
}

function incoming({ args, line }: CallContext, shape: Shape): number {
  if (shape === 'buffer') return required(args[2], line, 'the length');
  return vectorOf(args[1], shape).reduce((sum, part) => sum + lengthOfPart(part, line), 0);
}

function vectorOf(expression: Expression | undefined, shape: Shape): readonly Expression[] {
  const vector = shape === 'message' ? fieldOf(expression, 'msg_iov') : expression;
  return vector?.kind === 'array' ? vector.items : [];
}

/** `{..., 1000}` */
function lengthOfPart(part: Expression, line: number): number {
  const length = part.kind === 'struct' ? part.fields[1]?.value : undefined;
  return required(length, line, 'the length of a part');
}
