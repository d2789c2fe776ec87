/** Two ends and a bad wire: whatever is lost, doubled or overtaken, each byte arrives once, in order, both ways. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assert } from '../../src/base/assert.ts';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { linux, rfc, windows } from '../../src/host/profiles.ts';
import type { Connection } from '../../src/tcp/connection.ts';
import { Pair } from '../support/pair.ts';

const byteOf = (way: number, i: number): number => (i * 7 + way * 91 + (i >>> 8)) & 255;

/** One end's program: writes `total` bytes, closes, and reads what comes. */
class Talker {
  written = 0;
  read = 0;
  private readonly way: number;
  private readonly total: number;

  constructor(way: number, total: number) {
    this.way = way;
    this.total = total;
  }

  act(end: Connection, now: number): void {
    if (end.state === 'ESTABLISHED' || end.state === 'CLOSE-WAIT') {
      const data = Uint8Array.from({ length: Math.min(4000, this.total - this.written) }, (_, i) =>
        byteOf(this.way, this.written + i),
      );
      this.written += end.send(data, 0, data.length, now);
      if (this.written === this.total) end.shutdownWrite(now);
    }
    const into = new Uint8Array(end.readable);
    const count = end.receive(into, 0, into.length, false, now);
    for (let i = 0; i < count; i++) {
      assert(into[i] === byteOf(1 - this.way, this.read + i), `byte ${this.read + i} arrives as it was sent`);
    }
    this.read += count;
  }
}

const wire = fc.record({
  loss: fc.nat({ max: 25 }),
  late: fc.nat({ max: 30 }),
  seed: fc.nat(),
  profile: fc.constantFrom(linux, rfc, windows),
  sack: fc.boolean(),
  timestamps: fc.boolean(),
  windowScaling: fc.boolean(),
  accounting: fc.constantFrom('linux' as const, 'payload' as const),
  sendBuffer: fc.constantFrom(undefined, 5000, 20_000),
  receiveBuffer: fc.constantFrom(undefined, 3000, 20_000),
  noDelay: fc.boolean(),
  mtu: fc.constantFrom(576, 1500, 9000),
  totals: fc.tuple(fc.nat({ max: 60_000 }), fc.nat({ max: 60_000 })),
});

test('each byte arrives once and in order, both ends close, and nothing is left', () => {
  fc.assert(
    fc.property(wire, ({ loss, late, seed, totals, profile, accounting, mtu, ...rest }) => {
      const { sack, timestamps, windowScaling, ...user } = rest;
      const options = { profile, accounting, mtu, config: { sack, timestamps, windowScaling }, a: user, b: user };
      const pair = new Pair(options);
      let random = seed >>> 0;
      const below = (most: number): number => {
        random = (Math.imul(random, 1103515245) + 12345) >>> 0;
        return (random >>> 16) % most;
      };
      pair.verdict = () => {
        if (below(100) < loss) return false;
        return below(100) < late ? below(40) * MILLISECOND : true;
      };
      pair.b.open(pair.now);
      pair.flush();
      const [a, b] = [new Talker(0, totals[0]), new Talker(1, totals[1])];
      while (pair.next() < 6000 * SECOND) {
        pair.step();
        if (pair.hasPassive) a.act(pair.a, pair.now);
        b.act(pair.b, pair.now);
        pair.flush();
      }
      // A handshake or a FIN may be given up on such a wire; but then no byte is wrong, and nothing hangs.
      const reset = pair.events.some((event) => event.kind === 'tcp.failed');
      if (!reset && pair.hasPassive) expect([a.read, b.read]).toEqual([totals[1], totals[0]]);
      // Whose peer gave up waits for its FIN without limit, since a program still holds it (row 7).
      const ended = reset ? ['CLOSED', 'FIN-WAIT-2'] : ['CLOSED'];
      expect(ended).toContain(pair.b.state);
      if (pair.hasPassive) expect(ended).toContain(pair.a.state);
    }),
    { numRuns: 60 },
  );
});
