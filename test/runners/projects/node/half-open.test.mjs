// Run by `runners.test.ts` with `node --test`.
import assert from 'node:assert';
import net from 'node:net';
import { test } from 'node:test';
import { withWorld } from 'halfopen';
import { nodeProgram } from 'halfopen/node';

for (const expected of ['ETIMEDOUT', 'ECONNRESET']) {
  test(`a keep-alive ends with ${expected}`, () =>
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
              socket.on('error', (error) => resolve(error.code));
            }),
        ),
      );
      await world.run({ for: '1s' });
      cable.cut();
      await world.run({ for: '1h' });
      assert.deepEqual(await client.exited, { code: 0, value: expected });
    }));
}
