import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { lan, routed } from './worlds.ts';

/** For the host 'A'; made for these tests, good for a hundred years. */
const read = (name: string) => readFileSync(new URL(`./certificate/${name}`, import.meta.url));
const [key, cert] = [read('key.pem'), read('certificate.pem')];

const httpsServer = nodeProgram(
  () =>
    void https.createServer({ key, cert }, (request, response) => response.end(`secret ${request.url}`)).listen(443),
);

const get = (agent?: https.Agent) =>
  new Promise<string>((resolve, reject) => {
    const request = https.get('https://A/x', { ca: cert, timeout: 5000, ...(agent && { agent }) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve(text));
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });

test('https: the answer comes encrypted, the certificate is checked against the host’s name', async () => {
  const { world, a, b } = lan();
  a.spawn('server', httpsServer);
  const client = b.spawn(
    'client',
    nodeProgram(() => get()),
  );
  const distrustful = b.spawn(
    'distrustful',
    nodeProgram(
      () =>
        new Promise((resolve) =>
          https
            .get('https://A/', (response) => resolve(response.statusCode))
            .on('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
        ),
    ),
  );
  await world.run({ for: '20s' });
  expect(await client.exited).toEqual({ code: 0, value: 'secret /x' });
  expect(await distrustful.exited).toMatchObject({ value: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const seen = world.trace
    .find({ kind: 'frame.sent' })
    .map((frame) => Buffer.from(frame.bytes, 'base64').toString('latin1'));
  expect(seen.some((text) => text.includes('secret /x'))).toBe(false);
});

test('https over a cable that was cut: the request ends by its time-out', async () => {
  const { world, a, b, cable } = routed();
  a.spawn('server', httpsServer);
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const agent = new https.Agent({ keepAlive: true });
      const first = await get(agent);
      cable.cut();
      const second = await get(agent).catch((error: Error) => error.message);
      agent.destroy();
      return [first, second];
    }),
  );
  await world.run({ for: '1min' });
  expect(await client.exited).toEqual({ code: 0, value: ['secret /x', 'no answer'] });
});

test('tls: an echo ends as its ends say', async () => {
  const { world, a, b } = lan();
  a.spawn(
    'server',
    nodeProgram(() => {
      const server = tls.createServer({ key, cert }, (socket) => {
        socket.pipe(socket);
        socket.on('close', () => server.close());
      });
      server.listen(7000);
    }),
  );
  const client = b.spawn(
    'client',
    nodeProgram(
      () =>
        new Promise((resolve, reject) => {
          const socket = tls.connect({ host: 'A', port: 7000, ca: cert, servername: 'a' }, () => {
            protocol = socket.getProtocol();
            socket.end('hello');
          });
          let protocol: string | null = null;
          let text = '';
          socket.setEncoding('utf8').on('data', (piece) => {
            text += piece;
          });
          socket.on('error', reject);
          socket.on('close', () => resolve([text, socket.authorized, protocol]));
        }),
    ),
  );
  const { ended } = await world.run();
  expect(await client.exited).toEqual({ code: 0, value: ['hello', true, 'TLSv1.3'] });
  expect(ended).toBe('idle');
});

test.each([
  ['in the clear', 'http://A:443', () => http2.createServer()],
  ['over TLS', 'https://A:443', () => http2.createSecureServer({ key, cert })],
])('http2 %s: many streams on one connection', async (_what, url, make) => {
  const { world, a, b } = lan();
  let sessions = 0;
  a.spawn(
    'server',
    nodeProgram(() => {
      const server = make() as http2.Http2Server;
      server.on('session', () => {
        sessions += 1;
      });
      server.on('stream', (stream, headers) => stream.end(`you asked for ${headers[':path']}`));
      server.listen(443);
    }),
  );
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const session = http2.connect(url, { ca: cert });
      const ask = (path: string) =>
        new Promise<string>((resolve, reject) => {
          const stream = session.request({ ':path': path });
          let text = '';
          stream.setEncoding('utf8').on('data', (piece) => {
            text += piece;
          });
          stream.on('end', () => resolve(text)).on('error', reject);
        });
      const answers = await Promise.all(['/1', '/2', '/3'].map(ask));
      session.close();
      return answers;
    }),
  );
  await world.run({ for: '20s' });
  expect(await client.exited).toEqual({
    code: 0,
    value: ['you asked for /1', 'you asked for /2', 'you asked for /3'],
  });
  expect(sessions).toBe(1);
});
