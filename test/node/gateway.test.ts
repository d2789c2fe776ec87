import { createHash, pbkdf2 } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GatewayOptions } from '../../src/index.ts';
import { nodeProgram } from '../../src/node/index.ts';
import { routed } from './worlds.ts';

/** A real server of this machine, and what its connections have been told. */
let server: net.Server;
let heard: string[] = [];
let serve: (socket: net.Socket) => void = () => {};
let closes: Promise<void>[] = [];

beforeEach(async () => {
  heard = [];
  closes = [];
  serve = (socket) => socket.pipe(socket);
  server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('end', () => heard.push('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => heard.push(`error ${error.code}`));
    closes.push(
      new Promise((resolve) => {
        socket.on('close', () => {
          heard.push('close');
          resolve();
        });
      }),
    );
    serve(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await Promise.all(closes);
});

function place(): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
}

function joined(options: Partial<GatewayOptions> = {}) {
  const { world, a: app, b: db, cable, router } = routed();
  const gateway = world.gateway({ host: db, listen: 5432, to: place(), ...options });
  return { world, app, db, cable, router, gateway };
}

type Told = readonly [what: string, at: number];

/** A client that tells what it hears and when; `act` does something with its socket. */
function client(act: (socket: net.Socket, told: Told[]) => void, options: net.SocketConstructorOpts = {}) {
  return nodeProgram(
    () =>
      new Promise<readonly Told[]>((resolve) => {
        const told: Told[] = [];
        const tell = (what: string) => told.push([what, Math.round(performance.now())]);
        const socket = new net.Socket(options).connect(5432, 'B');
        socket.on('connect', () => tell('connect'));
        socket.on('data', (data) => tell(String(data)));
        socket.on('end', () => tell('end'));
        socket.on('error', (error: NodeJS.ErrnoException) => tell(String(error.code)));
        socket.on('close', () => {
          tell('close');
          resolve(told);
        });
        act(socket, told);
      }),
  );
}

/** What the program of a process brought. */
async function broughtBy(process: { readonly exited: Promise<unknown> }): Promise<unknown> {
  const exit = await process.exited;
  return typeof exit === 'object' && exit !== null && 'value' in exit ? exit.value : exit;
}

test('a real server answers in the virtual moment of the question, however long it takes', async () => {
  serve = (socket) => {
    socket.on('data', (data) => {
      pbkdf2(data, 'salt', 200_000, 32, 'sha256', () => socket.end(`answer to ${data}`));
    });
  };
  const { world, app } = joined();
  const asks = app.spawn(
    'asks',
    client((socket) => {
      // Virtual time that runs while the server works would end in this.
      socket.setTimeout(100, () => socket.destroy(new Error('too late')));
      socket.write('question');
    }),
  );
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['answer to question', 20],
    ['end', 20],
    ['close', 20],
  ]);
  await world[Symbol.asyncDispose]();
});

test('bytes pass both ways as fast as they are taken', async () => {
  const { world, app } = joined();
  const sent = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251));
  const asks = app.spawn(
    'asks',
    nodeProgram(async () => {
      const socket = net.connect(5432, 'B');
      socket.end(sent);
      const hash = createHash('sha256');
      for await (const piece of socket) {
        hash.update(piece as Buffer);
        await sleep(10);
      }
      return hash.digest('hex');
    }),
  );
  await world.run();
  expect(await broughtBy(asks)).toBe(createHash('sha256').update(sent).digest('hex'));
  await world[Symbol.asyncDispose]();
});

test('a client that reads nothing holds the real server up', async () => {
  let answering: net.Socket | undefined;
  serve = (socket) => {
    answering = socket;
    socket.write(Buffer.alloc(64_000_000));
  };
  const { world, app } = joined();
  app.spawn(
    'asks',
    client((socket) => {
      socket.pause();
      setInterval(() => {}, 1000); // a socket that does not read keeps no program
    }),
  );
  await world.run({ for: '1min' });
  expect(answering?.writableLength).toBeGreaterThan(0);
  await world[Symbol.asyncDispose]();
});

test('a half-close passes as one: the server answers behind the end of the question', async () => {
  serve = (socket) => {
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('end', () => socket.end(`all of ${Buffer.concat(pieces)}`));
  };
  const { world, app } = joined();
  const asks = app.spawn(
    'asks',
    client((socket) => socket.end('the question'), { allowHalfOpen: true }),
  );
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['all of the question', 20],
    ['end', 20],
    ['close', 20],
  ]);
  await Promise.all(closes);
  expect(heard).toEqual(['end', 'close']);
  await world[Symbol.asyncDispose]();
});

test('a reset by the real server reaches the client', async () => {
  serve = (socket) => {
    socket.once('data', () => {
      socket.write('answer');
      socket.once('data', () => socket.resetAndDestroy());
    });
  };
  const { world, app } = joined();
  const asks = app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      socket.once('data', () => socket.write('another'));
    }),
  );
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['answer', 20],
    ['ECONNRESET', 30],
    ['close', 30],
  ]);
  await world[Symbol.asyncDispose]();
});

test('what the real server said before a reset comes before it', async () => {
  serve = (socket) => {
    socket.once('data', () => socket.write('last words', () => socket.resetAndDestroy()));
  };
  const { world, app } = joined();
  const asks = app.spawn(
    'asks',
    client((socket) => socket.write('question')),
  );
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['last words', 20],
    // Node 20 and 22 tell a reset right behind bytes as the end of the stream.
    [expect.stringMatching(/^(ECONNRESET|end)$/), 20],
    ['close', 20],
  ]);
  await world[Symbol.asyncDispose]();
});

test('a reset by the client reaches the real server', async () => {
  const { world, app } = joined({ patience: '20ms' });
  serve = (socket) => socket.resume();
  app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      setTimeout(() => socket.resetAndDestroy(), 100);
    }),
  );
  await world.run();
  await Promise.all(closes);
  expect(heard).toEqual(['error ECONNRESET', 'close']);
  await world[Symbol.asyncDispose]();
});

test('where no real server listens the client is reset, and the gateway says why', async () => {
  const to = place();
  await new Promise((resolve) => server.close(resolve));
  const { world, app, gateway } = joined({ to });
  const asks = app.spawn(
    'asks',
    client(() => {}),
  );
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['ECONNRESET', 20],
    ['close', 20],
  ]);
  expect(gateway.printed).toEqual([
    { at: 0, text: `gateway: port 5432 of this host is the real server at ${to}` },
    {
      at: expect.any(Number),
      text: expect.stringMatching(
        `^gateway: ${to} could not be reached for 10\\.0\\.0\\.1:\\d+, which was reset: no server listens there \\(ECONNREFUSED\\)$`,
      ),
    },
  ]);
  await world[Symbol.asyncDispose]();
});

test('a server that says nothing is waited for as long as it was told, once', async () => {
  serve = (socket) => socket.resume().on('end', () => socket.end());
  const { world, app, gateway } = joined({ patience: '30ms', settle: '1ms' });
  const asks = app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      socket.setTimeout(60_000, () => socket.destroy());
    }),
  );
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['close', 60_010],
  ]);
  expect(gateway.printed.map(({ text }) => text)).toEqual([
    expect.stringContaining('is the real server'),
    expect.stringMatching(/did not answer 10\.0\.0\.1:\d+; virtual time goes on$/),
  ]);
  await world[Symbol.asyncDispose]();
});

test('a question that is long on its way is not taken for an unanswered one', async () => {
  let bytes = 0;
  serve = (socket) => {
    socket.on('data', (data) => {
      bytes += data.length;
      if (bytes === 1_000_000) socket.end('all there');
    });
  };
  const { world, app, cable, gateway } = joined({ patience: '1h' });
  cable.set({ rate: '1Mbit/s' });
  const asks = app.spawn(
    'asks',
    client((socket) => socket.write(Buffer.alloc(1_000_000))),
  );
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', expect.any(Number)],
    ['all there', expect.any(Number)],
    ['end', expect.any(Number)],
    ['close', expect.any(Number)],
  ]);
  expect(gateway.printed).toHaveLength(1);
  await world[Symbol.asyncDispose]();
});

test('a cut: the client’s write fails after fifteen minutes; the server learns it as a reset', async () => {
  const { world, app, cable } = joined();
  let isAnswered = false;
  const asks = app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      socket.once('data', () => {
        isAnswered = true;
        setTimeout(() => socket.write('another'), 1000);
      });
    }),
  );
  await world.run({ until: () => isAnswered });
  cable.cut();
  await world.run();
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['question', 20],
    ['ETIMEDOUT', expect.any(Number)],
    ['close', expect.any(Number)],
  ]);
  expect(world.now).toBeGreaterThan(900_000);
  await Promise.all(closes);
  expect(heard).toEqual(['error ECONNRESET', 'close']);
  await world[Symbol.asyncDispose]();
});

test.each(['kill', 'powerOff'] as const)('%s of the gateway closes the real connections', async (how) => {
  const { world, app, db, gateway } = joined();
  let isAnswered = false;
  const asks = app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      socket.once('data', () => {
        isAnswered = true;
        socket.setKeepAlive(true, 1000);
      });
    }),
  );
  await world.run({ until: () => isAnswered });
  if (how === 'kill') gateway.kill();
  else db.powerOff();
  await world.run({ for: '1min' });
  await Promise.all(closes);
  const last = how === 'kill' ? 'end' : 'ETIMEDOUT';
  const at = how === 'kill' ? 25 : 11_020;
  expect(await broughtBy(asks)).toEqual([
    ['connect', 10],
    ['question', 20],
    [last, at],
    ['close', at],
  ]);
  await world[Symbol.asyncDispose]();
});

test('with the power the gateway comes back, the newest of its port', async () => {
  const { world, app, db, gateway } = joined({ to: '127.0.0.1:1' });
  await world.run();
  gateway.kill();
  world.gateway({ host: 'B', listen: 5432, to: place() });
  db.powerOff();
  db.powerOn();
  const asks = app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      socket.once('data', () => socket.end());
    }),
  );
  await world.run();
  expect(await broughtBy(asks)).toContainEqual(['question', 20]);
  expect(db.processes.filter(({ alive }) => alive)).toHaveLength(1);
  await world[Symbol.asyncDispose]();
});

test('the end of the world closes what is open in the real system', async () => {
  const { world, app } = joined();
  app.spawn(
    'asks',
    client((socket) => socket.write('question')),
  );
  await world.run();
  const open = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  expect(await open()).toBe(1);
  const closed = once(server, 'close');
  server.close();
  await world[Symbol.asyncDispose]();
  await closed;
  expect(await open()).toBe(0);
  await once(server.listen(0), 'listening');
});

test('the trace tells that a gateway answers', async () => {
  const { world, app } = joined();
  app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      socket.once('data', () => socket.end());
    }),
  );
  await world.run();
  const told = world.trace.events.filter((event) => 'process' in event && event.process === 'gateway-5432');
  expect(told).toContainEqual(expect.objectContaining({ kind: 'process.started', host: 'B' }));
  expect(told).toContainEqual(expect.objectContaining({ kind: 'call.entered', call: 'accept' }));
  expect(told).toContainEqual(expect.objectContaining({ kind: 'socket.copied', direction: 'in', bytes: 8 }));
  await world[Symbol.asyncDispose]();
});

test('a run that follows the clock does not end before the answer is there', async () => {
  serve = (socket) => {
    socket.on('data', (data) => {
      pbkdf2(data, 'salt', 200_000, 32, 'sha256', () => socket.end('answer'));
    });
  };
  const { world, app } = joined();
  let isAnswered = false;
  app.spawn(
    'asks',
    client((socket) => {
      socket.write('question');
      socket.once('data', () => {
        isAnswered = true;
      });
    }),
  );
  const { ended } = await world.run({ pace: 'real', until: () => isAnswered });
  expect(ended).toBe('until');
  await world[Symbol.asyncDispose]();
});

test('a port of the host that is taken ends the run with a sentence', async () => {
  const { world, db } = joined();
  db.spawn(
    'other',
    nodeProgram(() => void net.createServer().listen(5433)),
  );
  await world.run({ for: 1 });
  world.gateway({ host: db, listen: 5433, to: place() });
  await expect(world.run()).rejects.toThrow(
    "gateway: it cannot listen on port 5433: EADDRINUSE; allowed is a port that no program has (uncaught in process 'gateway-5433' of host 'B')",
  );
  await world[Symbol.asyncDispose]();
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'a host of no world',
    { host: 'C' },
    "options.host: 'C' is no host of this world; allowed is one of its hosts (A, B)",
  ],
  ['no port', { listen: 0 }, 'options.listen: 0 is'],
  [
    'a place without a port',
    { to: 'localhost' },
    "options.to: 'localhost' is no real server's place; allowed is its address and its port, '127.0.0.1:5432' or '[::1]:5432'",
  ],
  ['a misspelt option', { patient: '1s' }, 'patience'],
])('%s is refused', (_what, wrong, words) => {
  const { world } = routed();
  const right = { host: 'B', listen: 5432, to: '127.0.0.1:5432' };
  expect(() => world.gateway({ ...right, ...wrong })).toThrow(words);
});
