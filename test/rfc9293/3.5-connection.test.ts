/** RFC 9293, 3.5 and 3.6: establishing and closing, as two TCPs do it with each other. */
import { expect, test } from 'vitest';
import { sameBytes } from '../../src/base/bytes.ts';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { Pair } from '../support/pair.ts';

const words = (pair: Pair) => pair.take().map(({ from, control }) => `${from}:${control}`);

test('3.5, figure 6: SYN, SYN-ACK, ACK, and both are ESTABLISHED', () => {
  const pair = new Pair().connect();
  expect(words(pair)).toEqual(['b:2', 'a:18', 'b:16']);
  expect([pair.a.state, pair.b.state]).toEqual(['ESTABLISHED', 'ESTABLISHED']);
});

test('3.6, figure 12: a normal close goes by FIN-WAIT-2 and CLOSE-WAIT, and ends in one TIME-WAIT of 60 s', () => {
  const pair = new Pair().connect();
  pair.b.close(pair.now);
  pair.run(20 * MILLISECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSE-WAIT', 'FIN-WAIT-2']);
  expect(pair.a.atEnd).toBe(true);
  pair.a.close(pair.now);
  pair.run(20 * MILLISECOND);
  expect([pair.a.state, pair.b.state]).toEqual(['CLOSED', 'TIME-WAIT']);
  const deadline = pair.b.pollTimeout();
  pair.run(deadline - 1 - pair.now);
  expect(pair.b.state).toBe('TIME-WAIT');
  pair.run(1);
  expect(pair.b.state).toBe('CLOSED');
});

test('data arrives whole and in order through loss, whatever was lost', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const pair = new Pair({ config: seed % 2 === 0 ? {} : { sack: false, timestamps: false } });
    let random = seed;
    pair.verdict = () => {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      return (random >>> 16) % 100 >= 8;
    };
    pair.b.open(pair.now);
    const data = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + seed) & 255);
    let sent = 0;
    const received: number[] = [];
    pair.run(0);
    for (let steps = 0; steps < 200_000 && received.length < data.length; steps++) {
      if (pair.b.state === 'ESTABLISHED') sent += pair.b.send(data, sent, data.length, pair.now);
      pair.flush();
      if (pair.next() === Number.POSITIVE_INFINITY) break;
      pair.step();
      if (pair.take('a').length > 0 && pair.a.readable > 0) for (const byte of pair.read(pair.a)) received.push(byte);
    }
    expect(received.length, `seed ${seed}, t=${pair.now / SECOND}`).toBe(data.length);
    expect(sameBytes(Uint8Array.from(received), data), `seed ${seed}`).toBe(true);
  }
});
