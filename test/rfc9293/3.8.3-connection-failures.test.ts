/** RFC 9293, 3.8.3: when a connection is given up; linux-behaviour, T1, T2, T5 and rows 22, 24, 25. */
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/time.ts';
import { linux, rfc, tcpConfigOf, windows } from '../../src/host/profiles.ts';
import { Sysctl } from '../../src/host/sysctl.ts';
import { OneEnd } from '../support/one-end.ts';
import { inState } from '../support/states.ts';

/** RTO = SRTT + 200 ms, and no round trip is shorter than 1 ns. */
const RTO = 0.2 * SECOND + 1;
const sack = { peer: 'mss 1000,sackOK', rtt: 0 };

/** The moments of a loss probe and `count` retransmissions after something was sent at 0; the last is the next one. */
function schedule(count: number): number[] {
  const times = [RTO]; // two round trips and 200 ms, but not later than the RTO
  let interval = RTO;
  for (let i = 0; i <= count; i++) {
    times.push((times.at(-1) ?? 0) + interval);
    interval = Math.min(120 * SECOND, 2 * interval);
  }
  return times;
}

function nominal(times: readonly number[]): number[] {
  return times.map((at) => Math.round(at / 1e6) / 1e3);
}

test('T1, MUST-18, MUST-20, SHLD-11: data to a silent peer: a loss probe, 15 retransmissions, given up after 924.8 s', () => {
  const end = OneEnd.established(sack);
  end.write(10);
  const times = schedule(15);
  expect(nominal(times)).toEqual([
    0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 324.8, 444.8, 564.8, 684.8, 804.8, 924.8,
  ]);
  const last = times.pop() ?? 0;
  for (const at of times) expect(end.quietUntil(at), `${at}`).toEqual(['P. 1:11(10) ack 1']);
  expect(end.state).toBe('ESTABLISHED');
  expect(end.quietUntil(last)).toEqual([]);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});

test('T1: with tcp_retries2 = 3 it is given up after 6.4 s', () => {
  const end = OneEnd.established({ ...sack, config: { retries2: 3 } });
  end.write(10);
  const times = schedule(4);
  expect(nominal(times)).toEqual([0.2, 0.4, 0.8, 1.6, 3.2, 6.4]);
  end.run((times.at(-1) ?? 0) - 1);
  expect(end.state).toBe('ESTABLISHED');
  end.run(1);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});

test('T1: without SACK there is no loss probe', () => {
  const end = OneEnd.established({ rtt: 0 });
  end.write(10);
  expect(end.quietUntil(RTO)).toEqual(['P. 1:11(10) ack 1']);
  expect(end.quietUntil(3 * RTO)).toEqual(['P. 1:11(10) ack 1']);
});

test('T1: the count decides in profile rfc: R2 = 8 retransmissions, after more than 100 s', () => {
  const end = OneEnd.established({ profile: rfc, rtt: 0, peer: 'mss 1000,sackOK' });
  end.write(10);
  end.run(1e6 * SECOND);
  expect(end.take().map((out) => out.at / SECOND)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  expect(end.events.filter((event) => event.kind === 'tcp.failed').length).toBe(1);
});

test('T2: the FIN of a closed socket: the same, given up after 102.4 s, nobody is told', () => {
  const end = OneEnd.established(sack);
  expect(end.call((tcp) => tcp.close(end.now))).toEqual(['F. 1:1(0) ack 1']);
  const times = schedule(8);
  expect(nominal(times)).toEqual([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4]);
  const last = times.pop() ?? 0;
  for (const at of times) expect(end.quietUntil(at)).toEqual(['F. 1:1(0) ack 1']);
  expect(end.quietUntil(last)).toEqual([]);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', undefined]);
});

test('T5, MUST-22, MUST-23: SYNs at 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s, given up after 131 s', () => {
  const end = inState('SYN-SENT');
  for (const at of [1, 2, 3, 4, 5, 7, 11, 19, 35, 67]) {
    expect(end.quietUntil(at * SECOND), `${at}`).toEqual(['S 0:0(0)']);
  }
  expect(end.quietUntil(131 * SECOND)).toEqual([]);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});

test('MUST-23: profile rfc keeps sending SYNs for more than 3 minutes; windows gives up after 21 s', () => {
  const last = (end: OneEnd): number => {
    let at = 0;
    for (; end.state === 'SYN-SENT'; at = end.now) end.run(end.tcp.pollTimeout() - end.now);
    return at / SECOND;
  };
  expect(last(inState('SYN-SENT', { profile: rfc }))).toBe(183);
  expect(last(inState('SYN-SENT', { profile: windows }))).toBe(21);
});

test('T5, MUST-22: SYN-ACKs at 1, 3, 7, 15, 31 s, forgotten after 63 s', () => {
  const end = inState('SYN-RECEIVED');
  for (const at of [1, 3, 7, 15, 31]) expect(end.quietUntil(at * SECOND)).toEqual(['S. 0:0(0) ack 1']);
  expect(end.quietUntil(63 * SECOND)).toEqual([]);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', undefined]);
  expect(end.listen.close(end.now)).toEqual([]);
});

test('MUST-21, EVT-44, row 24: TCP_USER_TIMEOUT counts from the first retransmission on, to the moment', () => {
  const end = OneEnd.established({ ...sack, user: { userTimeout: 10 * SECOND } });
  end.write(10);
  const [, first = 0] = schedule(1);
  end.run(first + 10 * SECOND - 1);
  expect(end.state).toBe('ESTABLISHED');
  end.run(1);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
  expect(end.tcp.status().sendBuffer.bytes).toBe(0);
});

test('MUST-21, row 25: TCP_USER_TIMEOUT of an idle connection has no effect', () => {
  const end = OneEnd.established({ ...sack, user: { userTimeout: 10 * SECOND } });
  expect(end.run(100_000 * SECOND)).toEqual([]);
  expect(end.state).toBe('ESTABLISHED');
});

test('MUST-21: TCP_USER_TIMEOUT holds for SYNs too, to the moment, and sends none in haste', () => {
  const end = inState('SYN-SENT', { user: { userTimeout: 6 * SECOND } });
  for (const at of [1, 2, 3, 4, 5]) expect(end.quietUntil(at * SECOND), `${at}`).toEqual(['S 0:0(0)']);
  expect(end.quietUntil(6 * SECOND)).toEqual([]);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});

test('MUST-21: it may be set while data is already outstanding', () => {
  const end = OneEnd.established(sack);
  end.write(10);
  end.run(2 * SECOND);
  end.call((tcp) => tcp.setOptions({ userTimeout: 5 * SECOND }, end.now));
  const [, first = 0] = schedule(1);
  end.run(first + 5 * SECOND - 1 - end.now);
  expect(end.state).toBe('ESTABLISHED');
  end.run(1);
  expect(end.state).toBe('CLOSED');
});

test('SHLD-11: R2 is more than 100 s in profiles linux and rfc', () => {
  for (const profile of [linux, rfc]) {
    const config = tcpConfigOf(profile, new Sysctl(profile.sysctl));
    let total = 0;
    for (let i = 0, rto = config.rtoMin; i <= config.retries2; i++, rto = Math.min(2 * rto, config.rtoMax))
      total += rto;
    expect(total).toBeGreaterThan(100 * SECOND);
  }
});

test('SHLD-9, MUST-47, SHLD-25: an ICMP error that does not end the connection is told once, and names the end', () => {
  const end = OneEnd.established(sack);
  end.write(10);
  const sequence = end.tcp.tcb.snd.una;
  end.call((tcp) => tcp.handleIcmp({ type: 3, code: 1, sequence, mtu: 0 }, end.now));
  expect(end.state).toBe('ESTABLISHED');
  expect(end.tcp.takeSoftError()).toBe('host-unreachable');
  expect(end.tcp.takeSoftError()).toBeUndefined();
  end.call((tcp) => tcp.handleIcmp({ type: 3, code: 1, sequence, mtu: 0 }, end.now));
  end.run(1000 * SECOND);
  expect(end.tcp.failed).toBe('host-unreachable');
});

test('SHLD-17, MUST-37: a peer that took its window back and still answers is not given up', () => {
  const end = OneEnd.established(sack);
  end.write(10);
  for (let i = 0; i < 60; i++) {
    end.run(end.tcp.pollTimeout() - end.now);
    end.arrive('. 1:1(0) ack 1 win 0');
  }
  expect(end.now).toBeGreaterThan(5000 * SECOND);
  expect(end.state).toBe('ESTABLISHED');
  const heard = end.now;
  end.run(1000 * SECOND);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
  const failed = end.events.findIndex((event) => event.kind === 'tcp.failed');
  expect(failed).toBeGreaterThan(0);
  expect(end.now - heard).toBe(1000 * SECOND);
});
