/** The accept queue: linux-behaviour section 3, rows 47 and 48, and rows 53 and 55 as far as a listener restarts. */
import { describe, expect, test } from 'vitest';
import type { ProcessHandle, System } from '../../src/index.ts';
import {
  broughtBy,
  Calls,
  idle,
  intervals,
  lan,
  measured,
  ms,
  outcome,
  type Place,
  PORT,
  RTT,
  routed,
  segments,
} from './place.ts';

const RST = 4;

/** Listens, and accepts one connection at each of these moments. */
function listening(place: Place, backlog: number, acceptAt: readonly number[] = []): ProcessHandle {
  return place.a.spawn('server', async (os) => {
    const listener = await os.listen(PORT, { backlog });
    for (const at of acceptAt) {
      await os.sleep(at - os.now());
      await listener.accept();
    }
    await idle(os);
  });
}

/** One after the other; what each connect came to and when. */
function connectTimes(place: Place, count: number): ProcessHandle<[string | number, number][]> {
  return place.b.spawn('client', async (os) => {
    const told: [string | number, number][] = [];
    for (let i = 0; i < count; i++) told.push([await outcome(os.connect('A', PORT)), os.now()]);
    return told;
  });
}

describe('row 47: listen(n) holds n + 1', () => {
  test.each([0, 1, 5])(
    'n = %d: further SYNs are dropped: ETIMEDOUT after 131 s (the kernel: 133.8 s)',
    async (backlog) => {
      const place = routed();
      listening(place, backlog);
      const client = connectTimes(place, backlog + 2);
      await place.world.run({ for: '1h' });
      const told = (await broughtBy(client)) ?? [];
      const last = ms((backlog + 1) * RTT, 131_000);
      expect(told.map(([result]) => result)).toEqual([...Array(backlog + 1).fill('ok'), 'ETIMEDOUT']);
      expect(told.at(-1)?.[1]).toBe(last);
      // Nothing answers the SYNs that are dropped.
      const answered = segments(place, 'A').filter(({ at }) => at > (backlog + 1) * RTT && at < last);
      expect(answered).toEqual([]);
      measured(133_800, 131_000, [...Array(5).fill(1000), 2000, 4000, 8000, 16_000, 32_000, 64_000]);
    },
  );

  test('room at 2.5 s: the SYN retransmitted at 3 s connects (the kernel: 3 to 4 s)', async () => {
    const place = routed();
    listening(place, 1, [2500]);
    const client = connectTimes(place, 3);
    await place.world.run({ for: '1min' });
    const told = (await broughtBy(client)) ?? [];
    expect(told).toEqual([
      ['ok', RTT],
      ['ok', 2 * RTT],
      ['ok', ms(3000, 3 * RTT)],
    ]);
    measured(3000, 3000, intervals([1000, 2000, 3000]));
  });

  test('those that wait are accepted in the order in which they came', async () => {
    const place = routed();
    const server = place.a.spawn('server', async (os) => {
      const listener = await os.listen(PORT);
      await os.sleep('5s');
      const letters: string[] = [];
      const buffer = new Uint8Array(1);
      for (let i = 0; i < 3; i++) {
        await (await listener.accept()).recv(buffer);
        letters.push(String.fromCharCode(buffer[0] ?? 0));
      }
      return letters;
    });
    place.b.spawn('client', async (os) => {
      for (const letter of ['x', 'y', 'z']) await (await os.connect('A', PORT)).send(letter);
      await idle(os);
    });
    await place.world.run({ for: '10s' });
    expect(await broughtBy(server)).toEqual(['x', 'y', 'z']);
  });

  test('Windows refuses: RST (mem)', async () => {
    const place = routed({ a: { profile: 'windows' } });
    listening(place, 1);
    const client = connectTimes(place, 2);
    await place.world.run({ for: '1h' });
    expect(await broughtBy(client)).toEqual([
      ['ok', RTT],
      ['ECONNREFUSED', 2 * RTT],
    ]);
  });
});

describe('row 48: tcp_abort_on_overflow', () => {
  /**
   * The queue has room for one more; two SYNs come at once, so it fills between the second's SYN-ACK and its ACK. With
   * listen(0) the second would be answered by a SYN cookie, whose ACK is only ignored.
   */
  async function twoAtOnce(abort: 0 | 1) {
    const place = routed({ a: { sysctl: { 'net.ipv4.tcp_abort_on_overflow': abort } } });
    listening(place, 1, [20_000]);
    place.b.spawn('early', async (os) => {
      await os.connect('A', PORT);
      await idle(os);
    });
    const program = async (os: System) => {
      await os.sleep('1s');
      const socket = await os.connect('A', PORT);
      const calls = new Calls(os, socket);
      await calls.send();
      await calls.recv();
      return calls.results;
    };
    const clients = ['first', 'second'].map((name) => place.b.spawn(name, program));
    await place.world.run({ for: '15s' });
    return { place, brought: await Promise.all(clients.map((client) => broughtBy(client))) };
  }

  test('1: RST for the one whose ACK finds the queue full', async () => {
    const { brought } = await twoAtOnce(1);
    expect(brought[0]).toBeUndefined(); // it waits
    expect(brought[1]).toEqual([
      ['send', 1],
      ['recv', 'ECONNRESET'],
    ]);
  });

  test('0: its ACK is ignored; it takes itself for connected', async () => {
    const { place, brought } = await twoAtOnce(0);
    expect(brought).toEqual([undefined, undefined]);
    expect(segments(place, 'A').some(({ control }) => (control & RST) !== 0)).toBe(false);
  });

  test('1: SYNs to a queue that is full already are still dropped', async () => {
    const place = routed({ a: { sysctl: { 'net.ipv4.tcp_abort_on_overflow': 1 } } });
    listening(place, 0);
    const client = connectTimes(place, 2);
    await place.world.run({ for: '1h' });
    expect((await broughtBy(client))?.map(([result]) => result)).toEqual(['ok', 'ETIMEDOUT']);
  });
});

describe('row 55: a listener starts again', () => {
  async function restart(oldReuse: boolean, newReuse: boolean, waiting: number) {
    const place = routed();
    const server = place.a.spawn('server', async (os) => {
      const old = await os.listen(PORT, { options: { SO_REUSEADDR: oldReuse } });
      const socket = await old.accept();
      await old.close();
      await socket.close(); // first: TIME-WAIT is ours
      await os.sleep(waiting);
      return outcome(os.listen(PORT, { options: { SO_REUSEADDR: newReuse } }));
    });
    place.b.spawn('client', async (os) => {
      const socket = await os.connect('A', PORT);
      await socket.recv(new Uint8Array(1));
      await socket.close();
    });
    await place.world.run({ for: '10min' });
    return broughtBy(server);
  }

  test.each([
    ['neither', false, false, 'EADDRINUSE'],
    ['the old only', true, false, 'EADDRINUSE'],
    ['the new only', false, true, 'EADDRINUSE'],
    ['both', true, true, 'ok'],
  ] as const)('with a TIME-WAIT of its port, SO_REUSEADDR on %s: %s %s %s', async (_which, old, now, expected) => {
    expect(await restart(old, now, 30_000)).toBe(expected);
  });

  test('row 52: after TIME-WAIT, 60 s, the port is free (the kernel: 60.05 s)', async () => {
    // Four segments of half a round trip: FIN, ACK; FIN, and ours is in TIME-WAIT.
    expect(await restart(false, false, ms(60_000, RTT) - 0.001)).toBe('EADDRINUSE');
    expect(await restart(false, false, ms(60_000, RTT) + 0.001)).toBe('ok');
    measured(60_050, 60_000, [60_000]);
  });

  test.each([
    [false, false],
    [true, true],
  ])('two live listeners: EADDRINUSE (SO_REUSEADDR %s, %s)', async (one, other) => {
    const place = lan();
    const server = place.a.spawn('server', async (os) => {
      await os.listen(PORT, { options: { SO_REUSEADDR: one } });
      return outcome(os.listen(PORT, { options: { SO_REUSEADDR: other } }));
    });
    await place.world.run({ for: '1s' });
    expect(await broughtBy(server)).toBe('EADDRINUSE');
  });

  test('Windows: SO_REUSEADDR takes the port over (mem)', async () => {
    const place = lan({ a: { profile: 'windows' } });
    const server = place.a.spawn('server', async (os) => {
      await os.listen(PORT);
      const results = [await outcome(os.listen(PORT))];
      results.push(await outcome(os.listen(PORT, { options: { SO_REUSEADDR: true } })));
      return results;
    });
    await place.world.run({ for: '1s' });
    expect(await broughtBy(server)).toEqual(['EADDRINUSE', 'ok']);
  });
});
