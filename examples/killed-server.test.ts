/**
 * End of stream, then EPIPE: the server's process is killed, and its operating system closes for it. The client reads an
 * end, as if the server had said goodbye; what it writes then is answered by a reset, and the next write is EPIPE.
 * Asked in nodejs/node#47130 and nodejs/node#52649.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('a killed server is an end of stream first, and EPIPE to whoever goes on writing', async ({ world }) => {
  const a = world.host('a', { address: '10.0.0.2' });
  const b = world.host('b', { address: '10.0.0.3' });
  world.cable(a, b, { delay: '5ms' });
  const serve = () => void net.createServer((socket) => socket.resume()).listen(80);
  const server = a.spawn('server', nodeProgram(serve));

  const client = () =>
    new Promise<string[]>((resolve) => {
      const told: string[] = [];
      const socket = net.connect({ host: 'a', port: 80, allowHalfOpen: true });
      const writing = setInterval(() => socket.write('more'), 300);
      socket.resume().on('end', () => told.push(`end at ${performance.now()} ms`));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        told.push(`${error.syscall} ${error.code} at ${performance.now()} ms`);
        clearInterval(writing);
        resolve(told);
      });
    });
  const asking = b.spawn('client', nodeProgram(client));

  await world.run({ for: '1s' });
  server.kill();
  await world.run({ for: '1min' });

  expect(await asking.exited).toMatchObject({ value: ['end at 1005 ms', 'write EPIPE at 1500 ms'] });
});
