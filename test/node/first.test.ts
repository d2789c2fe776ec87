import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import { nodeProgram } from '../../src/node/index.ts';

test('an echo over net', async () => {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b, { delay: '5ms' });
  const told: unknown[] = [];
  a.spawn(
    'server',
    nodeProgram(() => {
      const server = net.createServer((socket) => {
        socket.pipe(socket);
        socket.on('close', () => server.close());
      });
      server.listen(7000);
    }),
  );
  b.spawn(
    'client',
    nodeProgram(() => {
      const begun = Date.now();
      const socket = net.connect(7000, '10.0.0.1', () => {
        told.push(['connected', Date.now() - begun, socket.remoteAddress]);
        socket.end('hello');
      });
      socket.setEncoding('utf8');
      socket.on('data', (data) => told.push([data, Date.now() - begun]));
      socket.on('end', () => told.push('end'));
      socket.on('close', (had) => told.push(['close', had]));
    }),
  );
  const { ended, waiting } = await world.run();
  expect(told).toEqual([['connected', 20, '10.0.0.1'], ['hello', 30], 'end', ['close', false]]);
  expect(ended).toBe('idle');
  expect(waiting).toEqual([]);
});

test('http, kept alive, and time', async () => {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b, { delay: '5ms' });
  a.spawn(
    'server',
    nodeProgram(() => {
      const server = http.createServer((_request, response) => response.end('ok'));
      server.listen(80);
    }),
  );
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      const agent = new http.Agent({ keepAlive: true });
      const get = () =>
        new Promise<string>((resolve, reject) => {
          http
            .get({ host: '10.0.0.1', agent }, (response) => {
              let text = '';
              response.on('data', (piece) => {
                text += piece;
              });
              response.on('end', () => resolve(text));
            })
            .on('error', reject);
        });
      const first = await get();
      await sleep(1000);
      const second = await get();
      agent.destroy();
      return [first, second];
    }),
  );
  await world.run({ for: '1h' });
  await expect(client.exited).resolves.toEqual({ code: 0, value: ['ok', 'ok'] });
});
