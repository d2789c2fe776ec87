/** RFC 9293, 3.10.7.4, seventh: the segment text; SACK and D-SACK as they answer it (RFC 2018, RFC 2883). */
import { expect, test } from 'vitest';
import { OneEnd } from '../support/one-end.ts';
import { inState, rcvNxtIn, sndNxtIn } from '../support/states.ts';

test('EVT-41: text in order is delivered, RCV.NXT advances, the right edge never goes back', () => {
  for (const state of ['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2'] as const) {
    const end = inState(state, { accounting: 'payload', user: { receiveBuffer: 1000 } });
    const sent = sndNxtIn(state);
    expect(end.arrive('P. 1:11(10) ack 1'), state).toEqual([`. ${sent}:${sent}(0) ack 11`]);
    expect(end.take().at(-1)?.window).toBe(990);
    expect(end.read()).toBe(10);
    expect(end.arrive('P. 11:31(20) ack 1')).toEqual([`. ${sent}:${sent}(0) ack 31`]);
    expect(end.read()).toBe(20);
  }
});

test('EVT-40: text after the FIN is ignored', () => {
  for (const state of ['CLOSE-WAIT', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'] as const) {
    const end = inState(state);
    const nxt = rcvNxtIn(state);
    end.arrive(`P. ${nxt}:${nxt + 5}(5) ack 1`);
    expect([end.state, end.tcp.readable], state).toEqual([state, 0]);
  }
});

test('SHLD-31, MAY-13: text out of order is kept, and each draws an ACK of what is missing', () => {
  const end = OneEnd.established();
  expect(end.arrive('P. 11:16(5) ack 1')).toEqual(['. 1:1(0) ack 1']);
  expect(end.arrive('P. 21:26(5) ack 1')).toEqual(['. 1:1(0) ack 1']);
  expect(end.tcp.figures().outOfOrder).toBe(10);
  expect(end.arrive('P. 1:11(10) ack 1')).toEqual(['. 1:1(0) ack 16']);
  expect(end.arrive('P. 16:21(5) ack 1')).toEqual(['. 1:1(0) ack 26']);
  expect(end.read()).toBe(25);
});

test('RFC 2018: with SACK those ACKs tell what came, the newest block first', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK' });
  expect(end.arrive('. 11:21(10) ack 1')).toEqual(['. 1:1(0) ack 1 <sack 11:21>']);
  expect(end.arrive('. 31:41(10) ack 1')).toEqual(['. 1:1(0) ack 1 <sack 31:41 11:21>']);
  expect(end.arrive('. 51:61(10) ack 1')).toEqual(['. 1:1(0) ack 1 <sack 51:61 31:41 11:21>']);
  expect(end.arrive('. 21:26(5) ack 1')).toEqual(['. 1:1(0) ack 1 <sack 11:26 51:61 31:41>']);
  expect(end.arrive('. 71:81(10) ack 1')).toEqual(['. 1:1(0) ack 1 <sack 71:81 51:61 31:41 11:26>']);
  expect(end.arrive('. 91:99(8) ack 1')).toEqual(['. 1:1(0) ack 1 <sack 91:99 71:81 51:61 31:41>']);
});

test('RFC 2018: beside timestamps there is room for three blocks', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK,TS 1 0' });
  for (const at of [11, 31, 51, 71]) end.arrive(`. ${at}:${at + 10}(10) ack 1 <TS 1 0>`);
  expect(end.take().at(-1)?.options.sackCount).toBe(3);
});

test('RFC 2883: octets that came again are reported first, once', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK' });
  end.arrive('. 1:11(10) ack 1');
  expect(end.arrive('. 1:11(10) ack 1')).toEqual(['. 1:1(0) ack 11 <sack 1:11>']);
  end.arrive('. 21:31(10) ack 1');
  expect(end.arrive('. 21:31(10) ack 1')).toEqual(['. 1:1(0) ack 11 <sack 21:31 21:31>']);
  expect(end.arrive('. 11:21(10) ack 1')).toEqual(['. 1:1(0) ack 31']);
});

test('V9: of overlapping text the bytes that came first are read', () => {
  const end = OneEnd.established();
  end.arrive('. 3:5(2) ack 1', Uint8Array.from([101, 102]));
  end.arrive('. 2:7(5) ack 1', Uint8Array.from([201, 202, 203, 204, 205]));
  end.arrive('. 1:4(3) ack 1', Uint8Array.from([1, 2, 3]));
  expect(end.readBytes()).toEqual([1, 201, 101, 102, 204, 205]);
});

test('EVT-41, SHLD-14: text that comes although the window is shut is not taken, and the ACK says so', () => {
  const end = OneEnd.established({ accounting: 'payload', user: { receiveBuffer: 20 } });
  end.arrive('. 1:21(20) ack 1');
  expect(end.arrive('. 21:31(10) ack 1')).toEqual(['. 1:1(0) ack 21']);
  expect(end.take().at(-1)?.window).toBe(0);
  expect(end.read()).toBe(20);
});

test('MUST-58, MUST-59: one ACK answers all segments that came before it was sent', () => {
  const end = OneEnd.established({ config: { quickAcks: 0 } });
  // Handed in without a chance to send in between, as a stack does that empties its queue first.
  const answers: string[] = [];
  end.together(() => {
    for (let at = 1; at < 5000; at += 1000) answers.push(...end.arrive(`. ${at}:${at + 1000}(1000) ack 1`));
  });
  expect(answers).toEqual([]);
  expect(end.take().map((out) => out.text)).toEqual(['. 1:1(0) ack 5001']);
});

test('MUST-58: data that is sent carries the ACK', () => {
  const end = OneEnd.established({ config: { quickAcks: 0 } });
  expect(end.arrive('P. 1:11(10) ack 1')).toEqual([]);
  expect(end.write(5)).toEqual(['P. 1:6(5) ack 11']);
  expect(end.tcp.tcb.timers.isArmed('delayed-ack')).toBe(false);
});

test('V5: tiny segments behind holes never make the buffer hold more than its limit by more than one', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK', user: { receiveBuffer: 65_536 } });
  for (let i = 0; i < 3000; i++) {
    const at = 3 + 2 * ((i * 7919) % 3000);
    end.arrive(`. ${at}:${at + 1}(1) ack 1`);
    const { charge, limit } = end.tcp.status().receiveBuffer;
    expect(charge).toBeLessThanOrEqual(limit + 2000);
  }
});

test('memory is short: what lies behind a hole is given up for what is expected, and that is told', () => {
  const end = OneEnd.established({ user: { receiveBuffer: 20_000 } });
  end.arrive('P. 1:1001(1000) ack 1'); // unread: an empty buffer takes anything
  for (let at = 2001; at < 8001; at += 1000) end.arrive(`P. ${at}:${at + 1000}(1000) ack 1`);
  expect(end.tcp.figures().outOfOrder).toBe(6000);
  end.tcp.setOptions({ receiveBuffer: 2304 }, end.now);
  expect(end.arrive('P. 1001:2001(1000) ack 1')).toEqual(['. 1:1(0) ack 2001']);
  expect(end.tcp.figures().outOfOrder).toBe(0);
  expect(end.events.at(-1)).toEqual({ kind: 'tcp.pruned', connection: end.tcp.id, bytes: 6000 });
});
