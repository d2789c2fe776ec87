/** RFC 9293, 3.8.6: managing the window, silly windows on both sides, delayed ACKs; RFC 7323, 2: window scale. */
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { linux, rfc, windows } from '../../src/host/profiles.ts';
import { OneEnd } from '../support/one-end.ts';
import { Pair } from '../support/pair.ts';

const plain = { accounting: 'payload' } as const;

test('MUST-34, SHLD-15, SHLD-16: a window that shrinks below what is out: no new data, old data is sent again', () => {
  const end = OneEnd.established({ rtt: 0, peer: 'mss 100', window: 1000 });
  end.tcp.setOptions({ sendBuffer: 1 << 16 }, end.now);
  expect(end.write(2000).length).toBe(10);
  expect(end.arrive('. 1:1(0) ack 1 win 300')).toEqual([]); // usable window: -700
  end.take();
  expect(end.run(0.25 * SECOND)).toEqual(['. 1:101(100) ack 1']);
  expect(end.arrive('. 1:1(0) ack 1001 win 300')).toEqual([
    '. 1001:1101(100) ack 1',
    '. 1101:1201(100) ack 1',
    '. 1201:1301(100) ack 1',
  ]);
});

test('MAY-7: what was sent before the window shrank is sent again, also beyond its right edge, and its ACK counts', () => {
  const end = OneEnd.established({ rtt: 0, peer: 'mss 100', window: 1000 });
  expect(end.write(500).length).toBe(5);
  expect(end.arrive('. 1:1(0) ack 101 win 50')).toEqual([]);
  end.take();
  expect(end.run(0.25 * SECOND)).toEqual(['. 101:201(100) ack 1']); // the edge lies at 151
  end.arrive('. 1:1(0) ack 201 win 0');
  expect(end.tcp.figures().acknowledged).toBe(200);
  expect(end.run(1 * SECOND)[0]).toBe('. 201:301(100) ack 1');
});

test('MUST-38, V15: sender: no small segment for a small window, but for half of the largest, or at the persist timer', () => {
  const end = OneEnd.established({ rtt: 0, peer: 'mss 1000', window: 4000 });
  end.tcp.setOptions({ sendBuffer: 1 << 16 }, end.now);
  end.write(20_000);
  end.take();
  expect(end.arrive('. 1:1(0) ack 4001 win 300')).toEqual([]);
  const [at, probe] = [end.tcp.pollTimeout(), end.run(end.tcp.pollTimeout() - end.now)];
  expect(at).toBeGreaterThanOrEqual(0.2 * SECOND);
  expect(probe).toEqual(['. 4001:4301(300) ack 1']);
  expect(end.arrive('. 1:1(0) ack 4301 win 1000')).toEqual(['. 4301:5301(1000) ack 1']);
  const narrow = OneEnd.established({ rtt: 0, peer: 'mss 1000', window: 600 });
  // Linux tcp_bound_to_half_wnd: no segment is longer than half of the largest window, so that two fit.
  expect(narrow.write(5000)).toEqual(['. 1:301(300) ack 1', '. 301:601(300) ack 1']);
  expect(narrow.arrive('. 1:1(0) ack 601 win 299')).toEqual([]);
  expect(narrow.arrive('. 1:1(0) ack 601 win 300')).toEqual(['. 601:901(300) ack 1']);
});

test('MUST-39, V15: receiver: the window is opened in steps of a segment, or half of the buffer', () => {
  const end = OneEnd.established({ ...plain, user: { receiveBuffer: 4000, maxSegment: 1000 } });
  for (let at = 1; at < 4000; at += 1000) end.arrive(`. ${at}:${at + 1000}(1000) ack 1`);
  expect(end.take().at(-1)?.window).toBe(0);
  for (let i = 0; i < 9; i++) end.read(100);
  expect(end.take()).toEqual([]);
  end.read(100);
  expect(end.take().map((out) => out.window)).toEqual([1000]);
  const tiny = OneEnd.established({ ...plain, user: { receiveBuffer: 10 } });
  tiny.arrive('. 1:11(10) ack 1');
  tiny.take();
  for (let i = 0; i < 4; i++) tiny.read(1);
  expect(tiny.take()).toEqual([]);
  tiny.read(1);
  expect(tiny.take().map((out) => out.window)).toEqual([5]);
});

test('SHLD-14: the receiver never takes back what it has offered, even if the user makes the buffer smaller', () => {
  const end = OneEnd.established({ ...plain, user: { receiveBuffer: 1000 } });
  end.call((tcp) => tcp.setOptions({ receiveBuffer: 10 }, end.now));
  end.arrive('. 1:501(500) ack 1');
  expect(end.take().at(-1)?.window).toBe(500);
  end.arrive('. 501:1001(500) ack 1');
  expect(end.tcp.readable).toBe(1000);
  expect(end.take().at(-1)?.window).toBe(0);
});

test('zero window, then open: the update goes out at once, and the sender goes on', () => {
  const pair = new Pair({ accounting: 'payload', a: { receiveBuffer: 500 } }).connect();
  pair.send(pair.b, 'x'.repeat(2000));
  pair.run(0.1 * SECOND);
  expect([pair.a.readable, pair.b.status().info.sndWnd]).toEqual([500, 0]);
  expect(pair.read(pair.a).length).toBe(500);
  pair.run(10 * MILLISECOND);
  expect(pair.a.readable).toBe(500);
});

test('V15, RFC 7323, 2.2: the shift of both sides counts only if both offer one', () => {
  const both = OneEnd.established({ peer: 'mss 1000,wscale 3', window: 1000 });
  both.arrive('. 1:1(0) ack 1 win 1000');
  expect(both.tcp.status().info.sndWnd).toBe(8000);
  const one = OneEnd.established({ peer: 'mss 1000', window: 1000 });
  one.arrive('P. 1:11(10) ack 1 win 1000');
  expect([one.tcp.status().info.sndWnd, one.tcp.tcb.rcv.scale]).toEqual([1000, 0]);
  expect(one.take().at(-1)?.window).toBeGreaterThan(60_000);
});

test('RFC 7323, 2.3: a shift above 14 counts as 14', () => {
  const end = OneEnd.established({ peer: 'mss 1000,wscale 200' });
  expect(end.tcp.tcb.snd.scale).toBe(14);
});

test('MUST-40, SHLD-18: an ACK waits less than 0.5 s, in every profile, to the nanosecond of its deadline', () => {
  for (const profile of [linux, rfc, windows]) {
    for (const rtt of [0, 100 * MILLISECOND, 2 * SECOND]) {
      const end = OneEnd.established({ profile, rtt, config: { quickAcks: 0 } });
      const came = end.now;
      expect(end.arrive('P. 1:11(10) ack 1')).toEqual([]);
      const deadline = end.tcp.pollTimeout();
      expect(deadline - came).toBeLessThan(0.5 * SECOND);
      expect(end.quietUntil(deadline), profile.name).toEqual(['. 1:1(0) ack 11']);
    }
  }
});

test('MUST-40: however often and at whatever distance data comes, no ACK waits longer', () => {
  const end = OneEnd.established({ rtt: 10 * MILLISECOND, config: { quickAcks: 0 } });
  let nxt = 1;
  let waiting: number | undefined;
  for (let i = 1; i < 2000; i++) {
    const gap = ((i * 7919) % 700) * MILLISECOND;
    end.run(gap);
    for (const out of end.take()) {
      expect(out.at - (waiting ?? out.at)).toBeLessThan(0.5 * SECOND);
      waiting = undefined;
    }
    const answered = end.arrive(`P. ${nxt}:${nxt + 10}(10) ack 1`).length > 0;
    nxt += 10;
    waiting = answered ? undefined : (waiting ?? end.now);
    end.take();
    if (i % 3 === 0) end.read();
  }
});

test('SHLD-19, MUST-58: every second full segment is acknowledged at once', () => {
  const end = OneEnd.established({ config: { quickAcks: 0 }, user: { receiveBuffer: 200_000 } });
  let acks = 0;
  for (let at = 1; at < 40_000; at += 1000) {
    acks += end.arrive(`. ${at}:${at + 1000}(1000) ack 1`).length;
    expect(end.tcp.tcb.acks.upTo === end.tcp.tcb.rcv.nxt || end.tcp.tcb.acks.owed === 'delayed').toBe(true);
  }
  expect(acks).toBe(20);
});

test('SHLD-18, Linux: a fresh connection acknowledges the first segments at once', () => {
  const end = OneEnd.established();
  for (let i = 0; i < 10; i++) expect(end.arrive(`P. ${1 + i}:${2 + i}(1) ack 1`).length).toBe(1);
});

test('with a send buffer of 32 bytes and segments of 8 every figure is exact to the byte', () => {
  const pair = new Pair({
    accounting: 'payload',
    delay: 5 * MILLISECOND,
    a: { receiveBuffer: 32 },
    b: { sendBuffer: 32, maxSegment: 8, noDelay: true },
  }).connect();
  pair.take();
  const data = Uint8Array.from({ length: 100 }, (_, i) => i);
  expect(pair.send(pair.b, data)).toBe(32);
  expect(pair.take('b').map((sent) => sent.length)).toEqual([8, 8, 8, 8]);
  expect(pair.b.figures()).toMatchObject({ written: 32, sent: 32, acknowledged: 0 });
  expect(pair.b.room).toBe(0);
  expect(pair.send(pair.b, data.slice(32))).toBe(0);
  pair.run(5 * MILLISECOND); // they arrive: the first is acknowledged at once
  expect(pair.a.figures()).toMatchObject({ received: 32, read: 0 });
  pair.run(5 * MILLISECOND);
  expect(pair.b.figures()).toMatchObject({ written: 32, sent: 32, acknowledged: 32 });
  expect(pair.b.room).toBe(32);
  expect(pair.send(pair.b, data.slice(32))).toBe(32);
  expect(pair.b.figures()).toMatchObject({ written: 64, sent: 32 }); // the window is shut: 32 wait
  pair.run(10 * SECOND);
  expect(pair.a.figures()).toMatchObject({ received: 32, read: 0 });
  expect([...pair.read(pair.a, 20)]).toEqual([...data.slice(0, 20)]);
  pair.run(10 * MILLISECOND);
  // 20 bytes of room: two segments of 8; the 4 that are left would be a silly one (3.8.6.2.1).
  expect(pair.a.figures()).toMatchObject({ received: 48, read: 20 });
  expect(pair.b.figures()).toMatchObject({ written: 64, sent: 48 });
  expect([...pair.read(pair.a, 100)]).toEqual([...data.slice(20, 48)]);
  pair.run(10 * MILLISECOND);
  expect([...pair.read(pair.a, 100)]).toEqual([...data.slice(48, 64)]);
  pair.run(1 * SECOND);
  expect(pair.b.figures()).toMatchObject({ written: 64, sent: 64, acknowledged: 64 });
});

test('V15: whatever a peer offers, the data goes on in the end: windows drawn at random', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const end = OneEnd.established({ rtt: 1 * MILLISECOND, peer: 'mss 100', window: 1000 });
    end.tcp.setOptions({ sendBuffer: 1 << 16 }, end.now);
    end.write(3000);
    let random = seed;
    let acked = 1;
    for (let i = 0; i < 3000 && end.tcp.figures().acknowledged < 3000; i++) {
      for (const out of end.take()) if (out.seq <= acked) acked = Math.max(acked, out.seq + out.length);
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      end.arrive(`. 1:1(0) ack ${acked} win ${(random >>> 16) % 150}`);
      end.run(((random >>> 8) % 300) * MILLISECOND);
    }
    expect(end.tcp.figures().acknowledged, `seed ${seed}`).toBe(3000);
  }
});
