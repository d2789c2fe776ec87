import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountingOf, linuxAccounting, payloadAccounting } from './accounting.ts';

/** SEND of `size` bytes each, until nothing more fits; nothing is sent meanwhile. */
function fill(accounting: typeof linuxAccounting, limit: number, unitSize: number, size: number): number {
  const charge = accounting.newSendCharge();
  let offset = 0;
  for (;;) {
    const n = Math.min(size, charge.room(limit, unitSize, 0));
    if (n === 0) return offset;
    charge.add(offset, n, unitSize, 0);
    offset += n;
  }
}

describe('linux', () => {
  test('an option is doubled and has a minimum', () => {
    expect(linuxAccounting.bufferLimit('send', 16384)).toBe(32768);
    expect(linuxAccounting.bufferLimit('receive', 4096)).toBe(8192);
    expect(linuxAccounting.bufferLimit('send', 1)).toBe(4608);
    expect(linuxAccounting.bufferLimit('receive', 1)).toBe(2304);
  });

  test('a fresh connection has a send buffer of 46080 bytes, on loopback of 2626560', () => {
    expect(linuxAccounting.autoSendLimit(1448, 10)).toBe(46080);
    expect(linuxAccounting.autoSendLimit(65483, 10)).toBe(2626560);
    expect(linuxAccounting.autoSendLimit(1448, 86)).toBe(396288);
  });

  test('units hold whole segments, half of the largest window at most', () => {
    expect(linuxAccounting.unitSize(1448, 4096)).toBe(1448);
    expect(linuxAccounting.unitSize(1448, 5792)).toBe(2896);
    expect(linuxAccounting.unitSize(1448, 1e6)).toBe(45 * 1448);
    expect(linuxAccounting.unitSize(65483, 4096)).toBe(2048);
    expect(linuxAccounting.unitSize(1448, 100)).toBe(100);
    expect(linuxAccounting.unitSize(1448, 0)).toBe(1448);
    expect(linuxAccounting.unitSize(536, 536)).toBe(536);
  });

  test('a full send buffer holds what the kernel was seen to hold, whatever the size of the writes', () => {
    // docs/measurements/accounting.md: unsent bytes on loopback with SO_SNDBUF 16384, units of 2048: 26624.
    for (const size of [1, 100, 1448, 65536]) {
      expect(fill(linuxAccounting, 32768, 2048, size)).toBeGreaterThan(26624 * 0.9);
      expect(fill(linuxAccounting, 32768, 2048, size)).toBeLessThan(26624 * 1.1);
    }
  });

  test('small segments that were sent at once cost a whole unit each until they are acknowledged', () => {
    const charge = linuxAccounting.newSendCharge();
    for (let offset = 0; offset < 1000; offset += 100) charge.add(offset, 100, 1448, offset);
    expect(charge.charged).toBe(10 * 932);
    charge.acknowledge(250);
    expect(charge.charged).toBe(8 * 932);
    charge.acknowledge(1000);
    expect(charge.charged).toBe(0);
  });

  test('a unit of which a part was sent is cut there', () => {
    const charge = linuxAccounting.newSendCharge();
    charge.add(0, 1000, 1448, 0);
    expect(charge.room(1, 1448, 600)).toBe(1448 - 400);
    charge.add(1000, 10, 1448, 600);
    expect(charge.charged).toBe(1010 + 2 * 832);
    charge.acknowledge(600);
    expect(charge.charged).toBe(410 + 832);
  });

  test('the first unit that waits takes over the next ones, up to what may be sent at once', () => {
    // docs/measurements/accounting.md: with SO_SNDBUF 16384 and an MSS of 1448, 23168 unsent bytes are charged 33152.
    const charge = linuxAccounting.newSendCharge();
    let written = 0;
    for (let n = charge.room(32768, 1448, 0); n > 0; n = charge.room(32768, 1448, 0)) {
      charge.add(written, n, 1448, 0);
      written += n;
      for (let tries = 0; tries < 10; tries++) charge.fillHead(5 * 1448, 0);
    }
    expect(written).toBe(23168);
    expect(charge.charged).toBe(33152);
  });

  test('one-byte segments are merged, so that thousands of them fit', () => {
    const charge = linuxAccounting.newReceiveCharge();
    let bytes = 0;
    while (charge.admits(8192)) {
      charge.add(1);
      bytes++;
    }
    expect(bytes).toBeGreaterThan(4000);
    expect(bytes).toBeLessThan(8192);
  });

  test('a window is half of the room until the segments show how much of their memory is payload', () => {
    const charge = linuxAccounting.newReceiveCharge();
    expect(charge.window(8192)).toBe(4096);
    charge.add(1448);
    expect(charge.window(8192)).toBe(Math.floor(((8192 - 2280) * 162) / 256));
    charge.read(1448);
    expect(charge.charged).toBe(0);
    expect(charge.window(8192)).toBe(5184);
  });
});

describe('payload', () => {
  test('counts plain bytes, with no minimum', () => {
    expect(payloadAccounting.bufferLimit('send', 32)).toBe(32);
    for (const size of [1, 8, 31, 100]) expect(fill(payloadAccounting, 32, 8, size)).toBe(32);
    const charge = payloadAccounting.newReceiveCharge();
    charge.add(8);
    expect(charge.window(32)).toBe(24);
  });
});

test('accountingOf finds both by name', () => {
  expect(accountingOf('linux')).toBe(linuxAccounting);
  expect(accountingOf('payload')).toBe(payloadAccounting);
});

/** The one unit that the limit allows is filled twice after a part of it was sent. */
const CUT_TWICE = [
  { write: 617, send: 616, acknowledge: 0 },
  { write: 816, send: 2, acknowledge: 0 },
  { write: 633, send: 0, acknowledge: 0 },
];

test.each([linuxAccounting, payloadAccounting])('$name: what goes in comes out, and room never lies', (accounting) => {
  const step = fc.record({ write: fc.nat(5000), send: fc.nat(5000), acknowledge: fc.nat(5000) });
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 20000 }), (steps, limit) => {
      const charge = accounting.newSendCharge();
      let una = 0;
      let sent = 0;
      let end = 0;
      let cuts = 0;
      for (const { write, send, acknowledge } of steps) {
        const n = Math.min(write, charge.room(limit, 1448, sent));
        charge.add(end, n, 1448, sent);
        end += n;
        sent = Math.min(end, sent + send);
        if (send > 0) cuts++; // a unit that was sent in part is two from then on, and the second is filled again
        una = Math.min(sent, una + acknowledge);
        charge.acknowledge(una);
        if (send % 3 === 0) charge.fillHead(5 * 1448, sent);
        expect(charge.charged).toBeGreaterThanOrEqual(end - una);
        expect(charge.charged).toBeLessThanOrEqual(limit + (1 + cuts) * (1448 + 832));
      }
      charge.acknowledge(end);
      expect(charge.charged).toBe(0);
    }),
    { examples: [[CUT_TWICE, 1]] },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.nat(4000))), (steps) => {
      const charge = accounting.newReceiveCharge();
      let unread = 0;
      for (const [arrives, reads] of steps) {
        charge.add(arrives);
        unread += arrives;
        const n = Math.min(reads, unread);
        if (n > 0) charge.read(n);
        unread -= n;
        expect(charge.charged).toBeGreaterThanOrEqual(unread);
      }
      if (unread > 0) charge.read(unread);
      expect(charge.charged).toBe(0);
    }),
  );
});
