/** RFC 9293, 3.10.7.3: SEGMENT ARRIVES in SYN-SENT. */
import { expect, test } from 'vitest';
import { inState } from '../support/states.ts';

test('EVT-07: an ACK outside (ISS, SND.NXT] draws a RST with its number', () => {
  for (const ack of [0, -1, 2, 100_000, -2_000_000_000]) {
    const end = inState('SYN-SENT');
    expect(end.arrive(`. 0:0(0) ack ${ack}`), `ack ${ack}`).toEqual([`R ${ack}:${ack}(0)`]);
    expect(end.arrive(`S. 0:0(0) ack ${ack}`), `SYN, ack ${ack}`).toEqual([`R ${ack}:${ack}(0)`]);
    expect(end.state).toBe('SYN-SENT');
  }
});

test('EVT-07: a RST with such an ACK is dropped without an answer', () => {
  const end = inState('SYN-SENT');
  expect(end.arrive('R. 0:0(0) ack 0')).toEqual([]);
  expect(end.arrive('R. 0:0(0) ack 2')).toEqual([]);
  expect(end.state).toBe('SYN-SENT');
});

test('EVT-08, MUST-12: a RST with the ACK of our SYN refuses the connection', () => {
  const end = inState('SYN-SENT');
  expect(end.arrive('R. 0:0(0) ack 1')).toEqual([]);
  expect(end.state).toBe('CLOSED');
  expect(end.tcp.takeFailure()).toBe('refused');
  expect(end.tcp.takeFailure()).toBeUndefined();
});

test('EVT-09: a RST without ACK is dropped', () => {
  const end = inState('SYN-SENT');
  expect(end.arrive('R 1:1(0)')).toEqual([]);
  expect(end.arrive('SR 0:0(0)')).toEqual([]);
  expect(end.state).toBe('SYN-SENT');
  expect(end.drops).toEqual(['rst-refused', 'rst-refused']);
});

test('EVT-10: SYN-ACK establishes, is acknowledged, and the window counts without scale', () => {
  const end = inState('SYN-SENT');
  expect(end.arrive('S. 0:0(0) ack 1 win 2000 <mss 700,wscale 4>')).toEqual(['. 1:1(0) ack 1']);
  expect(end.state).toBe('ESTABLISHED');
  expect(end.tcp.tcb.snd).toMatchObject({ wnd: 2000, scale: 4, mss: 700 });
});

test('EVT-10: URG and text beside the SYN-ACK: text is not acknowledged, so it comes again', () => {
  const end = inState('SYN-SENT');
  expect(end.arrive('S. 0:5(5) ack 1')).toEqual(['. 1:1(0) ack 1']);
  end.arrive('. 1:6(5) ack 1');
  expect(end.read()).toBe(5);
});

test('EVT-11, MUST-10: a SYN alone leads to SYN-RECEIVED and is answered by SYN-ACK', () => {
  const end = inState('SYN-SENT');
  expect(end.arrive('S 0:0(0) win 500')).toEqual(['S. 0:0(0) ack 1']);
  expect(end.state).toBe('SYN-RECEIVED');
  expect(end.tcp.tcb.passive).toBe(false);
});

test('EVT-12, EVT-43: what has neither SYN nor RST is dropped, FIN and text are not looked at', () => {
  const end = inState('SYN-SENT');
  for (const text of ['. 0:0(0) ack 1', 'F. 0:0(0) ack 1', 'F 0:0(0)', 'FPU 0:5(5) urg 3', '- 0:0(0)']) {
    expect(end.arrive(text)).toEqual([]);
  }
  expect(end.state).toBe('SYN-SENT');
  expect(end.tcp.tcb.finReceived).toBe(false);
});

test('EVT-43: a FIN is not processed where the peer is not known: CLOSED, LISTEN', () => {
  expect(inState('CLOSED').arrive('F. 1:1(0) ack 1')).toEqual(['R 1:1(0)']);
  const listening = inState('LISTEN');
  expect(listening.arrive('F 1:1(0)')).toEqual([]);
  expect(listening.state).toBe('LISTEN');
});

test('MUST-14, MUST-15: without an MSS option the peer takes 536', () => {
  const end = inState('SYN-SENT');
  end.arrive('S. 0:0(0) ack 1');
  expect(end.write(1072)).toEqual(['. 1:537(536) ack 1', 'P. 537:1073(536) ack 1']);
});
