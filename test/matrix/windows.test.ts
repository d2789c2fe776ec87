/**
 * Profile 'windows' where the rows of linux-behaviour say that Windows differs. What is from memory there is from memory
 * here: these tests hold the profile to what it says, not to a measured system.
 */
import { describe, expect, test } from 'vitest';
import { connected, idle, lan, ms, onB, outcome, type PlaceOptions, PORT, RTT, routed, until } from './place.ts';

const windows: PlaceOptions = { profile: 'windows' };

test('a blocking send takes any size whole while less than SO_SNDBUF is pending; then the next one blocks', async () => {
  const { broughtB } = await connected(
    routed({ ...windows, accounting: 'payload' }),
    async (os, _socket, calls) => {
      await until(os, 20_000);
      for (let total = 0; total < 1_000_000; ) {
        const count = await calls.recv(65_536);
        if (typeof count === 'string' || count === 0) break;
        total += count;
      }
      await idle(os);
    },
    async (os, _socket, calls) => {
      await until(os, 10_000);
      await calls.send(new Uint8Array(1_000_000));
      await calls.send(new Uint8Array(10));
      return calls.told;
    },
    { a: { SO_RCVBUF: 64 }, b: { SO_SNDBUF: 4096 }, for: '5h' },
  );
  expect(broughtB?.[0]).toEqual(['send', 1_000_000, 10_000]);
  expect(broughtB?.[1]?.slice(0, 2)).toEqual(['send', 10]);
  expect(broughtB?.[1]?.[2]).toBeGreaterThan(20_000);
});

test('Linux: the same send fills what room there is, again and again', async () => {
  const place = routed({ accounting: 'payload' });
  const { broughtB } = await connected(
    place,
    idle,
    async (os, _socket, calls) => {
      await until(os, 10_000);
      await calls.send(new Uint8Array(1_000_000));
    },
    { a: { SO_RCVBUF: 64 }, b: { SO_SNDBUF: 4096 }, for: '1h' },
  );
  expect(broughtB).toBeUndefined();
  const [channel] = place.world.ledger().filter(({ channel: name }) => name.startsWith('B:'));
  expect(channel).toMatchObject({ requested: 1_000_000, written: 4096 + 64, waiting: 1_000_000 - 4096 - 64 });
});

test('row 1: a killed process resets: ECONNRESET', async () => {
  const place = lan(windows);
  place.world.at('10s', () => place.a.processes[0]?.kill());
  const { broughtB } = await connected(place, idle, async (_os, _socket, calls) => {
    await calls.recv();
    return calls.told;
  });
  expect(broughtB).toEqual([['recv', 'ECONNRESET', ms(10_000, RTT / 2)]]);
});

test('row 8: a RST after the end throws away what was unread: that is ECONNRESET, once, and not the end', async () => {
  const { broughtB } = await connected(
    lan(windows),
    async (os, _socket, calls) => {
      await calls.send('hello');
      await calls.close();
      await idle(os);
    },
    async (os, _socket, calls) => {
      await until(os, 1000);
      await calls.send();
      await until(os, 2000);
      await calls.recv();
      await calls.recv();
      await calls.send();
      return calls.results;
    },
  );
  expect(broughtB).toEqual([
    ['send', 1],
    ['recv', 'ECONNRESET'],
    ['recv', 0],
    ['send', 'EPIPE'],
  ]);
});

test('a process that returns closes as everywhere: FIN', async () => {
  const { broughtB } = await connected(
    lan(windows),
    async (os) => os.sleep('1s'),
    async (_os, _socket, calls) => {
      await calls.recv();
      return calls.results;
    },
  );
  expect(broughtB).toEqual([['recv', 0]]);
});

describe('row 40: a dead host on the same LAN', () => {
  test('ARP tells TCP nothing: ETIMEDOUT after 21 s', async () => {
    const place = lan(windows);
    place.a.powerOff();
    const brought = await onB(place, async (os) => [await outcome(os.connect('A', PORT)), os.now()]);
    expect(brought).toEqual(['ETIMEDOUT', 21_000]);
  });
});

test('a cut while sending: ETIMEDOUT after 5 retransmissions, on a LAN too', async () => {
  for (const make of [lan, routed]) {
    const place = make(windows);
    place.world.at('10s', () => place.cable.cut());
    const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
      await until(os, 10_000);
      await calls.send();
      await calls.recv();
      return calls.told;
    });
    expect(broughtB?.[1]?.slice(0, 2)).toEqual(['recv', 'ETIMEDOUT']);
    // RTO 300 ms, at least: a probe, then 300 · (1 + 2 + 4 + 8 + 16 + 32).
    expect(broughtB?.[1]?.[2]).toBeGreaterThanOrEqual(10_000 + 300 * 63);
    expect(broughtB?.[1]?.[2]).toBeLessThanOrEqual(10_000 + 300 * 65);
  }
});

test('row 52: TIME-WAIT lasts 120 s (mem)', async () => {
  const place = routed(windows);
  await connected(
    place,
    async (_os, _socket, calls) => {
      await calls.recv();
      await calls.close();
    },
    async (os, _socket, calls) => {
      await until(os, 10_000);
      await calls.close();
      await idle(os);
    },
  );
  const moments = place.world.trace.find({ kind: 'tcp.state', host: 'B' }).map(({ at, to }) => [to, at / 1e6]);
  expect(moments.slice(-2)).toEqual([
    ['TIME-WAIT', ms(10_000, RTT)],
    ['CLOSED', ms(10_000, RTT, 120_000)],
  ]);
});
