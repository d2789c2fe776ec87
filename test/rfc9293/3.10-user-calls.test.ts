/** RFC 9293, 3.10.1 to 3.10.6: OPEN, SEND, RECEIVE, CLOSE, ABORT, STATUS in every state. */
import { expect, test } from 'vitest';
import type { State } from '../../src/tcp/state.ts';
import { OneEnd } from '../support/one-end.ts';
import { inState, SITUATIONS, SYNCHRONIZED, sndNxtIn } from '../support/states.ts';

const CONNECTIONS = SITUATIONS.filter((situation) => situation !== 'LISTEN');

test('3.10.1: OPEN sends a SYN with all options, and only one', () => {
  const end = OneEnd.opened();
  expect(end.state).toBe('SYN-SENT');
  end.run(0);
  expect(end.take()).toEqual([]);
});

test('EVT-50: SEND takes bytes in ESTABLISHED and CLOSE-WAIT only', () => {
  for (const situation of CONNECTIONS) {
    const end = inState(situation);
    const open = situation === 'ESTABLISHED' || situation === 'CLOSE-WAIT';
    const taken = end.tcp.send(Uint8Array.from([0, 7]), 0, 2, end.now);
    expect(taken, situation).toBe(open ? 2 : 0);
  }
});

test('EVT-50: after CLOSE nothing is taken, also while the FIN waits', () => {
  const end = OneEnd.established({ window: 0 });
  end.call((tcp) => tcp.shutdownWrite(end.now));
  expect(end.tcp.send(Uint8Array.from([0]), 0, 1, end.now)).toBe(0);
});

test('3.10.3: RECEIVE after the end has nothing, in every state', () => {
  for (const situation of CONNECTIONS) expect(inState(situation).read(), situation).toBe(0);
});

test('EVT-49: CLOSE in LISTEN and SYN-SENT deletes without any packet', () => {
  const listening = inState('LISTEN');
  expect(listening.listen.close(listening.now)).toEqual([]);
  for (const call of ['close', 'shutdownWrite'] as const) {
    const end = inState('SYN-SENT');
    expect(end.call((tcp) => tcp[call](end.now))).toEqual([]);
    expect(end.state).toBe('CLOSED');
    expect(end.run(1e12)).toEqual([]);
  }
});

const CLOSED_FROM: readonly (readonly [State, State, boolean])[] = [
  ['ESTABLISHED', 'FIN-WAIT-1', true],
  ['CLOSE-WAIT', 'LAST-ACK', true],
  ['FIN-WAIT-1', 'FIN-WAIT-1', false],
  ['FIN-WAIT-2', 'FIN-WAIT-2', false],
  ['CLOSING', 'CLOSING', false],
  ['LAST-ACK', 'LAST-ACK', false],
  ['TIME-WAIT', 'TIME-WAIT', false],
  ['CLOSED', 'CLOSED', false],
];

test('3.10.4: CLOSE in each state: a FIN once', () => {
  for (const [from, to, fin] of CLOSED_FROM) {
    const end = inState(from);
    const nxt = from === 'CLOSE-WAIT' ? 2 : 1;
    expect(
      end.call((tcp) => tcp.shutdownWrite(end.now)),
      from,
    ).toEqual(fin ? [`F. 1:1(0) ack ${nxt}`] : []);
    expect(end.state, from).toBe(to);
  }
});

test('3.10.4: CLOSE in SYN-RECEIVED is queued until the connection is ESTABLISHED; then the FIN goes', () => {
  const end = inState('SYN-RECEIVED (active)');
  expect(end.call((tcp) => tcp.close(end.now))).toEqual([]);
  expect(end.state).toBe('SYN-RECEIVED');
  expect(end.arrive('. 1:1(0) ack 1')).toEqual(['F. 1:1(0) ack 1']);
  expect(end.state).toBe('FIN-WAIT-1');
  end.arrive('F. 1:1(0) ack 2');
  expect(end.state).toBe('TIME-WAIT');
});

test('3.10.4: the SYN-ACK of such a connection is still repeated, and it is given up in the end', () => {
  const end = inState('SYN-RECEIVED (active)');
  end.call((tcp) => tcp.close(end.now));
  expect(end.quietUntil(1e9)).toEqual(['S. 0:0(0) ack 1']);
  end.run(200e9);
  expect(end.state).toBe('CLOSED');
});

test('3.10.4: CLOSE sends what was written before, then the FIN', () => {
  const end = OneEnd.established({ peer: 'mss 100', window: 150 });
  expect(end.write(250)).toEqual(['. 1:101(100) ack 1']);
  end.call((tcp) => tcp.shutdownWrite(end.now));
  expect(end.arrive('. 1:1(0) ack 101 win 300')).toEqual(['. 101:201(100) ack 1', 'FP. 201:251(50) ack 1']);
});

test('MAY-1, EVT-47, SHLD-3: close with unread bytes is a RST, from every state in which the peer may still wait', () => {
  for (const state of ['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2'] as const) {
    const end = inState(state);
    end.arrive('P. 1:6(5) ack 1');
    const sent = sndNxtIn(state);
    expect(
      end.call((tcp) => tcp.close(end.now)),
      state,
    ).toEqual([`R. ${sent}:${sent}(0) ack 6`]);
    expect(end.state).toBe('CLOSED');
  }
  for (const state of ['CLOSE-WAIT', 'CLOSING', 'LAST-ACK'] as const) {
    const end = state === 'CLOSING' ? inState('FIN-WAIT-1') : OneEnd.established();
    end.arrive('FP. 1:6(5) ack 1');
    if (state === 'LAST-ACK') end.call((tcp) => tcp.shutdownWrite(end.now));
    expect(end.state).toBe(state);
    const sent = sndNxtIn(state);
    expect(
      end.call((tcp) => tcp.close(end.now)),
      state,
    ).toEqual([`R. ${sent}:${sent}(0) ack 7`]);
    expect(end.state).toBe('CLOSED');
  }
});

test('SHLD-3: a TIME-WAIT with unread bytes has no peer to tell', () => {
  const end = inState('FIN-WAIT-2');
  end.arrive('FP. 1:6(5) ack 2');
  expect(end.state).toBe('TIME-WAIT');
  expect(end.call((tcp) => tcp.close(end.now))).toEqual([]);
  expect(end.state).toBe('TIME-WAIT');
});

test('EVT-48: ABORT sends RST with SEQ=SND.NXT where the peer may still wait, and drops all', () => {
  const resets: readonly string[] = [
    'SYN-RECEIVED',
    'SYN-RECEIVED (active)',
    'ESTABLISHED',
    'FIN-WAIT-1',
    'FIN-WAIT-2',
    'CLOSE-WAIT',
  ];
  for (const situation of CONNECTIONS) {
    const end = inState(situation);
    const answer = end.call((tcp) => tcp.abort(end.now));
    const sent = sndNxtIn(situation);
    const ack = situation === 'CLOSE-WAIT' ? 2 : 1;
    expect(answer, situation).toEqual(resets.includes(situation) ? [`R. ${sent}:${sent}(0) ack ${ack}`] : []);
    expect(end.state).toBe('CLOSED');
    expect(end.tcp.pollTimeout()).toBe(Number.POSITIVE_INFINITY);
  }
});

test('EVT-48: what was not read and not sent is gone, and counted', () => {
  const end = OneEnd.established({ window: 5 });
  end.write(20);
  end.arrive('P. 1:4(3) ack 1 win 5');
  end.call((tcp) => tcp.abort(end.now));
  expect(end.tcp.figures()).toMatchObject({
    written: 20,
    sent: 5,
    discarded: { 'send-buffer': 20, 'receive-buffer': 3 },
  });
  expect(end.tcp.readable).toBe(0);
});

test('3.10.6: STATUS tells the state and both buffers', () => {
  const end = OneEnd.established({ accounting: 'payload', user: { sendBuffer: 100, receiveBuffer: 50 }, window: 10 });
  end.write(30);
  end.arrive('P. 1:8(7) ack 6 win 10');
  expect(end.tcp.status()).toMatchObject({
    state: 'ESTABLISHED',
    sendBuffer: { limit: 100, bytes: 25, unsent: 15, unacknowledged: 10 },
    receiveBuffer: { limit: 50, bytes: 7, window: 43 },
  });
});

test('V22: a call in every state, any number of times, throws nothing and leaves the invariants true', () => {
  for (const situation of CONNECTIONS) {
    for (const first of ['close', 'abort', 'shutdownWrite', 'shutdownRead'] as const) {
      for (const second of ['close', 'abort', 'shutdownWrite', 'shutdownRead'] as const) {
        const end = inState(situation);
        end.call((tcp) => tcp[first](end.now));
        end.call((tcp) => tcp[second](end.now));
        end.run(2000e9);
        const waits: readonly State[] = ['FIN-WAIT-2', 'ESTABLISHED', 'CLOSE-WAIT'];
        if (first !== 'shutdownRead' || second !== 'shutdownRead') {
          expect(['CLOSED', ...waits], `${situation} ${first} ${second}`).toContain(end.state);
        }
      }
    }
  }
  expect(SYNCHRONIZED.length).toBe(7);
});
