/**
 * The fifteen-minute write: nobody answers, and Linux goes on trying for 924.6 s before it says so.
 * Asked in nodejs/node#4417, open since 2015: "needs two containers, privileges, iptables, sysctl".
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('a write into a cut cable ends in ETIMEDOUT after a quarter of an hour', async ({ world }) => {
  const server = world.host('server', { address: '10.0.0.2' });
  const app = world.host('app', { address: '10.0.1.2' });
  const router = world.router('R');
  const cable = world.cable(server, router, { delay: '5ms' });
  world.cable(router, app);
  server.spawn(
    'server',
    nodeProgram(() => void net.createServer(() => {}).listen(80)),
  );

  const told: unknown[] = [];
  const client = app.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(80, 'server', () => {
        cable.cut();
        socket.write('are you there?', () => told.push('written'));
      });
      socket.on('error', (error: NodeJS.ErrnoException) => told.push(error.code));
    }),
  );
  await world.run({ for: '14min' });
  expect(told).toEqual(['written']); // the operating system has taken the bytes: that is all that write() says
  await world.run({ for: '5min' });
  expect(told).toEqual(['written', 'ETIMEDOUT']);
  expect(client).toHaveFailedWith('ETIMEDOUT');
  expect(client).toHaveNoticedWithin('16min');
});
