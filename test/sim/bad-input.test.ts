/**
 * Wrong arguments in the public API: a TypeError or RangeError that names the argument, its value, and what is allowed.
 * (Options of worlds, hosts and cables are also in run.test.ts.)
 */
import { expect, test } from 'vitest';
import type { DatagramSocket, Listener, Socket, System } from '../../src/index.ts';
import { simulate } from '../../src/index.ts';
import { onOneCable } from './worlds.ts';

type Kind = typeof TypeError | typeof RangeError;
type Wrong = readonly [
  what: string,
  kind: Kind,
  texts: readonly string[],
  act: (value: never) => unknown,
  value: unknown,
];

/** Hands the value over as whatever the parameter's type is: JavaScript has no types. */
function expectRefusal(error: unknown, kind: Kind, texts: readonly string[]): void {
  expect(error).toBeInstanceOf(kind);
  const { message } = error as Error;
  for (const text of texts) expect(message).toContain(text);
  expect(message).toContain('allowed');
}

const { world, a, b, cable } = onOneCable();
const router = world.router('R');

const WORLD: readonly Wrong[] = [
  ['seed, negative', RangeError, ['options.seed', '-1'], (seed) => simulate({ seed }), -1],
  ['seed, a text', TypeError, ['options.seed', "'7'"], (seed) => simulate({ seed }), '7'],
  ['profile', TypeError, ['options.profile', "'bsd'", "'linux'"], (profile) => simulate({ profile }), 'bsd'],
  ['accounting', TypeError, ['options.accounting', "'exact'"], (accounting) => simulate({ accounting }), 'exact'],
  ['an unknown option', TypeError, ['sed', "'seed'"], (options) => simulate(options), { sed: 1 }],
  ['options that are none', TypeError, ['options', '5'], (options) => simulate(options), 5],
  ['no address', TypeError, ['options.address', 'undefined'], (options) => world.host('X', options), {}],
  ['a short address', TypeError, ['options.address', "'10.0.0'"], (address) => world.host('X', { address }), '10.0.0'],
  ['a long prefix', RangeError, ['/40'], (address) => world.host('X', { address }), '10.0.0.9/40'],
  ['a multicast address', RangeError, ['224.0.0.1'], (address) => world.host('X', { address }), '224.0.0.1'],
  ['a loopback address', RangeError, ['127.0.0.1'], (address) => world.host('X', { address }), '127.0.0.1'],
  ['a broadcast address', RangeError, ['10.0.0.255'], (address) => world.host('X', { address }), '10.0.0.255'],
  ['a MAC', TypeError, ['options.mac', "'zz'"], (mac) => world.host('X', { address: '10.0.0.9', mac }), 'zz'],
  ['a name with a space', RangeError, ['name', "'a b'"], (name) => world.host(name, { address: '10.0.0.9' }), 'a b'],
  ['a name that is none', TypeError, ['name', '7'], (name) => world.router(name), 7],
  ['an empty name', RangeError, ['name'], (name) => world.switch(name), ''],
  [
    'a sysctl out of range',
    RangeError,
    ['net.ipv4.tcp_retries2', '999'],
    (sysctl) => world.host('X', { address: '10.0.0.9', sysctl }),
    { 'net.ipv4.tcp_retries2': 999 },
  ],
  [
    'a sysctl that is none',
    TypeError,
    ['net.ipv4.tcp_retries2', 'true'],
    (sysctl) => world.host('X', { address: '10.0.0.9', sysctl }),
    { 'net.ipv4.tcp_retries2': true },
  ],
  [
    'forgetIdle',
    TypeError,
    ['options.forgetIdle', "'soon'"],
    (forgetIdle) => world.router('Q', { forgetIdle }),
    'soon',
  ],
  ['a cable to itself', RangeError, ["'R'"], (end) => world.cable(router, end), router],
  ['a delay without a unit', TypeError, ['options.delay', "'5 apples'"], (delay) => cable.set({ delay }), '5 apples'],
  ['a negative delay', RangeError, ['options.delay', '-5'], (delay) => cable.set({ delay }), -5],
  ['a rate of nothing', RangeError, ['options.rate', '0'], (rate) => cable.set({ rate }), 0],
  ['a rate without sense', TypeError, ['options.rate', "'fast'"], (rate) => cable.set({ rate }), 'fast'],
  ['loss above 1', RangeError, ['options.loss', '1.5'], (loss) => cable.set({ loss }), 1.5],
  ['corrupt, a text', TypeError, ['options.corrupt', "'0.1'"], (corrupt) => cable.set({ corrupt }), '0.1'],
  ['an empty queue', RangeError, ['options.queue', '0'], (queue) => cable.set({ queue }), 0],
  ['mtu is fixed', TypeError, ['mtu'], (options) => cable.set(options), { mtu: 1000 }],
  ['a small mtu', RangeError, ['options.mtu', '67'], (mtu) => world.cable(router, world.router('Z'), { mtu }), 67],
  ['a direction', TypeError, ['options.direction', "'up'"], (direction) => cable.cut({ direction }), 'up'],
  ['a carrier', TypeError, ['options.carrier', "'gone'"], (carrier) => cable.cut({ carrier }), 'gone'],
  ['a route', TypeError, ['via', '5'], (via) => a.route('10.9.0.0/24', via), 5],
  ['an interface', TypeError, ['options', 'addres'], (options) => a.interface('eth1', options), { addres: '10.1.0.1' }],
  ['a program', TypeError, ['program', 'undefined'], (program) => a.spawn('p', program), undefined],
  ['onError', TypeError, ['onError', "'ignore'"], (onError) => a.spawn('p', async () => {}, { onError }), 'ignore'],
  ['onBoot', TypeError, ['program', "'x'"], (program) => a.onBoot('p', program), 'x'],
  ['at, a moment', TypeError, ['when', "'later'"], (when) => world.at(when, () => {}), 'later'],
  ['at, an act', TypeError, ['act', 'null'], (act) => world.at('1s', act), null],
];

test.each(WORLD)('%s', (_what, kind, texts, act, value) => {
  let thrown: unknown;
  try {
    act(value as never);
  } catch (error) {
    thrown = error;
  }
  expectRefusal(thrown, kind, texts);
});

const RUN: readonly Wrong[] = [
  ['run: for', TypeError, ['options.for', "'a while'"], (value) => world.run({ for: value }), 'a while'],
  ['run: a negative for', RangeError, ['options.for', '-1'], (value) => world.run({ for: value }), -1],
  ['run: until', TypeError, ['options.until', '5'], (until) => world.run({ until }), 5],
  ['run: limit', RangeError, ['options.limit', '0'], (limit) => world.run({ limit }), 0],
  ['run: quiet', TypeError, ['options.limit.quiet', "'?'"], (quiet) => world.run({ limit: { quiet } }), '?'],
  ['run: an unknown option', TypeError, ['fr', "'for'"], (options) => world.run(options), { fr: '1s' }],
];

test.each(RUN)('%s', async (_what, kind, texts, act, value) => {
  const error = await Promise.resolve(act(value as never)).catch((reason: unknown) => reason);
  expectRefusal(error, kind, texts);
});

interface Calls {
  readonly os: System;
  readonly socket: Socket;
  readonly listener: Listener;
  readonly datagrams: DatagramSocket;
}
type WrongCall = readonly [
  what: string,
  kind: Kind,
  texts: readonly string[],
  act: (calls: Calls, value: never) => unknown,
  value: unknown,
];

const CALLS: readonly WrongCall[] = [
  ['listen: port', RangeError, ['port', '65536'], ({ os }, port) => os.listen(port), 65_536],
  ['listen: port, a text', TypeError, ['port', "'80'"], ({ os }, port) => os.listen(port), '80'],
  ['listen: backlog', RangeError, ['backlog', '-1'], ({ os }, backlog) => os.listen(1, { backlog }), -1],
  ['listen: address', TypeError, ['address', "'A.B'"], ({ os }, address) => os.listen(1, { address }), 'A.B'],
  [
    'listen: an option',
    TypeError,
    ['backlok', "'backlog'"],
    ({ os }, options) => os.listen(1, options),
    { backlok: 1 },
  ],
  ['connect: port 0', RangeError, ['port', '0'], ({ os }, port) => os.connect('A', port), 0],
  ['connect: host', TypeError, ['host', '5'], ({ os }, host) => os.connect(host, 80), 5],
  ['connect: from', RangeError, ['port', '-1'], ({ os }, port) => os.connect('A', 80, { from: { port } }), -1],
  ['connect: signal', TypeError, ['signal', '5'], ({ os }, signal) => os.connect('A', 80, { signal }), 5],
  ['socket: type', TypeError, ["'raw'", "'stream'"], ({ os }, type) => os.socket(type), 'raw'],
  [
    'socket: an option',
    TypeError,
    ['SO_SNDBUFF', "'SO_SNDBUF'"],
    ({ os }, options) => os.socket('stream', options),
    { SO_SNDBUFF: 1 },
  ],
  ['sleep', TypeError, ['duration', "'long'"], ({ os }, duration) => os.sleep(duration), 'long'],
  ['sleep, negative', RangeError, ['duration', '-1'], ({ os }, duration) => os.sleep(duration), -1],
  ['sleep, not a number', RangeError, ['duration', 'NaN'], ({ os }, duration) => os.sleep(duration), Number.NaN],
  ['timeout', TypeError, ['duration', 'undefined'], ({ os }, duration) => os.timeout(duration), undefined],
  ['exit', RangeError, ['code', '256'], ({ os }, code) => os.exit(code), 256],
  ['send: data', TypeError, ['data', '5'], ({ socket }, data) => socket.send(data), 5],
  [
    'send: options',
    TypeError,
    ['dontwait', "'dontWait'"],
    ({ socket }, options) => socket.send('x', options),
    { dontwait: true },
  ],
  ['recv: buffer', TypeError, ['buffer', '64'], ({ socket }, buffer) => socket.recv(buffer), 64],
  ['recv: peek', TypeError, ['peek', '1'], ({ socket }, peek) => socket.recv(new Uint8Array(1), { peek }), 1],
  ['shutdown', TypeError, ['how', "'rdwr'", "'both'"], ({ socket }, how) => socket.shutdown(how), 'rdwr'],
  [
    'setOption: name',
    TypeError,
    ["'SO_KEEPALIV'", "'SO_KEEPALIVE'"],
    ({ socket }, name) => socket.setOption(name, true as never),
    'SO_KEEPALIV',
  ],
  ['SO_KEEPALIVE', TypeError, ['SO_KEEPALIVE', '1'], ({ socket }, value) => socket.setOption('SO_KEEPALIVE', value), 1],
  ['SO_SNDBUF', TypeError, ['SO_SNDBUF', "'big'"], ({ socket }, value) => socket.setOption('SO_SNDBUF', value), 'big'],
  ['SO_RCVBUF', RangeError, ['SO_RCVBUF', '-1'], ({ socket }, value) => socket.setOption('SO_RCVBUF', value), -1],
  ['SO_LINGER', TypeError, ['SO_LINGER', '5'], ({ socket }, value) => socket.setOption('SO_LINGER', value), 5],
  [
    'SO_LINGER.linger',
    TypeError,
    ['SO_LINGER.linger', "'x'"],
    ({ socket }, linger) => socket.setOption('SO_LINGER', { onoff: true, linger }),
    'x',
  ],
  ['SO_RCVTIMEO', RangeError, ['SO_RCVTIMEO', '-1'], ({ socket }, value) => socket.setOption('SO_RCVTIMEO', value), -1],
  [
    'TCP_KEEPIDLE',
    RangeError,
    ['TCP_KEEPIDLE', "'40000s'", '32767 s'],
    ({ socket }, value) => socket.setOption('TCP_KEEPIDLE', value),
    '40000s',
  ],
  [
    'TCP_KEEPCNT',
    RangeError,
    ['TCP_KEEPCNT', '128'],
    ({ socket }, value) => socket.setOption('TCP_KEEPCNT', value),
    128,
  ],
  ['TCP_MAXSEG', RangeError, ['TCP_MAXSEG', '87'], ({ socket }, value) => socket.setOption('TCP_MAXSEG', value), 87],
  [
    'TCP_USER_TIMEOUT',
    TypeError,
    ['TCP_USER_TIMEOUT', 'null'],
    ({ socket }, value) => socket.setOption('TCP_USER_TIMEOUT', value),
    null,
  ],
  ['getOption', TypeError, ["'SO_ERR'", "'SO_ERROR'"], ({ socket }, name) => socket.getOption(name), 'SO_ERR'],
  ['bind: port', RangeError, ['port', '-1'], ({ socket }, port) => socket.bind(port), -1],
  ['accept: options', TypeError, ['peek'], ({ listener }, options) => listener.accept(options), { peek: true }],
  [
    'listener: option',
    TypeError,
    ["'SO_NONE'"],
    ({ listener }, name) => listener.setOption(name, true as never),
    'SO_NONE',
  ],
  [
    'sendTo: host',
    TypeError,
    ['host', 'undefined'],
    ({ datagrams }, host) => datagrams.sendTo('x', host, 9),
    undefined,
  ],
  ['sendTo: port', RangeError, ['port', '70000'], ({ datagrams }, port) => datagrams.sendTo('x', 'A', port), 70_000],
  ['recvFrom', TypeError, ['buffer'], ({ datagrams }, buffer) => datagrams.recvFrom(buffer), 'x'],
  [
    'datagram option',
    TypeError,
    ["'TCP_NODELAY'"],
    ({ datagrams }, name) => datagrams.setOption(name, true as never),
    'TCP_NODELAY',
  ],
];

test.each(CALLS)('%s', async (_what, kind, texts, act, value) => {
  const { world: own, a: server, b: client } = onOneCable();
  server.spawn('server', async (os) => {
    await (await os.listen(7000)).accept();
    await os.sleep('1h');
  });
  let error: unknown;
  client.spawn('client', async (os) => {
    const calls = {
      os,
      socket: await os.connect('A', 7000),
      listener: await os.listen(7001),
      datagrams: await os.socket('datagram'),
    };
    try {
      await act(calls, value as never);
    } catch (reason) {
      error = reason;
    }
    // The mistake has hurt nothing.
    await calls.socket.send('still here');
    await calls.socket.close();
  });
  await own.run({ for: '1min' });
  expectRefusal(error, kind, texts);
});

test('where: a channel or byte that is not there', () => {
  expect(() => world.where('B:1>A:2', 0)).toThrow(RangeError);
  expect(b.powered).toBe(true);
});
