import { EventEmitter } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import timers from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { lan } from './worlds.ts';

const BEGIN = Date.UTC(2026, 0, 1);

test('time is the world’s inside, and real outside', async () => {
  const { world, a } = lan();
  const real = Date.now();
  const inside = a.spawn(
    'program',
    nodeProgram(async () => {
      const monotonic = performance.now();
      const high = process.hrtime.bigint();
      await sleep(86_400_000);
      return [
        Date.now() - BEGIN,
        new Date().toISOString(),
        new Date() instanceof Date,
        performance.now() - monotonic,
        Number(process.hrtime.bigint() - high) / 1e6,
      ];
    }),
  );
  await world.run();
  expect(await inside.exited).toEqual({
    code: 0,
    value: [86_400_000, '2026-01-02T00:00:00.000Z', true, 86_400_000, 86_400_000],
  });
  expect(Date.now() - real).toBeLessThan(60_000);
  expect(new Date(5).getTime()).toBe(5);
});

test('timers fire in the order of their moments and of their setting; immediates and ticks as in Node', async () => {
  const { world, a } = lan();
  const order: string[] = [];
  a.spawn(
    'program',
    nodeProgram(() => {
      setTimeout(() => order.push('20 ms'), 20);
      setTimeout(() => order.push('10 ms, first'), 10);
      setTimeout(() => {
        order.push('10 ms, second');
        process.nextTick(() => order.push('its tick'));
        Promise.resolve().then(() => order.push('its promise'));
      }, 10);
      setImmediate(() => order.push('immediate'));
      const cleared = setTimeout(() => order.push('never'), 15);
      timers.setTimeout(() => clearTimeout(cleared), 5);
      let times = 0;
      const interval = setInterval(() => {
        times += 1;
        order.push(`interval ${times}`);
        if (times === 2) clearInterval(interval);
      }, 30);
      setTimeout(() => order.push('nobody waits for it'), 1000).unref();
      process.nextTick(() => order.push('tick'));
    }),
  );
  const { ended } = await world.run();
  expect(order).toEqual([
    'tick',
    'immediate',
    '10 ms, first',
    '10 ms, second',
    'its tick',
    'its promise',
    '20 ms',
    'interval 1',
    'interval 2',
  ]);
  expect(ended).toBe('idle');
  expect(world.now).toBe(60);
});

test('AbortSignal.timeout and the options of promised timers', async () => {
  const { world, a } = lan();
  const program = a.spawn(
    'program',
    nodeProgram(async () => {
      const signal = AbortSignal.timeout(250);
      const told: unknown[] = [];
      signal.addEventListener('abort', () => told.push([(signal.reason as Error).name, Date.now() - BEGIN]));
      told.push(await sleep(100, 'value'));
      await sleep(1000, undefined, { signal }).catch((error: Error) => told.push(error.name));
      return told;
    }),
  );
  await world.run();
  expect(await program.exited).toEqual({ code: 0, value: ['value', ['TimeoutError', 250], 'AbortError'] });
});

test.each([
  [
    'a callback',
    () =>
      void setTimeout(() => {
        throw new Error('thrown');
      }, 10),
  ],
  [
    'a tick',
    () =>
      process.nextTick(() => {
        throw new Error('thrown');
      }),
  ],
  ['a rejection that nobody handles', () => void Promise.reject(new Error('thrown'))],
  [
    'a listener of a socket',
    () => {
      const server = net.createServer(() => {
        throw new Error('thrown');
      });
      server.listen(7000, () => void net.connect(7000, '127.0.0.1'));
    },
  ],
  [
    'an emitter without a listener',
    () => void setTimeout(() => new EventEmitter().emit('error', new Error('thrown')), 10),
  ],
  [
    'the program itself',
    async () => {
      throw new Error('thrown');
    },
  ],
])('an error that nothing caught in %s ends that process and reaches the test', async (_where, main) => {
  const outside = vi.fn();
  process.on('uncaughtException', outside);
  process.on('unhandledRejection', outside);
  try {
    const { world, a, b } = lan();
    const other = b.spawn(
      'other',
      nodeProgram(() => sleep(1000)),
    );
    const failing = a.spawn('failing', nodeProgram(main));
    await expect(world.run()).rejects.toThrow(/thrown.*uncaught in process 'failing' of host 'A'/);
    expect(await failing.exited).toMatchObject({ code: 1 });
    expect(other.alive).toBe(true);
    expect(outside).not.toHaveBeenCalled();
  } finally {
    process.off('uncaughtException', outside);
    process.off('unhandledRejection', outside);
  }
});

test('process.exit() ends that program only, and nothing of it fires again', async () => {
  const { world, a, b } = lan();
  const fired: string[] = [];
  const leaving = a.spawn(
    'leaving',
    nodeProgram(() => {
      setTimeout(() => fired.push('never'), 100);
      setTimeout(() => process.exit(3), 50);
    }),
  );
  const staying = b.spawn(
    'staying',
    nodeProgram(() => sleep(200).then(() => fired.push('stayed'))),
  );
  await world.run();
  expect(await leaving.exited).toMatchObject({ code: 3 });
  expect(await staying.exited).toMatchObject({ code: 0 });
  expect(fired).toEqual(['stayed']);
});

test('a killed program fires nothing any more, and a new one of that name begins afresh', async () => {
  const { world, a, b } = lan();
  const fired: string[] = [];
  const server = nodeProgram(() => {
    setInterval(() => fired.push('tick'), 100);
    http.createServer((_request, response) => response.end('ok')).listen(80);
  });
  const first = a.spawn('server', server);
  b.spawn(
    'client',
    nodeProgram(async () => {
      await sleep(500);
      const refused = await new Promise((resolve) => http.get({ host: 'A' }, resolve).on('error', resolve));
      fired.push((refused as NodeJS.ErrnoException).code ?? 'answered');
    }),
  );
  await world.run({ for: '250ms' });
  first.kill();
  await world.run({ for: '1s' });
  expect(fired).toEqual(['tick', 'tick', 'ECONNREFUSED']);
  const again = a.spawn('server', server);
  await world.run({ for: '150ms' });
  expect(again.alive).toBe(true);
  expect(fired).toEqual(['tick', 'tick', 'ECONNREFUSED', 'tick']);
});

test('what it prints is kept with its moment, and not shown', async () => {
  const shown = vi.spyOn(process.stdout, 'write');
  const { world, a } = lan();
  const program = a.spawn(
    'program',
    nodeProgram(async () => {
      console.log('%s and %d', 'one', 2);
      await sleep(1500);
      process.stderr.write('to the error stream\n');
    }),
  );
  await world.run();
  expect(program.printed).toEqual([
    { at: 0, text: 'one and 2' },
    { at: 1500, text: 'to the error stream' },
  ]);
  expect(shown).not.toHaveBeenCalled();
  shown.mockRestore();
});

test('a program ends when nothing is left for it to wait for, and a listening server is something', async () => {
  const { world, a, b } = lan();
  const ends = a.spawn(
    'ends',
    nodeProgram(() => 7),
  );
  const stays = b.spawn(
    'stays',
    nodeProgram(() => void net.createServer().listen(1)),
  );
  const unrefs = b.spawn(
    'unrefs',
    nodeProgram(() => void net.createServer().listen(2).unref()),
  );
  await world.run({ for: '1s' });
  expect(await ends.exited).toEqual({ code: 0, value: 7 });
  expect([stays.alive, unrefs.alive]).toEqual([true, false]);
});

test('outside of a world all is real: sockets over loopback, timers, while a world runs beside', async () => {
  const { world, a } = lan();
  a.spawn(
    'program',
    nodeProgram(() => sleep(3_600_000)),
  );
  const real = new Promise<string>((resolve, reject) => {
    const server = net.createServer((socket) => socket.end('real'));
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      let text = '';
      const socket = net.connect(port, '127.0.0.1').setEncoding('utf8').on('error', reject);
      socket.on('data', (piece) => {
        text += piece;
      });
      socket.on('close', () => server.close(() => resolve(text)));
    });
  });
  const [text] = await Promise.all([real, world.run(), new Promise((resolve) => setTimeout(resolve, 5))]);
  expect(text).toBe('real');
});

test('a program may have thousands of turns', async () => {
  const { world, a } = lan();
  let turns = 0;
  a.spawn(
    'program',
    nodeProgram(async () => {
      for (; turns < 5000; turns++) await sleep(1);
    }),
  );
  await world.run();
  expect(turns).toBe(5000);
});

test('what the test does in the course of a run is no program’s', async () => {
  const { world, a } = lan();
  const began = Date.now();
  const told: boolean[] = [];
  const program = a.spawn(
    'program',
    nodeProgram(async () => {
      for (let i = 0; i < 10; i++) await sleep(10);
    }),
  );
  world.at('55ms', () => {
    process.stdout.write('');
    told.push(Date.now() >= began);
  });
  await world.run({
    until: () => {
      told.push(Date.now() >= began);
      return false;
    },
  });
  expect(told.length).toBeGreaterThan(10);
  expect(told).not.toContain(false);
  expect(program.printed).toEqual([]);
});

test('the same seed gives the same trace', async () => {
  const run = async () => {
    const { world, a, b } = lan();
    a.spawn(
      'server',
      nodeProgram(() => void http.createServer((_q, response) => response.end('ok')).listen(80)),
    );
    b.spawn(
      'client',
      nodeProgram(() => void http.get({ host: 'A' }, (response) => response.resume())),
    );
    await world.run({ for: '1min' });
    return world.trace.hash();
  };
  expect(await run()).toBe(await run());
});
