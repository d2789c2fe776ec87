/** RFC 9293, 3.8.6.1: probing a window that is shut; linux-behaviour, T3 and rows 27, 32. */
import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/time.ts';
import { OneEnd } from '../support/one-end.ts';

const RTO = 0.2 * SECOND + 1;
const PROBE = '. 0:0(0) ack 1';
const shut = { window: 0, rtt: 0 } as const;

function answered(end: OneEnd, until: number): number[] {
  const times: number[] = [];
  while (end.tcp.pollTimeout() <= until && end.state !== 'CLOSED') {
    end.run(end.tcp.pollTimeout() - end.now);
    for (const out of end.take()) {
      expect(out.text).toBe(PROBE);
      times.push(out.at);
      end.arrive('. 1:1(0) ack 1 win 0');
    }
  }
  return times;
}

test('T3, MUST-35, MUST-36, SHLD-29, SHLD-30: probes after 0.2, 0.6, 1.4 … 204.6 s, then every 120 s', () => {
  const end = OneEnd.established(shut);
  expect(end.write(10)).toEqual([]);
  const times = answered(end, 600 * SECOND);
  expect(times[0]).toBe(RTO);
  expect(times.map((at) => Math.round(at / 1e6) / 1e3)).toEqual([
    0.2, 0.6, 1.4, 3, 6.2, 12.6, 25.4, 51, 102.2, 204.6, 324.6, 444.6, 564.6,
  ]);
});

test('T3: a probe leaves at its deadline and not a nanosecond before', () => {
  const end = OneEnd.established(shut);
  end.write(10);
  expect(end.quietUntil(RTO)).toEqual([PROBE]);
  expect(end.quietUntil(3 * RTO)).toEqual([PROBE]);
});

test('T3, MUST-37, MAY-8, row 32: for ever, as long as the peer answers', () => {
  const end = OneEnd.established(shut);
  end.write(10);
  expect(answered(end, 48 * HOUR).length).toBeGreaterThan(1400);
  expect(end.state).toBe('ESTABLISHED');
  expect(end.arrive('. 1:1(0) ack 1 win 1000')).toEqual(['P. 1:11(10) ack 1']);
});

test('MUST-37: without an answer it is given up after tcp_retries2 probes', () => {
  const end = OneEnd.established(shut);
  end.write(10);
  end.run(924.6 * SECOND);
  expect([end.state, end.take().length]).toEqual(['ESTABLISHED', 15]);
  end.run(1 * SECOND);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});

test('EVT-44, row 27: TCP_USER_TIMEOUT ends it although the peer answers: 10 s after the first probe', () => {
  const end = OneEnd.established({ ...shut, user: { userTimeout: 10 * SECOND } });
  end.write(10);
  answered(end, RTO + 10 * SECOND - 1);
  expect(end.state).toBe('ESTABLISHED');
  end.run(RTO + 10 * SECOND - end.now);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});

test('V12: an orphan whose peer keeps its window shut is dropped when the probes are 120 s apart', () => {
  const end = OneEnd.established(shut);
  end.write(10);
  end.call((tcp) => tcp.close(end.now));
  const times = answered(end, 48 * HOUR);
  expect(times.length).toBe(10);
  expect(end.state).toBe('CLOSED');
  expect(Math.round(end.now / 1e6)).toBe(324_600);
});

test('SHLD-30: an open window ends the probing; shut again, it begins with the shortest interval', () => {
  const end = OneEnd.established(shut);
  end.write(10);
  answered(end, 30 * SECOND);
  expect(end.arrive('. 1:1(0) ack 1 win 4')).toEqual(['. 1:5(4) ack 1']);
  const at = end.now;
  end.arrive('. 1:1(0) ack 5 win 0');
  expect(end.tcp.pollTimeout()).toBe(at + RTO);
});

test('MUST-36: a FIN that waits for a window is probed for as well', () => {
  const end = OneEnd.established(shut);
  expect(end.call((tcp) => tcp.shutdownWrite(end.now))).toEqual([]);
  expect(end.quietUntil(RTO)).toEqual([PROBE]);
  expect(end.arrive('. 1:1(0) ack 1 win 1')).toEqual(['F. 1:1(0) ack 1']);
});
