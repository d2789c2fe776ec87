/** RFC 9293, 3.5 and 3.6: establishing and closing, as two TCPs do it with each other. */
import { expect, test } from 'vitest';
import { sameBytes } from '../../src/base/bytes.ts';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { Connection } from '../../src/tcp/connection.ts';
import type { TcpEvent } from '../../src/tcp/events.ts';
import { readSegment, Segment } from '../../src/tcp/segment.ts';
import { FramePool } from '../../src/wire/frame.ts';
import { emptyIpv4Header } from '../../src/wire/ipv4.ts';
import { OneEnd } from '../support/one-end.ts';
import { A, DEFAULTS, environmentOf, Pair } from '../support/pair.ts';
import { inState } from '../support/states.ts';

const words = (pair: Pair) => pair.take().map(({ from, control }) => `${from}:${control}`);

test('3.5, figure 6: SYN, SYN-ACK, ACK, and both are ESTABLISHED', () => {
  const pair = new Pair().connect();
  expect(words(pair)).toEqual(['b:2', 'a:18', 'b:16']);
  expect([pair.a.state, pair.b.state]).toEqual(['ESTABLISHED', 'ESTABLISHED']);
});

test('3.6, figure 12: a normal close goes by FIN-WAIT-2 and CLOSE-WAIT, and ends in one TIME-WAIT of 60 s', () => {
  const pair = new Pair().connect();
  pair.b.close(pair.now);
  pair.run(20 * MILLISECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSE-WAIT', 'FIN-WAIT-2']);
  expect(pair.a.atEnd).toBe(true);
  pair.a.close(pair.now);
  pair.run(20 * MILLISECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSED', 'TIME-WAIT']);
  const deadline = pair.b.pollTimeout();
  pair.run(deadline - 1 - pair.now);
  expect(pair.b.state).toBe('TIME-WAIT');
  pair.run(1);
  expect(pair.b.state).toBe('CLOSED');
});

test('data arrives whole and in order through loss, whatever was lost', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const pair = new Pair({ config: seed % 2 === 0 ? {} : { sack: false, timestamps: false } });
    let random = seed;
    pair.verdict = () => {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      return (random >>> 16) % 100 >= 8;
    };
    pair.b.open(pair.now);
    const data = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + seed) & 255);
    let sent = 0;
    const received: number[] = [];
    pair.run(0);
    for (let steps = 0; steps < 200_000 && received.length < data.length; steps++) {
      if (pair.b.state === 'ESTABLISHED') sent += pair.b.send(data, sent, data.length, pair.now);
      pair.flush();
      if (pair.next() === Number.POSITIVE_INFINITY) break;
      pair.step();
      if (pair.take('a').length > 0 && pair.a.readable > 0) for (const byte of pair.read(pair.a)) received.push(byte);
    }
    expect(received.length, `seed ${seed}, t=${pair.now / SECOND}`).toBe(data.length);
    expect(sameBytes(Uint8Array.from(received), data), `seed ${seed}`).toBe(true);
  }
});

test('MUST-10, row 49, figure 7: crossing SYNs make one connection on both sides', () => {
  const [left, right] = [OneEnd.opened(), OneEnd.opened()];
  expect(left.arrive('S 0:0(0) win 1000 <mss 1000>')).toEqual(['S. 0:0(0) ack 1']);
  expect(right.arrive('S 0:0(0) win 1000 <mss 1000>')).toEqual(['S. 0:0(0) ack 1']);
  for (const end of [left, right]) {
    expect(end.state).toBe('SYN-RECEIVED');
    end.arrive('S. 0:0(0) ack 1 win 1000');
    expect(end.state).toBe('ESTABLISHED');
    end.take();
    expect(end.write(5)).toEqual(['P. 1:6(5) ack 1']);
  }
});

test('MUST-10, row 50: a connection to itself establishes, and hears what it says', () => {
  const pool = new FramePool();
  const events: TcpEvent[] = [];
  const self = new Connection(environmentOf({}, events), A, A, DEFAULTS);
  const ip = emptyIpv4Header();
  ip.source = A.address;
  ip.destination = A.address;
  const segment = new Segment();
  const settle = (): void => {
    for (let rounds = 0; rounds < 20; rounds++) {
      const frame = pool.take(1600);
      if (self.pollTransmit(0, frame) === 0) return;
      frame.payloadEnd = frame.end;
      expect(readSegment(frame, ip, segment)).toBeUndefined();
      self.handleSegment(segment, 0);
      frame.release();
    }
    throw new Error('it talks to itself without end');
  };
  self.open(0);
  settle();
  expect(self.state).toBe('ESTABLISHED');
  self.send(Uint8Array.from([1, 2, 3]), 0, 3, 0);
  settle();
  const into = new Uint8Array(10);
  expect(self.receive(into, 0, 10, false, 0)).toBe(3);
  expect([...into.slice(0, 3)]).toEqual([1, 2, 3]);
  self.close(0);
  settle();
  expect(self.state).toBe('TIME-WAIT');
});

test('3.5, figure 8: an old duplicate SYN is undone by a RST, and the new one connects', () => {
  const end = new OneEnd();
  end.arrive('S 90:90(0)'); // the old one
  expect(end.arrive('R 91:91(0)')).toEqual([]); // the active side refuses an ACK that it did not ask for
  expect(end.state).toBe('CLOSED');
});

test('3.5.1, figures 9 and 10, row 29: a half-open connection is found out by a RST', () => {
  const end = OneEnd.established();
  end.write(10);
  end.arrive('R 1:1(0)'); // the peer was booted anew
  expect(end.tcp.failed).toBe('reset');
  const other = OneEnd.established();
  expect(other.arrive('S 70000:70000(0)')).toEqual(['. 1:1(0) ack 1']); // it wants to connect anew
  other.arrive('R 1:1(0)');
  expect(other.state).toBe('CLOSED');
});

test('the handshake survives the loss of any of its segments', () => {
  for (let pattern = 0; pattern < 64; pattern++) {
    const pair = new Pair();
    let number = 0;
    pair.verdict = () => number >= 6 || ((pattern >> number++) & 1) === 0;
    pair.b.open(pair.now);
    pair.run(30 * SECOND);
    if (pair.b.state === 'ESTABLISHED') pair.send(pair.b, 'x');
    pair.run(30 * SECOND);
    expect([pair.a.state, pair.b.state, pair.a.readable], `pattern ${pattern}`).toEqual([
      'ESTABLISHED',
      'ESTABLISHED',
      1,
    ]);
  }
});

test('row 47: with a full accept queue a SYN draws nothing', () => {
  const end = new OneEnd({ backlog: -1 }); // listen(n) holds n + 1: none
  expect(end.arrive('S 0:0(0)')).toEqual([]);
  expect(end.drops).toEqual(['accept-queue-full']);
});

test('row 47: a queue that has filled meanwhile lets the last ACK wait: the SYN-ACK comes again, and its ACK establishes', () => {
  const end = inState('SYN-RECEIVED');
  const others = Array.from({ length: 9 }, () => Symbol('established'));
  end.tcp.tcb.mayEstablish = () => others.length < 9;
  expect(end.arrive('. 1:1(0) ack 1')).toEqual([]);
  expect([end.state, end.drops]).toEqual(['SYN-RECEIVED', ['accept-queue-full']]);
  expect(end.quietUntil(1 * SECOND)).toEqual(['S. 0:0(0) ack 1']);
  others.pop();
  end.arrive('. 1:1(0) ack 1');
  expect(end.state).toBe('ESTABLISHED');
});
