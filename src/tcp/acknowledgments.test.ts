/** When an ACK goes at once: figures of Linux 6.18 on loopback, docs/measurements/accounting.md. */
import { expect, test } from 'vitest';
import { OneEnd } from '../../test/support/one-end.ts';
import { MILLISECOND } from '../base/time.ts';
import { rfc } from '../host/profiles.ts';

/** SO_RCVBUF 4096 on a path of large packets, as loopback is: a window of 4096. */
const small = { user: { receiveBuffer: 8192 }, mtu: 65_535 };

/** Segments of `size` bytes in order, with PSH; which of them are acknowledged at once. */
function acknowledged(end: OneEnd, count: number, size: number): number[] {
  const which: number[] = [];
  const first = end.tcp.figures().received + 1;
  for (let i = 0; i < count; i++) {
    const at = first + i * size;
    if (end.arrive(`P. ${at}:${at + size}(${size}) ack 1`).length > 0) which.push(i + 1);
  }
  return which;
}

test('a fresh connection acknowledges as many at once as half of its window holds, 16 at most', () => {
  expect(acknowledged(OneEnd.established(small), 13, 100)).toEqual([1, 2, 3]);
  expect(acknowledged(OneEnd.established(), 26, 1)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
});

test('a first segment of full length shows that fewer will come', () => {
  expect(acknowledged(OneEnd.established({ ...small, peer: 'mss 1448' }), 2, 1448)).toEqual([1]);
});

test('while nobody reads, the second full segment waits for the timer, since the window cannot move', () => {
  const end = OneEnd.established({ ...small, config: { quickAcks: 0 } });
  expect(acknowledged(end, 3, 1000)).toEqual([]);
  expect(end.run(40 * MILLISECOND)).toEqual(['. 1:1(0) ack 3001']);
});

test('the program that reads two full segments has them acknowledged', () => {
  const end = OneEnd.established({ ...small, config: { quickAcks: 0 } });
  acknowledged(end, 2, 1000);
  end.take();
  end.read();
  expect(end.take().map((out) => out.text)).toEqual(['. 1:1(0) ack 2001']);
});

test('the program that reads the last short one has it acknowledged, unless it is to answer', () => {
  const end = OneEnd.established({ config: { quickAcks: 0 } });
  acknowledged(end, 1, 10);
  end.read();
  expect(end.take().map((out) => out.text)).toEqual(['. 1:1(0) ack 11']);
  acknowledged(end, 1, 10);
  end.write(5);
  end.take();
  acknowledged(end, 1, 10);
  end.read();
  expect(end.take()).toEqual([]);
});

test('SHLD-19: by the RFC every second full segment is acknowledged, read or not', () => {
  const end = OneEnd.established({ ...small, profile: rfc });
  expect(acknowledged(end, 4, 1000)).toEqual([2, 4]);
});

test('two segments in a row of one length, shorter than any before, are the full ones from then on', () => {
  const end = OneEnd.established({ profile: rfc });
  end.arrive('. 1:1001(1000) ack 1');
  for (let at = 1001; at < 4000; at += 600) end.arrive(`. ${at}:${at + 600}(600) ack 1`);
  expect(end.tcp.status().info.rcvMss).toBe(600);
});
