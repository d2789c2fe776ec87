/** What TLS and HTTP/2 ask of the socket below them reaches it, though it is no native stream. */
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { lan, routed } from './worlds.ts';

const read = (name: string) => readFileSync(new URL(`./certificate/${name}`, import.meta.url));
const [key, cert] = [read('key.pem'), read('certificate.pem')];

test('HTTP/2 turns Nagle’s algorithm off at both ends: no answer waits for a delayed ACK', async () => {
  const { world, a, b } = lan();
  a.spawn(
    'server',
    nodeProgram(() => void http2.createServer((_request, response) => response.end('ok')).listen(80)),
  );
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const session = http2.connect('http://A');
      const times: number[] = [];
      for (let i = 0; i < 3; i++) {
        const stream = session.request();
        await new Promise((resolve) => stream.resume().on('close', resolve));
        times.push(performance.now());
      }
      session.close();
      return times;
    }),
  );
  await world.run();
  expect(await client.exited).toMatchObject({ value: [30, 40, 50] });
  const silent = world.trace
    .find({ kind: 'call.entered' })
    .filter(({ call, args }) => call === 'setOption' && JSON.stringify(args).includes('TCP_NODELAY'));
  expect(silent.map(({ host }) => host).sort()).toEqual(['A', 'B']);
});

test('a session of HTTP/2 knows both addresses', async () => {
  const { world, a, b } = lan();
  const server = a.spawn(
    'server',
    nodeProgram(() => {
      http2
        .createServer((request, response) => {
          const { localAddress, localPort, remoteAddress } = request.socket;
          response.end(`${localAddress}:${localPort} ${remoteAddress}`);
        })
        .listen(80);
    }),
  );
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const session = http2.connect('http://A');
      let text = '';
      for await (const piece of session.request()) text += String(piece);
      const { localAddress, remoteAddress, remotePort } = session.socket;
      session.close();
      return [text, localAddress, `${remoteAddress}:${remotePort}`];
    }),
  );
  await world.run();
  expect(await client.exited).toMatchObject({ value: ['10.0.0.1:80 10.0.0.2', '10.0.0.2', '10.0.0.1:80'] });
  server.kill();
});

test('keep-alive of a TLS socket is that of the socket below', async () => {
  const { world, a, b, cable } = routed();
  a.spawn(
    'server',
    nodeProgram(() => void tls.createServer({ key, cert }, () => {}).listen(443)),
  );
  let isSecure = false;
  const client = b.spawn(
    'client',
    nodeProgram(
      () =>
        new Promise((resolve) => {
          const socket = tls.connect({ host: 'A', port: 443, ca: cert }, () => {
            socket.setKeepAlive(true, 20_000);
            isSecure = true;
          });
          socket.resume().on('error', (error: NodeJS.ErrnoException) => {
            resolve([error.code, Math.round(performance.now() / 1000)]);
          });
        }),
    ),
  );
  await world.run({ until: () => isSecure });
  await world.run({ for: '1s' });
  cable.cut();
  await world.run({ for: '1h' });
  expect(await client.exited).toMatchObject({ value: ['ETIMEDOUT', 30] });
});
