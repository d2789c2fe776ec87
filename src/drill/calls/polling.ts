/**
 * poll and epoll.
 *
 *     poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 100) = 1
 *     epoll_create(1) = 5   epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, fd=4}) = 0
 *     epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
 *
 * Calls it: `table.ts`.
 */
import { MILLISECOND } from '../../base/time.ts';
import { CONSTANTS } from '../constants.ts';
import { flagsOf } from '../descriptors.ts';
import { bitsOf, type EpollEvent, EpollSet } from '../epoll-set.ts';
import { type Expression, ScriptError } from '../script.ts';
import { fieldOf, numberOf, required } from '../value.ts';
import { type Attempt, type CallContext, done, failed } from './attempt.ts';
import { entryOf } from './sockets.ts';

const bit = (name: string): number => CONSTANTS[name] ?? 0;
const ALWAYS = bit('POLLERR') | bit('POLLHUP');

/** When a wait of so many milliseconds is over: now for 0, never below it. */
function endOf({ now, wakeAt }: CallContext, milliseconds: number): number {
  if (milliseconds < 0) return Number.POSITIVE_INFINITY;
  const at = now() + milliseconds * MILLISECOND;
  if (milliseconds > 0) wakeAt(at);
  return at;
}

export function poll(context: CallContext): Attempt {
  const { args, line, descriptors, now } = context;
  const list = args[0]?.kind === 'array' ? args[0].items : [];
  const wanted = list.map((one) => ({
    entry: descriptors.get(required(fieldOf(one, 'fd'), line, 'fd')),
    events: required(fieldOf(one, 'events'), line, 'events'),
    revents: numberOf(fieldOf(one, 'revents') ?? { kind: 'integer', value: 0 }, line),
  }));
  const end = endOf(context, required(args[2], line, 'the time'));
  return () => {
    const got = wanted.map(({ entry, events }) => {
      if (entry === undefined) return bit('POLLNVAL');
      return entry.kind === 'socket' ? bitsOf(flagsOf(entry)) & (events | ALWAYS) : 0;
    });
    const ready = got.filter((events) => events !== 0).length;
    if (ready === 0 && now() < end) return undefined;
    const at = wanted.findIndex(({ revents }, index) => revents !== undefined && revents !== got[index]);
    if (at < 0) return { result: ready };
    return {
      result: ready,
      wrong: `revents ${shownEvents(got[at] ?? 0)}, not ${shownEvents(wanted[at]?.revents ?? 0)}`,
    };
  };
}

export function epollCreate({ descriptors, expected, line }: CallContext): Attempt {
  if (expected === undefined || expected < 0) return failed('EINVAL');
  descriptors.add(expected, { kind: 'epoll', set: new EpollSet() }, line);
  return done(expected);
}

export function epollCtl(context: CallContext): Attempt {
  const { args, line, descriptors } = context;
  const epoll = entryOf(context);
  if (epoll?.kind !== 'epoll') return failed(epoll === undefined ? 'EBADF' : 'EINVAL');
  const operation = required(args[1], line, 'the operation');
  const entry = descriptors.get(required(args[2], line, 'the descriptor'));
  if (entry === undefined) return failed('EBADF');
  if (entry.kind !== 'socket') throw new ScriptError(line, 'epoll_ctl: only sockets are supported');
  const { set } = epoll;
  if (operation === bit('EPOLL_CTL_ADD') && set.has(entry)) return failed('EEXIST');
  if (operation !== bit('EPOLL_CTL_ADD') && !set.has(entry)) return failed('ENOENT');
  if (operation === bit('EPOLL_CTL_DEL')) set.delete(entry);
  else set.set(entry, required(fieldOf(args[3], 'events'), line, 'events'), dataOfEvent(args[3], line));
  return done(0);
}

export function epollWait(context: CallContext): Attempt {
  const { args, line, now } = context;
  const epoll = entryOf(context);
  if (epoll?.kind !== 'epoll') return failed(epoll === undefined ? 'EBADF' : 'EINVAL');
  const expected = args[1];
  const most = required(args[2], line, 'the number of events');
  const end = endOf(context, required(args[3], line, 'the time'));
  return () => {
    const ready = epoll.set.ready(most);
    if (ready.length === 0 && now() < end) return undefined;
    const wrong = ready.length === 0 ? undefined : mismatch(expected, ready, line);
    return { result: ready.length, ...(wrong !== undefined && { wrong }) };
  };
}

function mismatch(expected: Expression | undefined, ready: readonly EpollEvent[], line: number): string | undefined {
  if (expected === undefined || expected.kind === 'any') return undefined;
  const wanted = expected.kind === 'array' ? expected.items : [expected];
  for (const [index, one] of wanted.entries()) {
    const got = ready[index];
    if (got === undefined) return undefined;
    const events = required(fieldOf(one, 'events'), line, 'events');
    if (events !== got.events) return `events ${shownEvents(got.events)}, not ${shownEvents(events)}`;
    const data = dataOfEvent(one, line);
    if (data !== got.data) return `data ${got.data}, not ${data}`;
  }
  return undefined;
}

/** The union's member that the script names. */
function dataOfEvent(expression: Expression | undefined, line: number): number {
  const names = ['fd', 'ptr', 'u32', 'u64'];
  const given = names.map((name) => fieldOf(expression, name)).find((value) => value !== undefined);
  return given === undefined ? 0 : required(given, line, 'data');
}

/** 'POLLIN|POLLOUT' */
function shownEvents(events: number): string {
  const names = Object.keys(CONSTANTS).filter(
    (name) => name.startsWith('EPOLL') && !name.includes('CTL') && (events & bit(name)) !== 0,
  );
  return names.join('|') || '0';
}
