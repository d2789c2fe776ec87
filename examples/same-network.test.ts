/**
 * EHOSTUNREACH or ETIMEDOUT? In one network the sender asks for its neighbour by ARP, and learns in seconds that nobody
 * answers; behind a router that says nothing only TCP's own patience ends it.
 * Asked in connectrpc/connect-es#686 and tulios/kafkajs#919.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

const connect = (port: number) => () =>
  new Promise((resolve) => {
    const socket = net.connect(port, 'db');
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code} after ${performance.now()} ms`));
  });

test('a database without power in the same network is EHOSTUNREACH after three seconds', async ({ world }) => {
  const db = world.host('db', { address: '10.0.0.2' });
  const app = world.host('app', { address: '10.0.0.3' });
  world.cable(db, app);
  db.powerOff();
  const client = app.spawn('client', nodeProgram(connect(5432)));
  await world.run({ for: '10min' });
  expect(await client.exited).toMatchObject({ value: 'EHOSTUNREACH after 3000 ms' });
});

test('behind a router it is ETIMEDOUT, after more than two minutes', async ({ world }) => {
  const db = world.host('db', { address: '10.0.0.2' });
  const app = world.host('app', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(db, router);
  world.cable(router, app);
  db.powerOff();
  const client = app.spawn('client', nodeProgram(connect(5432)));
  await world.run({ for: '10min' });
  expect(await client.exited).toMatchObject({ value: 'ETIMEDOUT after 131000 ms' });
});
