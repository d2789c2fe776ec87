/** RFC 9293, 3.10.7.4, fourth: SYN (RFC 5961, 4; RFC 6191). */
import { expect, test } from 'vitest';
import { acceptsReuse } from '../../src/tcp/connection.ts';
import { Segment } from '../../src/tcp/segment.ts';
import { SYN } from '../../src/wire/tcp.ts';
import { IRS, OneEnd } from '../support/one-end.ts';
import { inState, rcvNxtIn, SYNCHRONIZED } from '../support/states.ts';

test('EVT-23: a SYN draws a challenge ACK whatever its number, and changes nothing', () => {
  for (const state of SYNCHRONIZED) {
    const nxt = rcvNxtIn(state);
    for (const seq of [nxt, nxt - 1, nxt + 10, nxt + 1_000_000, nxt - 2_000_000_000]) {
      for (const flags of ['S', 'S.', 'SF', 'SP.']) {
        const end = inState(state);
        const [answer, ...rest] = end.arrive(`${flags} ${seq}:${seq}(0) ack 1`);
        expect(answer, `${state} ${flags} ${seq}`).toMatch(new RegExp(`^\\. \\d:\\d\\(0\\) ack ${nxt}$`));
        expect(rest).toEqual([]);
        expect(end.state).toBe(state);
      }
    }
  }
});

test('EVT-23, V17: SYNs draw one challenge ACK in half a second', () => {
  const end = OneEnd.established();
  const answers: number[] = [];
  for (let i = 0; i < 300; i++) {
    if (end.arrive(`S ${i * 1_000_003}:${i * 1_000_003}(0)`).length > 0) answers.push(end.now);
    end.run(5e6);
  }
  expect(answers).toEqual([0, 500e6, 1000e6]);
});

test('EVT-22, Linux: the SYN that made SYN-RECEIVED comes again: SYN-ACK again, and the timer runs anew', () => {
  const end = inState('SYN-RECEIVED');
  end.run(900e6);
  expect(end.arrive('S 0:0(0)')).toEqual(['S. 0:0(0) ack 1']);
  expect(end.quietUntil(1900e6)).toEqual(['S. 0:0(0) ack 1']);
});

test('EVT-22: another SYN in the window of a passive SYN-RECEIVED: back to LISTEN, which the next SYN finds', () => {
  const end = inState('SYN-RECEIVED');
  expect(end.arrive('S 5:5(0)')).toEqual([]);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', undefined]);
  expect(end.listen.close(end.now)).toEqual([]);
});

test('EVT-22: of an active SYN-RECEIVED it draws a challenge ACK, as later', () => {
  const end = inState('SYN-RECEIVED (active)');
  expect(end.arrive('S 5:5(0)')).toEqual(['. 1:1(0) ack 1']);
  expect(end.state).toBe('SYN-RECEIVED');
});

test('EVT-13: a SYN outside the window of SYN-RECEIVED draws an ACK', () => {
  for (const situation of ['SYN-RECEIVED', 'SYN-RECEIVED (active)'] as const) {
    const end = inState(situation);
    expect(end.arrive('S 500000:500000(0)')).toEqual(['. 1:1(0) ack 1']);
    expect(end.state).toBe('SYN-RECEIVED');
  }
});

test('MUST-10: simultaneous open: the SYN-ACK of the other side establishes, its window without scale', () => {
  const end = inState('SYN-RECEIVED (active)', { peer: 'mss 1000,wscale 7', window: 3000 });
  end.arrive('S. 0:0(0) ack 1 win 3000 <mss 1000,wscale 7>');
  expect(end.state).toBe('ESTABLISHED');
  expect(end.tcp.tcb.snd.wnd).toBe(3000);
  end.arrive('. 1:1(0) ack 1 win 3000');
  expect(end.tcp.tcb.snd.wnd).toBe(3000 * 128);
});

test('MUST-10: text beside that SYN-ACK begins behind the SYN', () => {
  const end = inState('SYN-RECEIVED (active)');
  end.arrive('SP. 0:5(5) ack 1');
  end.arrive('P. 6:9(3) ack 1');
  expect(end.state).toBe('ESTABLISHED');
  expect(end.readBytes()).toEqual([0, 7, 14, 21, 28, 35, 42, 49]);
});

function synSegment(seq: number, tsval?: number): Segment {
  const segment = new Segment();
  segment.seq = (IRS + seq) >>> 0;
  segment.control = SYN;
  segment.len = 1;
  segment.options.timestamps = tsval !== undefined;
  segment.options.tsval = tsval ?? 0;
  return segment;
}

test('EVT-24, MAY-2: without timestamps a SYN behind all that came may begin anew out of TIME-WAIT', () => {
  const end = inState('TIME-WAIT');
  expect(acceptsReuse(end.tcp, synSegment(3))).toBe(true);
  expect(acceptsReuse(end.tcp, synSegment(2))).toBe(false);
  expect(acceptsReuse(end.tcp, synSegment(-5))).toBe(false);
});

test('EVT-24, SHLD-4: with timestamps the newer one may (RFC 6191), whatever its number', () => {
  const end = inState('TIME-WAIT', { peer: 'mss 1000,TS 1000 0' });
  expect(end.tcp.tcb.timestamps.recent).toBe(1000);
  expect(acceptsReuse(end.tcp, synSegment(-1_000_000, 1001))).toBe(true);
  expect(acceptsReuse(end.tcp, synSegment(3, 1000))).toBe(true);
  expect(acceptsReuse(end.tcp, synSegment(2, 1000))).toBe(false);
  expect(acceptsReuse(end.tcp, synSegment(1_000_000, 999))).toBe(false);
});

test('EVT-24: only a bare SYN does', () => {
  const end = inState('TIME-WAIT');
  for (const control of [SYN | 4, SYN | 16, 16]) {
    const segment = synSegment(100);
    segment.control = control;
    expect(acceptsReuse(end.tcp, segment)).toBe(false);
  }
});
