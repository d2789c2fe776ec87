/** RFC 9293, 3.8.1: retransmission time-out, RFC 6298; round trips, Karn's rule and timestamps, RFC 7323. */
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { OneEnd } from '../support/one-end.ts';
import { inState } from '../support/states.ts';

test('MUST-18: RTO = SRTT + max(4 RTTVAR, 200 ms) from the first sample, of the handshake', () => {
  const end = OneEnd.established({ rtt: 100 * MILLISECOND });
  expect(end.tcp.status().info).toMatchObject({ rtt: 100, rttvar: 50, rto: 300 });
  const slow = OneEnd.established({ rtt: 400 * MILLISECOND });
  expect(slow.tcp.status().info).toMatchObject({ rtt: 400, rto: 1200 });
  const accepted = OneEnd.accepted({ rtt: 100 * MILLISECOND });
  expect(accepted.tcp.status().info).toMatchObject({ rtt: 100, rto: 300 });
});

test('MUST-18: one segment of a flight is timed: 7/8 and 1/8, 3/4 and 1/4', () => {
  const end = OneEnd.established({ rtt: 100 * MILLISECOND });
  end.write(10);
  end.run(60 * MILLISECOND);
  end.write(10); // not timed
  end.run(20 * MILLISECOND);
  end.arrive('. 1:1(0) ack 11');
  expect(end.tcp.status().info.rtt).toBeCloseTo(97.5, 9);
  expect(end.tcp.status().info.rttvar).toBeCloseTo(42.5, 9);
});

test('MUST-18, MUST-19: each time-out doubles the RTO; Karn: what was sent twice times nothing, the back-off stays', () => {
  const end = OneEnd.established({ rtt: 100 * MILLISECOND });
  end.write(10);
  for (const at of [400, 1000, 2200]) expect(end.quietUntil(at * MILLISECOND), `${at}`).toEqual(['P. 1:11(10) ack 1']);
  end.arrive('. 1:1(0) ack 11');
  expect(end.tcp.status().info).toMatchObject({ rtt: 100, backoff: 3, rto: 2400 });
  end.write(10);
  end.run(100 * MILLISECOND);
  end.arrive('. 1:1(0) ack 21');
  expect(end.tcp.status().info).toMatchObject({ backoff: 0, rtt: 100 });
});

test('MUST-18, RFC 7323, 4: with timestamps what was sent twice is timed by the echo', () => {
  const end = OneEnd.established({ rtt: 100 * MILLISECOND, peer: 'mss 1000,TS 1 0' });
  end.run(900 * MILLISECOND);
  end.write(10);
  end.take();
  end.run(300 * MILLISECOND);
  const tsval = end.take().at(-1)?.options.tsval ?? 0;
  expect(tsval).toBe(1300);
  end.run(50 * MILLISECOND);
  end.arrive(`. 1:1(0) ack 11 <TS 2 ${tsval}>`);
  expect(end.tcp.status().info).toMatchObject({ backoff: 0 });
  expect(end.tcp.status().info.rtt).toBeCloseTo(93.75, 9);
});

test('RFC 6298, 5.7: after a handshake that was repeated data begins with 3 s, on both sides', () => {
  const end = inState('SYN-SENT');
  end.run(1.5 * SECOND);
  end.arrive('S. 0:0(0) ack 1 <mss 1000>');
  expect(end.tcp.status().info.rto).toBe(3000);
  const passive = inState('SYN-RECEIVED');
  passive.run(1.5 * SECOND);
  passive.arrive('. 1:1(0) ack 1');
  expect(passive.tcp.status().info.rto).toBe(3000);
});

test('RFC 7323, 4: unless a timestamp times it', () => {
  const end = inState('SYN-SENT');
  end.run(1.5 * SECOND);
  end.arrive('S. 0:0(0) ack 1 <mss 1000,TS 5 1000>');
  expect(end.tcp.status().info).toMatchObject({ rtt: 500, rto: 1500 });
  const passive = inState('SYN-RECEIVED', { peer: 'mss 1000,TS 5 0' });
  passive.run(1.5 * SECOND);
  passive.arrive('. 1:1(0) ack 1 <TS 6 1000>');
  expect(passive.tcp.status().info).toMatchObject({ rtt: 500, rto: 1500 });
});

test('RFC 6298, 5.3: an ACK of new data starts the timer again for what is still out', () => {
  const end = OneEnd.established({ rtt: 100 * MILLISECOND, peer: 'mss 100' });
  end.write(200);
  end.run(150 * MILLISECOND);
  end.arrive('. 1:1(0) ack 101');
  const { rto } = end.tcp.status().info;
  expect(end.tcp.pollTimeout()).toBe(250 * MILLISECOND + rto * MILLISECOND);
  end.arrive('. 1:1(0) ack 201');
  expect(end.tcp.pollTimeout()).toBe(Number.POSITIVE_INFINITY);
});

test('PAWS, V18: an old duplicate is refused whatever its number; its answer is an ACK', () => {
  const end = OneEnd.established({ peer: 'mss 1000,TS 5000 0' });
  end.arrive('P. 1:11(10) ack 1 <TS 6000 0>');
  end.take();
  end.run(1 * SECOND);
  expect(end.arrive('P. 11:21(10) ack 1 <TS 5999 0>')).toEqual(['. 1:1(0) ack 11']);
  expect(end.tcp.figures().received).toBe(10);
  expect(end.drops).toContain('paws');
  end.arrive('P. 11:21(10) ack 1 <TS 6000 0>');
  expect(end.tcp.figures().received).toBe(20);
});

test('PAWS: a RST is not refused by its timestamp; after 24 days of silence none is', () => {
  const end = OneEnd.established({ peer: 'mss 1000,TS 5000 0' });
  end.run(25 * 86_400 * SECOND);
  end.arrive('P. 1:11(10) ack 1 <TS 4000 0>');
  expect(end.tcp.figures().received).toBe(10);
  end.arrive('R 11:11(0) <TS 1 0>');
  expect(end.state).toBe('CLOSED');
});

test('RFC 7323, 4.3: the timestamp that is echoed is that of the segment that the last ACK answers', () => {
  const end = OneEnd.established({ peer: 'mss 1000,TS 5000 0', config: { quickAcks: 0 } });
  end.arrive('P. 1:11(10) ack 1 <TS 5001 0>'); // not yet acknowledged
  end.arrive('P. 11:21(10) ack 1 <TS 5002 0>');
  end.write(1);
  expect(end.take().at(-1)?.options.tsecr).toBe(5001);
  end.arrive('P. 31:41(10) ack 1 <TS 5003 0>'); // behind a hole: echoes what the last ACK answered
  expect(end.take().at(-1)?.options.tsecr).toBe(5001);
});

test('RFC 7323, 4.3, Linux: what came again because our ACK was lost is echoed, so that it is timed rightly', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK,TS 5000 0' });
  end.arrive('P. 1:11(10) ack 1 <TS 5001 0>');
  end.take();
  end.run(3 * SECOND);
  expect(end.arrive('P. 1:11(10) ack 1 <TS 8001 0>')).toEqual(['. 1:1(0) ack 11 <sack 1:11>']);
  expect(end.take().at(-1)?.options.tsecr).toBe(8001);
  end.arrive('P. -99:-89(10) ack 1 <TS 9000 0>'); // an old one says nothing about the path
  expect(end.tcp.tcb.timestamps.recent).toBe(8001);
});
