import { expect, test } from 'vitest';
import { text } from '../../src/base/bytes.ts';
import { Duo } from './duo.ts';

test('a line goes each way', async () => {
  const world = new Duo();
  const server = world.spawn('A', async (os) => {
    const listener = await os.listen(7000);
    const socket = await listener.accept();
    const buffer = new Uint8Array(64);
    const count = await socket.recv(buffer);
    await socket.send('hi');
    return text(buffer.subarray(0, count));
  });
  const client = world.spawn('B', async (os) => {
    const socket = await os.connect('A', 7000);
    await socket.send('hello');
    const buffer = new Uint8Array(64);
    const count = await socket.recv(buffer);
    return text(buffer.subarray(0, count));
  });
  await world.run();
  expect(world.failures).toEqual([]);
  expect(await server.exited).toEqual({ code: 0, value: 'hello' });
  expect(await client.exited).toEqual({ code: 0, value: 'hi' });
});
