import { expect, test } from 'vitest';
import { DEFAULTS, Pair } from '../../test/support/pair.ts';
import { MILLISECOND } from '../base/time.ts';

/** A short flow whose reader never rests; the bytes that came in its last 30 ms. */
function flow(pair: Pair): number {
  pair.connect();
  const data = new Uint8Array(1 << 16);
  const end = pair.now + 150 * MILLISECOND;
  let late = 0;
  while (pair.now < end) {
    pair.send(pair.b, data);
    pair.step();
    const count = pair.a.readable > 0 ? pair.read(pair.a, pair.a.readable).length : 0;
    if (pair.now > end - 30 * MILLISECOND) late += count;
    pair.take();
  }
  return late;
}

test('buffers that nobody has set grow with the flow: its window is not what a fresh socket has', () => {
  const pair = new Pair();
  const late = flow(pair);
  // Three round trips of 10 ms: a fresh receive buffer offers 64 KiB for each.
  expect(late).toBeGreaterThan(2 * 3 * 65_536);
  expect(pair.a.tcb.receiveBuffer.limit).toBeGreaterThan(131_072);
  expect(pair.b.tcb.sendBuffer.limit).toBeGreaterThan(46_080);
});

test('a buffer that the user has set stays as it is', () => {
  const pair = new Pair({ a: { ...DEFAULTS, receiveBuffer: 131_072 }, b: { ...DEFAULTS, sendBuffer: 40_000 } });
  flow(pair);
  expect([pair.a.tcb.receiveBuffer.limit, pair.b.tcb.sendBuffer.limit]).toEqual([131_072, 40_000]);
});

test('the trace is told the limits of the buffers: at the beginning, whenever they change, and never twice the same', () => {
  const pair = new Pair();
  flow(pair);
  const told = (id: string) =>
    pair.events.flatMap((event) => (event.kind === 'tcp.buffers' && event.connection === id ? [event] : []));
  for (const end of [pair.a, pair.b]) {
    const all = told(end.id);
    const { sendBuffer, receiveBuffer } = end.tcb;
    expect(all[0]).toMatchObject({ send: 16_384, receive: 131_072 });
    expect(all.at(-1)).toMatchObject({ send: sendBuffer.limit, receive: receiveBuffer.limit });
    expect(all.length).toBeGreaterThan(1);
    for (const [i, event] of all.entries()) expect(event).not.toEqual(all[i - 1]);
  }
  const before = told(pair.b.id).length;
  pair.b.setOptions({ noDelay: true }, pair.now);
  expect(told(pair.b.id)).toHaveLength(before);
  pair.b.setOptions({ sendBuffer: 32 }, pair.now);
  expect(told(pair.b.id).at(-1)).toMatchObject({ send: 32 });
});
