import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import { echo, onOneCable, PORT, routed, sayHello } from './worlds.ts';

test('two programs talk over one cable', async () => {
  const { world, a, b } = onOneCable();
  const server = a.spawn('server', echo);
  const client = b.spawn('client', sayHello);
  const result = await world.run();
  expect(await client.exited).toEqual({ code: 0, value: 'hello' });
  expect(await server.exited).toEqual({ code: 0, value: 5 });
  expect(result).toEqual({ ended: 'idle', waiting: [] });
});

test('two programs talk through a router, which takes addresses by itself', async () => {
  const { world, a, b } = routed();
  a.spawn('server', echo);
  const client = b.spawn('client', sayHello);
  await world.run();
  expect(await client.exited).toEqual({ code: 0, value: 'hello' });
  const routers = world.trace.find({ kind: 'interface.added', host: 'R' });
  expect(routers.map(({ address }) => address)).toEqual(['10.0.0.254/24', '10.0.1.254/24']);
});

test('hosts find each other across a ring of routers and a switch', async () => {
  const world = simulate({ seed: 3 });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const c = world.host('C', { address: '10.0.1.3' });
  const lan = world.switch('S');
  const [p, q, r] = [world.router('P'), world.router('Q'), world.router('R')];
  world.cable(a, p);
  world.cable(p, q);
  world.cable(q, r);
  world.cable(r, p);
  world.cable(r, lan);
  world.cable(lan, b);
  world.cable(lan, c);
  a.spawn('server', echo);
  const client = b.spawn('client', sayHello);
  const other = c.spawn('other', async (os) => {
    await os.sleep('1s');
    const socket = await os.connect('B', PORT);
    return socket.local?.address;
  });
  b.spawn('server', async (os) => {
    const listener = await os.listen(PORT);
    await listener.accept();
  });
  await world.run();
  expect(await client.exited).toEqual({ code: 0, value: 'hello' });
  expect(await other.exited).toEqual({ code: 0, value: '10.0.1.3' });
});

test('a host with two interfaces is reached on both, and names mean its first address', async () => {
  const world = simulate();
  const server = world.host('A', { address: '10.0.0.1' });
  server.interface('eth1', { address: '10.0.2.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  const c = world.host('C', { address: '10.0.2.2' });
  world.cable(server, b);
  world.cable(server, c);
  const accept = (port: number) =>
    server.spawn(`server${port}`, async (os) => (await (await os.listen(port)).accept()).local?.address);
  const [one, other] = [accept(1), accept(2)];
  b.spawn('client', (os) => os.connect('A', 1).then(() => undefined));
  c.spawn('client', (os) => os.connect('10.0.2.1', 2).then(() => undefined));
  await world.run();
  expect(await one.exited).toEqual({ code: 0, value: '10.0.0.1' });
  expect(await other.exited).toEqual({ code: 0, value: '10.0.2.1' });
});

test("a host's own route wins over the default", async () => {
  const world = simulate();
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.9.1' });
  const lan = world.switch('S');
  const [r1, r2] = [world.router('R1'), world.router('R2')];
  for (const end of [a, r1, r2]) world.cable(end, lan);
  world.cable(r1, b);
  a.route('10.0.9.0/24', 'R2');
  b.spawn('server', echo);
  a.spawn('client', async (os) => {
    const socket = await os.connect('B', PORT);
    await socket.close();
  });
  await world.run({ for: '1s' });
  expect(world.trace.find({ kind: 'frame.delivered', host: 'R2' }).length).toBeGreaterThan(0);
});
