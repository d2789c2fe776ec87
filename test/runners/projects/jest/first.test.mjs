// Run by `runners.test.ts` with Jest, whose modules each live in a context of their own.
import net from 'node:net';
import { withWorld } from 'halfopen';
import { nodeProgram } from 'halfopen/node';

describe('a connection', () => {
  test.each(['ETIMEDOUT', 'ECONNRESET'])('ends with %s', (expected) =>
    withWorld({ name: expected, seed: 3 }, async (world) => {
      const a = world.host('a', { address: '10.0.0.1' });
      const b = world.host('b', { address: '10.0.1.2' });
      const router = world.router('R');
      world.cable(a, router);
      const cable = world.cable(router, b);
      a.spawn(
        'server',
        nodeProgram(() => void net.createServer(() => {}).listen(80)),
      );
      const client = b.spawn(
        'client',
        nodeProgram(
          () =>
            new Promise((resolve) => {
              const socket = net.connect(80, 'a').setKeepAlive(true, 10_000);
              socket.on('error', (error) => resolve(`${error.code} at ${new Date().toISOString()}`));
            }),
        ),
      );
      await world.run({ for: '1s' });
      cable.cut();
      await world.run({ for: '1h' });
      const { value } = await client.exited;
      expect(value).toMatch(expected);
      expect(value).toMatch('2026-01-01');
      expect(Date.now()).toBeGreaterThan(Date.UTC(2026, 0, 2));
    }),
  );
});
