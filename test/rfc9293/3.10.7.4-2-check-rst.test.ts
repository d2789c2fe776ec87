/** RFC 9293, 3.10.7.4, second: RST (RFC 5961, 3). */
import { expect, test } from 'vitest';
import { IRS, OneEnd } from '../support/one-end.ts';
import { inState, rcvNxtIn, SYNCHRONIZED } from '../support/states.ts';

const FAILURE = {
  ESTABLISHED: 'reset',
  'FIN-WAIT-1': 'reset',
  'FIN-WAIT-2': 'reset',
  'CLOSE-WAIT': 'reset-after-fin',
  CLOSING: undefined,
  'LAST-ACK': undefined,
  'TIME-WAIT': undefined,
} as const;

test('EVT-17, EVT-21, MUST-12: a RST exactly at RCV.NXT closes, and tells what was cut off', () => {
  for (const state of SYNCHRONIZED) {
    for (const flags of ['R', 'R.']) {
      const end = inState(state);
      const nxt = rcvNxtIn(state);
      expect(end.arrive(`${flags} ${nxt}:${nxt}(0) ack 1`), state).toEqual([]);
      expect(end.state, state).toBe('CLOSED');
      expect(end.tcp.takeFailure(), state).toBe(FAILURE[state]);
    }
  }
});

test('EVT-18: a RST in the window but not at RCV.NXT draws a challenge ACK', () => {
  for (const state of SYNCHRONIZED) {
    const end = inState(state);
    const nxt = rcvNxtIn(state);
    const [answer] = end.arrive(`R ${nxt + 1}:${nxt + 1}(0)`);
    expect(answer, state).toMatch(new RegExp(`^\\. \\d:\\d\\(0\\) ack ${nxt}$`));
    expect(end.state).toBe(state);
    expect(end.drops).toContain('rst-not-exact');
  }
});

test('EVT-18: the peer that really is gone answers the challenge with a RST that fits', () => {
  const end = OneEnd.established();
  expect(end.arrive('R 500:500(0)')).toEqual(['. 1:1(0) ack 1']);
  end.arrive('R 1:1(0)'); // its CLOSED, 3.10.7.1: SEQ = SEG.ACK
  expect(end.tcp.failed).toBe('reset');
});

test('EVT-19, MUST-11: SYN-RECEIVED from LISTEN: back to LISTEN, the user is not told', () => {
  const end = inState('SYN-RECEIVED');
  expect(end.arrive('R 1:1(0)')).toEqual([]);
  expect(end.state).toBe('CLOSED');
  expect(end.tcp.failed).toBeUndefined();
  expect(end.listen.length).toBe(0);
});

test('EVT-20, MUST-11: SYN-RECEIVED from SYN-SENT: connection refused', () => {
  const end = inState('SYN-RECEIVED (active)');
  expect(end.arrive('R 1:1(0)')).toEqual([]);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'refused']);
});

test('EVT-21: with tcp_rfc1337 a RST does not end TIME-WAIT (V18, RFC 1337)', () => {
  const end = inState('TIME-WAIT', { config: { rfc1337: true } });
  end.arrive('R 2:2(0)');
  expect(end.state).toBe('TIME-WAIT');
});

test('SHLD-2: a RST may carry data', () => {
  const end = OneEnd.established();
  end.arrive('R 1:21(20)');
  expect([end.state, end.tcp.failed, end.tcp.readable]).toEqual(['CLOSED', 'reset', 0]);
});

test('MUST-12: what came before the RST can still be read (row 5)', () => {
  const end = OneEnd.established();
  end.arrive('P. 1:6(5) ack 1');
  end.arrive('R 6:6(0)');
  expect(end.read()).toBe(5);
  expect(end.tcp.takeFailure()).toBe('reset');
  expect(end.tcp.atEnd).toBe(true);
});

test('V3: of RSTs over the whole sequence space only the one at RCV.NXT resets, and few are answered', () => {
  const end = OneEnd.established({ user: { receiveBuffer: 65_536 } });
  const window = 32_768; // half of the memory (linux accounting)
  let answers = 0;
  for (let at = -(2 ** 31); at < 2 ** 31; at += window / 2 + 1) {
    if (at === 1) continue;
    answers += end.arrive(`R ${at}:${at}(0)`).length;
  }
  expect(end.state).toBe('ESTABLISHED');
  expect(answers).toBe(1);
  end.arrive('R 1:1(0)');
  expect(end.state).toBe('CLOSED');
});

test('V19: no RST is answered by a RST, in any state', () => {
  for (const state of SYNCHRONIZED) {
    for (const seq of [0, 1, 2, 3, 1000, 100_000]) {
      const answers = inState(state).arrive(`R. ${seq}:${seq}(0) ack 9999`);
      expect(answers.filter((text) => text.includes('R'))).toEqual([]);
    }
  }
});

test('EVT-21: a connection that was reset in SYN-RECEIVED leaves nothing, and a new SYN begins anew', () => {
  expect(IRS).toBeGreaterThan(0);
  const end = inState('SYN-RECEIVED');
  end.arrive('R 1:1(0)');
  expect(end.run(1e12)).toEqual([]);
});

test('EVT-21: a RST in LAST-ACK or CLOSING throws away what was still to be acknowledged, and counts it', () => {
  for (const closing of [false, true]) {
    const end = OneEnd.established();
    end.write(100);
    if (!closing) end.arrive('F. 1:1(0) ack 1');
    end.call((tcp) => tcp.shutdownWrite(end.now));
    if (closing) end.arrive('F. 1:1(0) ack 1');
    expect(end.state).toBe(closing ? 'CLOSING' : 'LAST-ACK');
    end.arrive('R 2:2(0)');
    expect([end.state, end.tcp.failed]).toEqual(['CLOSED', undefined]);
    expect(end.tcp.status().sendBuffer.bytes).toBe(0);
    expect(end.tcp.figures().discarded['send-buffer']).toBe(100);
  }
});
