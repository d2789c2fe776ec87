/** RFC 9293, 3.10.7.4, eighth: FIN. */
import { expect, test } from 'vitest';
import { NOTICE } from '../../src/tcp/notices.ts';
import { OneEnd } from '../support/one-end.ts';
import { inState } from '../support/states.ts';

/** As the RFC says it; Linux waits for the program. */
const AT_ONCE = { config: { acksFin: 'at-once' } } as const;

test('EVT-42, MUST-12: FIN in order: end of stream behind the queued data, an ACK, the next state', () => {
  const end = OneEnd.established(AT_ONCE);
  end.notices = 0;
  expect(end.arrive('FP. 1:6(5) ack 1')).toEqual(['. 1:1(0) ack 7']);
  expect(end.state).toBe('CLOSE-WAIT');
  expect(end.notices & NOTICE.readable).toBe(NOTICE.readable);
  expect(end.tcp.atEnd).toBe(false);
  expect(end.read()).toBe(5);
  expect([end.tcp.atEnd, end.tcp.failed]).toEqual([true, undefined]);
});

test('EVT-42, Linux tcp_fin: a program that ends too says it in one segment with the ACK; else it goes by itself', () => {
  const prompt = OneEnd.established();
  expect(prompt.arrive('F. 1:1(0) ack 1')).toEqual([]);
  expect(prompt.call((tcp) => tcp.close(prompt.now))).toEqual(['F. 1:1(0) ack 2']);
  const slow = OneEnd.established();
  expect(slow.arrive('F. 1:1(0) ack 1')).toEqual([]);
  expect(slow.run(0)).toEqual(['. 1:1(0) ack 2']);
});

test('EVT-42, Linux tcp_fin: behind data the ACK of a FIN waits 40 ms, of which a fresh connection knows nothing', () => {
  const end = OneEnd.established();
  expect(end.arrive('P. 1:6(5) ack 1')).toEqual(['. 1:1(0) ack 6']);
  expect(end.arrive('F. 6:6(0) ack 1')).toEqual([]);
  expect(end.run(40_000_000 - 1)).toEqual([]);
  expect(end.run(1)).toEqual(['. 1:1(0) ack 7']);
});

test('EVT-42: a FIN behind a hole waits for the hole', () => {
  const end = OneEnd.established();
  end.arrive('F. 6:11(5) ack 1');
  expect(end.state).toBe('ESTABLISHED');
  expect(end.arrive('. 1:6(5) ack 1')).toEqual(['. 1:1(0) ack 12']);
  expect([end.state, end.read()]).toEqual(['CLOSE-WAIT', 10]);
});

test('EVT-42: a bare FIN is taken with a zero window too', () => {
  const end = OneEnd.established({ ...AT_ONCE, accounting: 'payload', user: { receiveBuffer: 10 } });
  end.arrive('. 1:11(10) ack 1');
  expect(end.arrive('F. 11:11(0) ack 1')).toEqual(['. 1:1(0) ack 12']);
  expect(end.state).toBe('CLOSE-WAIT');
});

test('EVT-34, EVT-33, EVT-35: FIN in FIN-WAIT-1 and FIN-WAIT-2', () => {
  const closing = inState('FIN-WAIT-1');
  closing.arrive('FP. 1:6(5) ack 1');
  expect([closing.state, closing.read()]).toEqual(['CLOSING', 5]);
  const both = inState('FIN-WAIT-1');
  both.arrive('FP. 1:6(5) ack 2');
  expect([both.state, both.read()]).toEqual(['TIME-WAIT', 5]);
  const later = inState('FIN-WAIT-2');
  later.arrive('FP. 1:6(5) ack 2');
  expect([later.state, later.read(), later.tcp.atEnd]).toEqual(['TIME-WAIT', 5, true]);
});

test('EVT-42: a FIN that comes again is acknowledged again, and changes nothing', () => {
  for (const state of ['CLOSE-WAIT', 'CLOSING', 'LAST-ACK'] as const) {
    const end = inState(state);
    const sent = state === 'CLOSE-WAIT' ? 1 : 2;
    expect(end.arrive('F. 1:1(0) ack 1'), state).toEqual([`. ${sent}:${sent}(0) ack 2`]);
    expect(end.state).toBe(state);
  }
});

test('V21: data that came behind the place of a FIN does not bring the connection to a stop', () => {
  const end = OneEnd.established();
  end.arrive('F. 6:11(5) ack 1');
  end.arrive('. 11:16(5) ack 1'); // the peer breaks the rule: it has said its end
  end.arrive('. 1:6(5) ack 1');
  expect(['ESTABLISHED', 'CLOSE-WAIT']).toContain(end.state);
  expect(end.arrive('R 17:17(0)').length + end.arrive('R 16:16(0)').length).toBeLessThanOrEqual(2);
});

test('EVT-47, SHLD-3: data for an orphan draws a RST; from its FIN-WAIT-1 and FIN-WAIT-2', () => {
  for (const acknowledged of [1, 2]) {
    const end = OneEnd.established();
    end.call((tcp) => tcp.close(end.now));
    expect(end.state).toBe('FIN-WAIT-1');
    end.arrive(`. 1:1(0) ack ${acknowledged}`);
    expect(end.arrive(`P. 1:6(5) ack ${acknowledged}`)).toEqual([`R ${acknowledged}:${acknowledged}(0)`]);
    expect([end.state, end.tcp.failed]).toEqual(['CLOSED', undefined]);
  }
});
