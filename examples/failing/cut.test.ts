import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';
import { startDatabase, startService } from './service.ts'; // yours: nothing in it knows of a simulation

test('the service notices within 30 s that its database is cut off', async ({ world }) => {
  const db = world.host('db', { address: '10.0.0.2' });
  const app = world.host('app', { address: '10.0.1.2' });
  const router = world.router('R');
  const cable = world.cable(db, router, { delay: '1ms' });
  world.cable(router, app);
  db.spawn('database', nodeProgram(startDatabase));
  const service = app.spawn('service', nodeProgram(startService));
  await world.run({ for: '5500ms' });
  cable.cut();
  await world.run({ for: '20min' }); // of virtual time
  expect(service).toHaveNoticedWithin('30s');
});
