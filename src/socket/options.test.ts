import { describe, expect, test } from 'vitest';
import { Duo, outcome, pair } from '../../test/support/duo.ts';
import type { Json } from '../base/json.ts';
import type { Socket, SocketOptionName, SocketOptions, System } from '../system/system.ts';

const idle = (os: System) => os.sleep('1h');

/** What a program on B brings, with no connection. */
async function alone<T>(world: Duo, program: (os: System) => Promise<T>): Promise<T | undefined> {
  const client = world.spawn('B', program);
  await world.run('1min');
  if (world.failures.length > 0) throw world.failures[0];
  const exit = await client.exited;
  return 'value' in exit ? exit.value : undefined;
}

describe("Linux's accounting", () => {
  test('buffers have their defaults before there is a connection', async () => {
    const world = new Duo({ accounting: 'linux' });
    const read = async (os: System) => {
      const socket = await os.socket();
      return [
        await socket.getOption('SO_SNDBUF'),
        await socket.getOption('SO_RCVBUF'),
        await socket.getOption('TCP_MAXSEG'),
      ];
    };
    expect(await alone(world, read)).toEqual([16_384, 131_072, 536]);
  });

  test.each([
    ['SO_SNDBUF', 10_000, 20_000],
    ['SO_SNDBUF', '64KiB', 131_072],
    ['SO_SNDBUF', 0, 4608],
    ['SO_SNDBUF', 1e9, 425_984],
    ['SO_RCVBUF', 10_000, 20_000],
    ['SO_RCVBUF', 1, 2304],
    ['SO_RCVBUF', 1e9, 425_984],
  ] as const)('%s %s reads %d: doubled, bounded below, capped', async (name, value, expected) => {
    const sysctl = { 'net.core.wmem_max': 212_992, 'net.core.rmem_max': 212_992 };
    const world = new Duo({ accounting: 'linux', sysctl });
    const set = async (os: System) => (await os.socket('stream', { [name]: value })).getOption(name);
    expect(await alone(world, set)).toBe(expected);
  });

  test.each([
    ['TCP_CORK', true, true],
    ['TCP_NOTSENT_LOWAT', '16KiB', 16_384],
    ['TCP_SYNCNT', 3, 3],
    ['TCP_LINGER2', 5000, 5000],
    ['TCP_LINGER2', -7, -1],
    ['TCP_LINGER2', '1h', 120_000],
    ['TCP_DEFER_ACCEPT', 5000, 7000],
    ['SO_RCVLOWAT', 0, 1],
    ['IP_TOS', 0x13, 0x10],
  ] as const)('%s %s reads %s, as Linux rounds and bounds it', async (name, value, expected) => {
    const world = new Duo({ accounting: 'linux' });
    const set = async (os: System) => (await os.socket('stream', { [name]: value })).getOption(name);
    expect(await alone(world, set)).toBe(expected);
  });

  test('TCP_MAXSEG below 88 is refused', async () => {
    const world = new Duo({ accounting: 'linux' });
    const error = await alone(world, async (os) => os.socket('stream', { TCP_MAXSEG: 40 }).then(() => '', String));
    expect(error).toBe('RangeError: TCP_MAXSEG: 40 is out of range; allowed is 88 to 32767 bytes, or 0 for none');
  });
});

describe('payload accounting', () => {
  test('is exact down to 32 bytes of buffer and segments of 8', async () => {
    const options = { SO_SNDBUF: 32, SO_RCVBUF: 32, TCP_MAXSEG: 8, TCP_NODELAY: true };
    const world = new Duo();
    const { b } = await pair(
      world,
      idle,
      async (os, socket) => {
        const first = await socket.send(new Uint8Array(100), { dontWait: true });
        await os.sleep('1s');
        const { sendBuffer, receiveBuffer } = socket.status();
        const limits = [
          await socket.getOption('SO_SNDBUF'),
          await socket.getOption('SO_RCVBUF'),
          await socket.getOption('TCP_MAXSEG'),
        ];
        const second = await socket.send(new Uint8Array(100), { dontWait: true });
        return [first, second, sendBuffer.limit, sendBuffer.bytes, receiveBuffer.limit, ...limits];
      },
      { a: options, b: options, for: '10s' },
    );
    expect(b).toEqual([32, 32, 32, 0, 32, 32, 32, 8]);
  });
});

test.each<[SocketOptionName, Json, Json]>([
  ['SO_KEEPALIVE', false, true],
  ['SO_REUSEADDR', false, true],
  ['TCP_NODELAY', false, true],
  ['TCP_QUICKACK', false, true],
  ['TCP_KEEPIDLE', 7_200_000, 10_000],
  ['TCP_KEEPINTVL', 75_000, 5000],
  ['TCP_KEEPCNT', 9, 3],
  ['TCP_USER_TIMEOUT', 0, 30_000],
  ['SO_RCVTIMEO', 0, 1500],
  ['SO_SNDTIMEO', 0, 1500],
  ['SO_LINGER', { onoff: false, linger: 0 }, { onoff: true, linger: 5000 }],
])('%s: its default, and what was set, before and after connect', async (name, byDefault, value) => {
  const set = (socket: Socket) => socket.setOption(name as keyof SocketOptions, value as never);
  const { a, b } = await pair(
    new Duo(),
    async (_os, socket) => socket.getOption(name),
    async (os, socket) => {
      const before = await socket.getOption(name);
      await set(socket);
      const fresh = await os.socket();
      await set(fresh);
      return [before, await socket.getOption(name), await fresh.getOption(name)];
    },
    { a: { [name]: value } },
  );
  // A's is accepted: it has its listener's option.
  expect(a).toEqual(value);
  expect(b).toEqual([byDefault, value, value]);
});

test('options that only tell: SO_TYPE, SO_ACCEPTCONN, SO_ERROR', async () => {
  const told = await alone(new Duo(), async (os) => {
    const names = ['SO_TYPE', 'SO_ACCEPTCONN', 'SO_ERROR'] as const;
    const all = async (socket: { getOption(name: SocketOptionName): Promise<Json> }) =>
      Promise.all(names.map((name) => socket.getOption(name)));
    return [await all(await os.socket()), await all(await os.listen(7000)), await all(await os.socket('datagram'))];
  });
  expect(told).toEqual([
    [1, 0, 0],
    [1, 1, 0],
    [2, 0, 0],
  ]);
});

test('what a listener sets, later connections have', async () => {
  const world = new Duo();
  const server = world.spawn('A', async (os) => {
    const listener = await os.listen(7000);
    await listener.setOption('SO_RCVBUF', 100);
    await os.sleep('1s');
    const socket = await listener.accept();
    return [
      await listener.getOption('SO_RCVBUF'),
      await socket.getOption('SO_RCVBUF'),
      socket.status().receiveBuffer.limit,
    ];
  });
  world.spawn('B', async (os) => {
    await os.sleep('500ms');
    await os.connect('A', 7000);
    await idle(os);
  });
  await world.run('1min');
  expect(await server.exited).toMatchObject({ value: [100, 100, 100] });
});

test.each<[string, SocketOptions, string]>([
  [
    'an unknown name',
    { SO_SNDBUFF: 1 } as SocketOptions,
    "TypeError: options: key 'SO_SNDBUFF' is not known (did you mean 'SO_SNDBUF'?)",
  ],
  ['a wrong type', { SO_KEEPALIVE: 1 as unknown as boolean }, 'TypeError: SO_KEEPALIVE: 1 is not a boolean'],
  ['no duration', { SO_RCVTIMEO: 'soon' }, "TypeError: SO_RCVTIMEO: 'soon' is not a duration"],
  ['0 for keep-alive', { TCP_KEEPIDLE: 0 }, 'RangeError: TCP_KEEPIDLE: 0 is out of range'],
  [
    'too many probes',
    { TCP_KEEPCNT: 128 },
    'RangeError: TCP_KEEPCNT: 128 is out of range; allowed is an integer from 1 to 127',
  ],
  ['a buffer of 0', { SO_SNDBUF: 0 }, 'RangeError: SO_SNDBUF: 0 is out of range; allowed is 1 byte or more'],
  ['segments below 8', { TCP_MAXSEG: 7 }, 'RangeError: TCP_MAXSEG: 7 is out of range; allowed is 8 to 32767 bytes'],
  ['a half linger', { SO_LINGER: { linger: 5 } as never }, 'TypeError: SO_LINGER.onoff: undefined is not a boolean'],
])('%s is named, with its value and what is allowed', async (_what, options, expected) => {
  const error = await alone(new Duo(), async (os) => os.socket('stream', options).then(() => '', String));
  expect(error).toContain(expected);
});

test('a wrong argument is no system call: the trace has none of it', async () => {
  const world = new Duo();
  await alone(world, async (os) => {
    const socket = await os.socket();
    const wrong = [
      socket.setOption('TCP_KEEPCNT', 0),
      socket.getOption('SO_NOTHING' as 'SO_TYPE'),
      socket.bind(70_000),
      socket.connect('A', 0),
      socket.connect(5 as unknown as string, 7000),
      os.connect('', 7000),
      socket.shutdown('all' as 'both'),
      socket.listen({ backlog: -1 }),
      os.listen(7000, { backlock: 5 } as object),
      os.connect('A', 7000, { from: { port: -1 } }),
      os.socket('raw' as 'stream'),
    ];
    for (const call of wrong) await expect(call).rejects.toThrow(/allowed is/);
  });
  expect(world.find('call.entered', 'B').map(({ call }) => call)).toEqual(['socket']);
});

test('setting SO_SNDBUF higher lets a blocked send go on', async () => {
  const { b } = await pair(
    new Duo(),
    idle,
    async (os, socket) => {
      const sending = outcome(socket.send(new Uint8Array(100)));
      await os.sleep('1s');
      await socket.setOption('SO_SNDBUF', 100);
      return [await sending, os.now() < 1100];
    },
    { a: { SO_RCVBUF: 32 }, b: { SO_SNDBUF: 32 }, for: '10s' },
  );
  expect(b).toEqual([100, true]);
});

test('status of a socket without a connection has its limits', async () => {
  const status = await alone(new Duo(), async (os) => {
    const socket = await os.socket('stream', { SO_SNDBUF: 50, SO_RCVBUF: 60 });
    await socket.bind(7000);
    const { state, local, sendBuffer, receiveBuffer } = socket.status();
    return [state, local, sendBuffer.limit, receiveBuffer.limit, sendBuffer.bytes];
  });
  expect(status).toEqual(['CLOSED', '0.0.0.0:7000', 50, 60, 0]);
});
