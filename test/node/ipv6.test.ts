/**
 * IPv6 as Node programs meet it. Each of the first bodies runs twice, on this machine's loopback and on a simulated host
 * with an address of each family, and must bring the same.
 */
import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { type HostOptions, simulate } from '../../src/index.ts';
import { nodeProgram } from '../../src/node/index.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

/** What a body brings on one simulated host. */
async function simulated<T>(body: () => Promise<T>, options: HostOptions = { address: ['10.0.0.1', 'fd00::1'] }) {
  const world = simulate({ seed: 1 });
  let found: T | undefined;
  world.host('A', options).spawn(
    'program',
    nodeProgram(async () => {
      found = await body();
    }),
  );
  await world.run();
  return found;
}

/** Listens, connects, and tells who each end says that it is; without port numbers, which nobody chose. */
async function meeting(listen: net.ListenOptions, host: string): Promise<unknown> {
  const server = net.createServer();
  server.listen(listen);
  await once(server, 'listening');
  const bound = server.address() as net.AddressInfo;
  const client = net.connect({ port: bound.port, host });
  const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [net.Socket],
    unknown,
  ];
  const ends = [client, socket].map((end) => [
    end.localAddress,
    end.localFamily,
    end.remoteAddress,
    end.remoteFamily,
    (end.address() as net.AddressInfo).family,
  ]);
  client.destroy();
  socket.destroy();
  server.close();
  return [bound.address, bound.family, ends];
}

/** The error of a connection that does not come about, or of a server that cannot listen. */
async function failure(emitter: net.Socket | net.Server): Promise<unknown> {
  const [{ code, syscall, address, message }] = await once(emitter, 'error');
  return [code, syscall, address, String(message).replaceAll(/:\d+( |$)/g, ':PORT$1')];
}

async function freePort(host: string): Promise<number> {
  const server = net.createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const BODIES: Readonly<Record<string, () => Promise<unknown>>> = {
  'a server listens on :: by default, and is met over IPv6': () => meeting({ port: 0 }, '::1'),
  'and over IPv4, as by a mapped address': () => meeting({ port: 0 }, '127.0.0.1'),
  'a server on ::1': () => meeting({ port: 0, host: '::1' }, '::1'),
  'a server on 0.0.0.0': () => meeting({ port: 0, host: '0.0.0.0' }, '127.0.0.1'),
  'a connection to a mapped address': () => meeting({ port: 0, host: '127.0.0.1' }, '::ffff:127.0.0.1'),
  'ipv6Only leaves IPv4 to another server': async () => {
    const six = net.createServer().listen({ port: 0, host: '::', ipv6Only: true });
    await once(six, 'listening');
    const { port } = six.address() as net.AddressInfo;
    const four = net.createServer().listen(port, '0.0.0.0');
    await once(four, 'listening');
    const both = [six.address(), four.address()].map((bound) => (bound as net.AddressInfo).address);
    six.close();
    four.close();
    return both;
  },
  'without it the port is taken in both families': async () => {
    const six = net.createServer().listen({ port: 0, host: '::' });
    await once(six, 'listening');
    const { port } = six.address() as net.AddressInfo;
    const told = await failure(net.createServer().listen(port, '0.0.0.0'));
    six.close();
    return told;
  },
  'nobody listens on ::1': async () => failure(net.connect(await freePort('::1'), '::1')),
  'an address that is not ours cannot be bound': () => failure(net.createServer().listen(0, 'fd12::1')),
  'dns.lookup answers an address by itself': async () => {
    const found = await dns.promises.lookup('::1', { all: true });
    return [found, await dns.promises.lookup('::1')];
  },
  'http over ::1': async () => {
    const server = http.createServer((request, response) => response.end(request.headers.host?.replace(/\d+$/, '')));
    server.listen(0, '::1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const [response] = (await once(http.get(`http://[::1]:${port}/`), 'response')) as [http.IncomingMessage];
    let text = '';
    for await (const piece of response) text += String(piece);
    server.close();
    server.closeAllConnections();
    return text;
  },
};

describe.each(Object.entries(BODIES))('%s', (_name, body) => {
  test.runIf(hasIpv6)('the same on a real loopback and on a simulated one', async () => {
    const real = await body();
    expect(await simulated(body)).toEqual(real);
  });
});

/** Two hosts with an address of each family, a router between them. */
function dual(aliases: readonly string[] = []) {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: ['10.0.0.1', 'fd00:0:0:1::1'] });
  const b = world.host('B', { address: ['10.0.1.2', 'fd00:0:0:2::2'], aliases });
  const router = world.router('R');
  world.cable(a, router);
  world.cable(b, router);
  return { world, a, b, router };
}

/** What a client on A finds out, with a server on B that listens at `host`. */
async function asked<T>(body: () => Promise<T>, { host, aliases }: { host?: string; aliases?: string[] } = {}) {
  const { world, a, b } = dual(aliases);
  let found: T | undefined;
  b.spawn(
    'server',
    nodeProgram(() => void net.createServer((socket) => socket.end(String(socket.remoteAddress))).listen(7000, host)),
  );
  a.spawn(
    'client',
    nodeProgram(async () => {
      found = await body();
    }),
  );
  await world.run();
  return found;
}

/** Whom the client is to the server, and the server to it. */
async function reached(host: string): Promise<unknown> {
  const begun = Date.now();
  const socket = net.connect(7000, host);
  await once(socket, 'connect');
  const after = Date.now() - begun;
  const { remoteAddress } = socket;
  const [text] = await once(socket.setEncoding('utf8'), 'data');
  return [remoteAddress, text, after];
}

test('a host of both families is reached over IPv6 first, over IPv4 by that address', async () => {
  expect(await asked(() => reached('B'))).toEqual(['fd00:0:0:2::2', 'fd00:0:0:1::1', 0]);
  expect(await asked(() => reached('10.0.1.2'))).toEqual(['10.0.1.2', '::ffff:10.0.0.1', 0]);
});

test('happy eyeballs: where IPv6 is refused, IPv4 is tried at once', async () => {
  expect(await asked(() => reached('B'), { host: '0.0.0.0' })).toEqual(['10.0.1.2', '10.0.0.1', 0]);
});

test('happy eyeballs: where IPv6 leads nowhere, IPv4 is tried after the time that Node gives it', async () => {
  const { world, a, b } = dual();
  a.route('fd00:0:0:2::/64', 'fd00:0:0:1::dead');
  let found: unknown;
  b.spawn(
    'server',
    nodeProgram(() => void net.createServer((socket) => socket.end('over IPv4')).listen(7000)),
  );
  a.spawn(
    'client',
    nodeProgram(async () => {
      found = await reached('B');
    }),
  );
  await world.run();
  expect(found).toEqual(['10.0.1.2', 'over IPv4', net.getDefaultAutoSelectFamilyAttemptTimeout()]);
});

test('dns.lookup: family, all, order', async () => {
  const [four, six] = [
    { address: '10.0.1.2', family: 4 },
    { address: 'fd00:0:0:2::2', family: 6 },
  ];
  const found = await asked(async () => [
    await dns.promises.lookup('B'),
    await dns.promises.lookup('B', { all: true }),
    await dns.promises.lookup('B', { all: true, order: 'verbatim' }),
    await dns.promises.lookup('B', { all: true, order: 'ipv4first' }),
    await dns.promises.lookup('B', { all: true, verbatim: false }),
    await dns.promises.lookup('B', 4),
    await new Promise((resolve) => {
      dns.lookup('B', { family: 'IPv6' }, (_error, address, family) => resolve({ address, family }));
    }),
    await dns.promises.lookup('localhost', { all: true }),
  ]);
  expect(found).toEqual([
    six,
    [six, four],
    [six, four],
    [four, six],
    [four, six],
    four,
    six,
    [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ],
  ]);
});

test('aliases are names as good as the own one', async () => {
  const aliases = ['postgres', 'db.example.test'];
  expect(await asked(() => reached('postgres'), { aliases })).toEqual(['fd00:0:0:2::2', 'fd00:0:0:1::1', 0]);
  expect(await asked(() => dns.promises.lookup('DB.example.test', 4), { aliases })).toEqual({
    address: '10.0.1.2',
    family: 4,
  });
});

test('a host without IPv6 listens on 0.0.0.0, has no ::1, and reaches nobody over IPv6', async () => {
  const four: HostOptions = { address: '10.0.0.1' };
  expect(await simulated(() => meeting({ port: 0 }, '127.0.0.1'), four)).toMatchObject(['0.0.0.0', 'IPv4', {}]);
  expect(await simulated(() => dns.promises.lookup('localhost', { all: true }), four)).toEqual([
    { address: '127.0.0.1', family: 4 },
  ]);
  expect(await simulated(() => failure(net.connect(80, '::1')), four)).toEqual([
    'EADDRNOTAVAIL',
    'connect',
    '::1',
    'connect EADDRNOTAVAIL ::1:PORT - Local (:::0)',
  ]);
  expect(await simulated(() => failure(net.connect(80, 'fd00::2')), four)).toEqual([
    'ENETUNREACH',
    'connect',
    'fd00::2',
    'connect ENETUNREACH fd00::2:PORT - Local (:::0)',
  ]);
  const lookup = () => dns.promises.lookup('A', 6).catch(({ code }) => code);
  expect(await simulated(lookup, four)).toBe('ENOTFOUND');
  const mapped = () => dns.promises.lookup('A', { family: 6, hints: dns.V4MAPPED });
  expect(await simulated(mapped, four)).toEqual({ address: '::ffff:10.0.0.1', family: 6 });
});

test('a host without IPv4 is reached by its name over IPv6 alone', async () => {
  const six: HostOptions = { address: 'fd00::1' };
  expect(await simulated(() => dns.promises.lookup('A', { all: true }), six)).toEqual([
    { address: 'fd00::1', family: 6 },
  ]);
  expect(await simulated(() => meeting({ port: 0, host: '::' }, 'fd00::1'), six)).toMatchObject(['::', 'IPv6', {}]);
});
