/**
 * A real ETIMEDOUT: the route is there, the other end is not.
 * Asked in tulios/kafkajs#919, connectrpc/connect-es#686 and nock/nock#392.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('connect() to a host whose cable is cut ends in ETIMEDOUT, after the SYNs that Linux sends', async ({ world }) => {
  const broker = world.host('broker', { address: '10.0.0.2' });
  const app = world.host('app', { address: '10.0.1.2' });
  const router = world.router('R'); // on one LAN it would be EHOSTUNREACH, after 3 s: nobody answers ARP
  const cable = world.cable(broker, router);
  world.cable(router, app);
  cable.cut();

  let error: NodeJS.ErrnoException | undefined;
  const client = app.spawn(
    'client',
    nodeProgram(() => {
      net.connect(9092, 'broker').on('error', (told) => {
        error = told;
      });
    }),
  );
  await world.run({ for: '3min' });

  expect(error).toMatchObject({ code: 'ETIMEDOUT', syscall: 'connect', address: '10.0.0.2', port: 9092 });
  expect(client).toHaveNoticedWithin('131s'); // ten more SYNs: five a second apart, then 2, 4, 8, 16, 32 and 64 s
});
