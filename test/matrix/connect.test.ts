/**
 * What connect returns, and when: linux-behaviour section 3, rows 39 to 51 as far as they are about connecting, T5 of
 * section 2. (Row 46 does not exist.)
 */
import { describe, expect, test } from 'vitest';
import { type System, simulate } from '../../src/index.ts';
import {
  broughtBy,
  Calls,
  idle,
  intervals,
  lan,
  measured,
  ms,
  onB,
  outcome,
  type Place,
  PORT,
  RTT,
  routed,
  segments,
  tellByIcmp,
  until,
} from './place.ts';

const SYN = 2;
const RST = 4;

/** A connect from B, what it came to and when. */
function connecting(place: Place, to = 'A', lasting = '1h') {
  return onB(place, async (os) => [await outcome(os.connect(to, PORT)), os.now()], lasting);
}

const accepting = async (os: System): Promise<void> => {
  const listener = await os.listen(PORT);
  for (;;) await listener.accept();
};

describe('row 39: a closed port', () => {
  test.each([
    ['routed', routed, RTT],
    ['one LAN, after ARP', lan, 2 * RTT],
  ] as const)('ECONNREFUSED after one round trip, %s', async (_where, make, after) => {
    expect(await connecting(make())).toEqual(['ECONNREFUSED', after]);
  });

  test('the same socket may connect again, and again', async () => {
    const place = routed();
    place.a.spawn('server', accepting, { start: '5s' });
    const brought = await onB(place, async (os) => {
      const socket = await os.socket();
      const results = [await outcome(socket.connect('A', PORT)), await outcome(socket.connect('A', PORT))];
      await until(os, 6000);
      results.push(await outcome(socket.connect('A', PORT)), await outcome(socket.send('x')));
      return [...results, socket.status().state];
    });
    expect(brought).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'ok', 1, 'ESTABLISHED']);
  });
});

test('row 40: a dead host on the same LAN: EHOSTUNREACH after three ARP requests, 3 s (the kernel: 3.06 s)', async () => {
  const place = lan();
  place.a.powerOff();
  expect(await connecting(place)).toEqual(['EHOSTUNREACH', 3000]);
  measured(3060, 3000, [1000, 1000, 1000]);
  const requests = place.world.trace.find({ kind: 'frame.sent', host: 'B' }).map(({ at }) => at / 1e6);
  expect(requests).toEqual([0, 1000, 2000]);
});

describe('row 41: the SYN is swallowed', () => {
  function swallowing(profile: 'linux' | 'windows' | 'rfc', sysctl = {}) {
    const place = routed({ b: { profile, sysctl } });
    place.a.powerOff();
    return place;
  }

  test('Linux: ETIMEDOUT after 131 s; T5: SYNs at 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s (the kernel: 133.6 s)', async () => {
    const place = swallowing('linux');
    expect(await connecting(place)).toEqual(['ETIMEDOUT', 131_000]);
    const moments = [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67].map((seconds) => seconds * 1000);
    expect(segments(place, 'B').map(({ at, control }) => [at, control & SYN])).toEqual(moments.map((at) => [at, SYN]));
    measured(133_600, 131_000, intervals([...moments, 131_000]).slice(1));
  });

  test('Linux before 6.5, tcp_syn_linear_timeouts = 0: SYNs at 0, 1, 3, 7, 15, 31, 63 s, ETIMEDOUT after 127 s', async () => {
    const place = swallowing('linux', { 'net.ipv4.tcp_syn_linear_timeouts': 0 });
    expect(await connecting(place)).toEqual(['ETIMEDOUT', 127_000]);
    expect(segments(place, 'B').map(({ at }) => at / 1000)).toEqual([0, 1, 3, 7, 15, 31, 63]);
  });

  test('Windows: 3 + 6 + 12 = 21 s', async () => {
    expect(await connecting(swallowing('windows'))).toEqual(['ETIMEDOUT', 21_000]);
  });

  test("profile 'rfc': at least 3 minutes (RFC 1122, 4.2.3.5)", async () => {
    const [result, at] = (await connecting(swallowing('rfc'))) ?? [];
    expect(result).toBe('ETIMEDOUT');
    expect(at).toBeGreaterThanOrEqual(180_000);
  });

  test('on one LAN, ARP knowing the host: ETIMEDOUT or EHOSTUNREACH, by what ARP then finds', async () => {
    const place = lan();
    place.a.spawn('server', accepting);
    place.world.at('10s', () => place.a.powerOff());
    const brought = await onB(place, async (os) => {
      await os.connect('A', PORT);
      await until(os, 10_000);
      return [await outcome(os.connect('A', PORT)), os.now()];
    });
    // The entry is used until it is stale, then asked for in vain: from then on each SYN waits for ARP, which fails.
    expect(brought?.[0]).toBe('EHOSTUNREACH');
  });
});

describe('row 42: an ICMP error while connecting', () => {
  test.each([
    ['net unreachable', 3, 0, 'ENETUNREACH'],
    ['host unreachable', 3, 1, 'EHOSTUNREACH'],
    ['protocol unreachable', 3, 2, 'ENOPROTOOPT'],
    ['port unreachable', 3, 3, 'ECONNREFUSED'],
    ['communication prohibited', 3, 13, 'EHOSTUNREACH'],
    ['time exceeded', 11, 0, 'EHOSTUNREACH'],
  ] as const)('%s: at once', async (_name, type, code, errno) => {
    const place = routed();
    place.a.powerOff();
    place.world.at(1, () => tellByIcmp(place, type, code));
    expect(await connecting(place)).toEqual([errno, 1]);
  });

  test('code 4, fragmentation needed: ignored', async () => {
    const place = routed();
    place.a.powerOff();
    place.world.at(1, () => tellByIcmp(place, 3, 4, 1400));
    expect(await connecting(place)).toEqual(['ETIMEDOUT', 131_000]);
  });

  test("profile 'rfc': a soft error must not abort (MUST-56); what then ends it is that error", async () => {
    const place = routed({ profile: 'rfc' });
    place.a.powerOff();
    place.world.at(1, () => tellByIcmp(place, 3, 1));
    const [result, at] = (await connecting(place)) ?? [];
    expect(result).toBe('EHOSTUNREACH');
    expect(at).toBeGreaterThanOrEqual(180_000);
  });

  test('a router that has no route says net unreachable: ENETUNREACH after one round trip', async () => {
    expect(await connecting(routed(), '192.168.7.7')).toEqual(['ENETUNREACH', RTT / 2]);
  });

  test('a router that finds nobody on its LAN says host unreachable: EHOSTUNREACH after its three ARP requests', async () => {
    const world = simulate();
    const b = world.host('B', { address: '10.0.1.2' });
    const a = world.host('A', { address: '10.0.0.1' });
    const r = world.router('R');
    world.switch('S');
    const nearCable = world.cable(b, r, { delay: '25us' });
    world.cable(r, 'S');
    const cable = world.cable('S', a);
    expect(await connecting({ world, a, b, cable, nearCable }, '10.0.0.77')).toEqual([
      'EHOSTUNREACH',
      ms(3000, RTT / 2),
    ]);
  });
});

describe('row 43: no route, broadcast, multicast', () => {
  test.each([
    ['no route', '192.168.1.1'],
    ["the network's broadcast address", '10.0.0.255'],
    ['the limited broadcast address', '255.255.255.255'],
    ['a multicast group', '224.0.0.1'],
  ])('%s: ENETUNREACH, 0', async (_name, address) => {
    const place = lan();
    expect(await connecting(place, address)).toEqual(['ENETUNREACH', 0]);
    expect(segments(place, 'B')).toEqual([]);
  });
});

describe('row 45: connect with dontWait', () => {
  test('EINPROGRESS, EALREADY, EAGAIN from send and recv; when done 0 once, then EISCONN', async () => {
    const place = routed();
    place.a.spawn('server', accepting);
    const brought = await onB(place, async (os) => {
      const socket = await os.socket();
      const connect = () => outcome(socket.connect('A', PORT, { dontWait: true }));
      const dontWait = true;
      const results = [await connect(), await connect()];
      results.push(await outcome(socket.send('x', { dontWait })));
      results.push(await outcome(socket.recv(new Uint8Array(1), { dontWait })));
      await os.sleep('1s');
      results.push(await connect(), await connect());
      return results;
    });
    expect(brought).toEqual(['EINPROGRESS', 'EALREADY', 'EAGAIN', 'EAGAIN', 'ok', 'EISCONN']);
  });

  test('it fails: SO_ERROR is 111 once, and the next connect ECONNABORTED; the one after begins anew', async () => {
    const brought = await onB(routed(), async (os) => {
      const socket = await os.socket();
      const first = await outcome(socket.connect('A', PORT, { dontWait: true }));
      await os.sleep('1s');
      const errors = [await socket.getOption('SO_ERROR'), await socket.getOption('SO_ERROR')];
      const again = [await outcome(socket.connect('A', PORT)), await outcome(socket.connect('A', PORT))];
      return [first, ...errors, ...again];
    });
    expect(brought).toEqual(['EINPROGRESS', 111, 0, 'ECONNABORTED', 'ECONNREFUSED']);
  });

  test('it fails: send is EPIPE, recv EOF as after any end; once connect has told it, ENOTCONN as before any begin', async () => {
    const brought = await onB(routed(), async (os) => {
      const socket = await os.socket();
      await outcome(socket.connect('A', PORT, { dontWait: true }));
      await os.sleep('1s');
      await socket.getOption('SO_ERROR');
      const calls = new Calls(os, socket);
      await calls.send();
      await calls.recv();
      await outcome(socket.connect('A', PORT));
      await calls.send();
      await calls.recv();
      return [...calls.results, socket.status().state];
    });
    const closed = ['send', 'EPIPE'];
    expect(brought).toEqual([closed, ['recv', 0], closed, ['recv', 'ENOTCONN'], 'CLOSED']);
  });

  test('it fails, and the next connect tells it', async () => {
    const brought = await onB(routed(), async (os) => {
      const socket = await os.socket();
      const connect = () => outcome(socket.connect('A', PORT, { dontWait: true }));
      const first = await connect();
      await os.sleep('1s');
      return [first, await connect(), await connect()];
    });
    expect(brought).toEqual(['EINPROGRESS', 'ECONNREFUSED', 'EINPROGRESS']);
  });
});

test('an unknown name: ENOTFOUND, and the message tells it', async () => {
  const error = await onB(routed(), async (os) => {
    try {
      await os.connect('Z', PORT);
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  });
  expect(error).toBe('connect ENOTFOUND: name or service not known: Z:7000');
});

test('row 49: crossing SYNs: both connect', async () => {
  const place = routed();
  const ends = [
    ['a', 'B', 5001],
    ['b', 'A', 5002],
  ] as const;
  const processes = ends.map(([host, peer, port]) =>
    place[host].spawn('both', async (os) => {
      const socket = await os.socket();
      await socket.bind(port);
      const result = [await outcome(socket.connect(peer, port === 5001 ? 5002 : 5001)), os.now()];
      const calls = new Calls(os, socket);
      await calls.send(os.host);
      await calls.recv();
      return [...result, calls.results];
    }),
  );
  await place.world.run({ for: '1min' });
  const told = [
    ['send', 1],
    ['recv', 1],
  ];
  expect(await broughtBy(processes[0] ?? never())).toEqual(['ok', RTT, told]);
  expect(await broughtBy(processes[1] ?? never())).toEqual(['ok', RTT, told]);
  const states = place.world.trace.find({ kind: 'tcp.state', host: 'A' }).map(({ to }) => to);
  expect(states.slice(0, 3)).toEqual(['SYN-SENT', 'SYN-RECEIVED', 'ESTABLISHED']);
  expect(segments(place, 'A').some(({ control }) => (control & RST) !== 0)).toBe(false);
});

test('row 50: a socket that connects to itself hears itself', async () => {
  const brought = await onB(routed(), async (os) => {
    const socket = await os.socket();
    await socket.bind(PORT);
    const result = await outcome(socket.connect('B', PORT));
    const calls = new Calls(os, socket);
    await calls.send('echo');
    await calls.recv();
    return [result, calls.results, socket.local?.port === socket.remote?.port, os.now()];
  });
  expect(brought).toEqual([
    'ok',
    [
      ['send', 4],
      ['recv', 4],
    ],
    true,
    0,
  ]);
});

test("a host connects to itself by its own address and by loopback's", async () => {
  const place = routed();
  place.b.spawn('server', async (os) => {
    const listener = await os.listen(PORT);
    for (let i = 0; i < 2; i++) await (await listener.accept()).send('own');
    await idle(os);
  });
  const brought = await onB(place, async (os) => {
    const results = [];
    for (const to of ['B', '127.0.0.1']) {
      const socket = await os.connect(to, PORT);
      results.push([await outcome(socket.recv(new Uint8Array(64))), socket.remote?.address]);
    }
    return results;
  });
  expect(brought).toEqual([
    [3, '10.0.1.2'],
    [3, '127.0.0.1'],
  ]);
  expect(segments(place, 'B')).toEqual([]);
});

test('row 51: simultaneous close: both CLOSING, both TIME-WAIT for 60 s, both read EOF', async () => {
  const place = routed();
  const { a, b, world } = place;
  const server = a.spawn('server', async (os) => {
    const socket = await (await os.listen(PORT)).accept();
    const calls = new Calls(os, socket);
    await until(os, 10_000);
    await calls.shutdown('write');
    await calls.recv();
    return calls.told;
  });
  const client = b.spawn('client', async (os) => {
    const socket = await os.connect('A', PORT);
    const calls = new Calls(os, socket);
    await until(os, 10_000);
    await calls.shutdown('write');
    await calls.recv();
    return calls.told;
  });
  await world.run({ for: '1h' });
  const heard = ms(10_000, RTT / 2);
  for (const process of [server, client]) {
    expect(await broughtBy(process)).toEqual([
      ['shutdown', 'ok', 10_000],
      ['recv', 0, heard],
    ]);
  }
  for (const host of ['A', 'B']) {
    const states = world.trace.find({ kind: 'tcp.state', host }).map(({ at, to }) => [to, at / 1e6]);
    expect(states.slice(-4)).toEqual([
      ['FIN-WAIT-1', 10_000],
      ['CLOSING', heard],
      ['TIME-WAIT', ms(10_000, RTT)],
      ['CLOSED', ms(10_000, RTT, 60_000)],
    ]);
  }
});

test('SYN options: mss 1460, sackOK, timestamps, window scale 10; window 64240, SYN-ACK 65160 (section 1)', async () => {
  const place = routed();
  place.a.spawn('server', accepting);
  await connecting(place, 'A', '1s');
  const [syn] = segments(place, 'B');
  const [synAck] = segments(place, 'A');
  const names = (options: NonNullable<typeof syn>['options'] | undefined) =>
    options?.map((option) => ('value' in option ? `${option.name} ${option.value}` : option.name));
  expect(names(syn?.options)).toEqual(['mss 1460', 'sackOK', 'TS', 'nop', 'wscale 10']);
  expect(names(synAck?.options)).toEqual(['mss 1460', 'sackOK', 'TS', 'nop', 'wscale 10']);
  expect([syn?.window, synAck?.window]).toEqual([64_240, 65_160]);
});

test('V17: a SYN from our own address to ourselves (LAND) brings no storm', async () => {
  const place = routed();
  place.b.spawn('server', accepting);
  await onB(place, async (os) => {
    const socket = await os.connect('B', PORT, { from: { port: 40_000 } });
    await socket.send('x');
    await idle(os);
  });
  expect(place.world.trace.events.length).toBeLessThan(100);
});

function never(): never {
  throw new Error('there are two processes');
}
