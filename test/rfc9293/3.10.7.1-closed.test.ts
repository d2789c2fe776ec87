/** RFC 9293, 3.10.7.1: SEGMENT ARRIVES in CLOSED. */
import { expect, test } from 'vitest';
import { inState } from '../support/states.ts';

test('EVT-01: a segment with ACK draws a RST with its acknowledgment number', () => {
  const end = inState('CLOSED');
  expect(end.arrive('P. 77:87(10) ack 4000')).toEqual(['R 4000:4000(0)']);
  expect(end.arrive('S. 0:0(0) ack 9')).toEqual(['R 9:9(0)']);
});

test('EVT-01: a segment without ACK draws a RST with number 0 that acknowledges all of it', () => {
  const end = inState('CLOSED');
  const zero = 1024; // sequence number 0, counted from the initial one
  expect(end.arrive('S 50:50(0)')).toEqual([`R. ${zero}:${zero}(0) ack 51`]);
  expect(end.arrive('SF 50:54(4)')).toEqual([`R. ${zero}:${zero}(0) ack 56`]);
  expect(end.arrive('- 50:50(0)')).toEqual([`R. ${zero}:${zero}(0) ack 50`]);
});

test('EVT-02, MUST-66: a RST is dropped without an answer', () => {
  const end = inState('CLOSED');
  for (const flags of ['R', 'R.', 'RS', 'RF', 'SFRPUEW.']) expect(end.arrive(`${flags} 1:1(0) ack 1`)).toEqual([]);
});
