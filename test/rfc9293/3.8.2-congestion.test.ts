/** RFC 9293, 3.8.2: RFC 5681, 3042, 6582, 6675, 2883, 6928 and the loss probe of RFC 8985. */
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { OneEnd } from '../support/one-end.ts';

const RTT = 100 * MILLISECOND;
// What RFC 5681 says of the window is Reno's; CUBIC's is in src/tcp/congestion.
const config = { congestionControl: 'reno' } as const;
const plain = { rtt: RTT, peer: 'mss 1000', config };
// Without F-RTO, which takes a time-out back: its own tests are in 3.8.2-congestion-undo.test.ts.
const conventional = { ...plain, config: { ...config, frto: false } };
const sack = { rtt: RTT, peer: 'mss 1000,sackOK', config };

const firsts = (lines: readonly string[]): number[] => lines.map((line) => Number(/ (-?\d+):/.exec(line)?.[1]));
const cwnd = (end: OneEnd): number => end.tcp.status().info.sndCwnd;

/** Twenty segments written, ten of them in flight from 1 on. */
function busy(options: typeof plain, segments = 20): OneEnd {
  const end = OneEnd.established(options);
  end.tcp.setOptions({ sendBuffer: 1 << 20 }, end.now);
  const left = end.write(segments * 1000);
  expect(firsts(left)).toEqual([1, 1001, 2001, 3001, 4001, 5001, 6001, 7001, 8001, 9001]);
  end.run(RTT);
  end.take();
  return end;
}

test('MUST-19, RFC 6928: ten segments to begin with', () => {
  busy(plain);
});

test('MUST-19, RFC 5681, 3.1: slow start: each segment that is acknowledged lets two leave', () => {
  const end = busy(plain, 60);
  expect(firsts(end.arrive('. 1:1(0) ack 1001'))).toEqual([10001, 11001]);
  expect(firsts(end.arrive('. 1:1(0) ack 3001'))).toEqual([12001, 13001, 14001, 15001]);
  expect(cwnd(end)).toBe(13_000);
});

test('MUST-19: congestion avoidance above ssthresh: one segment more for each window', () => {
  const end = busy(conventional, 200);
  end.run(1 * SECOND); // time-outs
  expect(cwnd(end)).toBe(1000);
  let una = 1;
  const windows: number[] = [];
  for (let i = 0; i < 200 && windows.length < 40; i++) {
    const nxt = end.tcp.figures().sent + 1;
    una = Math.min(nxt, una + 1000);
    end.arrive(`. 1:1(0) ack ${una}`);
    windows.push(cwnd(end));
  }
  expect(windows.slice(0, 5)).toEqual([2000, 3000, 4000, 5000, 5000]);
  const { sndSsthresh } = end.tcp.status().info;
  expect(sndSsthresh).toBe(5000);
  for (let i = 5; i < windows.length; i++) {
    const growth = (windows[i] ?? 0) - (windows[i - 1] ?? 0);
    expect([0, 1000]).toContain(growth);
  }
  expect(windows.at(-1)).toBeLessThanOrEqual(10_000);
});

test('RFC 3042: the first and second duplicate ACK let one new segment leave each', () => {
  const end = busy(plain);
  expect(firsts(end.arrive('. 1:1(0) ack 1'))).toEqual([10001]);
  expect(firsts(end.arrive('. 1:1(0) ack 1'))).toEqual([11001]);
});

test('RFC 5681, 3.2: the third sends again what is missing; ssthresh is half the flight', () => {
  for (const [lossResponse, threshold] of [
    ['at-once', 6000], // with the two segments of RFC 3042
    ['proportional', 5000], // Linux: half the window
  ] as const) {
    const end = busy({ ...plain, config: { ...config, lossResponse } } as typeof plain);
    end.arrive('. 1:1(0) ack 1');
    end.arrive('. 1:1(0) ack 1');
    expect(firsts(end.arrive('. 1:1(0) ack 1'))).toEqual([1]);
    expect(end.tcp.status().info.sndSsthresh).toBe(threshold);
  }
});

test('RFC 5681, 2: an ACK with data, with another window, or with nothing out, is no duplicate', () => {
  const end = busy(plain);
  end.arrive('. 1:2(1) ack 1');
  end.arrive('. 2:2(0) ack 1 win 60000');
  end.arrive('. 2:2(0) ack 1 win 65535');
  end.arrive('. 2:2(0) ack 1 win 65534');
  expect(end.tcp.status().info.totalRetrans).toBe(0);
  const idle = OneEnd.established(plain);
  for (let i = 0; i < 10; i++) expect(idle.arrive('. 1:1(0) ack 1')).toEqual([]);
});

test('RFC 6582: a partial ACK sends the next hole at once, the full one ends the recovery', () => {
  const end = busy(plain, 10); // segments 1, 4 and 7 are lost
  for (let i = 0; i < 7; i++) end.arrive('. 1:1(0) ack 1');
  expect(firsts(end.take().map((out) => out.text))).toEqual([1]);
  expect(firsts(end.arrive('. 1:1(0) ack 3001'))).toEqual([3001]);
  expect(firsts(end.arrive('. 1:1(0) ack 6001'))).toEqual([6001]);
  expect(end.arrive('. 1:1(0) ack 10001')).toEqual([]);
  expect(end.tcp.tcb.recovery.phase).toBe('open');
  expect(cwnd(end)).toBeLessThanOrEqual(5000);
});

test('RFC 6675: with SACK several holes are filled in one round trip, each once', () => {
  const end = busy(sack, 10); // 1, 4 and 7 are lost: 1001-3001, 4001-6001, 7001-10001 came
  const again = [
    ...end.arrive('. 1:1(0) ack 1 <sack 1001:2001>'),
    ...end.arrive('. 1:1(0) ack 1 <sack 1001:3001>'),
    ...end.arrive('. 1:1(0) ack 1 <sack 4001:5001,sack 4001:5001 1001:3001>'.replace('sack 4001:5001,', '')),
    ...end.arrive('. 1:1(0) ack 1 <sack 4001:6001 1001:3001>'),
    ...end.arrive('. 1:1(0) ack 1 <sack 7001:8001 4001:6001 1001:3001>'),
    ...end.arrive('. 1:1(0) ack 1 <sack 7001:9001 4001:6001 1001:3001>'),
    ...end.arrive('. 1:1(0) ack 1 <sack 7001:10001 4001:6001 1001:3001>'),
  ];
  expect(firsts(again).sort((a, b) => a - b)).toEqual([1, 3001, 6001]);
  expect(end.arrive('. 1:1(0) ack 10001')).toEqual([]);
  expect(end.tcp.tcb.recovery.phase).toBe('open');
  expect(end.tcp.status().info.totalRetrans).toBe(3);
});

test('RFC 6675, 5: in recovery no more than the halved window is in flight', () => {
  const end = busy(sack, 60);
  for (let right = 2001; right <= 10001; right += 1000) {
    end.arrive(`. 1:1(0) ack 1 <sack 1001:${right}>`);
    const { tcb } = end.tcp;
    if (tcb.recovery.phase === 'recovery') {
      expect(tcb.recovery.pipe(tcb)).toBeLessThanOrEqual(Math.max(cwnd(end), 10_000));
    }
  }
  expect(cwnd(end)).toBe(end.tcp.status().info.sndSsthresh);
});

test('RFC 2018, 8: after a time-out what was sacked is not sent again, unless the peer reneged', () => {
  const end = busy(sack, 10);
  end.arrive('. 1:1(0) ack 1 <sack 9001:10001>');
  end.run(1 * SECOND);
  end.take();
  end.run(100 * SECOND);
  expect(firsts(end.take().map((out) => out.text))).not.toContain(9001);
});

test('V4, V14: SACK blocks that cannot be are no news', () => {
  const end = busy(sack, 10);
  for (const block of ['1:1', '2001:1001', '10002:20001', '9001:10002', '-5000:-1000', '1:5001']) {
    end.arrive(`. 1:1(0) ack 1 <sack ${block}>`);
    expect(end.tcp.tcb.recovery.sacked.count, block).toBe(0);
  }
  expect(end.tcp.status().info.totalRetrans).toBe(0);
});

test('RFC 8985, 7: a loss probe after two round trips sends the last segment again; its D-SACK shows that nothing was lost', () => {
  const end = busy(sack, 10);
  const before = cwnd(end);
  // 10 segments are out: two round trips and 2 ms after the last of them left.
  expect(firsts(end.quietUntil(3 * RTT + 2 * MILLISECOND))).toEqual([9001]);
  end.arrive('. 1:1(0) ack 10001 <sack 9001:10001>');
  expect(cwnd(end)).toBeGreaterThanOrEqual(before);
});

test('RFC 8985, 7.4: without a D-SACK the probe repaired a loss, and the window shrinks', () => {
  const end = busy(sack, 10);
  expect(firsts(end.run(RTT + 2 * MILLISECOND))).toEqual([9001]);
  end.arrive('. 1:1(0) ack 10001');
  const before = cwnd(end);
  expect(before).toBeGreaterThanOrEqual(10_000); // a D-SACK may still come
  end.write(1000);
  end.arrive('. 1:1(0) ack 11001');
  expect(cwnd(end)).toBeLessThan(before);
});

test('RFC 8985, 7.3: new data goes in place of old if there is some', () => {
  const end = OneEnd.established({ ...sack, window: 65_535 });
  end.write(10_000);
  end.tcp.setOptions({ sendBuffer: 1 << 20 }, end.now);
  end.write(5000);
  end.take();
  expect(firsts(end.run(2 * RTT + 2 * MILLISECOND))).toEqual([10001]);
});

test('RFC 5681, 4.1: after more than an RTO of silence the window begins anew', () => {
  const end = busy(plain, 40);
  for (let una = 1001; una <= 40_001; una += 1000) end.arrive(`. 1:1(0) ack ${una}`);
  expect(cwnd(end)).toBeGreaterThan(30_000);
  end.run(10 * SECOND);
  expect(end.write(40_000).length).toBe(10);
  const busyAgain = busy({ ...plain, config: { ...config, slowStartAfterIdle: false } } as typeof plain, 40);
  for (let una = 1001; una <= 40_001; una += 1000) busyAgain.arrive(`. 1:1(0) ack ${una}`);
  busyAgain.run(10 * SECOND);
  expect(busyAgain.write(40_000).length).toBeGreaterThan(30);
});

test('V14: divided ACKs let the window grow by no more than what they acknowledge', () => {
  const end = busy(plain, 100);
  const before = cwnd(end);
  for (let ack = 2; ack <= 1001; ack++) end.arrive(`. 1:1(0) ack ${ack}`);
  expect(cwnd(end) - before).toBe(1000);
});

test('V14: optimistic ACKs of what was never sent acknowledge nothing', () => {
  const end = busy(plain, 20);
  for (let ack = 12_000; ack < 40_000; ack += 1000) end.arrive(`. 1:1(0) ack ${ack}`);
  expect(end.tcp.figures()).toMatchObject({ acknowledged: 0, sent: 10_000 });
  expect(cwnd(end)).toBe(10_000);
});

test('V14: each duplicate ACK lets one segment leave at most, and no more count than segments are out', () => {
  // What leaves at the end: two (RFC 6582, 3.2), or what the reduced window lets out at once (RFC 6937).
  for (const [lossResponse, atTheEnd] of [
    ['at-once', 2],
    ['proportional', 5],
  ] as const) {
    const end = busy({ ...plain, config: { ...config, lossResponse } } as typeof plain, 100);
    for (let i = 0; i < 500; i++) {
      expect(end.arrive('. 1:1(0) ack 1').length).toBeLessThanOrEqual(1);
      expect(end.tcp.tcb.recovery.duplicates * 1000).toBeLessThan(end.tcp.tcb.outstanding);
    }
    end.take();
    const sent = end.tcp.figures().sent;
    expect(end.arrive(`. 1:1(0) ack ${sent + 1}`).length).toBe(atTheEnd);
  }
});

test('V14, V4: blind ACK division by a peer with MSS 1 makes no segment below 48 bytes with its options', () => {
  const end = OneEnd.established({ rtt: RTT, peer: 'mss 1' });
  end.write(500);
  const out = end.take();
  expect(Math.min(...out.slice(0, -1).map((segment) => segment.length))).toBeGreaterThanOrEqual(48);
});

test('MUST-19: after a time-out ssthresh is half the flight, the window one segment, and all is sent again in order', () => {
  const end = busy(plain, 10);
  end.run(200 * MILLISECOND);
  expect(firsts(end.take().map((out) => out.text))).toEqual([1]);
  expect(end.tcp.status().info).toMatchObject({ sndCwnd: 1000, sndSsthresh: 5000 });
  expect(firsts(end.arrive('. 1:1(0) ack 1001'))).toEqual([1001, 2001]);
  expect(firsts(end.arrive('. 1:1(0) ack 10001'))).toEqual([]);
});

test('RFC 6582, 3.2: the echoes of what was sent again in vain after a time-out are no sign of a loss', () => {
  const end = busy(conventional, 60);
  end.run(200 * MILLISECOND); // the ACKs are only late: the time-out was wrong
  for (let ack = 1001; ack <= 10_001; ack += 1000) end.arrive(`. 1:1(0) ack ${ack}`);
  expect(end.tcp.tcb.recovery.phase).toBe('open');
  const again = firsts(end.take().map((out) => out.text)).filter((seq) => seq < 10_001).length;
  expect(again).toBeGreaterThanOrEqual(3);
  const before = end.tcp.status().info;
  for (let i = 0; i < again; i++) end.arrive('. 1:1(0) ack 10001'); // each copy draws an ACK of what is there already
  expect(end.tcp.tcb.recovery.phase).toBe('open');
  expect(end.tcp.status().info).toMatchObject({ sndSsthresh: before.sndSsthresh, totalRetrans: before.totalRetrans });
  // What is sent later may be lost again, and is told by three duplicates as ever.
  end.arrive('. 1:1(0) ack 11001');
  end.take();
  for (let i = 0; i < 3; i++) end.arrive('. 1:1(0) ack 11001');
  expect(firsts(end.take().map((out) => out.text))).toContain(11001);
  expect(end.tcp.tcb.recovery.phase).toBe('recovery');
});
