import { expect, test } from 'vitest';
import { Duo, drain, outcome, pair } from '../../test/support/duo.ts';
import type { Socket, System } from '../system/system.ts';

const idle = (os: System) => os.sleep('1h');

async function exitOf(world: Duo, program: (os: System) => Promise<unknown>, onError: 'reject' | 'record' = 'reject') {
  const process = world.spawn('B', program, { onError });
  await world.run('1min');
  return Promise.race([process.exited, Promise.resolve('alive')]);
}

// ---- turns ----

test('a call outside of the turn is an error that names call, process and os.outside', async () => {
  const world = new Duo();
  const stuck = world.spawn(
    'B',
    async (os) => {
      // A wait that the world knows nothing of.
      await new Promise((resolve) => setTimeout(resolve, 1));
      return os.sleep('1s');
    },
    { onError: 'record' },
  );
  await world.run();
  const exit = await stuck.exited;
  const message = 'error' in exit ? String(exit.error) : '';
  expect(message).toContain("sleep: process 'client' of host 'B' made this call outside of its turn");
  expect(message).toContain('os.outside(() => promise)');
});

test("another process's promise is not the world's: a call after it is refused, unless its turn has come too", async () => {
  const world = new Duo();
  let tell: () => void = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const waiting = world.spawn(
    'A',
    async (os) => {
      await told;
      await os.sleep('1s');
    },
    { onError: 'record' },
  );
  world.spawn('B', async (os) => {
    await os.sleep('5s');
    tell();
  });
  await world.run();
  expect(await waiting.exited).toMatchObject({ code: 1 });
});

test('outside: virtual time stands still until it settles, and the program goes on in its turn', async () => {
  const exit = await exitOf(new Duo(), async (os) => {
    const before = os.now();
    const value = await os.outside(() => new Promise<number>((resolve) => setTimeout(resolve, 5, 42)));
    const failed = await os.outside(async () => Promise.reject(new Error('no'))).catch((error) => error.message);
    const thrown = await os
      .outside(() => {
        throw new Error('at once');
      })
      .catch((error) => error.message);
    const after = os.now();
    await os.sleep('1s');
    return [value, failed, thrown, after - before];
  });
  expect(exit).toEqual({ code: 0, value: [42, 'no', 'at once', 0] });
});

test('sleep: virtual time; 0 is allowed; a signal ends it', async () => {
  const exit = await exitOf(new Duo(), async (os) => {
    const times: (number | string)[] = [];
    await os.sleep(0);
    times.push(os.now());
    await os.sleep('1500ms');
    times.push(os.now());
    times.push(await outcome(os.sleep('1h', { signal: os.timeout('2s') })), os.now());
    times.push(await outcome(os.sleep('1h', { signal: AbortSignal.abort() })));
    return times;
  });
  expect(exit).toEqual({ code: 0, value: [0, 1500, 'ECANCELED', 3500, 'ECANCELED'] });
});

test('timeout is an AbortSignal of virtual time', async () => {
  const exit = await exitOf(new Duo(), async (os) => {
    const signal = os.timeout('2s');
    await os.sleep('1999ms');
    const before = signal.aborted;
    await os.sleep('2ms');
    return [before, signal.aborted, signal.reason instanceof Error ? signal.reason.name : ''];
  });
  expect(exit).toEqual({ code: 0, value: [false, true, 'TimeoutError'] });
});

test('a listener of a timeout runs in a turn, and may make calls', async () => {
  const exit = await exitOf(new Duo(), async (os) => {
    const signal = os.timeout('2s');
    const heard = new Promise<number>((resolve) => {
      signal.addEventListener('abort', () => {
        os.print('aborted');
        resolve(os.now());
      });
    });
    return heard;
  });
  expect(exit).toEqual({ code: 0, value: 2000 });
});

// ---- ends ----

test('print is kept with its virtual time', async () => {
  const world = new Duo();
  const client = world.spawn('B', async (os) => {
    os.print('one', 1, true);
    await os.sleep('1s');
    os.print('two');
  });
  await world.run();
  expect(client.printed).toEqual([
    { at: 0, text: 'one 1 true' },
    { at: 1000, text: 'two' },
  ]);
});

test('exit ends it: nothing after it runs, and no finally', async () => {
  let ran = '';
  const world = new Duo();
  const exit = await exitOf(world, async (os) => {
    try {
      await os.exit(3);
      ran += 'after';
    } finally {
      ran += 'finally';
    }
  });
  expect(exit).toEqual({ code: 3, value: undefined });
  expect(ran).toBe('');
  expect(world.find('process.exited', 'B')).toMatchObject([{ process: 'client', code: 3 }]);
});

test('an uncaught error: code 1, rejects the run; recorded, it does not', async () => {
  const world = new Duo();
  const exit = await exitOf(world, async () => {
    throw new Error('boom');
  });
  expect(exit).toMatchObject({ code: 1, error: { message: "boom (uncaught in process 'client' of host 'B')" } });
  expect(world.failures).toHaveLength(1);
  expect(world.find('process.exited')).toMatchObject([{ error: 'uncaught' }]);
  const quiet = new Duo();
  expect(await exitOf(quiet, (os) => os.connect('A', 1), 'record')).toMatchObject({ error: { code: 'ECONNREFUSED' } });
  expect(quiet.failures).toEqual([]);
  expect(quiet.find('process.exited')).toMatchObject([{ error: 'ECONNREFUSED' }]);
});

test.each<[string, unknown, string]>([
  ['bytes', { data: new Uint8Array(2) }, '.data: a Uint8Array is no JSON'],
  ['no number', [1, Number.NaN], '[1]: NaN is no JSON'],
  ['a function', { f: () => 1 }, '.f: a function is no JSON'],
  ['a date', new Date(0), ': a Date is no JSON'],
])('a program that returns %s: a TypeError that says where', async (_what, value, expected) => {
  const exit = await exitOf(new Duo(), async () => value, 'record');
  expect(exit).toMatchObject({ code: 1 });
  expect(typeof exit === 'object' && 'error' in exit ? String(exit.error) : '').toContain(expected);
});

test('a circle is found', async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const exit = await exitOf(new Duo(), async () => circle, 'record');
  expect(typeof exit === 'object' && 'error' in exit ? String(exit.error) : '').toContain('in a circle');
});

// ---- kill, stop, cont ----

test('kill: no promise of it settles, no finally runs, no later call has effect', async () => {
  const world = new Duo();
  let ran = '';
  let leaked: System | undefined;
  const server = world.spawn('A', async (os) => {
    leaked = os;
    try {
      await os.sleep('1h');
      ran += 'after';
    } catch {
      ran += 'catch';
    } finally {
      ran += 'finally';
    }
  });
  world.schedule(1e9, () => server.kill());
  await world.run();
  expect(await server.exited).toEqual({ signal: 'SIGKILL' });
  expect(ran).toBe('');
  const before = world.events.length;
  const calls = [leaked?.sleep(1), leaked?.listen(7000), leaked?.socket(), leaked?.outside(() => 1), leaked?.exit()];
  leaked?.print('from the grave');
  const settled = await Promise.race([...calls, new Promise((resolve) => setTimeout(resolve, 5, 'none'))]);
  expect(settled).toBe('none');
  expect(world.events.length).toBe(before);
  expect(world.find('process.exited')).toMatchObject([{ process: 'server', signal: 'SIGKILL' }]);
});

test('kill twice, or after the end, does nothing', async () => {
  const world = new Duo();
  const server = world.spawn('A', async () => 1);
  await world.run();
  server.kill();
  server.stop();
  server.cont();
  expect(await server.exited).toEqual({ code: 0, value: 1 });
  expect(world.find('process.killed')).toEqual([]);
});

test('a stopped process: its operating system acknowledges, no call of it is served; then it goes on', async () => {
  const world = new Duo();
  world.schedule(1e9, () => world.A.processes[0]?.stop());
  world.schedule(10e9, () => world.A.processes[0]?.cont());
  const { a, b } = await pair(
    world,
    async (os, socket) => {
      const count = await socket.recv(new Uint8Array(99));
      return [count, os.now()];
    },
    async (os, socket) => {
      await os.sleep('2s');
      await socket.send('hello');
      await os.sleep('2s');
      return [socket.status().sendBuffer.bytes, socket.status().info.bytesAcked];
    },
  );
  expect(b).toEqual([0, 5]);
  expect(a).toEqual([5, 10_000]);
});

test('time goes on while it is stopped: sleeps and time-outs end when it continues', async () => {
  const world = new Duo();
  world.schedule(1e9, () => world.A.processes[0]?.stop());
  world.schedule(10e9, () => world.A.processes[0]?.cont());
  const { a } = await pair(
    world,
    async (os, socket) => {
      const signal = os.timeout('2s');
      await Promise.all([os.sleep('2s'), outcome(socket.recv(new Uint8Array(9))), outcome(os.sleep('1h', { signal }))]);
      return os.now();
    },
    idle,
    { a: { SO_RCVTIMEO: '3s' }, for: '1min' },
  );
  expect(a).toBe(10_000);
  const ended = world.find('call.returned', 'A').filter(({ at }) => at > 1e9);
  expect(ended.map(({ call, error }) => `${call} ${error ?? 'ok'}`)).toEqual([
    'recv EAGAIN',
    'sleep ok',
    'sleep ECANCELED',
  ]);
});

test('data that came while it was stopped beats a time-out that passed', async () => {
  const world = new Duo();
  world.schedule(1e9, () => world.A.processes[0]?.stop());
  world.schedule(10e9, () => world.A.processes[0]?.cont());
  const { a } = await pair(
    world,
    async (_os, socket) => outcome(socket.recv(new Uint8Array(9))),
    async (os, socket) => {
      await os.sleep('8s');
      await socket.send('hello');
      await idle(os);
    },
    { a: { SO_RCVTIMEO: '3s' }, for: '1min' },
  );
  expect(a).toBe(5);
});

test('a call that is made while it is stopped begins when it continues', async () => {
  const world = new Duo();
  const client = world.spawn('B', async (os): Promise<number[]> => {
    client.stop();
    await os.sleep('1s');
    return [os.now()];
  });
  world.schedule(5e9, () => client.cont());
  await world.run();
  expect(await client.exited).toEqual({ code: 0, value: [6000] });
});

test('a stopped process may be killed', async () => {
  const world = new Duo();
  world.schedule(1e9, () => world.A.processes[0]?.stop());
  world.schedule(2e9, () => world.A.processes[0]?.kill());
  const { b, server } = await pair(world, idle, async (_os, socket) => drain(socket));
  expect(b).toEqual({ count: 0, end: 0 });
  expect(await server.exited).toEqual({ signal: 'SIGKILL' });
});

test('descriptors are closed in the order of their numbers', async () => {
  const world = new Duo();
  const closed: string[] = [];
  world.spawn('A', async (os) => {
    const listener = await os.listen(7000);
    const take = async (socket: Socket) => {
      const port = String(socket.remote?.port);
      await socket.recv(new Uint8Array(1));
      closed.push(port);
    };
    await Promise.all([1, 2, 3].map(async () => take(await listener.accept())));
  });
  const opened: string[] = [];
  const client = world.spawn('B', async (os) => {
    for (let i = 0; i < 3; i++) opened.push(String((await os.connect('A', 7000)).local?.port));
    await idle(os);
  });
  world.schedule(1e9, () => client.kill());
  await world.run();
  expect(closed).toEqual(opened);
});

test('a killed process’ blocked send: what it still held is told as lost', async () => {
  const world = new Duo();
  world.schedule(1e9, () => world.B.processes[0]?.kill());
  await pair(
    world,
    async (os) => os.sleep('5s'),
    async (_os, socket) => socket.send(new Uint8Array(100)),
    {
      a: { SO_RCVBUF: 32 },
      b: { SO_SNDBUF: 32 },
    },
  );
  expect(world.B.sockets[0]?.figures()).toMatchObject({ id: 'tcp:3', process: 'client', requested: 100, lost: 36 });
});

test('a host that loses power: nothing is sent, nobody is told', async () => {
  const world = new Duo();
  const sent = () => world.find('tcp.state', 'A').length;
  let before = 0;
  world.schedule(1e9, () => {
    before = sent();
    for (const process of world.A.processes) process.vanish();
    world.A.stack.powerOff();
    world.A.stackOrNone = undefined;
  });
  const { b, server } = await pair(world, idle, async (_os, socket) => outcome(socket.recv(new Uint8Array(1))), {
    for: '1h',
  });
  expect(b).toBeUndefined();
  expect(sent()).toBe(before);
  expect(await server.exited).toEqual({ signal: 'power-off' });
  expect(world.find('process.exited', 'A')).toEqual([]);
});

// ---- the run's limit, the trace ----

test('beyond the limit a call parks; a later run lets it go on', async () => {
  const world = new Duo({ calls: 3 });
  const client = world.spawn('B', async (os) => {
    for (let i = 0; i < 5; i++) await os.sleep('1s');
    return os.now();
  });
  await world.run();
  expect(world.now()).toBe(3e9);
  world.unpark(100);
  await world.run();
  expect(await client.exited).toEqual({ code: 0, value: 5000 });
});

test('the calls that have not returned, oldest first', async () => {
  const world = new Duo();
  world.spawn('A', async (os) => {
    const listener = await os.listen(7000);
    void listener.accept();
    await os.sleep('1s');
    await os.sleep('1d');
  });
  await world.run('1h');
  expect(world.A.processes[0]?.blocked()).toMatchObject([
    { call: 'accept', since: 0 },
    { call: 'sleep', since: 1e9 },
  ]);
});

test('with the trace off the same calls bring the same', async () => {
  const run = async (trace: boolean) => {
    const { a, b } = await pair(
      new Duo({ trace }),
      (_os, socket) => drain(socket, 10),
      async (os, socket) => {
        await socket.send(new Uint8Array(1000));
        await socket.close();
        return [await outcome(socket.send('x')), os.now()];
      },
      { a: { SO_RCVBUF: 64 }, b: { SO_SNDBUF: 32 } },
    );
    return [a, b];
  };
  expect(await run(false)).toEqual(await run(true));
});

test('await using closes what is left open, and nothing twice', async () => {
  const world = new Duo();
  world.spawn('A', async (os) => {
    await using listener = await os.listen(7000);
    await using socket = await listener.accept();
    await socket.recv(new Uint8Array(1));
    await socket.close();
  });
  world.spawn('B', async (os) => {
    await using socket = await os.connect('A', 7000);
    await socket.send('x');
    await using datagrams = await os.socket('datagram');
    await datagrams.bind(1);
  });
  await world.run();
  expect(world.failures).toEqual([]);
  expect(world.returned('close', 'A')).toEqual([null, null]);
  expect(world.returned('close', 'B')).toEqual([null, null]);
});
