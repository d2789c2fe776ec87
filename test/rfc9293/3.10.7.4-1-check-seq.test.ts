/** RFC 9293, 3.10.7.4, first: the sequence number. */
import { expect, test } from 'vitest';
import { OneEnd } from '../support/one-end.ts';
import { inState, rcvNxtIn, SYNCHRONIZED, sndNxtIn } from '../support/states.ts';

const small = { accounting: 'payload', user: { receiveBuffer: 100 } } as const;

test('EVT-13: what lies outside the window is acknowledged with what is expected, and dropped', () => {
  for (const state of SYNCHRONIZED) {
    const nxt = rcvNxtIn(state);
    const una = sndNxtIn(state);
    for (const seq of [nxt - 10, nxt + 100, nxt + 2_000_000_000]) {
      const end = inState(state, small);
      expect(end.arrive(`P. ${seq}:${seq + 5}(5) ack ${una}`), `${state} ${seq}`).toEqual([
        `. ${una}:${una}(0) ack ${nxt}`,
      ]);
      expect(end.state, `${state} ${seq}`).toBe(state);
      expect(end.tcp.readable).toBe(0);
    }
  }
});

test('EVT-13, V17: bare ACKs outside the window are answered once in half a second', () => {
  const end = inState('ESTABLISHED', small);
  const answers: number[] = [];
  for (let i = 0; i < 1000; i++) {
    if (end.arrive('. 5000:5000(0) ack 1').length > 0) answers.push(end.now);
    end.run(1e6);
  }
  expect(answers).toEqual([0, 500e6]);
});

test('EVT-13, EVT-16: a RST outside the window is dropped without an answer', () => {
  for (const state of SYNCHRONIZED) {
    const nxt = rcvNxtIn(state);
    for (const seq of [nxt - 1, nxt + 100, nxt + 5000, nxt - 2_000_000_000]) {
      const end = inState(state, small);
      expect(end.arrive(`R ${seq}:${seq}(0)`), `${state} ${seq}`).toEqual([]);
      expect(end.arrive(`R. ${seq}:${seq}(0) ack 1`), `${state} ${seq}`).toEqual([]);
      expect(end.state).toBe(state);
    }
  }
});

function shut(): OneEnd {
  const end = inState('ESTABLISHED', small);
  end.arrive('. 1:101(100) ack 1');
  expect(end.take().at(-1)?.window).toBe(0);
  end.write(3);
  end.take();
  return end;
}

test('EVT-14, MUST-66: with a zero window the ACK of a segment counts, and its text is not taken', () => {
  const end = shut();
  expect(end.arrive('P. 101:106(5) ack 4')).toEqual(['. 4:4(0) ack 101']);
  expect(end.tcp.figures()).toMatchObject({ acknowledged: 3, received: 100 });
});

test('EVT-14, MUST-66: with a zero window URG is told', () => {
  const end = shut();
  end.notices = 0;
  end.arrive('U. 101:101(0) ack 4 urg 5');
  expect(end.notices & 16).toBe(16);
});

test('EVT-14, MUST-66: with a zero window a RST at RCV.NXT resets', () => {
  const end = shut();
  expect(end.arrive('R 101:101(0)')).toEqual([]);
  expect(end.state).toBe('CLOSED');
  expect(end.tcp.failed).toBe('reset');
});

test('EVT-15: a segment that reaches over the left edge gives what is new of it', () => {
  const end = inState('ESTABLISHED', small);
  end.arrive('. 1:11(10) ack 1');
  expect(end.arrive('. 6:16(10) ack 1')).toEqual(['. 1:1(0) ack 16']);
  expect(end.read()).toBe(15);
});

test('EVT-15: a segment that reaches over the right edge gives what is inside; a FIN behind it has not come', () => {
  const end = inState('ESTABLISHED', { ...small, config: { acksFin: 'at-once' } });
  expect(end.arrive('F. 1:121(120) ack 1')).toEqual(['. 1:1(0) ack 101']);
  expect(end.state).toBe('ESTABLISHED');
  expect(end.read()).toBe(100);
  expect(end.arrive('F. 101:121(20) ack 1')).toEqual(['. 1:1(0) ack 122']);
  expect(end.state).toBe('CLOSE-WAIT');
  expect(end.read()).toBe(20);
});

test('EVT-15: a segment that reaches over both edges is trimmed to the window', () => {
  const end = inState('ESTABLISHED', small);
  end.arrive('. 1:51(50) ack 1');
  expect(end.arrive('F. 11:131(120) ack 1')).toEqual(['. 1:1(0) ack 101']);
  expect(end.read()).toBe(100);
  expect(end.state).toBe('ESTABLISHED');
});

test('V3: data with a wrong sequence number never enters, sampled over the whole space', () => {
  const end = inState('ESTABLISHED', small);
  for (let i = 0; i < 5000; i++) {
    const seq = ((Math.imul(i, 2654435761) >>> 0) | 0) + 200;
    if (seq > -5 && seq < 110) continue;
    end.arrive(`P. ${seq}:${seq + 4}(4) ack 1`);
  }
  expect(end.tcp.figures()).toMatchObject({ received: 0, outOfOrder: 0 });
  expect(end.state).toBe('ESTABLISHED');
});

test('V3: an ACK in a segment outside the window does not acknowledge', () => {
  const end = inState('ESTABLISHED', small);
  end.write(3);
  for (const seq of [5000, -70_000, 1_500_000_000]) end.arrive(`. ${seq}:${seq}(0) ack 4`);
  expect(end.tcp.figures().acknowledged).toBe(0);
});

test('Linux: a segment that came again, whole, still acknowledges', () => {
  const end = inState('ESTABLISHED', small);
  end.arrive('. 1:11(10) ack 1');
  end.write(3);
  end.arrive('. 1:11(10) ack 4');
  expect(end.tcp.figures().acknowledged).toBe(3);
});

test('Linux: a FIN that came again acknowledges ours: CLOSING, LAST-ACK and FIN-WAIT-1 go on', () => {
  const closing = inState('CLOSING');
  expect(closing.arrive('F. 1:1(0) ack 2')).toEqual(['. 2:2(0) ack 2']);
  expect(closing.state).toBe('TIME-WAIT');
  const lastAck = inState('LAST-ACK');
  lastAck.arrive('F. 1:1(0) ack 2');
  expect(lastAck.state).toBe('CLOSED');
  const finWait = OneEnd.established(small);
  finWait.arrive('. 1:11(10) ack 1');
  finWait.call((tcp) => tcp.shutdownWrite(finWait.now));
  finWait.arrive('. 1:11(10) ack 2');
  expect(finWait.state).toBe('FIN-WAIT-2');
});
