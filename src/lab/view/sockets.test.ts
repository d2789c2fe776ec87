import { expect, test } from 'vitest';
import type { ChannelView, HostView, SocketView } from '../stage/model.ts';
import { beliefOf, isHalfOpen, isQueued, receiveRuns, sendRuns } from './sockets.ts';

const channel = (ledger: Partial<ChannelView['ledger']>, outOfOrder: ChannelView['outOfOrder'] = []): ChannelView => ({
  name: 'B:1>A:2',
  from: { host: 'B', endpoint: 'B:1' },
  to: { host: 'A', endpoint: 'A:2' },
  ledger: { channel: 'B:1>A:2', discarded: [], ...ledger },
  outOfOrder,
  window: undefined,
  fin: { sent: false, received: false },
});
const socket = (more: Partial<SocketView>): SocketView => ({
  id: 'tcp:4',
  process: 'server',
  kind: 'tcp',
  local: '10.0.0.1:7000',
  remote: '10.0.0.2:5',
  state: 'ESTABLISHED',
  sends: 1,
  receives: 0,
  sendLimit: 32,
  receiveLimit: 32,
  srtt: undefined,
  datagrams: [],
  tallies: { sent: { count: 0, bytes: 0 }, read: { count: 0, bytes: 0 }, refused: { count: 0, bytes: 0 } },
  rto: undefined,
  cwnd: undefined,
  ssthresh: undefined,
  ...more,
});
const host = (sockets: SocketView[], powered = true): HostView => ({
  name: 'A',
  what: 'host',
  addresses: ['10.0.0.1'],
  profile: 'linux',
  powered,
  processes: [],
  sockets,
});

test('a sent byte stays in the send buffer until its ACK, before those that were never sent', () => {
  expect(sendRuns(channel({ acknowledged: 8, sent: 24, written: 32 }))).toEqual([
    { state: 'unacknowledged', from: 8, to: 24 },
    { state: 'unsent', from: 24, to: 32 },
  ]);
  expect(sendRuns(channel({ acknowledged: 8, sent: 8, written: 8 }))).toEqual([]);
});

test('what is missing before bytes out of order is a hole', () => {
  const runs = receiveRuns(
    channel({ read: 0, received: 8 }, [
      { from: 16, to: 24 },
      { from: 24, to: 32 },
    ]),
  );
  expect(runs).toEqual([
    { state: 'unread', from: 0, to: 8 },
    { state: 'hole', from: 8, to: 16 },
    { state: 'out-of-order', from: 16, to: 24 },
    { state: 'out-of-order', from: 24, to: 32 },
  ]);
});

test('a connection waits for accept only where a socket listens on its port', () => {
  const waiting = socket({ id: undefined, process: undefined });
  const listening = socket({ kind: 'listening', local: '0.0.0.0:7000', remote: undefined, state: 'LISTEN' });
  expect(isQueued(waiting, host([listening, waiting]))).toBe(true);
  expect(isQueued(waiting, host([waiting]))).toBe(false);
  expect(isQueued(socket({}), host([listening]))).toBe(false);
});

test('half-open is one end that holds the connection while the other has none', () => {
  const holds = beliefOf(host([]), socket({}));
  expect(holds).toBe('connected');
  expect(isHalfOpen(holds, beliefOf(host([], false), undefined))).toBe(true);
  expect(isHalfOpen(holds, beliefOf(host([]), undefined))).toBe(true);
  expect(isHalfOpen(holds, holds)).toBe(false);
  expect(isHalfOpen(beliefOf(host([]), socket({ state: 'TIME-WAIT' })), beliefOf(host([]), undefined))).toBe(false);
});
