/**
 * The keep-alive race: the server closes an idle connection at the moment at which the client uses it again.
 * Asked in nodejs/node#27428, #47130 ("I don't have guaranteed replicability") and #52649.
 */
import http from 'node:http';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test("a request that meets the server's FIN half-way is reset, every time", async ({ world }) => {
  const a = world.host('server', { address: '10.0.0.2' });
  const b = world.host('client', { address: '10.0.0.3' });
  world.cable(a, b, { delay: '1100ms' }); // a far-away server: what it does is news only 1.1 s later

  a.spawn(
    'server',
    nodeProgram(() => {
      const server = http.createServer((_request, response) => response.end('ok'));
      server.keepAliveTimeout = 5000;
      server.listen(80);
    }),
  );
  let told = '';
  b.spawn(
    'client',
    nodeProgram(async () => {
      const agent = new http.Agent({ keepAlive: true });
      const get = () =>
        new Promise<string>((resolve) => {
          const request = http.get({ host: 'server', agent }, (response) => {
            response.resume().on('end', () => resolve('ok'));
          });
          request.on('error', (error: NodeJS.ErrnoException) =>
            resolve(`${error.code}, reused: ${request.reusedSocket}`),
          );
        });
      await get();
      await new Promise((resolve) => setTimeout(resolve, 3900)); // the agent would give the connection up after 4 s
      told = await get();
    }),
  );
  await world.run({ for: '1min' });

  expect(told).toBe('ECONNRESET, reused: true');
});
