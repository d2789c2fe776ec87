/**
 * Reconnect bugs need an exact moment: here the cable is cut while the handshake of the reconnection is under way.
 * Asked in redis/ioredis#1888, taskforcesh/bullmq#4585 and sidorares/node-mysql2#731.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('a client that loses its reconnection too comes back, with one connection and not two', async ({ world }) => {
  const db = world.host('db', { address: '10.0.0.2' });
  const app = world.host('app', { address: '10.0.1.2' });
  const router = world.router('R');
  const cable = world.cable(db, router, { delay: '10ms' });
  world.cable(router, app);
  const serve = nodeProgram(() => void net.createServer((socket) => socket.resume()).listen(6379));
  const server = db.spawn('server', serve);

  let connected = 0;
  app.spawn(
    'client',
    nodeProgram(() => {
      const connect = () => {
        const socket = net.connect({ port: 6379, host: 'db' });
        socket.setTimeout(2000, () => socket.connecting && socket.destroy());
        socket.on('connect', () => {
          connected += 1;
        });
        socket.on('error', () => {});
        socket.on('close', () => setTimeout(connect, 500));
        socket.resume();
      };
      connect();
    }),
  );
  await world.run({ until: () => connected === 1 });
  server.kill();
  db.spawn('server', serve);
  // The second SYN has just left: now.
  const handshakes = () => world.trace.find({ kind: 'tcp.state', host: 'app', to: 'SYN-SENT' }).length;
  await world.run({ until: () => handshakes() === 2 });
  cable.cut();
  await world.run({ for: '10s' });
  expect(connected).toBe(1);
  cable.mend();
  await world.run({ for: '10s' });

  expect(connected).toBe(2);
});
