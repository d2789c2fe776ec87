/** RFC 9293, 3.10.7.2: SEGMENT ARRIVES in LISTEN. */
import { expect, test } from 'vitest';
import { OneEnd } from '../support/one-end.ts';
import { inState } from '../support/states.ts';

test('EVT-03: a RST is ignored, with or without ACK', () => {
  const end = inState('LISTEN');
  for (const flags of ['R', 'R.', 'SR', 'SFRPUEW.']) expect(end.arrive(`${flags} 1:1(0) ack 1`)).toEqual([]);
  expect(end.state).toBe('LISTEN');
});

test('EVT-04: an ACK draws a RST with its number, also beside SYN', () => {
  const end = inState('LISTEN');
  expect(end.arrive('. 1:1(0) ack 321')).toEqual(['R 321:321(0)']);
  expect(end.arrive('S. 1:1(0) ack 321')).toEqual(['R 321:321(0)']);
  expect(end.arrive('F. 1:1(0) ack 321')).toEqual(['R 321:321(0)']);
  expect(end.state).toBe('LISTEN');
});

test('EVT-05: a SYN makes a connection in SYN-RECEIVED, which answers SYN-ACK', () => {
  const end = inState('LISTEN');
  expect(end.arrive('S 0:0(0) win 1000 <mss 500>')).toEqual(['S. 0:0(0) ack 1']);
  expect(end.state).toBe('SYN-RECEIVED');
  expect(end.tcp.tcb.passive).toBe(true);
  expect(end.tcp.tcb.snd).toMatchObject({ una: end.tcp.tcb.snd.iss, wnd: 1000, mss: 500 });
});

test('EVT-05: text in a SYN is not acknowledged, so it comes again; it is not lost', () => {
  const end = inState('LISTEN');
  expect(end.arrive('S 0:5(5)')).toEqual(['S. 0:0(0) ack 1']);
  end.arrive('P. 1:6(5) ack 1');
  expect(end.read()).toBe(5);
});

test('EVT-06: anything else is dropped', () => {
  const end = inState('LISTEN');
  for (const text of ['- 1:1(0)', 'F 1:1(0)', 'P 1:5(4)', 'FPU 1:5(4) urg 2', 'PUEW 1:5(4)']) {
    expect(end.arrive(text)).toEqual([]);
  }
  expect(end.state).toBe('LISTEN');
  expect(end.drops.every((reason) => reason === 'not-a-syn')).toBe(true);
});

test('V21, Linux: a SYN with FIN is no request for a connection', () => {
  const end = inState('LISTEN');
  expect(end.arrive('SF 0:0(0)')).toEqual([]);
  expect(end.arrive('SFPUEW 0:4(4)')).toEqual([]);
  expect(end.state).toBe('LISTEN');
});

test('MUST-41: what happens to one connection of a LISTEN leaves it and its others as they are', () => {
  const end = inState('LISTEN', { backlog: 1 });
  end.arrive('S 0:0(0)');
  expect(end.listen.length).toBe(0);
  end.arrive('. 1:1(0) ack 1');
  expect(end.state).toBe('ESTABLISHED');
  expect(end.listen.length).toBe(1);
  const accepted = end.listen.accept();
  expect(accepted).toBe(end.tcp);
  expect(end.listen.length).toBe(0);
});

test('MUST-11, EVT-19: a passive open that was reset is forgotten: there is room for the next', () => {
  const end = new OneEnd({ config: { maxSynBacklog: 1 } });
  end.arrive('S 0:0(0)');
  end.arrive('R 1:1(0)');
  expect(end.state).toBe('CLOSED');
  expect(end.listen.close(end.now)).toEqual([]);
});
