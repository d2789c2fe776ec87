/**
 * "Why did write() succeed?" Because the bytes lie in the send buffer of the operating system; the ledger says how far each
 * of them came.
 * Asked in nodejs/node#49418, #65022 and nodejs/help#1645.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('the bytes of a write that succeeded are where the ledger says', async ({ world }) => {
  const a = world.host('server', { address: '10.0.0.2' });
  const b = world.host('client', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(a, router, { delay: '5ms' });
  world.cable(router, b);
  a.spawn(
    'server',
    nodeProgram(() => void net.createServer((socket) => socket.resume()).listen(80)),
  );
  const told: string[] = [];
  b.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(80, 'server', () => socket.write('first', () => told.push('first is written')));
      setTimeout(() => socket.write('second', () => told.push('second is written')), 2000);
      socket.on('error', () => {});
    }),
  );
  await world.run({ for: '1s' });
  a.powerOff(); // nobody is told
  await world.run({ for: '2s' });

  expect(told).toEqual(['first is written', 'second is written']);
  const toServer = world.ledger().find(({ channel }) => channel.endsWith('>server:80'));
  expect(toServer).toMatchObject({ written: 11, sent: 11, acknowledged: 5, received: 5, unacknowledged: 6 });
});
