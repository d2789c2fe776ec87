/**
 * What calls return when a process dies or a socket is closed: linux-behaviour section 3, rows 1 to 17, and the rules of
 * section 4. "We" is B; the other side is A.
 */
import { expect, test } from 'vitest';
import type { Socket, System } from '../../src/system/system.ts';
import { Duo, drain, outcome, pair } from './duo.ts';

const buffer = () => new Uint8Array(64);
const recv = (socket: Socket) => outcome(socket.recv(buffer()));
const send = (socket: Socket, data = 'x') => outcome(socket.send(data));

/** Lives until it is killed. */
const idle = (os: System) => os.sleep('1h');

async function afterKill(world: Duo, read: boolean, calls: (os: System, socket: Socket) => Promise<unknown>) {
  world.schedule(2e9, () => world.A.processes[0]?.kill());
  const { b } = await pair(
    world,
    async (os, socket) => {
      if (read) await socket.recv(buffer());
      await idle(os);
    },
    async (os, socket) => {
      await socket.send('hello');
      await os.sleep('3s');
      return calls(os, socket);
    },
  );
  return b;
}

test('row 1: the peer is killed while idle: EOF, a send that succeeds, EPIPE, never ECONNRESET', async () => {
  const brought = await afterKill(new Duo(), true, async (os, socket) => {
    const results = [await recv(socket), await recv(socket), await send(socket)];
    await os.sleep('1s');
    results.push(await recv(socket), await send(socket), await send(socket), await recv(socket));
    return results;
  });
  expect(brought).toEqual([0, 0, 1, 0, 'EPIPE', 'EPIPE', 0]);
});

test.each(['recv', 'send'])('row 2: the peer is killed with bytes unread: %s takes ECONNRESET, once', async (first) => {
  const brought = await afterKill(new Duo(), false, async (_os, socket) => {
    const result = first === 'recv' ? await recv(socket) : await send(socket);
    return [result, await recv(socket), await send(socket), await recv(socket)];
  });
  expect(brought).toEqual(['ECONNRESET', 0, 'EPIPE', 0]);
});

test('Windows: the peer is killed while idle: ECONNRESET', async () => {
  const brought = await afterKill(new Duo({ profile: 'windows' }), true, async (_os, socket) => [
    await recv(socket),
    await send(socket),
  ]);
  expect(brought).toEqual(['ECONNRESET', 'EPIPE']);
});

test('a killed process delivers what lay in its send buffer', async () => {
  const world = new Duo();
  world.schedule(2e9, () => world.A.processes[0]?.kill());
  const { b } = await pair(
    world,
    async (os, socket) => {
      await socket.send(new Uint8Array(64));
      await idle(os);
    },
    async (os, socket) => {
      await os.sleep('3s');
      return drain(socket);
    },
    { a: { SO_SNDBUF: 64 }, b: { SO_RCVBUF: 32 } },
  );
  expect(b).toEqual({ count: 64, end: 0 });
});

test('row 4: the peer closes, having read everything: as row 1', async () => {
  const { b } = await pair(
    new Duo(),
    async (os, socket) => {
      await socket.close();
      await os.sleep('10s');
    },
    async (os, socket) => {
      const results = [await recv(socket), await send(socket)];
      await os.sleep('1s');
      return [...results, await send(socket), await recv(socket)];
    },
  );
  expect(b).toEqual([0, 1, 'EPIPE', 0]);
});

test('row 5: the peer closes with bytes unread: what it sent is read first, then ECONNRESET, then EOF', async () => {
  const { b } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep('1s');
      await socket.send('hello');
      await os.sleep('1s');
      await socket.close();
      await os.sleep('10s');
    },
    async (os, socket) => {
      await socket.send('unread');
      await os.sleep('5s');
      return [await recv(socket), await recv(socket), await recv(socket), await send(socket)];
    },
  );
  expect(b).toEqual([5, 'ECONNRESET', 0, 'EPIPE']);
});

test.each([
  ['recv', [5, 'ECONNRESET', 0, 'EPIPE']],
  ['send', ['ECONNRESET', 5, 0, 'EPIPE']],
] as const)('row 6: SO_LINGER 0 resets; %s comes first', async (first, expected) => {
  const { b } = await pair(
    new Duo(),
    async (os, socket) => {
      await socket.send('hello');
      await os.sleep('1s');
      await socket.close();
    },
    async (os, socket) => {
      await os.sleep('5s');
      const result = first === 'recv' ? await recv(socket) : await send(socket);
      return [result, await recv(socket), await recv(socket), await send(socket)];
    },
    { a: { SO_LINGER: { onoff: true, linger: 0 } } },
  );
  expect(b).toEqual(expected);
});

test("row 7: after shutdown('write') send is EPIPE, recv goes on, and the peer may send", async () => {
  const { a, b } = await pair(
    new Duo(),
    async (os, socket) => {
      const end = await recv(socket);
      await os.sleep('100s');
      const sent = await send(socket, 'still here');
      await os.sleep('1s');
      return [end, sent];
    },
    async (_os, socket) => {
      await socket.shutdown('write');
      return [await send(socket), await recv(socket), socket.status().state];
    },
  );
  expect(a).toEqual([0, 10]);
  expect(b).toEqual(['EPIPE', 10, 'FIN-WAIT-2']);
});

test('row 8: we close, the peer goes on sending: ok, then EOF and EPIPE', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep('1s');
      const first = await send(socket);
      await os.sleep('1s');
      return [first, await recv(socket), await send(socket)];
    },
    async (os, socket) => {
      await socket.close();
      await os.sleep('10s');
    },
  );
  expect(a).toEqual([1, 0, 'EPIPE']);
});

test('row 9: we close while data of the peer is in flight: it sees EOF, then EPIPE', async () => {
  const { b } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep(1000 - os.now());
      await socket.close();
      await os.sleep('10s');
    },
    async (os, socket) => {
      await os.sleep(1000.5 - os.now()); // A's FIN is on its way
      const sent = await send(socket);
      await os.sleep('1s');
      return [sent, await recv(socket), await send(socket), await send(socket), await recv(socket)];
    },
  );
  expect(b).toEqual([1, 0, 'EPIPE', 'EPIPE', 0]);
});

test("row 10: after shutdown('read') recv is EOF at once, and what comes later can still be read", async () => {
  const { b } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep('1s');
      await socket.send('later');
      await os.sleep('5s');
    },
    async (os, socket) => {
      await socket.shutdown('read');
      const first = await recv(socket);
      await os.sleep('2s');
      return [first, await recv(socket), await recv(socket)];
    },
  );
  expect(b).toEqual([0, 5, 0]);
});

test("row 11: shutdown('write') twice is no error; after the end it is ENOTCONN", async () => {
  const { b } = await pair(
    new Duo(),
    async (_os, socket) => {
      await recv(socket);
      await socket.close();
    },
    async (os, socket) => {
      const twice = [await outcome(socket.shutdown('write')), await outcome(socket.shutdown('write'))];
      await os.sleep('2min');
      return [...twice, await outcome(socket.shutdown('write')), await outcome(socket.shutdown('both'))];
    },
  );
  expect(b).toEqual(['ok', 'ok', 'ENOTCONN', 'ENOTCONN']);
});

test('row 13: the listener is closed before accept: ECONNRESET, EPIPE', async () => {
  const world = new Duo();
  world.spawn('A', async (os) => {
    const listener = await os.listen(7000);
    await os.sleep('1s');
    await listener.close();
    await os.sleep('10s');
  });
  const client = world.spawn('B', async (os) => {
    const socket = await os.connect('A', 7000);
    await os.sleep('2s');
    return [await recv(socket), await send(socket)];
  });
  await world.run();
  expect(await client.exited).toMatchObject({ value: ['ECONNRESET', 'EPIPE'] });
});

test.each([
  ['linux', [5, 'ECONNRESET', 0]],
  ['rfc', 'ECONNABORTED'],
] as const)('row 14: the client resets before accept: %s', async (profile, expected) => {
  const world = new Duo({ profile });
  const server = world.spawn('A', async (os) => {
    const listener = await os.listen(7000);
    await os.sleep('2s');
    const socket = await outcome(listener.accept());
    return typeof socket === 'string' ? socket : [await recv(socket), await recv(socket), await recv(socket)];
  });
  world.spawn('B', async (os) => {
    const socket = await os.connect('A', 7000, { options: { SO_LINGER: { onoff: true, linger: 0 } } });
    await socket.send('hello');
    await os.sleep('1s');
    await socket.close();
  });
  await world.run();
  expect(await server.exited).toMatchObject({ value: expected });
});

test("row 15: shutdown('both') ends a recv that blocks: EOF at once, send EPIPE", async () => {
  const { b } = await pair(
    new Duo(),
    async (os) => os.sleep('10s'),
    async (os, socket) => {
      const blocked = recv(socket);
      await os.sleep('1s');
      await socket.shutdown('both');
      return [await blocked, os.now() < 1100, await send(socket)];
    },
  );
  expect(b).toEqual([0, true, 'EPIPE']);
});

test('row 16: close with SO_LINGER blocks until FIN is acknowledged', async () => {
  const { b } = await pair(
    new Duo(),
    async (os) => os.sleep('1min'),
    async (os, socket) => {
      const before = os.now();
      await socket.close();
      return os.now() - before;
    },
    { b: { SO_LINGER: { onoff: true, linger: '5s' } } },
  );
  expect(b).toBeGreaterThan(1);
  expect(b).toBeLessThan(50);
});

test.each([
  ['linux', 'ok'],
  ['windows', 'EAGAIN'],
] as const)('row 16: the peer is silent: close blocks for SO_LINGER, then returns (%s)', async (profile, result) => {
  const world = new Duo({ profile });
  const { b } = await pair(
    world,
    async (os) => os.sleep('20s'),
    async (os, socket) => {
      await os.sleep('1s');
      world.cut = true;
      const before = os.now();
      await socket.send('lost');
      const ended = await outcome(socket.close());
      return [ended, os.now() - before];
    },
    { b: { SO_LINGER: { onoff: true, linger: '5s' } }, for: '10s' },
  );
  expect(b).toEqual([result, 5000]);
});

test('row 17: a plain close returns at once, and loss is never told', async () => {
  const world = new Duo();
  const { b } = await pair(
    world,
    async (os) => os.sleep('20s'),
    async (os, socket) => {
      await os.sleep('1s');
      world.cut = true;
      await socket.send('lost');
      const before = os.now();
      await socket.close();
      return os.now() - before;
    },
    { for: '300s' },
  );
  expect(b).toBe(0);
  expect([...world.B.stack.connections()]).toEqual([]);
});

test('a process that exits closes its sockets as close() does', async () => {
  const { b } = await pair(
    new Duo(),
    async (_os, socket) => {
      await recv(socket);
    },
    async (os, socket) => {
      await send(socket);
      await os.sleep('1s');
      return [await recv(socket), await send(socket)];
    },
  );
  expect(b).toEqual([0, 1]);
});

test('row 51: both close at the same moment: both see EOF', async () => {
  const world = new Duo();
  const end = async (os: System, socket: Socket) => {
    await os.sleep(1000 - os.now());
    await socket.shutdown('write');
    const result = await recv(socket);
    return [result, socket.status().state];
  };
  const { a, b } = await pair(world, end, end);
  expect(a?.[0]).toBe(0);
  expect(b?.[0]).toBe(0);
  const states = world.find('tcp.state').map(({ host, to }) => `${host} ${to}`);
  expect(states).toEqual(expect.arrayContaining(['A CLOSING', 'B CLOSING', 'A TIME-WAIT', 'B TIME-WAIT']));
});
