/**
 * What calls return when the other side's process dies: linux-behaviour section 3, rows 1 and 2 (3 does not exist), and
 * rules 1 to 3 of section 4. Stopped processes too, which look dead and are not (linux-face: keep-alive finds nothing).
 */
import { describe, expect, test } from 'vitest';
import { connected, idle, lan, ms, type Place, PORT, RTT, routed, segments, spawnBoth, until } from './place.ts';

const KILLED = 10_000;
/** When B has heard of what A's system sent at that moment. */
const HEARD = ms(KILLED, RTT / 2);
const FIN = 1;
const RST = 4;

function killServerAt(place: Place, moment: number): void {
  place.world.at(moment, () => place.a.processes[0]?.kill());
}

describe.each([
  ['routed', routed],
  ['one LAN', lan],
] as const)('%s', (_where, make) => {
  test('row 1: killed while idle: FIN at once; EOF, EOF; a send that succeeds; then EPIPE, and recv stays EOF', async () => {
    const place = make();
    killServerAt(place, KILLED);
    const { broughtB, server } = await connected(
      place,
      async (os, _socket, calls) => {
        await calls.recv();
        await idle(os);
      },
      async (os, socket, calls) => {
        await calls.send('hello');
        await calls.recv();
        await calls.recv();
        await calls.send();
        await os.sleep('1s'); // the RST comes
        await calls.recv();
        await calls.send();
        await calls.send();
        await calls.recv();
        await calls.error();
        return [...calls.told, socket.status().state];
      },
    );
    expect(await server.exited).toEqual({ signal: 'SIGKILL' });
    const later = ms(HEARD, 1000);
    expect(broughtB?.slice(1)).toEqual([
      ['recv', 0, HEARD],
      ['recv', 0, HEARD],
      ['send', 1, HEARD],
      ['recv', 0, later],
      ['send', 'EPIPE', later],
      ['send', 'EPIPE', later],
      ['recv', 0, later],
      ['SO_ERROR', 0, later],
      'CLOSED',
    ]);
    const sent = segments(place, 'A', KILLED);
    expect(sent[0]).toMatchObject({ at: KILLED, text: 0 });
    expect((sent[0]?.control ?? 0) & FIN).toBe(FIN);
    // One RST, for the byte that nobody will read; nothing else.
    expect(sent.slice(1).map(({ control }) => control & RST)).toEqual([RST]);
  });

  test('row 1: a recv that blocks returns EOF at once', async () => {
    const place = make();
    killServerAt(place, KILLED);
    const { broughtB } = await connected(place, idle, async (_os, _socket, calls) => {
      await calls.recv();
      return calls.told;
    });
    expect(broughtB).toEqual([['recv', 0, HEARD]]);
  });

  test.each(['recv', 'send'] as const)(
    'row 2: killed with bytes unread: RST at once; %s takes ECONNRESET',
    async (first) => {
      const place = make();
      killServerAt(place, KILLED);
      const { broughtB } = await connected(place, idle, async (os, socket, calls) => {
        await calls.send('unread');
        await until(os, KILLED + 1000);
        await calls[first]();
        await calls.recv();
        await calls.send();
        await calls.recv();
        return [...calls.results.slice(1), socket.status().state];
      });
      expect(broughtB).toEqual([[first, 'ECONNRESET'], ['recv', 0], ['send', 'EPIPE'], ['recv', 0], 'CLOSED']);
      // No FIN, and both sides are gone at once.
      expect(segments(place, 'A', KILLED).map(({ at, control }) => [at, control & (FIN | RST)])).toEqual([
        [KILLED, RST],
      ]);
      expect(place.world.trace.find({ kind: 'tcp.state', host: 'A', to: 'CLOSED' }).map(({ at }) => at / 1e6)).toEqual([
        KILLED,
      ]);
    },
  );

  test('row 2: a recv that blocks is ECONNRESET at once', async () => {
    const place = make();
    killServerAt(place, KILLED);
    const { broughtB } = await connected(place, idle, async (_os, _socket, calls) => {
      await calls.send('unread');
      await calls.recv();
      await calls.recv();
      return calls.told.slice(1);
    });
    expect(broughtB).toEqual([
      ['recv', 'ECONNRESET', HEARD],
      ['recv', 0, HEARD],
    ]);
  });
});

test('row 1: the dead side is in FIN-WAIT-2 for 60 s at most (section 2, T7)', async () => {
  const place = routed();
  killServerAt(place, KILLED);
  spawnBoth(place, idle, async (os, _socket, calls) => {
    await calls.recv();
    await idle(os); // never closes
  });
  await place.world.run({ for: '10min' });
  const states = place.world.trace.find({ kind: 'tcp.state', host: 'A' }).map(({ at, to }) => [to, at / 1e6]);
  // The FIN is acknowledged one round trip later; a tcp_fin_timeout after that the connection is gone. The kernel: 60.95 s.
  const finAcked = ms(KILLED, RTT);
  expect(states.slice(-3)).toEqual([
    ['FIN-WAIT-1', KILLED],
    ['FIN-WAIT-2', finAcked],
    ['CLOSED', ms(finAcked, 60_000)],
  ]);
});

test('row 1: Windows ends a killed process with RST: ECONNRESET', async () => {
  const place = routed({ a: { profile: 'windows' } });
  killServerAt(place, KILLED);
  const { broughtB } = await connected(place, idle, async (_os, _socket, calls) => {
    await calls.recv();
    await calls.recv();
    await calls.send();
    return calls.told;
  });
  expect(broughtB).toEqual([
    ['recv', 'ECONNRESET', HEARD],
    ['recv', 0, HEARD],
    ['send', 'EPIPE', HEARD],
  ]);
});

test('killed with bytes unsent (linux-face): its system goes on sending, then FIN: the survivor reads all of it', async () => {
  const place = routed();
  killServerAt(place, KILLED);
  const { broughtB } = await connected(
    place,
    async (os, _socket, calls) => {
      while (true) {
        const count = await calls.send(new Uint8Array(10_000), true);
        if (typeof count === 'string') break;
      }
      os.print(calls.told.reduce((sum, [, count]) => sum + (typeof count === 'number' ? count : 0), 0));
      await idle(os);
    },
    async (os, _socket, calls) => {
      await until(os, KILLED + 1000);
      let total = 0;
      for (;;) {
        const count = await calls.recv(4096);
        if (typeof count === 'string' || count === 0) return { total, end: count };
        total += count;
      }
    },
  );
  const accepted = Number(place.a.processes[0]?.printed[0]?.text);
  expect(accepted).toBeGreaterThan(50_000);
  expect(broughtB).toEqual({ total: accepted, end: 0 });
});

test('a stopped process: its system acknowledges, keep-alive is content, send succeeds', async () => {
  const place = routed();
  place.world.at(KILLED, () => place.a.processes[0]?.stop());
  const { broughtB } = await connected(
    place,
    async (_os, _socket, calls) => {
      await calls.recv();
    },
    async (os, socket, calls) => {
      await until(os, KILLED + 1000);
      await calls.send();
      await until(os, 3_600_000);
      await calls.send();
      await os.sleep('1s');
      return [...calls.results, socket.status().state, socket.status().sendBuffer.unacknowledged];
    },
    { b: { SO_KEEPALIVE: true, TCP_KEEPIDLE: '10s', TCP_KEEPINTVL: '5s', TCP_KEEPCNT: 3 }, for: '2h' },
  );
  expect(broughtB).toEqual([['send', 1], ['send', 1], 'ESTABLISHED', 0]);
});

test('rule 1: an error is told once: by SO_ERROR, and then recv is EOF and send EPIPE', async () => {
  const place = routed();
  killServerAt(place, KILLED);
  const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
    await calls.send('unread');
    await until(os, KILLED + 1000);
    await calls.error();
    await calls.error();
    await calls.recv();
    await calls.send();
    return calls.results.slice(1);
  });
  expect(broughtB).toEqual([
    ['SO_ERROR', 104],
    ['SO_ERROR', 0],
    ['recv', 0],
    ['send', 'EPIPE'],
  ]);
});

test('rule 3: RST in CLOSE-WAIT is EPIPE, told once by SO_ERROR; recv keeps EOF', async () => {
  const place = routed();
  killServerAt(place, KILLED);
  const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
    await calls.recv();
    await calls.send();
    await os.sleep('1s');
    await calls.error();
    await calls.error();
    await calls.recv();
    await calls.send();
    return calls.results;
  });
  expect(broughtB).toEqual([
    ['recv', 0],
    ['send', 1],
    ['SO_ERROR', 32],
    ['SO_ERROR', 0],
    ['recv', 0],
    ['send', 'EPIPE'],
  ]);
});

test('V19: a segment of nobody’s connection draws one RST, and a RST draws nothing', async () => {
  const place = routed();
  place.world.at('5s', () => place.a.powerOff());
  place.world.at('6s', () => place.a.powerOn());
  const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
    await until(os, KILLED);
    await calls.send('x'.repeat(1000));
    await calls.recv();
    return calls.results;
  });
  expect(broughtB).toEqual([
    ['send', 1000],
    ['recv', 'ECONNRESET'],
  ]);
  expect(segments(place, 'A', KILLED).map(({ control }) => control & RST)).toEqual([RST]);
  expect(segments(place, 'B', KILLED)).toHaveLength(1);
  expect(PORT).toBe(segments(place, 'B', KILLED)[0]?.destinationPort);
});
