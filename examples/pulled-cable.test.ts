/**
 * The cable is pulled and no close event comes: an idle TCP connection says nothing, and hears nothing, for ever. Keep-alive
 * asks.
 * Asked in websockets/ws#1096, faye/faye-websocket-node#54; intervals and counts in libuv/libuv#729.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('without keep-alive an idle client never learns of it; with keep-alive it does', async ({ world }) => {
  const a = world.host('server', { address: '10.0.0.2' });
  const b = world.host('client', { address: '10.0.1.2' });
  const router = world.router('R');
  const cable = world.cable(a, router, { delay: '5ms' });
  world.cable(router, b);
  a.spawn(
    'server',
    nodeProgram(() => void net.createServer(() => {}).listen(80)),
  );
  const told: Record<string, unknown> = {};
  const client = (name: string, keepAlive: boolean) =>
    b.spawn(
      name,
      nodeProgram(() => {
        const socket = net.connect(80, 'server', () => socket.setKeepAlive(keepAlive, 60_000));
        socket.on('error', (error: NodeJS.ErrnoException) => {
          told[name] = error.code;
        });
      }),
    );
  const patient = client('patient', false);
  const careful = client('careful', true);
  await world.run({ for: '1s' });
  cable.cut();
  await world.run({ for: '1d' });

  expect(told).toEqual({ careful: 'ETIMEDOUT' });
  expect(careful).toHaveNoticedWithin('12min');
  expect(patient).not.toHaveNoticedWithin('1d');
});
