// Run by `runners.test.ts`, several copies of it at once, in each of Vitest's pools.
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';
import { describe } from 'vitest';

describe.each(['first', 'second'])('the %s', () => {
  test.for(['ETIMEDOUT', 'ECONNRESET'] as const)('ends with %s', async (expected, { world }) => {
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
          new Promise<unknown>((resolve) => {
            const socket = net.connect(80, 'a').setKeepAlive(true, 10_000);
            socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
          }),
      ),
    );
    await world.run({ for: '1s' });
    cable.cut();
    await world.run({ for: '1h' });
    expect(client).toHaveFailedWith(expected);
  });
});
