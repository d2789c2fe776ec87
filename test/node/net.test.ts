import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { lan, routed } from './worlds.ts';

test('an echo: events in their order, at their virtual moments', async () => {
  const { world, a, b } = lan();
  const told: unknown[] = [];
  const server = nodeProgram(() => {
    const listening = net.createServer((socket) => {
      socket.pipe(socket);
      socket.on('close', () => listening.close());
    });
    listening.listen(7000);
  });
  const client = nodeProgram(() => {
    const begun = Date.now();
    const socket = net.connect(7000, 'A', () => {
      told.push(['connected', Date.now() - begun, socket.remoteAddress, socket.remotePort]);
      socket.end('hello');
    });
    socket.setEncoding('utf8');
    socket.on('data', (data) => told.push([data, Date.now() - begun]));
    socket.on('end', () => told.push('end'));
    socket.on('close', (had) => told.push(['close', had, socket.bytesWritten, socket.bytesRead]));
  });
  a.spawn('server', server);
  b.spawn('client', client);
  const { ended, waiting } = await world.run();
  // 10 ms for ARP, 10 ms for the handshake, 10 ms there and back.
  expect(told).toEqual([['connected', 20, '10.0.0.1', 7000], ['hello', 30], 'end', ['close', false, 5, 5]]);
  expect(ended).toBe('idle');
  expect(waiting).toEqual([]);
});

test('2 MB arrive as they are, and back-pressure holds the writer', async () => {
  const { world, a, b } = lan();
  const size = 2_000_000;
  let received = 0;
  const hash = createHash('sha256');
  let drains = 0;
  a.spawn(
    'server',
    nodeProgram(() => {
      const server = net.createServer((socket) => {
        socket.on('data', (data) => {
          received += data.length;
          hash.update(data);
        });
        socket.on('end', () => server.close());
      });
      server.listen(7000);
    }),
  );
  const piece = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7) & 255));
  const expected = createHash('sha256');
  b.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(7000, '10.0.0.1');
      let left = size;
      const write = () => {
        while (left > 0) {
          const next = piece.subarray(0, Math.min(left, piece.length));
          expected.update(next);
          left -= next.length;
          if (!socket.write(next)) {
            drains += 1;
            socket.once('drain', write);
            return;
          }
        }
        socket.end();
      };
      write();
    }),
  );
  await world.run();
  expect(received).toBe(size);
  expect(hash.digest('hex')).toBe(expected.digest('hex'));
  expect(drains).toBeGreaterThan(3);
});

test.each([
  ['a closed port', 'A', 'ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:9'],
  ['a host that is not there', '10.0.0.77', 'EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.77:9'],
  ['no route', '192.0.2.1', 'ENETUNREACH', 'connect ENETUNREACH 192.0.2.1:9'],
  ['a name that nobody has', 'nobody', 'ENOTFOUND', 'getaddrinfo ENOTFOUND nobody'],
])('connecting to %s fails as in Node', async (_what, host, code, message) => {
  const { world, b } = lan();
  const told: unknown[] = [];
  b.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(9, host);
      socket.on('error', (error: NodeJS.ErrnoException) => told.push(error.code, error.syscall, error.message));
      socket.on('close', (had) => told.push(['close', had]));
    }),
  );
  await world.run();
  const syscall = code === 'ENOTFOUND' ? 'getaddrinfo' : 'connect';
  expect(told).toEqual([code, syscall, expect.stringContaining(message), ['close', true]]);
});

test('a port that is taken is EADDRINUSE', async () => {
  const { world, a } = lan();
  const told: unknown[] = [];
  a.spawn(
    'server',
    nodeProgram(() => {
      const first = net.createServer().listen(7000, () => {
        const second = net.createServer().listen(7000);
        second.on('error', (error: NodeJS.ErrnoException) => {
          told.push(error.code, error.syscall);
          first.close();
        });
      });
    }),
  );
  await world.run();
  expect(told).toEqual(['EADDRINUSE', 'listen']);
});

test('keep-alive finds a cut: ETIMEDOUT read, after idle time and ten probes of a second', async () => {
  const { world, a, b, cable } = routed();
  const told: unknown[] = [];
  a.spawn(
    'server',
    nodeProgram(() => void net.createServer(() => {}).listen(7000)),
  );
  b.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(7000, 'A', () => socket.setKeepAlive(true, 10_000));
      socket.on('error', (error: NodeJS.ErrnoException) => told.push(error.code, error.syscall, Date.now()));
      socket.on('close', (had) => told.push(['close', had]));
    }),
  );
  await world.run({ for: '1s' });
  cable.cut();
  await world.run({ for: '1min' });
  const [code, syscall, at, closed] = told;
  expect([code, syscall, closed]).toEqual(['ETIMEDOUT', 'read', ['close', true]]);
  const seconds = (Number(at) - Date.UTC(2026, 0, 1)) / 1000;
  expect(seconds).toBeGreaterThan(19.5);
  expect(seconds).toBeLessThan(21.5);
});

test('a peer that is killed idle ends the stream; one without power is noticed by a time-out of the socket', async () => {
  const { world, a, b } = lan();
  const told: unknown[] = [];
  const server = a.spawn(
    'server',
    nodeProgram(() => void net.createServer(() => {}).listen(7000)),
  );
  b.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(7000, 'A');
      socket.setTimeout(5000);
      socket.on('timeout', () => told.push(['timeout', Math.round((Date.now() - Date.UTC(2026, 0, 1)) / 1000)]));
      socket.on('end', () => told.push('end'));
      socket.on('close', (had) => told.push(['close', had]));
    }),
  );
  await world.run({ for: '8s' });
  expect(told).toEqual([['timeout', 5]]);
  server.kill();
  await world.run({ for: '1s' });
  expect(told).toEqual([['timeout', 5], 'end', ['close', false]]);
});

test('resetAndDestroy is a reset for the peer: ECONNRESET read', async () => {
  const { world, a, b } = lan();
  const told: unknown[] = [];
  a.spawn(
    'server',
    nodeProgram(() => {
      const server = net.createServer((socket) => {
        socket.on('error', (error: NodeJS.ErrnoException) => told.push(error.code, error.syscall));
        socket.on('close', () => server.close());
      });
      server.listen(7000);
    }),
  );
  b.spawn(
    'client',
    nodeProgram(
      () =>
        void net.connect(7000, 'A', function (this: net.Socket) {
          this.resetAndDestroy();
        }),
    ),
  );
  await world.run();
  expect(told).toEqual(['ECONNRESET', 'read']);
});

test('http: a connection that is kept serves twice; its Date is the world’s', async () => {
  const { world, a, b } = lan();
  const sockets = new Set<unknown>();
  a.spawn(
    'server',
    nodeProgram(() => {
      const server = http.createServer((request, response) => {
        sockets.add(request.socket);
        response.end(`you asked for ${request.url}`);
      });
      server.listen(80);
    }),
  );
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const agent = new http.Agent({ keepAlive: true });
      const get = (path: string) =>
        new Promise<[string, string | undefined]>((resolve, reject) => {
          const request = http.get({ host: 'A', path, agent }, (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (piece) => {
              text += piece;
            });
            response.on('end', () => resolve([text, response.headers.date]));
          });
          request.on('error', reject);
        });
      const first = await get('/1');
      await sleep(1000);
      const second = await get('/2');
      agent.destroy();
      return [...first, ...second];
    }),
  );
  await world.run({ for: '1h' });
  expect(await client.exited).toEqual({
    code: 0,
    value: ['you asked for /1', 'Thu, 01 Jan 2026 00:00:00 GMT', 'you asked for /2', 'Thu, 01 Jan 2026 00:00:01 GMT'],
  });
  expect(sockets.size).toBe(1);
});

test('a kept connection of http that is cut: the next request hangs until its time-out, ECONNRESET', async () => {
  const { world, a, b, cable } = routed();
  a.spawn(
    'server',
    nodeProgram(() => void http.createServer((_request, response) => response.end('ok')).listen(80)),
  );
  const told: unknown[] = [];
  b.spawn(
    'client',
    nodeProgram(async () => {
      const agent = new http.Agent({ keepAlive: true });
      const get = () =>
        new Promise<void>((resolve) => {
          const request = http.get({ host: 'A', agent, timeout: 3000 }, (response) => {
            response.resume().on('end', resolve);
          });
          request.on('timeout', () => request.destroy());
          request.on('error', (error: NodeJS.ErrnoException) => {
            told.push(error.code, error.message);
            resolve();
          });
        });
      await get();
      await sleep(1000);
      const begun = Date.now();
      await get();
      told.push(Date.now() - begun);
      agent.destroy();
    }),
  );
  await world.run({ for: '500ms' });
  cable.cut();
  await world.run({ for: '10s' });
  expect(told).toEqual(['ECONNRESET', 'socket hang up', 3000]);
});

test('each host has its own global agent', async () => {
  const { world, a, b } = lan();
  const peers: (string | undefined)[] = [];
  const get = (host: string) =>
    new Promise<void>((resolve, reject) => {
      http.get({ host }, (response) => response.resume().on('end', resolve)).on('error', reject);
    });
  a.spawn(
    'server',
    nodeProgram(() => {
      http
        .createServer((request, response) => {
          peers.push(request.socket.remoteAddress);
          response.end('ok');
        })
        .listen(80);
    }),
  );
  for (const [host, name] of [
    [a, 'here'],
    [b, 'there'],
  ] as const) {
    host.spawn(
      name,
      nodeProgram(async () => {
        await get('A');
        await get('A');
        http.globalAgent.destroy();
      }),
    );
  }
  await world.run({ for: '1min' });
  expect(peers.toSorted()).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.2']);
});

test('a long conversation goes on: the world gives way to Node itself now and then', async () => {
  const { world, a, b } = lan();
  a.spawn(
    'server',
    nodeProgram(() => void net.createServer((socket) => socket.pipe(socket)).listen(80)),
  );
  let turns = 0;
  b.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(80, 'A', () => socket.write('x'));
      socket.on('data', () => {
        turns += 1;
        if (turns < 2500) socket.write('x');
        else socket.destroy();
      });
    }),
  );
  await world.run({ for: '1min' });
  expect(turns).toBe(2500);
});

test('a connect that nobody answers has noticed the cut, although its socket never blocks', async () => {
  const { world, b, cable } = routed();
  cable.cut();
  b.spawn(
    'client',
    nodeProgram(() => void net.connect(80, 'A').on('error', () => {})),
  );
  await world.run({ for: '3min' });
  const [cut] = world.breaks();
  expect(cut?.noticed).toMatchObject([{ process: 'client', call: 'connect', result: 'ETIMEDOUT', after: 131_000 }]);
});

/** Newer Nodes take the interval and the count as well. */
const takesAll = net.Socket.prototype.setKeepAlive.length === 4;
test('setKeepAlive takes the interval and the count of its probes where Node does; else they are libuv’s 1 s and 10', async () => {
  const { world, a, b, cable } = routed();
  a.spawn(
    'server',
    nodeProgram(() => void net.createServer(() => {}).listen(80)),
  );
  const client = b.spawn(
    'client',
    nodeProgram(
      () =>
        new Promise((resolve) => {
          const socket = net.connect(80, 'A');
          Reflect.apply(socket.setKeepAlive, socket, [true, 20_000, 5000, 3]);
          socket.on('error', (error: NodeJS.ErrnoException) =>
            resolve([error.code, Math.round(performance.now() / 1000)]),
          );
        }),
    ),
  );
  await world.run({ for: '1s' });
  cable.cut();
  await world.run({ for: '1h' });
  expect(await client.exited).toMatchObject({ value: ['ETIMEDOUT', takesAll ? 35 : 30] });
});
