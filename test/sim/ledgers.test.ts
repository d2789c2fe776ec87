/**
 * Two ledgers of the same run, which share no code: the live one, read off the sockets and connections, and the one that
 * is folded from the trace's calls and frames. They must agree before every event, in every world.
 */
import { expect, test } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { simulate } from '../../src/index.ts';
import type { World } from '../../src/sim/world.ts';
import type { ChannelLedger } from '../../src/system/scenario.ts';
import type { SocketOptions, System } from '../../src/system/system.ts';
import { LedgerFold } from '../../src/trace/ledger.ts';

const PORT = 7000;

/** Small enough that every limit is met often. */
const SMALL: SocketOptions = { SO_SNDBUF: 32, SO_RCVBUF: 32, TCP_MAXSEG: 8, TCP_NODELAY: true };

/**
 * Runs the world, holding the ledgers against each other before each event; answers how often.
 *
 * They differ in one thing by nature: a segment that the host itself could not put onto a cable (its link was down, or
 * nobody answered ARP) counts as sent for TCP, and no frame tells of it.
 */
async function compare(world: World, lasting?: string): Promise<number> {
  const fold = new LedgerFold();
  const { events } = world.trace;
  let taken = 0;
  let compared = 0;
  const keptBack = new Set<string>();
  const hold = () => {
    for (; taken < events.length; taken++) {
      const event = events[taken];
      if (event === undefined) continue;
      fold.apply(event);
      const isOwn =
        event.kind === 'packet.dropped' || (event.kind === 'frame.dropped' && event.reason === 'interface-down');
      if (isOwn) keptBack.add(event.host);
    }
    compared += 1;
    const live = world.ledger().map((ledger, i) => withFrames(ledger, fold.channels()[i], keptBack));
    expect(fold.channels(), `before event ${taken + 1}, at ${world.now} ms`).toEqual(live);
    return false;
  };
  await world.run(lasting === undefined ? { until: hold } : { until: hold, for: lasting });
  hold();
  return compared;
}

/** The live ledger with `sent` as the frames have it, where a host has kept segments back. */
function withFrames(
  live: ChannelLedger,
  folded: ChannelLedger | undefined,
  keptBack: ReadonlySet<string>,
): ChannelLedger {
  const sent = folded?.sent ?? 0;
  const behind = (live.sent ?? 0) - sent;
  if (behind <= 0 || !keptBack.has(live.channel.split(':')[0] ?? '')) return live;
  const { unsent = 0, inFlight = 0, unacknowledged = 0 } = live;
  return {
    ...live,
    sent,
    unsent: unsent + behind,
    inFlight: inFlight - behind,
    unacknowledged: unacknowledged - behind,
  };
}

/** Two hosts behind a router. */
function routed(seed: number, cable: Parameters<World['cable']>[2] = {}) {
  const world = simulate({ seed });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const r = world.router('R');
  world.cable(a, r, { delay: '1ms' });
  return { world, a, b, cut: world.cable(r, b, { delay: '2ms', ...cable }) };
}

/** Reads all, in pieces of some size, slowly if it is told to; answers the count. */
async function readAll(os: System, options: SocketOptions, piece: number, pause = '0s'): Promise<number> {
  const listener = await os.listen(PORT, { options });
  const socket = await listener.accept();
  const buffer = new Uint8Array(piece);
  let total = 0;
  try {
    for (;;) {
      const count = await socket.recv(buffer);
      if (count === 0) break;
      total += count;
      await os.sleep(pause);
    }
  } catch {
    // A reset: what came before it counts.
  }
  return total;
}

async function write(os: System, options: SocketOptions, bytes: number): Promise<void> {
  const socket = await os.connect('A', PORT, { options });
  await socket.send(new Uint8Array(bytes));
  await socket.close();
}

test('a small transfer between small buffers, read slowly', async () => {
  const world = simulate({ seed: 1, accounting: 'payload' });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b, { delay: '5ms' });
  a.spawn('reader', (os) => readAll(os, SMALL, 12, '40ms'));
  b.spawn('writer', (os) => write(os, SMALL, 400));
  expect(await compare(world)).toBeGreaterThan(100);
  expect(world.ledger()[0]).toMatchObject({
    channel: expect.stringMatching(/^B:\d+>A:7000$/),
    requested: 400,
    read: 400,
  });
});

test.each([1, 2, 3])('a lossy, reordering, duplicating, damaging cable, seed %i', async (seed) => {
  const { world, a, b } = routed(seed, { loss: 0.05, reorder: 0.05, duplicate: 0.05, corrupt: 0.02 });
  a.spawn('reader', (os) => readAll(os, {}, 5000, '1ms'));
  b.spawn('writer', (os) => write(os, {}, 300_000));
  expect(await compare(world)).toBeGreaterThan(500);
});

test('both directions at once', async () => {
  const { world, a, b } = routed(4, { loss: 0.02, rate: '10Mbit/s' });
  const talk = async (socket: Awaited<ReturnType<System['connect']>>) => {
    const sending = socket.send(new Uint8Array(50_000)).then(() => socket.shutdown('write'));
    const buffer = new Uint8Array(3000);
    while ((await socket.recv(buffer)) > 0);
    await sending;
    await socket.close();
  };
  a.spawn('one', async (os) => talk(await (await os.listen(PORT)).accept()));
  b.spawn('other', async (os) => talk(await os.connect('A', PORT)));
  await compare(world);
  expect(world.ledger().map(({ read }) => read)).toEqual([50_000, 50_000]);
});

test('a cable that is cut for a while, and for ever, under a transfer', async () => {
  const { world, a, b, cut } = routed(5, { rate: '1Mbit/s' });
  a.spawn('reader', (os) => readAll(os, {}, 4000));
  b.spawn('writer', (os) => write(os, {}, 200_000), { onError: 'record' });
  world.at('300ms', () => cut.cut());
  world.at('5s', () => cut.mend());
  world.at('6s', () => cut.cut({ direction: 'a-to-b' }));
  await compare(world, '30min');
});

test('killed programs: with bytes unread, unsent, and still to be asked for', async () => {
  const { world, a, b } = routed(6, { rate: '1Mbit/s' });
  const reader = a.spawn('reader', (os) => readAll(os, {}, 1000, '20ms'), { onError: 'record' });
  const writer = b.spawn('writer', (os) => write(os, {}, 500_000), { onError: 'record' });
  world.at('400ms', () => writer.kill());
  world.at('1500ms', () => reader.kill());
  await compare(world, '10min');
  expect(world.ledger()[0]?.discarded.map(({ where }) => where)).toContain('application-buffer');
});

test('a stopped reader, and hosts that lose their power and come back', async () => {
  const { world, a, b } = routed(7);
  const reader = a.spawn('reader', (os) => readAll(os, {}, 1000, '1ms'), { onError: 'record' });
  b.spawn('writer', (os) => write(os, {}, 3_000_000), { onError: 'record' });
  world.at('100ms', () => reader.stop());
  world.at('3s', () => reader.cont());
  world.at('4s', () => a.powerOff());
  world.at('8s', () => a.powerOn());
  await compare(world, '1h');
  expect(world.ledger()[0]?.discarded.map(({ where }) => where)).toContain('receive-buffer');
});

test.each(['its host loses its power', 'it is killed'])(
  'a stopped program, whose connection has failed, loses what its call still holds when %s',
  async (what) => {
    const { world, a, b, cut } = routed(9);
    a.spawn('reader', (os) => readAll(os, {}, 1000));
    const options = { SO_SNDBUF: 4096, TCP_USER_TIMEOUT: '1s' };
    const writer = b.spawn('writer', (os) => write(os, options, 1_000_000));
    world.at('10ms', () => cut.cut());
    world.at('20ms', () => writer.stop());
    world.at('10s', () => (what === 'it is killed' ? writer.kill() : b.powerOff()));
    await compare(world, '1min');
    expect(world.ledger()[0]?.discarded.map(({ where }) => where)).toContain('application-buffer');
  },
);

test('many connections, accepted late or never', async () => {
  const { world, a, b } = routed(8);
  a.spawn('server', async (os) => {
    const listener = await os.listen(PORT, { backlog: 2 });
    await os.sleep('2s');
    const buffer = new Uint8Array(100);
    for (let i = 0; i < 2; i++) await (await listener.accept()).recv(buffer);
    await listener.close();
  });
  for (let i = 0; i < 6; i++) {
    b.spawn(
      `client-${i}`,
      async (os) => {
        const socket = await os.connect('A', PORT);
        await socket.send(`hello from ${i}`);
        await socket.recv(new Uint8Array(1));
      },
      { onError: 'record' },
    );
  }
  await compare(world, '5min');
});

/** A world whose network, programs and misfortunes are all drawn from its seed. */
function drawn(seed: number): World {
  const rng = new Rng(seed).fork('world');
  const oneOf = <T>(...choices: readonly T[]): T => choices[rng.below(choices.length)] as T;
  const profile = oneOf('linux', 'linux', 'windows', 'rfc');
  const world = simulate({ seed, profile, accounting: oneOf('linux', 'payload') });
  const a = world.host('A', { address: '10.0.0.1' });
  const isLan = oneOf(true, false);
  const b = world.host('B', { address: isLan ? '10.0.0.2' : '10.0.1.2' });
  const chance = () => oneOf(0, 0, 0.03, 0.2);
  const options = {
    delay: oneOf('0s', '1ms', '30ms'),
    loss: chance(),
    reorder: chance(),
    duplicate: chance(),
    corrupt: chance(),
    checksums: oneOf('computed', 'offloaded'),
    ...oneOf({}, { rate: '2Mbit/s', queue: 5 }),
  } as const;
  const between = isLan ? a : world.router('R');
  if (between !== a) world.cable(a, between);
  const cable = world.cable(between, b, options);
  const socketOptions = oneOf<SocketOptions>({}, SMALL, { SO_SNDBUF: 5000, SO_RCVBUF: 3000 }, { TCP_MAXSEG: 100 });
  const bytes = rng.below(oneOf(50, 5000, 100_000));
  const serve = (os: System) => readAll(os, socketOptions, 1 + rng.below(3000), oneOf('0s', '1ms', '50ms'));
  const server = a.spawn('server', serve, { onError: 'record' });
  const client = b.spawn('client', (os) => write(os, socketOptions, bytes), { onError: 'record' });
  const acts = [
    () => cable.cut({ direction: oneOf('a-to-b', 'b-to-a') }),
    () => cable.cut({ carrier: oneOf('kept', 'lost') }),
    () => cable.mend(),
    () => cable.mend(),
    () => server.kill(),
    () => client.kill(),
    () => server.stop(),
    () => server.cont(),
    () => a.powerOff(),
    () => a.powerOn(),
    () => b.powerOff(),
  ];
  for (let count = rng.below(5); count > 0; count--) world.at(`${rng.below(20_000)}ms`, oneOf(...acts));
  return world;
}

test.each(Array.from({ length: 20 }, (_, i) => i + 1))('a world drawn from seed %i', async (seed) => {
  await compare(drawn(seed), '1h');
});

test('bytes that close() threw away in TIME-WAIT are lost once, also when the power goes then', async () => {
  const { world, a, b } = routed(1);
  a.spawn('server', async (os) => {
    const listener = await os.listen(PORT);
    const socket = await listener.accept();
    await socket.recv(new Uint8Array(1));
    await socket.send('unread');
    await socket.close();
  });
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    await socket.shutdown('write');
    await os.sleep('1s');
    await socket.close();
  });
  world.at('2s', () => b.powerOff());
  await compare(world, '3s');
  expect(world.ledger().map(({ discarded }) => discarded)).toEqual([[], [{ where: 'receive-buffer', bytes: 6 }]]);
});

test('a SYN that was sent twice, one of them so slow that the connection is over, takes no byte out of the ledger', async () => {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(a, router);
  const cable = world.cable(router, b);
  a.spawn('server', async (os) => {
    const listener = await os.listen(PORT);
    const socket = await listener.accept();
    while ((await socket.recv(new Uint8Array(100))) > 0);
    await socket.close();
    await listener.accept();
  });
  b.spawn('client', (os) => write(os, {}, 10), { start: '500ms' });
  world.at('499ms', () => cable.set({ delay: '5s', reorder: 1 }));
  world.at('600ms', () => cable.set({ delay: '1ms', reorder: 0 }));
  await compare(world, '20s');
  expect(world.ledger()).toMatchObject([
    { channel: expect.stringMatching(/^B:\d+>A:7000$/), acknowledged: 10, received: 10, read: 10 },
    { received: 0 },
  ]);
});
