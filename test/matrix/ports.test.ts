/** Ports and addresses: linux-behaviour section 3, rows 44, 52 and 53; V20: ports that nobody can guess. */
import { describe, expect, test } from 'vitest';
import {
  broughtBy,
  Calls,
  connected,
  idle,
  lan,
  ms,
  onB,
  outcome,
  PORT,
  RTT,
  routed,
  segments,
  until,
} from './place.ts';

const RST = 4;

describe('row 44', () => {
  test('an address that is not ours: EADDRNOTAVAIL, 0', async () => {
    const brought = await onB(routed(), async (os) => {
      const socket = await os.socket();
      const datagrams = await os.socket('datagram');
      return [
        await outcome(socket.bind(80, { address: '10.0.0.1' })),
        await outcome(datagrams.bind(80, { address: '10.0.0.1' })),
        await outcome(os.listen(80, { address: '10.0.0.1' })),
        await outcome(os.connect('A', PORT, { from: { address: '10.0.0.9' } })),
        os.now(),
      ];
    });
    expect(brought).toEqual([...Array(4).fill('EADDRNOTAVAIL'), 0]);
  });

  test('ephemeral ports used up: EADDRNOTAVAIL; another peer may still be connected to', async () => {
    const place = routed({ b: { sysctl: { 'net.ipv4.ip_local_port_range': '40000 40002' } } });
    place.a.spawn('server', async (os) => {
      await os.listen(PORT);
      await os.listen(PORT + 1);
      await idle(os);
    });
    const brought = await onB(place, async (os) => {
      const results: (string | number)[] = [];
      for (let i = 0; i < 4; i++) results.push(await outcome(os.connect('A', PORT)));
      results.push(await outcome(os.connect('A', PORT + 1)));
      return results;
    });
    expect(brought).toEqual(['ok', 'ok', 'ok', 'EADDRNOTAVAIL', 'ok']);
  });

  test('bind(0) takes a free port of the range', async () => {
    const brought = await onB(routed(), async (os) => {
      const socket = await os.socket();
      await socket.bind(0);
      return socket.local?.port;
    });
    expect(brought).toBeGreaterThanOrEqual(32_768);
    expect(brought).toBeLessThanOrEqual(60_999);
  });
});

test('row 52: a connect from a port that is in TIME-WAIT: bind is EADDRINUSE until 60 s are over', async () => {
  const place = routed();
  place.a.spawn('server', async (os) => {
    const listener = await os.listen(PORT);
    for (;;) {
      const socket = await listener.accept();
      await socket.recv(new Uint8Array(1));
      await socket.close();
    }
  });
  const brought = await onB(place, async (os) => {
    const from = { port: 40_000 };
    const first = await os.connect('A', PORT, { from });
    await until(os, 10_000);
    await first.close();
    const results: (string | number)[] = [];
    for (const at of [10_001, 40_000, 70_000, 70_001]) {
      await until(os, at);
      results.push(await outcome(os.connect('A', PORT, { from })));
    }
    return results;
  });
  // TIME-WAIT begins with the peer's FIN, one round trip after ours; its last moment is 70 000.1 ms.
  expect(brought).toEqual(['EADDRINUSE', 'EADDRINUSE', 'EADDRINUSE', 'ok']);
});

test("row 53: a client comes back from the same port into the server's TIME-WAIT: accepted at once", async () => {
  const place = routed();
  const server = place.a.spawn('server', async (os) => {
    const listener = await os.listen(PORT);
    const first = await listener.accept();
    await first.close(); // the server is first: TIME-WAIT is on its side
    const second = await listener.accept();
    const calls = new Calls(os, second);
    await calls.recv();
    return calls.told;
  });
  const client = place.b.spawn('client', async (os) => {
    const from = { port: 40_000 };
    const first = await os.connect('A', PORT, { from });
    await first.recv(new Uint8Array(1));
    await first.close();
    await until(os, 10_000);
    const second = await os.connect('A', PORT, { from });
    const at = os.now();
    await second.send('again');
    await os.sleep('1s');
    return at;
  });
  await place.world.run({ for: '1min' });
  expect(await broughtBy(client)).toBe(ms(10_000, RTT));
  expect(await broughtBy(server)).toEqual([['recv', 5, ms(10_000, RTT, RTT / 2)]]);
  expect(segments(place, 'A').some(({ control }) => (control & RST) !== 0)).toBe(false);
});

test('the same port may be bound on another address, and for another protocol', async () => {
  const place = lan();
  place.b.interface('eth1', { address: '10.9.0.2' });
  const brought = await onB(place, async (os) => [
    await outcome(os.listen(PORT, { address: '10.0.0.2' })),
    await outcome(os.listen(PORT, { address: '10.9.0.2' })),
    await outcome(os.listen(PORT, { address: '10.9.0.2' })),
    await outcome(os.listen(PORT)),
    await outcome((await os.socket('datagram')).bind(PORT)),
  ]);
  expect(brought).toEqual(['ok', 'ok', 'EADDRINUSE', 'EADDRINUSE', 'ok']);
});

describe('V20: what a stranger could guess', () => {
  const portsOf = async (seed: number, to: string) => {
    const place = routed({ seed });
    place.a.spawn('server', async (os) => {
      await os.listen(PORT);
      await os.listen(PORT + 1);
      await idle(os);
    });
    return onB(place, async (os) => {
      const ports: number[] = [];
      for (let i = 0; i < 20; i++) {
        const socket = await os.connect('A', to === 'one' ? PORT : PORT + 1);
        ports.push(socket.local?.port ?? 0);
      }
      return ports;
    });
  };

  test('ports differ by peer and by seed, and repeat with the seed', async () => {
    const [one, other, again, elsewhere] = [
      await portsOf(1, 'one'),
      await portsOf(1, 'other'),
      await portsOf(1, 'one'),
      await portsOf(2, 'one'),
    ];
    expect(one).toEqual(again);
    expect(one?.[0]).not.toBe(other?.[0]);
    expect(one?.[0]).not.toBe(elsewhere?.[0]);
    expect(new Set(one).size).toBe(20);
  });

  test('V1: the initial sequence numbers of one 4-tuple grow with time, and other tuples say nothing about them', async () => {
    const place = routed();
    await connected(place, idle, async (os) => {
      for (let port = 41_000; port < 41_020; port++) await outcome(os.connect('A', PORT, { from: { port } }));
    });
    const isns = segments(place, 'B')
      .filter(({ control }) => control === 2)
      .map(({ seq }) => seq);
    expect(isns.length).toBe(21);
    const steps = new Set(isns.slice(1).map((isn, i) => (isn - (isns[i] ?? 0)) >>> 0));
    expect(steps.size).toBe(20);
    expect([...steps].filter((step) => step < 1_000_000).length).toBeLessThan(3);
  });
});
