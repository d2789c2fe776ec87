/**
 * The pool serves a dead connection: the server's power went and came back, and nobody told the client's pool.
 * Asked in Shopify/toxiproxy#199 and brianc/node-postgres#3399.
 */
import http from 'node:http';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('a pooled connection that its server has forgotten is reset, and one retry is right', async ({ world }) => {
  const db = world.host('db', { address: '10.0.0.2' });
  const app = world.host('app', { address: '10.0.0.3' });
  world.cable(db, app, { delay: '1ms' });
  const server = nodeProgram(() => void http.createServer((_request, response) => response.end('ok')).listen(80));
  db.spawn('server', server);

  const told: string[] = [];
  const client = nodeProgram(async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = () =>
      new Promise<string>((resolve, reject) => {
        const request = http.get({ host: 'db', agent }, (response) => {
          response.resume().on('end', () => resolve(`ok, ${request.reusedSocket ? 'reused' : 'new'} connection`));
        });
        request.on('error', (error: NodeJS.ErrnoException) =>
          reject(new Error(`${error.code}, ${request.reusedSocket ? 'reused' : 'new'} connection`)),
        );
      });
    told.push(await get());
    await new Promise((resolve) => setTimeout(resolve, 2000)); // the power fails here, for a second
    told.push(await get().catch((error: Error) => error.message));
    told.push(await get());
  });
  app.spawn('client', client);

  await world.run({ for: '1s' });
  db.powerOff();
  await world.run({ for: '500ms' });
  db.powerOn();
  db.spawn('server', server);
  await world.run({ for: '1min' });

  expect(told).toEqual(['ok, new connection', 'ECONNRESET, reused connection', 'ok, new connection']);
});
