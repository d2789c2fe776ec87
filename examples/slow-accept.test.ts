/**
 * A slow accept: the process hangs, but its operating system still completes handshakes. connect() succeeds, and nobody is
 * there.
 * Asked in Shopify/toxiproxy#72 and #265.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('a connection to a stopped process is made, and only a time-out of the application sees that it hangs', async ({
  world,
}) => {
  const a = world.host('server', { address: '10.0.0.2' });
  const b = world.host('client', { address: '10.0.0.3' });
  world.cable(a, b, { delay: '1ms' });
  const server = a.spawn(
    'server',
    nodeProgram(() => void net.createServer((socket) => socket.end('welcome')).listen(80)),
  );
  await world.run({ for: '1s' });
  server.stop(); // SIGSTOP

  const told: string[] = [];
  b.spawn(
    'client',
    nodeProgram(() => {
      const socket = net.connect(80, 'server', () => told.push('connected'));
      socket.setTimeout(3000, () => told.push('silence'));
      socket.on('data', (data) => told.push(String(data)));
      socket.on('close', () => told.push('closed'));
    }),
  );
  await world.run({ for: '4s' });
  expect(told).toEqual(['connected', 'silence']);
  server.cont(); // SIGCONT: it accepts what its system had accepted for it
  await world.run({ for: '1s' });
  expect(told).toEqual(['connected', 'silence', 'welcome', 'closed']);
});
