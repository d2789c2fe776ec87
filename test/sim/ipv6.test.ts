import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import type { System } from '../../src/system/system.ts';

const server = (port: number) => async (os: System) => {
  const listener = await os.listen(port);
  const socket = await listener.accept();
  const buffer = new Uint8Array(100);
  const count = await socket.recv(buffer);
  await socket.send(buffer.subarray(0, count));
  await socket.close();
  return [listener.local.address, socket.local?.address ?? '', socket.remote?.address ?? ''];
};

const client = (host: string, port: number) => async (os: System) => {
  const socket = await os.connect(host, port);
  await socket.send('hello');
  const buffer = new Uint8Array(100);
  const count = await socket.recv(buffer);
  await socket.close();
  return [new TextDecoder().decode(buffer.subarray(0, count)), socket.remote?.address ?? ''];
};

test('bytes go over IPv6 on a LAN and through routers', async () => {
  const world = simulate({ seed: 1, trace: 'frames' });
  const a = world.host('A', { address: 'fd00:0:0:1::1' });
  const b = world.host('B', { address: 'fd00:0:0:2::1' });
  const [r, s] = [world.router('R'), world.router('S')];
  world.cable(a, r);
  world.cable(r, s);
  world.cable(s, b);
  const served = b.spawn('server', server(80));
  const asked = a.spawn('client', client('B', 80), { start: '1ms' });
  await world.run();
  expect(await served.exited).toMatchObject({ value: ['::', 'fd00:0:0:2::1', 'fd00:0:0:1::1'] });
  expect(await asked.exited).toMatchObject({ value: ['hello', 'fd00:0:0:2::1'] });
});
