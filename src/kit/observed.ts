/**
 * What can be asked of a process from outside: what it received, where it is blocked, what failed, what it noticed, and
 * whether a connection of it is half-open. Facts only; a test runner makes expectations of them.
 *
 * Calls it: `vitest/matchers.ts`.
 */
import { parseDuration } from '../base/time.ts';
import { fabricOf } from '../sim/fabric.ts';
import { Process } from '../sim/process.ts';
import type { Connection } from '../tcp/connection.ts';
import type { Event } from '../trace/event.ts';
import { findBreaks } from '../trace/noticed.ts';
import { formatEndpoint, sameEndpoint } from '../wire/address.ts';

/** @throws TypeError for what is no process of a simulated world */
export function processOf(argument: string, value: unknown): Process {
  if (value instanceof Process) return value;
  throw new TypeError(`${argument}: it is no process of a world; allowed is what host.spawn() answers`);
}

/** @throws Error if the world keeps no events */
function eventsOf(process: Process): readonly Event[] {
  return fabricOf(process).recorder.events;
}

/** How many bytes its calls have received, over all of its sockets. */
export function received(process: Process): number {
  let bytes = 0;
  for (const event of eventsOf(process)) {
    if (event.kind !== 'socket.copied' || event.direction !== 'out') continue;
    if (event.host === process.host && event.process === process.name) bytes += event.bytes;
  }
  return bytes;
}

/** The calls that have not returned. */
export function blockedIn(process: Process): string[] {
  return process.blocked().map(({ call }) => call);
}

/** What a call says that does not wait, and that has not failed by it. */
export function isNotWaiting(errno: string | undefined): boolean {
  return errno === 'EAGAIN' || errno === 'EINPROGRESS';
}

/** Errnos of its calls that failed, oldest first: 'recv ETIMEDOUT'. */
export function failures(process: Process): { readonly call: string; readonly code: string }[] {
  return eventsOf(process).flatMap((event) => {
    if (event.kind !== 'call.returned' || event.error === undefined) return [];
    if (isNotWaiting(event.error)) return [];
    if (event.host !== process.host || event.process !== process.name) return [];
    return [{ call: event.call, code: event.error }];
  });
}

/** How long after the first break it noticed one, in nanoseconds; undefined: it has not. */
export function noticedAfter(process: Process): number | undefined {
  const times = findBreaks(eventsOf(process)).flatMap(({ noticed }) =>
    noticed
      .filter((notice) => notice.host === process.host && notice.process === process.name)
      .map(({ after }) => after),
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** '30s' or milliseconds, as nanoseconds. @throws TypeError, RangeError */
export function lasting(argument: string, duration: unknown): number {
  return parseDuration(argument, duration);
}

/** RFC 9293, 3.3.2: from ESTABLISHED on, as long as the connection is one. */
const SYNCHRONIZED = ['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSE-WAIT', 'CLOSING', 'LAST-ACK'];

/**
 * The connections of it that are half-open (RFC 9293, 3.5.1): synchronized here, while the other host holds no such
 * connection. A cut cable alone makes none. '10.0.0.1:7000>10.0.1.2:49152', the own end first.
 */
export function halfOpen(process: Process): string[] {
  const others = [...fabricOf(process).machines.values()].flatMap((machine) => [
    ...(machine.stack?.connections() ?? []),
  ]);
  return process
    .connections()
    .filter((own) => SYNCHRONIZED.includes(own.state) && !others.some((other) => isOtherEnd(own, other)))
    .map(({ local, remote }) => `${formatEndpoint(local)}>${formatEndpoint(remote)}`);
}

/** Of the same four numbers, and begun by the same SYN: not a later connection that took them over. */
function isOtherEnd(own: Connection, other: Connection): boolean {
  if (other === own || other.state === 'CLOSED') return false;
  if (!sameEndpoint(own.local, other.remote) || !sameEndpoint(own.remote, other.local)) return false;
  return own.tcb.rcv.irs === other.tcb.snd.iss;
}
