/**
 * Which socket of a host is shown, what lies in its buffers, and what each side believes of the connection. Pure.
 * Calls it: `stage.tsx`, `host.tsx`, `beliefs.tsx`.
 */
import type { ChannelView, HostView, SocketView, StageModel } from '../stage/model.ts';
import type { Run } from './cells.ts';

/** A connection of the pair: its first channel (an even index into `channels`), and the end of it at each side. */
export interface Shown {
  readonly index: number;
  readonly left: SocketView | undefined;
  readonly right: SocketView | undefined;
}

const holds = (socket: SocketView, index: number): boolean =>
  socket.kind === 'tcp' && (socket.sends === index || socket.receives === index);

export function socketOf(host: HostView | undefined, index: number): SocketView | undefined {
  return host?.sockets.find((socket) => holds(socket, index));
}

/** First channels of all connections between these two hosts. */
export function connectionsOf(model: StageModel, left: string, right: string): number[] {
  const found: number[] = [];
  for (let index = 0; index + 1 < model.channels.length; index += 2) {
    const channel = model.channels[index];
    const ends = [channel?.from.host, channel?.to.host];
    if (ends.includes(left) && ends.includes(right)) found.push(index);
  }
  return found;
}

/** 'local>remote' of the connection that this channel belongs to, as its sender names it. */
export function connectionOf(channel: ChannelView | undefined): string | undefined {
  return channel === undefined ? undefined : `${channel.from.endpoint}>${channel.to.endpoint}`;
}

/** The program whose calls were made on that connection, the last of them; it may have ended. */
export function userOf({ processes }: HostView, connection: string | undefined): string | undefined {
  if (connection === undefined) return undefined;
  return processes.findLast(({ calls }) => calls.some((call) => call.connection === connection))?.name;
}

/** Number of the last event of a call on this socket; -1 if there is none. */
function usedAt(host: HostView, socket: SocketView | undefined): number {
  if (socket?.id === undefined) return -1;
  let last = -1;
  for (const { calls } of host.processes) {
    const call = calls.findLast((one) => one.socket === socket.id);
    if (call !== undefined) last = Math.max(last, call.returned?.n ?? call.n);
  }
  return last;
}

/** The connection that is shown: the chosen one; of those that somebody still holds, the one used last; or the latest. */
export function shownOf(
  model: StageModel,
  left: HostView | undefined,
  right: HostView | undefined,
  chosen: string | undefined,
): Shown | undefined {
  if (left === undefined || right === undefined) return undefined;
  const all = connectionsOf(model, left.name, right.name).map((index) => ({
    index,
    left: socketOf(left, index),
    right: socketOf(right, index),
  }));
  const lastUsed = (some: readonly Shown[]): Shown | undefined => {
    const used = (one: Shown) => Math.max(usedAt(left, one.left), usedAt(right, one.right));
    return some.length < 2 ? some[0] : some.reduce((best, one) => (used(one) >= used(best) ? one : best));
  };
  return (
    all.find(({ index }) => model.channels[index]?.name === chosen) ??
    lastUsed(all.filter((one) => one.left?.state === 'ESTABLISHED' || one.right?.state === 'ESTABLISHED')) ??
    lastUsed(all.filter((one) => one.left !== undefined || one.right !== undefined)) ??
    all.at(-1)
  );
}

/** What lies in the sender's buffer, in order. */
export function sendRuns({ ledger }: ChannelView): Run[] {
  const { acknowledged, written } = ledger;
  if (acknowledged === undefined || written === undefined) return [];
  const sent = Math.min(written, Math.max(acknowledged, ledger.sent ?? acknowledged));
  const runs: Run[] = [
    { state: 'unacknowledged', from: acknowledged, to: sent },
    { state: 'unsent', from: sent, to: written },
  ];
  return runs.filter(({ from, to }) => to > from);
}

/** What lies in the receiver's buffer, in order; the room that is missing before what is out of order is a hole. */
export function receiveRuns({ ledger, outOfOrder }: ChannelView): Run[] {
  const { read, received } = ledger;
  if (read === undefined || received === undefined) return [];
  const runs: Run[] = [{ state: 'unread', from: read, to: received }];
  let end = received;
  for (const { from, to } of outOfOrder.toSorted((one, other) => one.from - other.from)) {
    if (from > end) runs.push({ state: 'hole', from: end, to: from });
    runs.push({ state: 'out-of-order', from: Math.max(end, from), to });
    end = Math.max(end, to);
  }
  return runs.filter(({ from, to }) => to > from);
}

/** A connection that waits in a listening socket's queue: complete or nearly, and no program has accepted it. */
export function isQueued(socket: SocketView, host: HostView): boolean {
  if (socket.kind !== 'tcp' || socket.id !== undefined || socket.process !== undefined) return false;
  if (socket.state !== 'SYN-RECEIVED' && socket.state !== 'ESTABLISHED' && socket.state !== 'CLOSE-WAIT') return false;
  const port = portOf(socket.local);
  return host.sockets.some((one) => one.kind === 'listening' && portOf(one.local) === port);
}

export function portOf(endpoint: string | undefined): string {
  return endpoint?.split(':').at(-1) ?? '';
}

/** What a side takes for true about the connection, from what its own operating system holds and from nothing else. */
export type Belief =
  | 'nothing'
  | 'no-connection'
  | 'asking'
  | 'being-asked'
  | 'connected'
  | 'peer-ended'
  | 'ending'
  | 'over';

export function beliefOf(host: HostView | undefined, socket: SocketView | undefined): Belief {
  if (host === undefined || !host.powered) return 'nothing';
  switch (socket?.state) {
    case undefined:
    case 'CLOSED':
    case 'LISTEN':
      return 'no-connection';
    case 'SYN-SENT':
      return 'asking';
    case 'SYN-RECEIVED':
      return 'being-asked';
    case 'ESTABLISHED':
      return 'connected';
    case 'CLOSE-WAIT':
      return 'peer-ended';
    case 'FIN-WAIT-1':
    case 'FIN-WAIT-2':
    case 'CLOSING':
    case 'LAST-ACK':
      return 'ending';
    case 'TIME-WAIT':
      return 'over';
  }
}

/** One end has lost or dropped the connection, the other holds it and does not know (RFC 9293, 3.5.1). */
export function isHalfOpen(left: Belief, right: Belief): boolean {
  const holdsIt = (one: Belief) => one === 'connected' || one === 'peer-ended';
  const hasNone = (one: Belief) => one === 'nothing' || one === 'no-connection';
  return (holdsIt(left) && hasNone(right)) || (holdsIt(right) && hasNone(left));
}
