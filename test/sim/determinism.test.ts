import { expect, test } from 'vitest';
import { Sha256 } from '../../src/base/sha256.ts';
import { simulate } from '../../src/index.ts';
import { PORT } from './worlds.ts';

/** A file of 300 kB through a bad cable and a router; the trace's hash and the digests at both ends. */
async function transfer(seed: number, trace: 'hash' | 'events' | 'frames') {
  const world = simulate({ seed, trace });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const r = world.router('R');
  world.cable(a, r, { delay: '2ms', loss: 0.03, reorder: 0.05, duplicate: 0.02, corrupt: 0.02 });
  world.cable(r, b, { delay: '5ms', rate: '20Mbit/s', queue: 30 });
  const server = a.spawn('server', async (os) => {
    const socket = await (await os.listen(PORT)).accept();
    const hash = new Sha256();
    const buffer = new Uint8Array(5000);
    for (;;) {
      const count = await socket.recv(buffer);
      if (count === 0) return hash.digestHex();
      hash.update(buffer.subarray(0, count));
      await os.sleep('1ms');
    }
  });
  const client = b.spawn('client', async (os) => {
    const file = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3);
    const socket = await os.connect('A', PORT);
    await socket.send(file);
    await socket.close();
    return new Sha256().update(file).digestHex();
  });
  await world.run();
  const [sent, received] = [await client.exited, await server.exited];
  return { hash: world.trace.hash(), sent, received };
}

test('a file comes through a cable that loses, reorders, duplicates and corrupts', async () => {
  const { sent, received } = await transfer(7, 'hash');
  expect(sent).toMatchObject({ code: 0 });
  expect(received).toEqual(sent);
});

test('two runs, one hash, whatever the trace keeps; another seed, another hash', async () => {
  const { hash } = await transfer(7, 'hash');
  expect((await transfer(7, 'events')).hash).toBe(hash);
  expect((await transfer(7, 'frames')).hash).toBe(hash);
  expect((await transfer(8, 'hash')).hash).not.toBe(hash);
});

test('the world that comes later knows nothing of the one before', async () => {
  const one = await transfer(9, 'hash');
  await transfer(10, 'hash');
  expect(await transfer(9, 'hash')).toEqual(one);
});
