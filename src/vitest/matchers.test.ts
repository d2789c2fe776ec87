import { describe } from 'vitest';
import type { World } from '../sim/world.ts';
import { expect, test } from './index.ts';

function pair(world: World) {
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(a, router);
  const cable = world.cable(router, b);
  const server = a.spawn('server', async (os) => {
    const listener = await os.listen(7000);
    const socket = await listener.accept();
    const buffer = new Uint8Array(10);
    while ((await socket.recv(buffer)) > 0);
  });
  const client = b.spawn(
    'client',
    async (os) => {
      const options = { SO_KEEPALIVE: true, TCP_KEEPIDLE: '10s', TCP_KEEPINTVL: '1s', TCP_KEEPCNT: 3 } as const;
      const socket = await os.connect('A', 7000, { options });
      await socket.send('hello');
      await socket.recv(new Uint8Array(10));
    },
    { onError: 'record' },
  );
  return { a, b, cable, server, client };
}

describe('what holds', () => {
  test('an open connection: five bytes received, both blocked in recv, nothing half-open', async ({ world }) => {
    const { server, client } = pair(world);
    await world.run({ for: '1s' });
    expect(server).toHaveReceived(5);
    expect(client).toHaveReceived(0);
    expect(client).toBeBlockedIn('recv');
    expect(client).not.toBeBlockedIn('send');
    expect(client).not.toBeHalfOpen();
    expect(client).not.toHaveFailedWith('ETIMEDOUT');
    expect(client).not.toHaveNoticedWithin('1h');
  });

  test('a cut alone leaves no half-open connection, and is noticed by keep-alive', async ({ world }) => {
    const { cable, server, client } = pair(world);
    await world.run({ for: '1s' });
    cable.cut();
    await world.run({ for: '5s' });
    expect(client).not.toBeHalfOpen();
    expect(server).not.toBeHalfOpen();
    await world.run({ for: '1min' });
    expect(client).toHaveFailedWith('ETIMEDOUT');
    expect(client).toHaveNoticedWithin('13s');
    expect(client).not.toHaveNoticedWithin('5s');
    // The client gave up; its RST could not pass.
    expect(server).toBeHalfOpen();
  });

  test('a host without power leaves the other end half-open, also when it has come back', async ({ world }) => {
    const { b, server } = pair(world);
    await world.run({ for: '1s' });
    b.powerOff();
    expect(server).toBeHalfOpen();
    b.powerOn();
    await world.run({ for: '1s' });
    expect(server).toBeHalfOpen();
  });
});

describe('what does not', () => {
  test('the sentence names process, expectation and fact', async ({ world }) => {
    const { server, client } = pair(world);
    await world.run({ for: '1s' });
    expect(() => expect(server).toHaveReceived(6)).toThrow(
      "process 'server' was expected to have received 6 bytes, but it has received 5",
    );
    expect(() => expect(server).not.toHaveReceived(5)).toThrow('was expected not to have received 5 bytes');
    expect(() => expect(client).toBeHalfOpen()).toThrow(/half-open are: none; all of its connections: .* ESTABLISHED/);
    expect(() => expect(client).toBeBlockedIn('send')).toThrow('it is blocked in: recv');
    expect(() => expect(client).toHaveFailedWith('EPIPE')).toThrow('its calls that failed: none');
    expect(() => expect(client).toHaveNoticedWithin('1s')).toThrow('it has noticed none');
  });

  test('nonsense is refused', ({ world }) => {
    const { client } = pair(world);
    expect(() => expect('client').toHaveReceived(1)).toThrow('it is no process of a world');
    expect(() => expect(client).toHaveNoticedWithin('soon')).toThrow('duration');
  });
});
