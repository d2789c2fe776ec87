import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import { echo, onOneCable, PORT, sayHello } from './worlds.ts';

test('for: the clock stands at the end of that time, also when nothing was left to happen', async () => {
  const { world } = onOneCable();
  expect(await world.run({ for: '2h' })).toEqual({ ended: 'for', waiting: [] });
  expect(world.now).toBe(2 * 3600 * 1000);
});

test('what happens at the very end of `for` still happens', async () => {
  const { world, a } = onOneCable();
  const sleeper = a.spawn('sleeper', async (os) => {
    await os.sleep('2s');
    return os.now();
  });
  await world.run({ for: '2s' });
  expect(await sleeper.exited).toEqual({ code: 0, value: 2000 });
});

test('until: ends before the next event once it says true, and may act', async () => {
  const { world, a, b, cable } = onOneCable();
  a.spawn('server', echo);
  b.spawn('client', sayHello);
  const isConnected = () => world.trace.find({ kind: 'tcp.state', host: 'B', to: 'ESTABLISHED' }).length > 0;
  expect((await world.run({ until: isConnected })).ended).toBe('until');
  let asked = 0;
  const result = await world.run({
    for: '1s',
    until: () => {
      if (asked === 0) cable.cut();
      asked += 1;
      return false;
    },
  });
  expect(result.ended).toBe('for');
  expect(world.breaks()).toHaveLength(1);
});

test('waiting tells the calls that have not returned, and since when', async () => {
  const { world, a, b } = onOneCable();
  a.spawn('server', echo);
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await os.sleep('1s');
    await socket.recv(new Uint8Array(10));
  });
  const { ended, waiting } = await world.run();
  expect(ended).toBe('idle');
  expect(waiting).toEqual([
    { process: 'server', call: 'recv', since: expect.any(Number) },
    { process: 'client', call: 'recv', since: expect.any(Number) },
  ]);
  expect(waiting[1]?.since).toBeGreaterThan(1000);
});

test('limit: events, calls of a program that never waits, and a month without news', async () => {
  const one = onOneCable();
  one.a.spawn('ticking', async (os) => {
    for (;;) await os.sleep(1);
  });
  expect((await one.world.run({ limit: 1000 })).ended).toBe('limit');
  expect(one.world.now).toBeLessThan(1001);

  const other = onOneCable({ trace: 'off' });
  other.a.spawn('busy', async (os) => {
    const socket = await os.socket('datagram');
    for (;;) await socket.recv(new Uint8Array(1), { dontWait: true }).catch(() => undefined);
  });
  expect((await other.world.run({ limit: 1000 })).ended).toBe('limit');

  const third = onOneCable({ trace: 'off' });
  third.a.spawn('patient', async (os) => os.sleep('60d'));
  const { ended, waiting } = await third.world.run();
  expect(ended).toBe('limit');
  expect(waiting).toEqual([{ process: 'patient', call: 'sleep', since: 0 }]);
});

test('beyond 104 days a run is refused', async () => {
  const { world, a } = onOneCable();
  await expect(world.run({ for: '105d' })).rejects.toThrow(RangeError);
  await world.run({ for: '60d' });
  await expect(world.run({ for: '60d' })).rejects.toThrow('allowed is 44 d more');
  a.spawn('patient', async (os) => {
    for (;;) await os.sleep('20d');
  });
  await expect(world.run()).rejects.toThrow('104 days');
});

test('an uncaught error rejects run() with that error, extended by process and moment', async () => {
  const { world, a } = onOneCable();
  const mistake = new Error('my own mistake');
  const process = a.spawn('faulty', async (os) => {
    await os.sleep('1.5s');
    throw mistake;
  });
  await expect(world.run()).rejects.toBe(mistake);
  expect(mistake.message).toContain('my own mistake');
  expect(mistake.message).toContain('faulty');
  expect(mistake.message).toContain('1.5 s');
  expect(await process.exited).toMatchObject({ error: mistake });
});

test("with onError: 'record' it only ends its process", async () => {
  const { world, a } = onOneCable();
  const mistake = new Error('my own mistake');
  const process = a.spawn(
    'faulty',
    async () => {
      throw mistake;
    },
    { onError: 'record' },
  );
  expect((await world.run()).ended).toBe('idle');
  expect(await process.exited).toMatchObject({ error: mistake });
});

test('a second run() while the world runs is refused', async () => {
  const { world, a } = onOneCable();
  a.spawn('sleeper', (os) => os.sleep('1s'));
  const first = world.run();
  await expect(world.run()).rejects.toThrow('the world is running');
  await first;
});

test('what a program waits for outside holds virtual time still', async () => {
  const { world, a } = onOneCable();
  const process = a.spawn('outsider', async (os) => {
    await os.sleep('1s');
    const answer = await os.outside(async () => {
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
      return 42;
    });
    return [answer, os.now()];
  });
  a.spawn('other', (os) => os.sleep('5s'));
  await world.run();
  expect(await process.exited).toEqual({ code: 0, value: [42, 1000] });
});

test('a call that time alone ends was led to by itself: by its chain the program goes on', async () => {
  const { world, a } = onOneCable();
  a.spawn('waiter', async (os) => {
    os.print('begins');
    await os.sleep('1s');
    const listener = await os.listen(PORT, { options: { SO_RCVTIMEO: '1s' } });
    await listener.accept().catch(() => os.print('nobody came'));
  });
  await world.run();
  const [said] = world.trace.find({ kind: 'process.printed', text: 'nobody came' });
  const chain = world.trace.chain(said?.n ?? 0).map((event) => ('call' in event ? event.call : event.kind));
  const calls = ['accept', 'accept', 'listen', 'listen', 'sleep', 'sleep'];
  expect(chain).toEqual(['process.printed', ...calls, 'process.started']);
});

test('a world that was disposed of is still', async () => {
  const world = simulate();
  await world[Symbol.asyncDispose]();
  await expect(world.run()).rejects.toThrow('disposed');
  expect(() => world.host('A', { address: '10.0.0.1' })).toThrow('disposed');
});

test('wrong options are named, with their value and what is allowed', async () => {
  const { world, a, b } = onOneCable();
  const wrong: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
    [() => simulate({ seed: 1.5 }), RangeError, 'options.seed: 1.5'],
    [() => simulate({ trace: 'all' as 'off' }), TypeError, "options.trace: 'all'"],
    [() => world.host('A', { address: '10.0.0.9' }), RangeError, "'A' is taken"],
    [() => world.host('C', { address: '10.0.0.1' }), RangeError, "host 'A'"],
    [() => world.host('C', { address: '10.0.0.0' }), RangeError, 'the network of'],
    [() => world.host('C', { address: '10.0.0.300' }), RangeError, '10.0.0.300'],
    [() => world.host('C', { address: '10.0.0.3', sysctl: { 'net.ipv4.tcp_retrie2': 5 } }), TypeError, 'tcp_retries2'],
    [() => world.cable(a, b), RangeError, 'no free interface'],
    [() => world.cable('Z', a), TypeError, "'Z'"],
    [() => world.cable('S', 'S', { los: 0.1 } as object), TypeError, "did you mean 'loss'"],
    [() => world.cable(world.router('R1'), world.router('R2'), { loss: 2 }), RangeError, 'options.loss: 2'],
    [() => a.spawn('x', 5 as unknown as () => Promise<void>), TypeError, 'program'],
    [() => a.spawn('x', async () => undefined, { start: 'soon' }), TypeError, "'soon'"],
    [() => a.route('10.0.0.0/33', '10.0.0.2'), RangeError, '33'],
  ];
  for (const [act, type, text] of wrong) {
    let error: unknown;
    try {
      act();
    } catch (thrown) {
      error = thrown;
    }
    expect(error, text).toBeInstanceOf(type);
    expect(String(error)).toContain(text);
  }
  await expect(world.run({ for: '5 parsecs' })).rejects.toThrow(TypeError);
  await expect(world.run({ until: true as unknown as () => boolean })).rejects.toThrow('options.until');
});
