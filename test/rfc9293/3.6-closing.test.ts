/** RFC 9293, 3.6 and 3.10.8: closing, TIME-WAIT, FIN-WAIT-2; linux-behaviour, T6, T7 and rows 7, 51. */
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/time.ts';
import { rfc } from '../../src/host/profiles.ts';
import { OneEnd } from '../support/one-end.ts';
import { Pair } from '../support/pair.ts';
import { inState } from '../support/states.ts';

test('T6, EVT-46, MUST-13: TIME-WAIT lasts 60 s to the nanosecond, then nothing is left', () => {
  const end = inState('TIME-WAIT');
  end.quietUntil(60 * SECOND - 1);
  expect(end.state).toBe('TIME-WAIT');
  expect(end.run(1)).toEqual([]);
  expect([end.state, end.tcp.failed, end.tcp.pollTimeout()]).toEqual(['CLOSED', undefined, Number.POSITIVE_INFINITY]);
});

test('MUST-13: in profile rfc it lasts 2 MSL of two minutes', () => {
  const end = inState('TIME-WAIT', { profile: rfc });
  expect(end.tcp.pollTimeout()).toBe(4 * MINUTE);
});

test('T7: the FIN-WAIT-2 of a closed socket lasts 60 s', () => {
  const end = OneEnd.established();
  end.call((tcp) => tcp.close(end.now));
  end.run(3 * SECOND);
  end.arrive('. 1:1(0) ack 2');
  expect(end.state).toBe('FIN-WAIT-2');
  end.take();
  end.quietUntil(63 * SECOND - 1);
  expect(end.state).toBe('FIN-WAIT-2');
  expect(end.run(1)).toEqual([]);
  expect(end.state).toBe('CLOSED');
});

test('T7: closed while in FIN-WAIT-2 already, the 60 s begin at close()', () => {
  const end = inState('FIN-WAIT-2');
  end.run(1000 * SECOND);
  end.call((tcp) => tcp.close(end.now));
  expect(end.tcp.pollTimeout()).toBe(1060 * SECOND);
});

test('row 7: a FIN-WAIT-2 that a program still holds lasts without limit, and receives', () => {
  const end = inState('FIN-WAIT-2');
  expect(end.run(1e6 * SECOND)).toEqual([]);
  expect(end.state).toBe('FIN-WAIT-2');
  end.arrive('P. 1:6(5) ack 2');
  expect(end.read()).toBe(5);
});

test('MAY-1: half-close: who has sent its FIN still receives, who has received one still sends', () => {
  const pair = new Pair().connect();
  pair.b.shutdownWrite(pair.now);
  pair.run(0.1 * SECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSE-WAIT', 'FIN-WAIT-2']);
  for (let i = 0; i < 10; i++) {
    pair.send(pair.a, 'x'.repeat(1000));
    pair.run(1 * SECOND);
  }
  expect(pair.read(pair.b).length).toBe(10_000);
  pair.a.shutdownWrite(pair.now);
  pair.run(0.1 * SECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSED', 'TIME-WAIT']);
});

test('row 51, figure 13: simultaneous close goes by CLOSING to TIME-WAIT on both sides', () => {
  const pair = new Pair().connect();
  pair.a.shutdownWrite(pair.now);
  pair.b.shutdownWrite(pair.now);
  pair.run(0.006 * SECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSING', 'CLOSING']);
  pair.run(0.006 * SECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['TIME-WAIT', 'TIME-WAIT']);
  expect([pair.a.atEnd, pair.b.atEnd]).toEqual([true, true]);
  pair.run(61 * SECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSED', 'CLOSED']);
});

test('V13: closing ends under any loss: no connection hangs, whichever segments are lost', () => {
  for (let pattern = 0; pattern < 512; pattern++) {
    const pair = new Pair().connect();
    let number = 0;
    pair.verdict = () => number >= 9 || ((pattern >> number++) & 1) === 0;
    if (pattern % 3 === 0) pair.a.close(pair.now);
    pair.b.close(pair.now);
    pair.run(0.05 * SECOND);
    pair.a.close(pair.now);
    pair.run(400 * SECOND);
    expect([pair.a.state, pair.b.state], `pattern ${pattern}`).toEqual(['CLOSED', 'CLOSED']);
  }
});

test('EVT-45: the retransmission time-out sends the head of the queue again', () => {
  const end = OneEnd.established({ rtt: 0, peer: 'mss 100' });
  end.write(300);
  end.arrive('. 1:1(0) ack 101');
  end.take();
  end.run(0.25 * SECOND);
  expect(end.take()[0]?.text).toBe('. 101:201(100) ack 1');
});
