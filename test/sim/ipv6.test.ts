import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type HostOptions, simulate } from '../../src/index.ts';
import type { System } from '../../src/system/system.ts';
import { Trace } from '../../src/trace/query.ts';
import { needs } from '../support/needs.ts';

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

/** What a program on A brings that has a LAN with B, or the errno that it ends with. */
async function onLan(
  program: (os: System) => Promise<unknown>,
  b: HostOptions,
  serve?: (os: System) => Promise<unknown>,
) {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: 'fd00::1' });
  const other = world.host('B', b);
  world.cable(a, other);
  if (serve !== undefined) other.spawn('server', serve, { onError: 'record' });
  const asked = a.spawn('client', (os) => program(os).catch((error) => error.code ?? String(error)), { start: '1ms' });
  await world.run({ for: '60s' });
  return { world, value: Reflect.get((await asked.exited) ?? {}, 'value') };
}

test('an address that nobody has: asked for three times, then EHOSTUNREACH after 3 s', async () => {
  const { world, value } = await onLan(
    async (os) => {
      const begun = os.now();
      const code = await os.connect('fd00::99', 80).catch((error) => error.code);
      return [code, os.now() - begun];
    },
    { address: 'fd00::2' },
  );
  expect(value).toEqual(['EHOSTUNREACH', 3000]);
  const asked = world.trace.find({ kind: 'ndp.sent', host: 'A' });
  expect(asked.map(({ operation, target, attempt }) => [operation, target, attempt])).toEqual([
    ['request', 'fd00::99', 1],
    ['request', 'fd00::99', 2],
    ['request', 'fd00::99', 3],
  ]);
  expect(world.trace.find({ kind: 'ndp.failed' })).toMatchObject([{ host: 'A', address: 'fd00::99', dropped: 3 }]);
});

test.each([
  ['another network without a router', (os: System) => os.connect('fd12::1', 80), 'ENETUNREACH'],
  ['IPv4 from a host that has none', (os: System) => os.connect('10.0.0.2', 80), 'ENETUNREACH'],
  ['a group', (os: System) => os.connect('ff02::1', 80), 'ENETUNREACH'],
  ['a closed port', (os: System) => os.connect('fd00::2', 80), 'ECONNREFUSED'],
  ['an address that is not ours', (os: System) => os.listen(80, { address: 'fd00::2' }), 'EADDRNOTAVAIL'],
  [
    'from an address that is not ours',
    (os: System) => os.connect('B', 80, { from: { address: 'fd00::3' } }),
    'EADDRNOTAVAIL',
  ],
] as const)('errno as on Linux: %s', async (_what, program, code) => {
  expect((await onLan(program, { address: 'fd00::2' })).value).toBe(code);
});

test('a host without IPv6: no ::1, no ::, and nobody to be reached over it', async () => {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: '10.0.0.1' });
  const codes = a.spawn('program', async (os) => {
    const code = (call: Promise<unknown>) => call.then(() => 'done').catch((error) => error.code);
    return [
      await code(os.connect('::1', 80)),
      await code(os.connect('fd00::1', 80)),
      await code(os.listen(80, { address: '::' })),
      await code(os.listen(80, { address: '::1' })),
    ];
  });
  await world.run();
  expect(await codes.exited).toMatchObject({
    value: ['EADDRNOTAVAIL', 'ENETUNREACH', 'EAFNOSUPPORT', 'EADDRNOTAVAIL'],
  });
});

/** Connects to B's port 80 by each of these addresses in turn; brings how B is called there, and B what it calls A. */
async function meet(options: HostOptions['sysctl'], v6only: boolean | undefined, addresses: readonly string[]) {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: ['10.0.0.1', 'fd00::1'] });
  const b = world.host('B', { address: ['10.0.0.2', 'fd00::2'], ...(options && { sysctl: options }) });
  world.cable(a, b);
  const called: string[] = [];
  b.spawn('server', async (os) => {
    const listener = await os.listen(80, v6only === undefined ? {} : { options: { IPV6_V6ONLY: v6only } });
    for (;;) {
      const socket = await listener.accept();
      called.push(`${socket.local?.address} ${socket.remote?.address}`);
      await socket.close();
    }
  });
  const client = a.spawn('client', async (os) => {
    const reached: string[] = [];
    for (const address of addresses) {
      const socket = await os.connect(address, 80).catch((error) => error.code as string);
      reached.push(typeof socket === 'string' ? socket : (socket.remote?.address ?? ''));
    }
    return reached;
  });
  await world.run();
  return { called, reached: Reflect.get((await client.exited) ?? {}, 'value') };
}

test('a socket that listens on :: takes IPv4 too, as mapped addresses', async () => {
  expect(await meet(undefined, undefined, ['fd00::2', '10.0.0.2', '::ffff:10.0.0.2', 'B'])).toEqual({
    reached: ['fd00::2', '10.0.0.2', '::ffff:10.0.0.2', 'fd00::2'],
    called: [
      'fd00::2 fd00::1',
      '::ffff:10.0.0.2 ::ffff:10.0.0.1',
      '::ffff:10.0.0.2 ::ffff:10.0.0.1',
      'fd00::2 fd00::1',
    ],
  });
});

test('IPV6_V6ONLY, of the socket or of the system, leaves IPv4 alone', async () => {
  const alone = { reached: ['fd00::2', 'ECONNREFUSED'], called: ['fd00::2 fd00::1'] };
  expect(await meet(undefined, true, ['fd00::2', '10.0.0.2'])).toEqual(alone);
  expect(await meet({ 'net.ipv6.bindv6only': 1 }, undefined, ['fd00::2', '10.0.0.2'])).toEqual(alone);
  expect((await meet({ 'net.ipv6.bindv6only': 1 }, false, ['10.0.0.2'])).reached).toEqual(['10.0.0.2']);
});

/** A and B, and between their routers a link that takes packets of 1280 bytes. */
function narrow() {
  const world = simulate({ seed: 1, trace: 'frames' });
  const a = world.host('A', { address: 'fd00:0:0:1::1' });
  const b = world.host('B', { address: 'fd00:0:0:2::1' });
  const [r, s] = [world.router('R'), world.router('S')];
  world.cable(a, r, { delay: '1ms' });
  world.cable(r, s, { delay: '1ms', mtu: 1280 });
  world.cable(s, b, { delay: '1ms' });
  return { world, a, b };
}

test('RFC 8201: a router that cannot pass a packet says how long one may be, and TCP goes on with that', async () => {
  const { world, a, b } = narrow();
  const size = 100_000;
  const served = b.spawn('server', async (os) => {
    const socket = await (await os.listen(80)).accept();
    const buffer = new Uint8Array(size);
    return socket.recv(buffer, { waitAll: true });
  });
  a.spawn('client', async (os) => {
    const socket = await os.connect('B', 80);
    await socket.send(new Uint8Array(size));
    await socket.close();
  });
  await world.run();
  expect(await served.exited).toMatchObject({ value: size });
  // RFC 9293, MUST-67: the MSS is the link's MTU less 60.
  expect(new Set(world.trace.toText().match(/mss \d+/g))).toEqual(new Set(['mss 1440']));
  expect(world.trace.find({ kind: 'path.mtu' })).toMatchObject([{ host: 'A', to: 'fd00:0:0:2::1', mtu: 1280 }]);
  const longest = world.trace.find({ kind: 'frame.sent', host: 'R' }).map(({ length }) => length);
  expect(Math.max(...longest)).toBe(1280 + 14);
});

test('a datagram that is too long for a link on the way is lost, and the next goes in fragments', async () => {
  const { world, a, b } = narrow();
  const served = b.spawn('server', async (os) => {
    const socket = await os.socket('datagram');
    await socket.bind(53);
    const buffer = new Uint8Array(2000);
    const { count, from } = await socket.recvFrom(buffer);
    return [count, from.address, buffer[1399]];
  });
  a.spawn('client', async (os) => {
    const socket = await os.socket('datagram');
    for (let i = 0; i < 2; i++) {
      await socket.sendTo(new Uint8Array(1400).fill(7), 'B', 53);
      await os.sleep('10ms');
    }
  });
  await world.run();
  expect(await served.exited).toMatchObject({ value: [1400, 'fd00:0:0:1::1', 7] });
  expect(world.trace.find({ kind: 'icmp.received', host: 'A' })).toMatchObject([{ from: 'fd00:0:0:1::fffe', type: 2 }]);
  expect(world.trace.find({ kind: 'path.mtu' })).toMatchObject([{ host: 'A', to: 'fd00:0:0:2::1', mtu: 1280 }]);
  expect(world.trace.find({ kind: 'ip.fragmented' })).toMatchObject([{ host: 'A', bytes: 1448, fragments: 2 }]);
  expect(world.trace.find({ kind: 'ip.reassembled' })).toMatchObject([{ host: 'B', bytes: 1448 }]);
});

test('a datagram to a closed port comes back as an error to a socket that is connected', async () => {
  const { value } = await onLan(
    async (os) => {
      const socket = await os.socket('datagram');
      await socket.connect('B', 53);
      await socket.send('anybody?');
      return socket.recv(new Uint8Array(10));
    },
    { address: 'fd00::2' },
  );
  expect(value).toBe('ECONNREFUSED');
});

test('a packet whose hops are spent ends at the router, which says so', async () => {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: 'fd00:0:0:1::1', sysctl: { 'net.ipv4.ip_default_ttl': 1 } });
  const b = world.host('B', { address: 'fd00:0:0:2::1' });
  const router = world.router('R');
  world.cable(a, router);
  world.cable(router, b);
  const client = a.spawn('client', (os) => os.connect('B', 80).catch((error) => error.code));
  await world.run();
  expect(await client.exited).toMatchObject({ value: 'EHOSTUNREACH' });
  expect(world.trace.find({ kind: 'icmp.received', host: 'A' })).toMatchObject([{ type: 3, code: 0 }]);
});

test('::1 and the own address need no cable', async () => {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: 'fd00::1' });
  a.spawn('server', async (os) => {
    const listener = await os.listen(80);
    for (;;) await (await listener.accept()).close();
  });
  const client = a.spawn('client', async (os) => {
    const found: (string | undefined)[] = [];
    for (const host of ['::1', 'localhost', 'A', '::']) found.push((await os.connect(host, 80)).local?.address);
    return found;
  });
  await world.run();
  expect(await client.exited).toMatchObject({ value: ['::1', '::1', 'fd00::1', '::1'] });
  expect(world.trace.find({ kind: 'ip.looped' }).length).toBeGreaterThan(4);
});

test('ledger, where and breaks know the bytes and ends of an IPv6 channel', async () => {
  const world = simulate({ seed: 1, trace: 'frames' });
  const a = world.host('A', { address: 'fd00::1' });
  const b = world.host('B', { address: 'fd00::2' });
  const cable = world.cable(a, b, { delay: '1ms' });
  b.spawn('server', async (os) => {
    await (await os.listen(80)).accept();
    await os.sleep('1h');
  });
  a.spawn('client', async (os) => {
    const socket = await os.connect('B', 80);
    await socket.send('hello');
    await os.sleep('1s');
    cable.cut();
    await socket.send('lost');
    await socket.recv(new Uint8Array(1)).catch(() => undefined);
  });
  await world.run({ for: '30min' });
  const [ledger] = world.ledger();
  expect(ledger?.channel).toMatch(/^A:\d+>B:80$/);
  expect(ledger).toMatchObject({ written: 9, received: 5, unread: 5 });
  expect(world.where(ledger?.channel ?? '', 0).map(({ place, at }) => [place, at])).toContainEqual([
    'receive-buffer',
    'B',
  ]);
  expect(Trace.read(world.trace.toJsonl()).toText()).toBe(world.trace.toText());
  expect(world.breaks()).toMatchObject([{ kind: 'cut', noticed: [{ process: 'client', result: 'EHOSTUNREACH' }] }]);
});

needs({ programs: ['tshark'] }).test('tshark finds every frame whole, and every checksum right', async () => {
  const { world, a, b } = narrow();
  b.spawn('server', server(80));
  a.spawn('client', client('B', 80), { start: '1ms' });
  a.spawn('datagrams', async (os) => {
    const socket = await os.socket('datagram');
    for (let i = 0; i < 2; i++) {
      await socket.sendTo(new Uint8Array(1400), 'B', 53);
      await os.sleep('10ms');
    }
  });
  await world.run();
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
  try {
    const file = join(folder, 'ipv6.pcap');
    writeFileSync(file, world.trace.toPcap());
    const read = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('tshark', ['-n', '-r', file, ...args], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      return stdout
        .trim()
        .split('\n')
        .filter((line) => line !== '');
    };
    const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
    const bad =
      '_ws.malformed || _ws.short || tcp.checksum.status == 0 || udp.checksum.status == 0 || icmpv6.checksum.status == 0';
    expect(read(...checks, '-Y', bad)).toEqual([]);
    expect(read('-Y', 'tcp && ipv6').length).toBeGreaterThan(10);
    expect(read('-Y', 'icmpv6.type == 2').length).toBe(1);
    expect(read('-Y', 'ipv6.fraghdr').length).toBe(6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('checksums that were left out are made right for a capture, of datagrams too', async () => {
  const world = simulate({ seed: 1, trace: 'frames' });
  const a = world.host('A', { address: ['10.0.0.1', 'fd00::1'] });
  const b = world.host('B', { address: ['10.0.0.2', 'fd00::2'] });
  world.cable(a, b, { checksums: 'offloaded' });
  const served = b.spawn('server', async (os) => {
    const socket = await os.socket('datagram');
    await socket.bind(53);
    const buffer = new Uint8Array(100);
    const texts: string[] = [];
    for (let i = 0; i < 2; i++) texts.push(new TextDecoder().decode(buffer.subarray(0, await socket.recv(buffer))));
    return texts;
  });
  a.spawn('client', async (os) => {
    const socket = await os.socket('datagram');
    for (const host of ['10.0.0.2', 'fd00::2']) await socket.sendTo('a datagram as it was written', host, 53);
  });
  await world.run();
  const text = 'a datagram as it was written';
  expect(await served.exited).toMatchObject({ value: [text, text] });
});
