import http from 'node:http';
import { expect, test } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { lan, routed } from './worlds.ts';

const server = nodeProgram(() => {
  http
    .createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ url: request.url, from: request.socket.remoteAddress }));
    })
    .listen(80);
});

test('each host fetches over a connection of its own, by names of the world', async () => {
  const { world, a, b } = lan();
  a.spawn('server', server);
  const both = [a, b].map((host, i) =>
    host.spawn(
      `client${i}`,
      nodeProgram(async () => {
        const answers: unknown[] = [];
        for (const path of ['/1', '/2']) answers.push(await (await fetch(`http://A${path}`)).json());
        return answers;
      }),
    ),
  );
  await world.run({ for: '1min' });
  const [here, there] = await Promise.all(both.map(({ exited }) => exited));
  expect(here).toMatchObject({
    value: [
      { url: '/1', from: '10.0.0.1' },
      { url: '/2', from: '10.0.0.1' },
    ],
  });
  expect(there).toMatchObject({
    value: [
      { url: '/1', from: '10.0.0.2' },
      { url: '/2', from: '10.0.0.2' },
    ],
  });
});

test('a fetch over a cut cable ends by its signal, in virtual time', async () => {
  const { world, a, b, cable } = routed();
  a.spawn('server', server);
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const begun = Date.now();
      await fetch('http://A/').then((answer) => answer.text());
      cable.cut();
      const failure = await fetch('http://A/', { signal: AbortSignal.timeout(30_000) }).catch((error) => error);
      return [(failure as Error).name, Math.round((Date.now() - begun) / 1000)];
    }),
  );
  await world.run({ for: '1h' });
  expect(await client.exited).toMatchObject({ value: ['TimeoutError', 30] });
});

test('nobody listens: TypeError with ECONNREFUSED as its cause, as in Node', async () => {
  const { world, b } = lan();
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const failure = await fetch('http://A/').catch((error) => error);
      return [failure.name, failure.message, failure.cause.code];
    }),
  );
  await world.run({ for: '1min' });
  expect(await client.exited).toMatchObject({ value: ['TypeError', 'fetch failed', 'ECONNREFUSED'] });
});
