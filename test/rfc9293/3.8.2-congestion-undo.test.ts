/** RFC 9293, 3.8.2: a loss that was none is taken back: RFC 3522 and 4015 (Eifel), 2883 and 3708 (D-SACK), 5682 (F-RTO). */
import { expect, test } from 'vitest';
import { MILLISECOND } from '../../src/base/time.ts';
import { rfc } from '../../src/host/profiles.ts';
import { OneEnd, type OneEndOptions } from '../support/one-end.ts';

const RTT = 100 * MILLISECOND;
const RTO = 300 * MILLISECOND;
const plain: OneEndOptions = { rtt: RTT, peer: 'mss 1000', config: { lossProbe: false } };
const sack: OneEndOptions = { ...plain, peer: 'mss 1000,sackOK' };
const noFrto: OneEndOptions = { ...sack, config: { lossProbe: false, frto: false } };

const firsts = (lines: readonly string[]): number[] => lines.map((line) => Number(/ (-?\d+):/.exec(line)?.[1]));

/** Segments of 1000 bytes were written, ten of them left. */
function busy(options: OneEndOptions, segments = 10): OneEnd {
  const end = OneEnd.established(options);
  end.tcp.setOptions({ sendBuffer: 1 << 20 }, end.now);
  end.write(segments * 1000);
  end.take();
  return end;
}

const windowOf = (end: OneEnd): number => end.tcp.status().info.sndCwnd;
const thresholdOf = (end: OneEnd): number => end.tcp.status().info.sndSsthresh;

/** The first of ten segments was sent again at the third SACK above it. */
function recovering(options: OneEndOptions = sack): OneEnd {
  const end = busy(options);
  for (const right of [2001, 3001, 4001]) end.arrive(`. 1:1(0) ack 1 <sack 1001:${right}>`);
  expect(firsts(end.take().map((out) => out.text))).toEqual([1]);
  expect(thresholdOf(end)).toBe(7000);
  return end;
}

test('RFC 3708: when all that was sent again is reported as duplicate, the window is what it was', () => {
  const end = recovering();
  end.arrive('. 1:1(0) ack 10001');
  expect(windowOf(end)).toBeLessThan(10_000);
  end.arrive('. 1:1(0) ack 10001 <sack 1:1001>');
  expect(windowOf(end)).toBe(10_000);
  expect(thresholdOf(end)).toBeGreaterThan(1_000_000);
});

test('RFC 2883, 4: so too in the midst of the recovery, by a block within a block', () => {
  const end = busy(sack);
  for (const right of [3001, 4001, 5001]) end.arrive(`. 1:1(0) ack 1001 <sack 2001:${right}>`);
  expect(end.tcp.tcb.recovery.phase).toBe('recovery');
  end.arrive('. 1:1(0) ack 5001');
  end.arrive('. 1:1(0) ack 5001 <sack 1001:2001>');
  expect(end.tcp.tcb.recovery.phase).toBe('open');
  expect(windowOf(end)).toBeGreaterThanOrEqual(10_000);
});

test('RFC 3522, 3.2: an ACK with the timestamp of the first copy takes a time-out back; with that of the second it does not', () => {
  for (const [echo, phase] of [
    ['first', 'open'],
    ['second', 'loss'],
  ] as const) {
    const end = busy({ ...noFrto, peer: 'mss 1012,sackOK,TS 100 0' });
    const clock = (at: number): number => end.tcp.tcb.timestamp(at);
    const first = clock(end.now);
    end.run(RTO);
    const second = clock(end.now);
    end.arrive(`. 1:1(0) ack 1001 <TS 500 ${echo === 'first' ? first : second}>`);
    expect(end.tcp.tcb.recovery.phase, echo).toBe(phase);
    expect(windowOf(end) > 9000, echo).toBe(echo === 'first');
  }
});

test('a block that reports something else than what was sent again gives nothing back', () => {
  for (const block of ['-1000:1', '20001:21001', '2:1']) {
    const end = recovering();
    end.arrive('. 1:1(0) ack 10001');
    const before = windowOf(end);
    end.arrive(`. 1:1(0) ack 10001 <sack ${block}>`);
    expect(windowOf(end), block).toBe(before);
    expect(thresholdOf(end), block).toBe(7000);
  }
});

test('where the profile answers a loss for good, no D-SACK takes it back', () => {
  const end = recovering({ ...sack, profile: rfc, config: { lossProbe: false, congestionControl: 'cubic' } });
  end.arrive('. 1:1(0) ack 10001');
  end.arrive('. 1:1(0) ack 10001 <sack 1:1001>');
  expect(thresholdOf(end)).toBe(7000);
});

test('one that proved wrong teaches how far the path reorders: as much again begins no recovery', () => {
  const end = busy(sack, 60);
  for (const right of [2001, 3001, 4001, 5001, 6001]) end.arrive(`. 1:1(0) ack 1 <sack 1001:${right}>`);
  end.arrive('. 1:1(0) ack 1 <sack 1:1001 1:6001>'); // a lie, or a late report: the copy came, and so had the first
  expect(end.tcp.tcb.recovery.phase).toBe('open');
  expect(end.tcp.tcb.recovery.reordering).toBeGreaterThan(3);
});

test('RFC 5682, 3.1, step 2b: the first ACK after a time-out lets two new segments leave, nothing old', () => {
  const end = busy(sack, 20);
  expect(firsts(end.run(RTO))).toEqual([1]);
  expect(firsts(end.arrive('. 1:1(0) ack 1001'))).toEqual([10001, 11001]);
});

test('RFC 5682, 3.1, step 3b: then what was sent once is acknowledged: the time-out was wrong', () => {
  for (const answer of ['. 1:1(0) ack 2001', '. 1:1(0) ack 1001 <sack 2001:3001>']) {
    const end = busy(sack, 20);
    end.run(RTO);
    end.arrive('. 1:1(0) ack 1001');
    end.take();
    end.arrive(answer);
    expect(end.tcp.tcb.recovery.phase, answer).toBe('open');
    expect(windowOf(end), answer).toBeGreaterThanOrEqual(10_000);
    expect(firsts(end.take().map((out) => out.text)).filter((seq) => seq < 12_001)).toEqual([]);
  }
});

test('RFC 5682, 2.1, step 3a: a duplicate ACK instead: the loss was real, and old data goes', () => {
  for (const [options, answer] of [
    [plain, '. 1:1(0) ack 1001'],
    [sack, '. 1:1(0) ack 1001 <sack 10001:11001>'],
  ] as const) {
    const end = busy(options, 20);
    end.run(RTO);
    end.arrive('. 1:1(0) ack 1001');
    end.take();
    expect(firsts(end.arrive(answer))[0]).toBe(1001);
    expect(windowOf(end)).toBe(2000);
    expect(thresholdOf(end)).toBe(7000);
  }
});

test('RFC 5682, 2.1, step 2: without new data to send, old data goes at once', () => {
  const end = busy(sack);
  end.run(RTO);
  expect(firsts(end.arrive('. 1:1(0) ack 1001'))).toEqual([1001, 2001]);
});

test('a loss probe that was sent before does not hide that the first copies arrived', () => {
  const end = busy({ ...sack, config: {} });
  expect(firsts(end.run(RTO))).toEqual([9001, 1]);
  end.arrive('. 1:1(0) ack 3001');
  expect(end.tcp.tcb.recovery.phase).toBe('open');
});

test('what was sent again beyond the first counts as no original', () => {
  const end = busy(sack);
  end.run(RTO);
  end.arrive('. 1:1(0) ack 1001'); // two more go
  end.arrive('. 1:1(0) ack 3001');
  expect(end.tcp.tcb.recovery.phase).toBe('loss');
  expect(thresholdOf(end)).toBe(7000);
});

test('net.ipv4.tcp_frto=0: after a time-out old data goes', () => {
  const end = busy(noFrto, 20);
  end.run(RTO);
  expect(firsts(end.arrive('. 1:1(0) ack 1001'))).toEqual([1001, 2001]);
});

test('Linux: a time-out in a recovery reduces no second time', () => {
  const end = recovering();
  end.run(4 * RTO);
  expect(end.tcp.status().info).toMatchObject({ sndCwnd: 1000, sndSsthresh: 7000 });
});
