import { expect, test } from 'vitest';
import type { System } from '../../src/index.ts';
import { echo, onOneCable, outcome, PORT, routed, sayHello } from './worlds.ts';

/** Sends a line every second; answers the errno that ends it, and when, in whole seconds. */
async function sendForEver(os: System): Promise<{ error: string; at: number }> {
  const socket = await os.connect('A', PORT);
  for (;;) {
    const sent = await outcome(socket.send('x'));
    if (typeof sent === 'string') return { error: sent, at: Math.floor(os.now() / 1000) };
    await os.sleep('1s');
  }
}

async function readAll(os: System): Promise<number | string> {
  const socket = await (await os.listen(PORT)).accept();
  const buffer = new Uint8Array(1000);
  let total = 0;
  for (;;) {
    const count = await outcome(socket.recv(buffer));
    if (typeof count === 'string') return count;
    if (count === 0) return total;
    total += count;
  }
}

test('a silent cut on one LAN ends in EHOSTUNREACH, behind a router in ETIMEDOUT, after a quarter of an hour', async () => {
  for (const [make, errno] of [
    [onOneCable, 'EHOSTUNREACH'],
    [routed, 'ETIMEDOUT'],
  ] as const) {
    const { world, a, b, cable } = make();
    a.spawn('server', readAll);
    const client = b.spawn('client', sendForEver);
    await world.run({ for: '10s' });
    cable.cut();
    await world.run({ for: '20min' });
    const exit = await client.exited;
    expect(exit).toMatchObject({ code: 0, value: { error: errno } });
    const { at } = 'value' in exit ? (exit.value as { at: number }) : { at: 0 };
    expect(at).toBeGreaterThan(900);
    expect(at).toBeLessThan(960);
  }
});

test('after the mending the bytes come with the next retransmission', async () => {
  const { world, a, b, cable } = onOneCable();
  const server = a.spawn('server', echo);
  const client = b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await os.sleep('2s');
    await socket.send('through the gap');
    const buffer = new Uint8Array(100);
    return [await socket.recv(buffer), Math.floor(os.now() / 1000)];
  });
  world.at('1s', () => cable.cut());
  world.at('20s', () => cable.mend());
  await world.run();
  expect(await server.exited).toMatchObject({ code: 0 });
  const exit = await client.exited;
  expect(exit).toMatchObject({ code: 0 });
  const [count, at] = 'value' in exit ? (exit.value as [number, number]) : [0, 0];
  expect(count).toBe(15);
  expect(at).toBeGreaterThanOrEqual(20);
  expect(at).toBeLessThan(40);
});

test('a cut in one direction leaves the other whole', async () => {
  const { world, a, b, cable } = onOneCable();
  a.spawn('server', async (os) => {
    const socket = await (await os.listen(PORT)).accept();
    await os.sleep('2s');
    await socket.send('still here');
  });
  const client = b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    return socket.recv(new Uint8Array(100));
  });
  world.at('1s', () => cable.cut({ direction: 'b-to-a' }));
  await world.run({ for: '10s' });
  expect(await client.exited).toEqual({ code: 0, value: 10 });
  const sent = world.trace.find({ kind: 'tcp.retransmit', host: 'A' });
  expect(sent.length).toBeGreaterThan(0);
});

test('with the carrier lost both interfaces see it', async () => {
  const { world, cable } = onOneCable();
  await world.run({ for: '1s' });
  cable.cut({ carrier: 'lost' });
  await world.run({ for: '1s' });
  cable.mend();
  await world.run({ for: '1s' });
  const seen = world.trace.find({ kind: 'interface.carrier' }).map(({ host, up }) => [host, up]);
  expect(seen).toEqual([
    ['A', false],
    ['B', false],
    ['A', true],
    ['B', true],
  ]);
});

test('a host without power answers nothing; booted again it answers old bytes with RST, and its programs start', async () => {
  const { world, a, b } = onOneCable();
  a.spawn('server', echo);
  a.onBoot('server', echo);
  const client = b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await os.sleep('20s');
    await socket.send('are you there?');
    const first = await outcome(socket.recv(new Uint8Array(10)));
    return [first, await outcome(socket.send('?'))];
  });
  world.at('5s', () => a.powerOff());
  world.at('10s', () => a.powerOn());
  b.spawn('later', sayHello, { start: '30s' });
  await world.run();
  expect(await client.exited).toEqual({ code: 0, value: ['ECONNRESET', 'EPIPE'] });
  const later = b.processes.find(({ name }) => name === 'later');
  expect(await later?.exited).toEqual({ code: 0, value: 'hello' });
});

test("a dead host's promises never settle, and no code of its programs runs", async () => {
  const { world, a, b } = onOneCable();
  const ran: string[] = [];
  a.spawn('server', async (os) => {
    try {
      await (await os.listen(PORT)).accept();
      ran.push('accepted');
    } finally {
      ran.push('finally');
    }
  });
  world.at('1s', () => a.powerOff());
  b.spawn('client', async (os) => {
    await os.sleep('2s');
    ran.push(String(await outcome(os.connect('A', PORT))));
  });
  const result = await world.run();
  expect(ran).toEqual(['EHOSTUNREACH']);
  expect(result.waiting).toEqual([]);
});

test('a killed process: its system says FIN at once', async () => {
  const { world, a, b } = onOneCable();
  const server = a.spawn('server', echo);
  const client = b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    const first = await socket.recv(new Uint8Array(10));
    return [first, os.now()];
  });
  world.at('1s', () => server.kill());
  await world.run();
  expect(await server.exited).toEqual({ signal: 'SIGKILL' });
  expect(await client.exited).toEqual({ code: 0, value: [0, 1005] });
});

test('a stopped process reads nothing while its system acknowledges; it goes on where it was', async () => {
  const { world, a, b } = onOneCable();
  const server = a.spawn('server', echo);
  const client = b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await os.sleep('2s');
    await socket.send('hello');
    await os.sleep('1s');
    const { unacknowledged } = socket.status().sendBuffer;
    const count = await socket.recv(new Uint8Array(10));
    return { unacknowledged, count, at: os.now() };
  });
  world.at('1s', () => server.stop());
  world.at('10s', () => server.cont());
  await world.run({ for: '1min' });
  expect(await client.exited).toEqual({ code: 0, value: { unacknowledged: 0, count: 5, at: 10005 } });
});

test('breaks tell who noticed, by which call, and after how long', async () => {
  const { world, a, b } = onOneCable();
  const server = a.spawn('server', echo);
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await socket.recv(new Uint8Array(10));
  });
  world.at('1s', () => server.kill());
  await world.run();
  expect(world.breaks()).toEqual([
    {
      kind: 'kill',
      target: 'server',
      at: 1000,
      noticed: [{ process: 'client', call: 'recv', result: 0, after: 5 }],
    },
  ]);
});

test('what is set in one direction of a cable is so there alone, and the trace tells both', async () => {
  const { world, a, b, cable } = onOneCable();
  a.spawn('server', echo);
  const client = b.spawn('client', sayHello);
  cable.set({ delay: '50ms' }, 'b-to-a');
  cable.set({ rate: '1Gbit/s' });
  await world.run();
  expect(await client.exited).toMatchObject({ code: 0 });
  expect(world.trace.find({ kind: 'cable.set' })).toMatchObject([
    { options: { delay: 5e6 }, back: { delay: 50e6 } },
    { options: { delay: 5e6, rate: 1e9 }, back: { delay: 50e6, rate: 1e9 } },
  ]);
  // Every frame of A's takes 5 ms, every one of B's 50 ms, and what its bits take at that rate.
  for (const { frame, at, host } of world.trace.find({ kind: 'frame.delivered' })) {
    const [sent] = world.trace.find({ kind: 'frame.sent' }).filter(({ n }) => n === frame);
    expect(Math.floor((at - (sent?.at ?? 0)) / 1e6)).toBe(host === 'B' ? 5 : 50);
  }
  cable.set({ delay: '5ms' }, 'b-to-a');
  expect(world.trace.find({ kind: 'cable.set' }).at(-1)).not.toHaveProperty('back');
  expect(() => Reflect.apply(cable.set, cable, [{ delay: 1 }, 'sideways'])).toThrow(/direction: 'sideways'/);
});

test('loss in one direction draws from that direction alone: the other one loses nothing', async () => {
  const { world, a, b, cable } = onOneCable();
  a.spawn('server', readAll);
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await socket.send(new Uint8Array(200_000));
    await socket.close();
  });
  cable.set({ loss: 0.2 }, 'a-to-b');
  await world.run();
  const lost = world.trace.find({ kind: 'frame.dropped' }).flatMap((event) => ('frame' in event ? [event.frame] : []));
  const senders = world.trace.find({ kind: 'frame.sent' }).filter(({ n }) => lost.includes(n));
  expect(senders.length).toBeGreaterThan(3);
  expect(new Set(senders.map(({ host }) => host))).toEqual(new Set(['A']));
});
