/**
 * What calls return around close() and shutdown(): linux-behaviour section 3, rows 4 to 17 (row 12 does not exist), the
 * schedules T2, T6 and T7 of section 2, and rules 2, 4 and 5 of section 4.
 */
import { describe, expect, test } from 'vitest';
import {
  backOff,
  broughtBy,
  Calls,
  connected,
  idle,
  intervals,
  lan,
  measured,
  ms,
  outcome,
  PORT,
  RTO_LAN,
  RTT,
  retransmittedAt,
  routed,
  segments,
  until,
} from './place.ts';

const CLOSED = 10_000;
const HEARD = ms(CLOSED, RTT / 2);
const FIN = 1;
const RST = 4;

test('row 4: the peer closes, having read everything: EOF; a send that succeeds; EPIPE; the peer waits 60 s', async () => {
  const place = routed();
  const { broughtB } = await connected(
    place,
    async (os, _socket, calls) => {
      await until(os, CLOSED);
      await calls.close();
      await os.sleep('5min');
    },
    async (os, _socket, calls) => {
      await calls.recv();
      await calls.recv();
      await until(os, CLOSED + 30_000);
      await calls.send();
      await os.sleep('1s');
      await calls.send();
      await calls.recv();
      return calls.told;
    },
  );
  expect(broughtB).toEqual([
    ['recv', 0, HEARD],
    ['recv', 0, HEARD],
    ['send', 1, 40_000],
    ['send', 'EPIPE', 41_000],
    ['recv', 0, 41_000],
  ]);
});

test('row 4, T7: FIN-WAIT-2 of a closed socket ends after 60 s', async () => {
  const place = routed();
  await connected(
    place,
    async (os, _socket, calls) => {
      await until(os, CLOSED);
      await calls.close();
      await os.sleep('5min');
    },
    idle,
  );
  const states = place.world.trace.find({ kind: 'tcp.state', host: 'A' }).map(({ at, to }) => [to, at / 1e6]);
  expect(states.at(-1)).toEqual(['CLOSED', ms(CLOSED, RTT, 60_000)]);
  measured(60_950, 60_000, [60_000]);
});

test('row 5: the peer closes with bytes unread: what it sent before is read first, then ECONNRESET, then EOF', async () => {
  const { broughtB } = await connected(
    routed(),
    async (os, _socket, calls) => {
      await calls.send('hello');
      await until(os, CLOSED);
      await calls.close();
      await idle(os);
    },
    async (os, _socket, calls) => {
      await calls.send('unread');
      await until(os, CLOSED + 1000);
      await calls.recv();
      await calls.recv();
      await calls.recv();
      await calls.send();
      return calls.results;
    },
  );
  expect(broughtB).toEqual([
    ['send', 6],
    ['recv', 5],
    ['recv', 'ECONNRESET'],
    ['recv', 0],
    ['send', 'EPIPE'],
  ]);
});

describe('row 6: the peer closes with SO_LINGER {1, 0}', () => {
  const linger0 = { SO_LINGER: { onoff: true, linger: 0 } };

  test.each([
    [
      'linux',
      'recv',
      [
        ['recv', 5],
        ['recv', 'ECONNRESET'],
        ['recv', 0],
        ['send', 'EPIPE'],
      ],
    ],
    [
      'linux',
      'send',
      [
        ['send', 'ECONNRESET'],
        ['recv', 5],
        ['recv', 0],
        ['send', 'EPIPE'],
      ],
    ],
    [
      'windows',
      'recv',
      [
        ['recv', 'ECONNRESET'],
        ['recv', 0],
        ['recv', 0],
        ['send', 'EPIPE'],
      ],
    ],
  ] as const)('%s, %s first', async (profile, first, expected) => {
    const place = routed({ b: { profile } });
    const { broughtB } = await connected(
      place,
      async (os, _socket, calls) => {
        await calls.send('hello');
        await until(os, CLOSED);
        await calls.close();
        await idle(os);
      },
      async (os, _socket, calls) => {
        await until(os, CLOSED + 1000);
        await calls[first]();
        await calls.recv();
        await calls.recv();
        await calls.send();
        return calls.results;
      },
      { a: linger0 },
    );
    expect(broughtB).toEqual(expected);
    // A RST, and no TIME-WAIT on either side.
    expect(segments(place, 'A', CLOSED).map(({ at, control }) => [at, control & (FIN | RST)])).toEqual([[CLOSED, RST]]);
    expect(place.world.trace.find({ kind: 'tcp.state', to: 'TIME-WAIT' })).toEqual([]);
  });
});

test("row 7: shutdown('write'): send EPIPE; the peer reads EOF and may go on sending; FIN-WAIT-2 without limit", async () => {
  const place = routed();
  const { broughtA, broughtB } = await connected(
    place,
    async (os, _socket, calls) => {
      await calls.recv();
      await until(os, 3_000_000);
      await calls.send('still here');
      await os.sleep('1s');
      return calls.told;
    },
    async (os, socket, calls) => {
      await until(os, CLOSED);
      await calls.shutdown('write');
      await calls.send();
      await calls.recv();
      return [...calls.told, socket.status().state];
    },
  );
  expect(broughtA).toEqual([
    ['recv', 0, HEARD],
    ['send', 10, 3_000_000],
  ]);
  // The kernel was watched for 180 s.
  expect(broughtB).toEqual([
    ['shutdown', 'ok', CLOSED],
    ['send', 'EPIPE', CLOSED],
    ['recv', 10, ms(3_000_000, RTT / 2)],
    'FIN-WAIT-2',
  ]);
});

test('row 8: we close, the peer still sends: ok, our RST; then EOF, not ECONNRESET, and EPIPE', async () => {
  const place = routed();
  const { broughtA } = await connected(
    place,
    async (os, _socket, calls) => {
      await until(os, CLOSED + 1000);
      await calls.send();
      await os.sleep('1s');
      await calls.recv();
      await calls.send();
      return calls.results;
    },
    async (os, _socket, calls) => {
      await until(os, CLOSED);
      await calls.close();
      await idle(os);
    },
  );
  expect(broughtA).toEqual([
    ['send', 1],
    ['recv', 0],
    ['send', 'EPIPE'],
  ]);
  expect(segments(place, 'B', CLOSED).map(({ control }) => control & (FIN | RST))).toEqual([FIN, RST]);
});

test("row 9: we close while the peer's data is under way: it reads EOF, send is EPIPE", async () => {
  const place = routed();
  const { broughtA } = await connected(
    place,
    async (os, _socket, calls) => {
      await until(os, CLOSED);
      await calls.send(); // crosses B's FIN
      await os.sleep('1s');
      await calls.recv();
      await calls.send();
      await calls.recv();
      return calls.results;
    },
    async (os, _socket, calls) => {
      await until(os, CLOSED);
      await calls.close();
      await idle(os);
    },
  );
  expect(broughtA).toEqual([
    ['send', 1],
    ['recv', 0],
    ['send', 'EPIPE'],
    ['recv', 0],
  ]);
  // One RST for the byte that came too late, and, the connection being gone, one for the ACK of the FIN.
  const resets = segments(place, 'B', CLOSED).filter(({ control }) => (control & RST) !== 0);
  expect(resets.map(({ at }) => at)).toEqual([HEARD, ms(CLOSED, RTT)]);
});

test("row 10: shutdown('read'): EOF at once; what comes later is acknowledged and can still be read", async () => {
  const { broughtA, broughtB } = await connected(
    routed(),
    async (os, socket, calls) => {
      await until(os, CLOSED);
      await calls.send('later');
      await os.sleep('1s');
      return socket.status().sendBuffer.unacknowledged;
    },
    async (os, _socket, calls) => {
      await calls.shutdown('read');
      await calls.recv();
      await until(os, CLOSED + 1);
      await calls.recv();
      await calls.recv();
      return calls.results;
    },
  );
  expect(broughtA).toBe(0);
  expect(broughtB).toEqual([
    ['shutdown', 'ok'],
    ['recv', 0],
    ['recv', 5],
    ['recv', 0],
  ]);
});

test("row 11: shutdown('write') twice is ok; once the connection is over it is ENOTCONN", async () => {
  const { broughtB } = await connected(
    routed(),
    async (_os, _socket, calls) => {
      await calls.recv();
      await calls.close();
    },
    async (os, socket, calls) => {
      await calls.shutdown('write');
      await calls.shutdown('write');
      await os.sleep('2min');
      await calls.shutdown('write');
      await calls.shutdown('both');
      return [...calls.results, socket.status().state];
    },
  );
  const over = ['shutdown', 'ENOTCONN'];
  expect(broughtB).toEqual([['shutdown', 'ok'], ['shutdown', 'ok'], over, over, 'CLOSED']);
});

test('row 13: the listener is closed with a connection not yet accepted: ECONNRESET at once, then EPIPE', async () => {
  const { world, a, b } = routed();
  a.spawn('server', async (os) => {
    const listener = await os.listen(PORT);
    await until(os, CLOSED);
    await listener.close();
    await idle(os);
  });
  const client = b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    const calls = new Calls(os, socket);
    await calls.recv();
    await calls.recv();
    await calls.send();
    return calls.told;
  });
  await world.run({ for: '1min' });
  expect(await broughtBy(client)).toEqual([
    ['recv', 'ECONNRESET', HEARD],
    ['recv', 0, HEARD],
    ['send', 'EPIPE', HEARD],
  ]);
});

describe('row 14: the client resets before we accept', () => {
  async function accept(profile: 'linux' | 'rfc') {
    const { world, a, b } = routed({ a: { profile } });
    const server = a.spawn('server', async (os) => {
      const listener = await os.listen(PORT);
      await until(os, CLOSED);
      try {
        const socket = await listener.accept();
        const calls = new Calls(os, socket);
        await calls.recv();
        await calls.recv();
        await calls.recv();
        return [calls.results, socket.remote ?? 'no peer'];
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : undefined;
      }
    });
    b.spawn('client', async (os) => {
      const options = { SO_LINGER: { onoff: true, linger: 0 } };
      const socket = await os.connect('A', PORT, { options });
      await socket.send('hello');
      await os.sleep('1s');
      await socket.close();
    });
    await world.run({ for: '1min' });
    return broughtBy(server);
  }

  test('Linux: accept succeeds; recv gives the data, then ECONNRESET, then EOF; there is no peer', async () => {
    expect(await accept('linux')).toEqual([
      [
        ['recv', 5],
        ['recv', 'ECONNRESET'],
        ['recv', 0],
      ],
      'no peer',
    ]);
  });

  test("profile 'rfc', as BSD and POSIX: accept itself is ECONNABORTED", async () => {
    expect(await accept('rfc')).toBe('ECONNABORTED');
  });
});

test("row 15: shutdown('both') while recv blocks: it returns EOF at once; send EPIPE", async () => {
  const { broughtB } = await connected(routed(), idle, async (os, socket, calls) => {
    const blocked = calls.recv();
    await until(os, CLOSED);
    await socket.shutdown('both');
    await blocked;
    await calls.send();
    return calls.told;
  });
  expect(broughtB).toEqual([
    ['recv', 0, CLOSED],
    ['send', 'EPIPE', CLOSED],
  ]);
});

describe('row 16: close with SO_LINGER 5 s', () => {
  const b = { SO_LINGER: { onoff: true, linger: '5s' } };

  test('the peer lives: it returns as soon as the FIN is acknowledged (the kernel: 46 ms)', async () => {
    const { broughtB } = await connected(
      routed(),
      idle,
      async (os, _socket, calls) => {
        await until(os, CLOSED);
        await calls.close();
        return calls.told;
      },
      { b },
    );
    const [call] = broughtB ?? [];
    expect(call?.slice(0, 2)).toEqual(['close', 'ok']);
    // One round trip; the peer may put the ACK off by up to 40 ms.
    expect(call?.[2]).toBeGreaterThanOrEqual(ms(CLOSED, RTT));
    expect(call?.[2]).toBeLessThanOrEqual(ms(CLOSED, RTT, 40));
  });

  test.each([
    ['linux', 'ok'],
    ['windows', 'EAGAIN'],
  ] as const)(
    'the peer is silent, %s: it blocks for 5 s, then %s; the socket goes on in FIN-WAIT-1',
    async (profile, result) => {
      const place = routed({ b: { profile } });
      place.world.at(CLOSED, () => place.cable.cut());
      const { broughtB } = await connected(
        place,
        idle,
        async (os, _socket, calls) => {
          await until(os, CLOSED);
          await calls.send('lost');
          await calls.close();
          await os.sleep('1s');
          return calls.told;
        },
        { b, for: '16s' },
      );
      expect(broughtB).toEqual([
        ['send', 4, CLOSED],
        ['close', result, CLOSED + 5000],
      ]);
      measured(5250, 5000, [5000]);
      const last = place.world.trace.find({ kind: 'tcp.state', host: 'B' }).at(-1);
      expect(last?.to).toBe('FIN-WAIT-1');
    },
  );
});

describe('row 17: plain close() with unacknowledged bytes, the peer silent', () => {
  test.each([
    ['routed', routed, undefined],
    ['one LAN', lan, RTO_LAN],
  ] as const)(
    '%s: it returns 0 at once; the kernel retries and gives up without a word; T2',
    async (_where, make, rto) => {
      const place = make();
      place.world.at(CLOSED, () => place.cable.cut());
      const { broughtB, client } = await connected(place, idle, async (os, _socket, calls) => {
        await until(os, CLOSED);
        await calls.send('lost');
        await calls.close();
        await os.sleep('10min');
        return calls.told;
      });
      expect(broughtB).toEqual([
        ['send', 4, CLOSED],
        ['close', 'ok', CLOSED],
      ]);
      expect(await client.exited).toMatchObject({ code: 0 });
      const gone = place.world.trace.find({ kind: 'tcp.state', host: 'B', to: 'CLOSED' }).map(({ at }) => at / 1e6);
      // The probe and 8 retransmissions, the last at 51.2 s; the end at twice that.
      const moments = backOff(8, rto);
      const end = moments.at(-1) ?? 0;
      expect(gone).toEqual([ms(CLOSED, end)]);
      expect(retransmittedAt(place, 'B', CLOSED)).toEqual(moments.slice(0, -1));
      measured(106_600, end, intervals(moments));
      measured(53_100, moments[8] ?? 0, intervals(moments.slice(0, 9)));
      expect(segments(place, 'B', ms(CLOSED, end))).toEqual([]);
    },
  );

  test('T2: a lone FIN too', async () => {
    const place = routed();
    place.world.at(CLOSED, () => place.cable.cut());
    await connected(place, idle, async (os, _socket, calls) => {
      await until(os, CLOSED);
      await calls.close();
      await os.sleep('10min');
    });
    const gone = place.world.trace.find({ kind: 'tcp.state', host: 'B', to: 'CLOSED' }).map(({ at }) => at / 1e6);
    expect(gone).toEqual([ms(CLOSED, backOff(8).at(-1) ?? 0)]);
  });
});

describe('rule 4: close() is RST instead of FIN if bytes are unread', () => {
  test.each([
    ['nothing unread', false, FIN],
    ['a byte unread', true, RST],
  ] as const)('%s', async (_name, unread, expected) => {
    const place = routed();
    await connected(
      place,
      async (_os, _socket, calls) => {
        if (unread) await calls.send();
        await calls.recv();
      },
      async (os, _socket, calls) => {
        await until(os, CLOSED);
        await calls.close();
        await idle(os);
      },
    );
    expect((segments(place, 'B', CLOSED)[0]?.control ?? 0) & (FIN | RST)).toBe(expected);
  });
});

test('rule 5: send succeeds when the bytes are copied: before any frame has left', async () => {
  const place = routed();
  const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
    await until(os, CLOSED);
    const before = segments(place, 'B', CLOSED).length;
    await calls.send('x'.repeat(10_000));
    return [...calls.told, segments(place, 'B', CLOSED).length - before];
  });
  expect(broughtB).toEqual([['send', 10_000, CLOSED], 0]);
});

test('a process that exits closes its sockets as close() does', async () => {
  const { broughtB } = await connected(
    routed(),
    async (os) => {
      await until(os, CLOSED);
    },
    async (os, _socket, calls) => {
      await calls.recv();
      return [...calls.told, await outcome(os.connect('A', PORT))];
    },
  );
  expect(broughtB).toEqual([['recv', 0, HEARD], 'ECONNREFUSED']);
});
