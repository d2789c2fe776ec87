/**
 * What calls return when the network dies, when a connection cannot be made, and when a port is taken: linux-behaviour
 * section 3, rows 20 to 58. "We" is B; the other side is A. Both are on one LAN. Times are nominal moments.
 */
import { describe, expect, test } from 'vitest';
import type { Socket, System } from '../../src/system/system.ts';
import { Duo, outcome, pair } from './duo.ts';

const buffer = () => new Uint8Array(64);
const recv = (socket: Socket) => outcome(socket.recv(buffer()));
const send = (socket: Socket, data = 'x') => outcome(socket.send(data));
const idle = (os: System) => os.sleep('3d');
/** To a tenth of a second. */
const seconds = (ms: number) => Math.floor(ms / 100 + 0.5) / 10;

describe('the cable is cut', () => {
  test('row 19: idle, no keep-alive: nothing, ever', async () => {
    const world = new Duo();
    world.schedule(1e9, () => {
      world.cut = true;
    });
    const { b } = await pair(world, idle, async (_os, socket) => [await recv(socket)], { for: '2d' });
    expect(b).toBeUndefined();
    expect(world.B.processes[0]?.blocked()).toMatchObject([{ call: 'recv' }]);
  });

  test('row 20: keep-alive 10/5/3: ETIMEDOUT 25 s after the last segment, then EOF and EPIPE', async () => {
    const world = new Duo();
    world.schedule(1e9, () => {
      world.cut = true;
    });
    const keep = { SO_KEEPALIVE: true, TCP_KEEPIDLE: '10s', TCP_KEEPINTVL: '5s', TCP_KEEPCNT: 3 };
    const { b } = await pair(
      world,
      idle,
      async (os, socket) => {
        const first = await recv(socket);
        return [first, seconds(os.now()), await recv(socket), await send(socket)];
      },
      { b: keep, for: '60s' },
    );
    expect(b).toEqual(['ETIMEDOUT', 25, 0, 'EPIPE']);
  });

  test('row 21: keep-alive is silent while data is unacknowledged', async () => {
    const world = new Duo();
    const keep = { SO_KEEPALIVE: true, TCP_KEEPIDLE: '10s', TCP_KEEPINTVL: '5s', TCP_KEEPCNT: 3 };
    const { b } = await pair(
      world,
      idle,
      async (os, socket) => {
        await os.sleep('1s');
        world.cut = true;
        await socket.send('x');
        return [await recv(socket), os.now()];
      },
      { b: keep, for: '10min' },
    );
    expect(b).toBeUndefined();
  });

  test('row 23: sending, on one LAN: EHOSTUNREACH after 925 to 940 s, told once', async () => {
    const world = new Duo({ accounting: 'linux' });
    const { b } = await pair(
      world,
      idle,
      async (os, socket) => {
        await os.sleep('1s');
        world.cut = true;
        const begun = os.now();
        const data = new Uint8Array(1000);
        let total = 0;
        let partly = await outcome(socket.send(data));
        for (; partly === data.length; partly = await outcome(socket.send(data))) total += data.length;
        const after = seconds(os.now() - begun);
        return { total, partly, after, later: [await send(socket), await recv(socket), await send(socket)] };
      },
      { for: '20min' },
    );
    expect(b?.total).toBeGreaterThan(10_000);
    expect(b?.after).toBeGreaterThan(920);
    expect(b?.after).toBeLessThan(945);
    // The send that blocked had copied a part: it tells that, and leaves the error to the next call.
    if (typeof b?.partly === 'number') expect(b.later).toEqual(['EHOSTUNREACH', 0, 'EPIPE']);
    else expect([b?.partly, b?.later]).toEqual(['EHOSTUNREACH', ['EPIPE', 0, 'EPIPE']]);
  });

  test('row 24: TCP_USER_TIMEOUT with data outstanding: ETIMEDOUT', async () => {
    const world = new Duo();
    const { b } = await pair(
      world,
      idle,
      async (os, socket) => {
        await os.sleep('1s');
        world.cut = true;
        await socket.send('x');
        const result = await recv(socket);
        return [result, os.now() > 10_900 && os.now() < 12_000];
      },
      { b: { TCP_USER_TIMEOUT: '10s' }, for: '60s' },
    );
    expect(b).toEqual(['ETIMEDOUT', true]);
  });

  test('row 25: TCP_USER_TIMEOUT, idle: no effect', async () => {
    const world = new Duo();
    world.schedule(1e9, () => {
      world.cut = true;
    });
    const { b } = await pair(world, idle, async (_os, socket) => [await recv(socket)], {
      b: { TCP_USER_TIMEOUT: '10s' },
      for: '1h',
    });
    expect(b).toBeUndefined();
  });

  test('row 32: a peer that does not read for hours: send blocks, never fails', async () => {
    const world = new Duo();
    const { b } = await pair(world, idle, async (_os, socket) => [await outcome(socket.send(new Uint8Array(1000)))], {
      a: { SO_RCVBUF: 32 },
      b: { SO_SNDBUF: 32 },
      for: '5h',
    });
    expect(b).toBeUndefined();
    expect(world.B.processes[0]?.blocked()).toMatchObject([{ call: 'send' }]);
    expect(world.B.sockets[0]?.figures()?.requested).toBe(1000);
    expect(world.B.sockets[0]?.connection?.figures().written).toBe(64);
  });
});

describe('connect', () => {
  /** What a program on B brings. */
  async function onB<T>(world: Duo, program: (os: System) => Promise<T>, lasting = '5min'): Promise<T | undefined> {
    const client = world.spawn('B', program);
    await world.run(lasting);
    if (world.failures.length > 0) throw world.failures[0];
    const exit = await client.exited;
    return 'value' in exit ? exit.value : undefined;
  }

  test('row 39: a closed port: ECONNREFUSED after one round trip; the same socket may connect again', async () => {
    const world = new Duo();
    world.spawn('A', async (os) => {
      await os.sleep('1s');
      const listener = await os.listen(7000);
      await listener.accept();
      await os.sleep('10s');
    });
    const brought = await onB(world, async (os) => {
      const socket = await os.socket();
      const first = await outcome(socket.connect('A', 7000));
      const at = os.now();
      await os.sleep('2s');
      return [first, at < 10, await outcome(socket.connect('A', 7000)), socket.status().state];
    });
    expect(brought).toEqual(['ECONNREFUSED', true, 'ok', 'ESTABLISHED']);
  });

  test('row 40: a dead host of the same LAN: EHOSTUNREACH after 3 ARP requests, 3 s', async () => {
    const brought = await onB(new Duo(), async (os) => [
      await outcome(os.connect('10.0.0.77', 7000)),
      seconds(os.now()),
    ]);
    expect(brought).toEqual(['EHOSTUNREACH', 3]);
  });

  test.each([
    ['linux', 131],
    ['windows', 21],
  ] as const)('row 41: SYNs are swallowed: ETIMEDOUT (%s: %d s)', async (profile, expected) => {
    const world = new Duo({ profile });
    world.spawn('A', async (os) => {
      await os.listen(7000);
      await idle(os);
    });
    const brought = await onB(world, async (os) => {
      const first = await os.connect('A', 7000); // so that ARP knows A
      await first.close();
      await os.sleep('1s');
      const refresh = os.now();
      world.cut = true;
      const result = await outcome(os.connect('A', 7000));
      return [result, seconds(os.now() - refresh)];
    });
    // On a LAN the ARP entry dies as well, so that Linux tells EHOSTUNREACH; Windows' profile leaves it to TCP.
    if (profile === 'windows') expect(brought).toEqual(['ETIMEDOUT', expected]);
    else expect(brought?.[0]).toMatch(/ETIMEDOUT|EHOSTUNREACH/);
  });

  test.each(['192.168.1.1', '10.0.0.255', '224.0.0.1'])('row 43: %s: ENETUNREACH at once', async (address) => {
    const brought = await onB(new Duo(), async (os) => [await outcome(os.connect(address, 7000)), os.now()]);
    expect(brought).toEqual(['ENETUNREACH', 0]);
  });

  test('row 44: an address that is not ours: EADDRNOTAVAIL', async () => {
    const brought = await onB(new Duo(), async (os) => {
      const socket = await os.socket();
      return [
        await outcome(socket.bind(80, { address: '10.0.0.9' })),
        await outcome(os.connect('A', 7000, { from: { address: '10.0.0.9' } })),
      ];
    });
    expect(brought).toEqual(['EADDRNOTAVAIL', 'EADDRNOTAVAIL']);
  });

  test('row 45: connect with dontWait: EINPROGRESS, EALREADY, then once no error, then EISCONN', async () => {
    const world = new Duo();
    world.spawn('A', async (os) => {
      await os.listen(7000);
      await idle(os);
    });
    const brought = await onB(world, async (os) => {
      const socket = await os.socket();
      const connect = () => outcome(socket.connect('A', 7000, { dontWait: true }));
      const results = [await connect(), await connect()];
      results.push(String(await outcome(socket.send('x', { dontWait: true }))));
      results.push(String(await outcome(socket.recv(buffer(), { dontWait: true }))));
      await os.sleep('1s');
      return [...results, await connect(), await connect()];
    });
    expect(brought).toEqual(['EINPROGRESS', 'EALREADY', 'EAGAIN', 'EAGAIN', 'ok', 'EISCONN']);
  });

  test('row 45: it fails: SO_ERROR tells it once, then connect says ECONNABORTED and may begin anew', async () => {
    const brought = await onB(new Duo(), async (os) => {
      const socket = await os.socket();
      await outcome(socket.connect('A', 7000, { dontWait: true }));
      await os.sleep('1s');
      const errors = [await socket.getOption('SO_ERROR'), await socket.getOption('SO_ERROR')];
      const again = [await outcome(socket.connect('A', 7000)), await outcome(socket.connect('A', 7000))];
      return [...errors, ...again, await outcome(socket.send('x')), await outcome(socket.recv(buffer()))];
    });
    expect(brought).toEqual([111, 0, 'ECONNABORTED', 'ECONNREFUSED', 'EPIPE', 'ENOTCONN']);
  });

  test('a send that is called while connecting waits for the connection', async () => {
    const world = new Duo();
    const server = world.spawn('A', async (os) => {
      const socket = await (await os.listen(7000)).accept();
      return recv(socket);
    });
    const brought = await onB(world, async (os) => {
      const socket = await os.socket();
      const connecting = socket.connect('A', 7000);
      const sent = await socket.send('early');
      await connecting;
      await os.sleep('1s');
      return sent;
    });
    expect(brought).toBe(5);
    expect(await server.exited).toMatchObject({ value: 5 });
  });

  test('an unknown name: ENOTFOUND', async () => {
    const error = await onB(new Duo(), async (os) => {
      try {
        await os.connect('Z', 7000);
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
      return '';
    });
    expect(error).toBe('connect ENOTFOUND: name or service not known: Z:7000');
  });

  test('row 50: a socket may connect to itself, and hears itself', async () => {
    const brought = await onB(new Duo(), async (os) => {
      const socket = await os.socket();
      await socket.bind(7000);
      await socket.connect('B', 7000);
      await socket.send('echo');
      return [await recv(socket), socket.local?.port === socket.remote?.port];
    });
    expect(brought).toEqual([4, true]);
  });

  test("a host connects to itself by its own address and by loopback's", async () => {
    const world = new Duo();
    world.spawn(
      'B',
      async (os) => {
        const listener = await os.listen(7000);
        for (let i = 0; i < 2; i++) await (await listener.accept()).send('own');
        await os.sleep('1s');
      },
      { name: 'local' },
    );
    const brought = await onB(world, async (os) => [
      await recv(await os.connect('B', 7000)),
      await recv(await os.connect('127.0.0.1', 7000)),
    ]);
    expect(brought).toEqual([3, 3]);
  });
});

describe('listen and ports', () => {
  async function onA<T>(world: Duo, program: (os: System) => Promise<T>, lasting = '5min'): Promise<T | undefined> {
    const server = world.spawn('A', program, { name: 'tested' });
    await world.run(lasting);
    if (world.failures.length > 0) throw world.failures[0];
    const exit = await server.exited;
    return 'value' in exit ? exit.value : undefined;
  }

  test('row 47: listen(n) holds n + 1; the next connects once there is room', async () => {
    const world = new Duo();
    world.spawn('B', async (os) => {
      for (let i = 0; i < 3; i++) await os.connect('A', 7000);
      os.print(os.now());
      await os.sleep('1min');
    });
    const brought = await onA(
      world,
      async (os) => {
        const listener = await os.listen(7000, { backlog: 1 });
        await os.sleep('2500ms');
        await listener.accept();
        await os.sleep('1min');
      },
      '2min',
    );
    expect(brought).toBeUndefined();
    const printed = world.find('process.printed', 'B');
    expect(Number(printed[0]?.text)).toBeGreaterThan(2500);
    expect(Number(printed[0]?.text)).toBeLessThan(4000);
  });

  test('row 52: a port in TIME-WAIT: EADDRINUSE, unless both had SO_REUSEADDR', async () => {
    async function rebind(reuseOld: boolean, reuseNew: boolean): Promise<string | undefined> {
      const world = new Duo();
      world.spawn('B', async (os) => {
        const socket = await os.connect('A', 7000);
        await recv(socket);
        await os.sleep('10s');
      });
      return onA(world, async (os) => {
        const old = await os.listen(7000, { options: { SO_REUSEADDR: reuseOld } });
        const socket = await old.accept();
        await old.close();
        await socket.close();
        await os.sleep('20s');
        const again = await outcome(os.listen(7000, { options: { SO_REUSEADDR: reuseNew } }));
        return typeof again === 'string' ? again : 'ok';
      });
    }
    expect(await rebind(false, false)).toBe('EADDRINUSE');
    expect(await rebind(false, true)).toBe('EADDRINUSE');
    expect(await rebind(true, true)).toBe('ok');
  });

  test("row 53: the same four numbers again, into the server's TIME-WAIT: accepted at once", async () => {
    const world = new Duo();
    world.spawn('B', async (os) => {
      for (let i = 0; i < 2; i++) {
        const begun = os.now();
        const socket = await os.connect('A', 7000, { from: { port: 5000 } });
        os.print(os.now() - begun);
        await recv(socket);
        await socket.close();
        await os.sleep('1s');
      }
    });
    await onA(world, async (os) => {
      const listener = await os.listen(7000);
      for (let i = 0; i < 2; i++) await (await listener.accept()).close();
    });
    const [first, second] = world.find('process.printed', 'B').map(({ text }) => Number(text));
    expect(first).toBeLessThan(10);
    expect(second).toBeLessThan(10);
  });

  test('row 55: two live listeners: EADDRINUSE always; on Windows SO_REUSEADDR steals', async () => {
    const twice = (profile: 'linux' | 'windows') =>
      onA(new Duo({ profile }), async (os) => {
        const options = { SO_REUSEADDR: true };
        await os.listen(7000, { options });
        const second = await outcome(os.listen(7000, { options }));
        return typeof second === 'string' ? second : 'ok';
      });
    expect(await twice('linux')).toBe('EADDRINUSE');
    expect(await twice('windows')).toBe('ok');
  });

  test('wrong states: EINVAL, EISCONN, ENOTCONN, EPIPE, EBADF', async () => {
    const brought = await onA(new Duo(), async (os) => {
      const fresh = await os.socket();
      const results: (string | number)[] = [
        await outcome(fresh.send('x')),
        await outcome(fresh.recv(buffer())),
        await outcome(fresh.shutdown('write')),
      ];
      await fresh.bind(7000);
      results.push(await outcome(fresh.bind(7001)));
      const listener = await fresh.listen();
      results.push(await outcome(fresh.connect('B', 7000)));
      results.push(String(await outcome(fresh.listen())));
      await listener.close();
      results.push(await outcome(fresh.close()), await outcome(fresh.send('x')));
      results.push(String(await outcome(listener.accept())));
      return results;
    });
    expect(brought).toEqual([
      'EPIPE',
      'ENOTCONN',
      'ENOTCONN',
      'EINVAL',
      'EISCONN',
      'EINVAL',
      'EBADF',
      'EBADF',
      'EBADF',
    ]);
  });

  test('where POSIX says ENOTCONN and Linux EPIPE, the profile decides', async () => {
    const sent = (profile: 'linux' | 'rfc' | 'windows') =>
      onA(new Duo({ profile }), async (os) => outcome((await os.socket()).send('x')));
    expect([await sent('linux'), await sent('rfc'), await sent('windows')]).toEqual(['EPIPE', 'ENOTCONN', 'ENOTCONN']);
  });
});

describe('row 58: time-outs', () => {
  test.each([
    ['linux', 'EAGAIN'],
    ['windows', 'ETIMEDOUT'],
    ['rfc', 'EAGAIN'],
  ] as const)('SO_RCVTIMEO and SO_SNDTIMEO of 1 s on %s: %s', async (profile, expected) => {
    const { b } = await pair(
      new Duo({ profile }),
      idle,
      async (os, socket) => {
        const begun = os.now();
        const results: (string | number)[] = [await recv(socket), os.now() - begun];
        await outcome(socket.send(new Uint8Array(64)));
        await os.sleep('1s');
        await outcome(socket.send(new Uint8Array(100), { dontWait: true }));
        const full = os.now();
        results.push(await send(socket), os.now() - full);
        return results;
      },
      { a: { SO_RCVBUF: 32 }, b: { SO_SNDBUF: 32, SO_RCVTIMEO: '1s', SO_SNDTIMEO: '1s' }, for: '1h' },
    );
    expect(b).toEqual([expected, 1000, expected, 1000]);
  });

  test('SO_RCVTIMEO ends accept too', async () => {
    const world = new Duo();
    const server = world.spawn('A', async (os) => {
      const listener = await os.listen(7000, { options: { SO_RCVTIMEO: '2s' } });
      return [String(await outcome(listener.accept())), os.now()];
    });
    await world.run();
    expect(await server.exited).toMatchObject({ value: ['EAGAIN', 2000] });
  });
});
