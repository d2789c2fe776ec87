/** An http server's own time-outs, in virtual time: they are Node's, by the world's clock. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { lan } from './worlds.ts';

const read = (name: string) => readFileSync(new URL(`./certificate/${name}`, import.meta.url));

/** What a client that writes `pieces`, each at its second, is answered, and when. */
async function slowly(pieces: readonly (readonly [second: number, text: string])[], options: http.ServerOptions = {}) {
  const { world, a, b } = lan();
  const serve: http.RequestListener = (request, response) => {
    request.resume().on('end', () => response.end('ok'));
  };
  const server = a.spawn(
    'server',
    nodeProgram(() => void http.createServer(options, serve).listen(80)),
  );
  const client = b.spawn(
    'client',
    nodeProgram(
      () =>
        new Promise<[string, number][]>((resolve) => {
          const told: [string, number][] = [];
          const tell = (what: string) => told.push([what, Math.round(performance.now() / 1000)]);
          const socket = net.connect(80, 'A');
          for (const [second, text] of pieces) setTimeout(() => socket.write(text), second * 1000).unref();
          socket.on('data', (data) => tell(String(data).split('\r\n', 1)[0] ?? ''));
          socket.on('error', () => {});
          socket.on('end', () => tell('end'));
          socket.on('close', () => resolve(told));
        }),
    ),
  );
  await world.run({ for: '20min' });
  server.kill();
  const exit = await client.exited;
  return 'value' in exit ? exit.value : exit;
}

test('a header that never becomes whole is answered with 408 after a minute, at the next check', async () => {
  expect(await slowly([[0, 'GET / HTTP/1.1\r\n']])).toEqual([
    ['HTTP/1.1 408 Request Timeout', 90],
    ['end', 90],
  ]);
});

test('a connection on which nothing comes has the same time', async () => {
  expect(await slowly([])).toEqual([
    ['HTTP/1.1 408 Request Timeout', 90],
    ['end', 90],
  ]);
});

test('a body that never becomes whole has five minutes', async () => {
  expect(await slowly([[0, 'POST / HTTP/1.1\r\nHost: A\r\nContent-Length: 5\r\n\r\n12']])).toEqual([
    ['HTTP/1.1 408 Request Timeout', 330],
    ['end', 330],
  ]);
});

test('each request has its own time, and those of the server’s options count', async () => {
  const whole = 'GET / HTTP/1.1\r\nHost: A\r\n\r\n';
  const options = {
    headersTimeout: 2000,
    requestTimeout: 4000,
    connectionsCheckingInterval: 500,
    keepAliveTimeout: 60_000,
  };
  expect(
    await slowly(
      [
        [1, whole],
        [20, whole],
        [30, whole.slice(0, 10)],
      ],
      options,
    ),
  ).toEqual([
    ['HTTP/1.1 200 OK', 1],
    ['HTTP/1.1 200 OK', 20],
    ['HTTP/1.1 408 Request Timeout', 33],
    ['end', 33],
  ]);
});

test('the header of a pipelined request has its time as well, once the answer before it is out', async () => {
  const begun = 'GET / HTTP/1.1\r\nHost: A\r\n';
  expect(
    await slowly([[1, `${begun}\r\n${begun}`]], {
      headersTimeout: 2000,
      requestTimeout: 0,
      connectionsCheckingInterval: 500,
      keepAliveTimeout: 0,
    }),
  ).toEqual([
    ['HTTP/1.1 200 OK', 1],
    ['HTTP/1.1 408 Request Timeout', 4],
    ['end', 4],
  ]);
});

test('of an https server too', async () => {
  const { world, a, b } = lan();
  const [key, cert] = [read('key.pem'), read('certificate.pem')];
  const options = { key, cert, headersTimeout: 2000, requestTimeout: 4000, connectionsCheckingInterval: 500 };
  a.spawn(
    'server',
    nodeProgram(() => void https.createServer(options, () => {}).listen(443)),
  );
  const client = b.spawn(
    'client',
    nodeProgram(
      () =>
        new Promise<(string | number)[]>((resolve) => {
          const socket = tls.connect({ host: 'A', port: 443, ca: cert }, () => socket.write('GET / HTTP/1.1\r\n'));
          socket.on('data', (data) => resolve([String(data).slice(0, 12), Math.round(performance.now() / 100)]));
        }),
    ),
  );
  await world.run({ for: '1min' });
  expect(await client.exited).toMatchObject({ value: ['HTTP/1.1 408', 25] });
});

test('a closed server checks no more: its process ends', async () => {
  const { world, a } = lan();
  const server = a.spawn(
    'server',
    nodeProgram(() => {
      const listening = http.createServer().listen(80);
      setTimeout(() => listening.close(), 45_000);
    }),
  );
  await world.run();
  expect(await server.exited).toMatchObject({ code: 0 });
  expect(world.now).toBe(45_000);
});
