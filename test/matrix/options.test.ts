/**
 * Socket options: linux-behaviour section 1 and rows 56 and 58; linux-face, what a pair of buffers takes.
 */
import { describe, expect, test } from 'vitest';
import type { Socket } from '../../src/index.ts';
import { connected, idle, lan, ms, onB, outcome, PORT, RTT, routed, until } from './place.ts';

/** Fills A's window and B's send buffer with writes of that size; answers how many bytes B's sends took in all. */
async function accepted(write: number): Promise<{ total: number; end: string | number }> {
  const { broughtB } = await connected(
    routed(),
    idle,
    async (os, socket) => {
      const data = new Uint8Array(write);
      let total = 0;
      for (;;) {
        const count = await outcome(socket.send(data));
        if (typeof count === 'string') return { total, end: await outcome(socket.send(data, { dontWait: true })) };
        total += count;
        if (count < write) os.print(total);
      }
    },
    { b: { SO_SNDTIMEO: '5s' } },
  );
  return broughtB ?? { total: 0, end: '' };
}

function expectWithin(percent: number, actual: number, figure: number): void {
  expect(actual).toBeGreaterThanOrEqual(figure * (1 - percent / 100));
  expect(actual).toBeLessThanOrEqual(figure * (1 + percent / 100));
}

test('row 56: a peer that never reads: 509 480 bytes are accepted in all, then send blocks or is EAGAIN', async () => {
  const { total, end } = await accepted(65_536);
  expectWithin(10, total, 509_480);
  expect(end).toBe('EAGAIN');
  // More pairs of sizes and writes are held against the kernel in test/linux/acceptance.test.ts.
});

test.each([
  [32, 32],
  [100, 8],
])("accounting 'payload': exact to the byte: SO_SNDBUF %d, SO_RCVBUF %d", async (sndbuf, rcvbuf) => {
  const { broughtB } = await connected(
    routed({ accounting: 'payload' }),
    idle,
    async (os, socket) => {
      let total = 0;
      for (let i = 0; i < 1000; i++) {
        const count = await outcome(socket.send('x', { dontWait: true }));
        if (typeof count === 'number') total += count;
        else await os.sleep('10ms');
      }
      return total;
    },
    { a: { SO_RCVBUF: rcvbuf }, b: { SO_SNDBUF: sndbuf }, for: '1min' },
  );
  expect(broughtB).toBe(sndbuf + rcvbuf);
});

describe('section 1: what a fresh connection has', () => {
  const names = ['SO_SNDBUF', 'SO_RCVBUF', 'TCP_MAXSEG'] as const;
  const read = async (socket: Socket) => {
    const values = [];
    for (const name of names) values.push(await socket.getOption(name));
    return values;
  };

  test('SO_SNDBUF 46080, SO_RCVBUF 131072, MSS 1448', async () => {
    const { broughtA, broughtB } = await connected(
      routed(),
      async (_os, socket) => read(socket),
      async (_os, socket) => read(socket),
      { for: '1s' },
    );
    expect(broughtB).toEqual([46_080, 131_072, 1448]);
    expect(broughtA?.slice(1)).toEqual([131_072, 1448]);
  });

  test('keep-alive 7200 s, 75 s, 9; everything else off', async () => {
    const { broughtB } = await connected(routed(), idle, async (_os, socket) => {
      const told: unknown[] = [];
      const others = [
        'SO_KEEPALIVE',
        'TCP_KEEPIDLE',
        'TCP_KEEPINTVL',
        'TCP_KEEPCNT',
        'TCP_USER_TIMEOUT',
        'TCP_NODELAY',
        'SO_LINGER',
        'SO_REUSEADDR',
        'SO_RCVTIMEO',
        'SO_SNDTIMEO',
        'SO_ERROR',
      ] as const;
      for (const name of others) told.push(await socket.getOption(name));
      return told;
    });
    const seconds = 1000;
    expect(broughtB).toEqual([
      false,
      7200 * seconds,
      75 * seconds,
      9,
      0,
      false,
      { onoff: false, linger: 0 },
      false,
      0,
      0,
      0,
    ]);
  });

  test('Linux doubles what a program asks for, and never goes below its minimum', async () => {
    const { broughtB } = await connected(routed(), idle, async (_os, socket) => {
      const told: unknown[] = [];
      for (const size of [16_384, 1, '1GiB']) {
        await socket.setOption('SO_SNDBUF', size);
        await socket.setOption('SO_RCVBUF', size);
        told.push([await socket.getOption('SO_SNDBUF'), await socket.getOption('SO_RCVBUF')]);
      }
      return told;
    });
    expect(broughtB).toEqual([
      [32_768, 32_768],
      [4608, 2304],
      [8_388_608, 8_388_608],
    ]);
  });
});

describe('row 58: SO_RCVTIMEO and SO_SNDTIMEO 1 s', () => {
  test.each([
    ['linux', 'EAGAIN'],
    ['rfc', 'EAGAIN'],
    ['windows', 'ETIMEDOUT'],
  ] as const)('%s: recv is %s after 1 s (the kernel: 1.02 s); the connection lives', async (profile, errno) => {
    const { broughtB } = await connected(
      lan({ b: { profile } }),
      async (os, _socket, calls) => {
        await until(os, 60_000);
        await calls.send('late');
        await idle(os);
      },
      async (os, _socket, calls) => {
        await until(os, 10_000);
        await calls.recv();
        await calls.recv();
        await until(os, 59_500);
        await calls.recv();
        return calls.told;
      },
      { b: { SO_RCVTIMEO: '1s' } },
    );
    expect(broughtB?.slice(0, 2)).toEqual([
      ['recv', errno, 11_000],
      ['recv', errno, 12_000],
    ]);
    expect(broughtB?.[2]?.slice(0, 2)).toEqual(['recv', 4]);
  });

  test.each([
    ['linux', 'EAGAIN'],
    ['windows', 'ETIMEDOUT'],
  ] as const)('%s: a send that finds no room is %s after 1 s', async (profile, errno) => {
    const { broughtB } = await connected(
      routed({ accounting: 'payload', b: { profile } }),
      idle,
      async (os, _socket, calls) => {
        await calls.send(new Uint8Array(64), true);
        await until(os, 1000);
        await calls.send(new Uint8Array(64), true);
        await until(os, 10_000);
        await calls.send();
        return calls.told.at(-1);
      },
      { a: { SO_RCVBUF: 64 }, b: { SO_SNDBUF: 64, SO_SNDTIMEO: '1s' } },
    );
    expect(broughtB).toEqual(['send', errno, 11_000]);
  });

  test('accept too is EAGAIN after SO_RCVTIMEO', async () => {
    const brought = await onB(routed(), async (os) => {
      const listener = await os.listen(PORT, { options: { SO_RCVTIMEO: '2s' } });
      return [await outcome(listener.accept()), os.now()];
    });
    expect(brought).toEqual(['EAGAIN', 2000]);
  });

  test('a send of which a part was copied tells that part', async () => {
    const { broughtB } = await connected(
      routed({ accounting: 'payload' }),
      idle,
      async (os, _socket, calls) => {
        await until(os, 10_000);
        await calls.send(new Uint8Array(1000));
        return calls.told;
      },
      { a: { SO_RCVBUF: 64 }, b: { SO_SNDBUF: 64, SO_SNDTIMEO: '1s' } },
    );
    const [told] = broughtB ?? [];
    expect(told?.[0]).toBe('send');
    expect(told?.[1]).toBe(128);
    expect(told?.[2]).toBeGreaterThanOrEqual(11_000);
  });
});

test('TCP_MAXSEG bounds segments; TCP_NODELAY sends small writes at once, Nagle keeps them', async () => {
  async function arrivals(noDelay: boolean) {
    const { broughtA } = await connected(
      routed(),
      async (os, _socket, calls) => {
        await until(os, 10_001);
        for (let i = 0; i < 3; i++) if ((await calls.recv(1)) === 0) break;
        return calls.told;
      },
      async (os, _socket, calls) => {
        await until(os, 10_000);
        for (let i = 0; i < 3; i++) await calls.send('x');
        await idle(os);
      },
      { b: { TCP_NODELAY: noDelay }, for: '1min' },
    );
    return broughtA;
  }
  expect((await arrivals(true))?.map(([, count]) => count)).toEqual([1, 1, 1]);
  expect((await arrivals(false))?.map(([, count]) => count)).toEqual([1, 1, 1]);
  expect(ms(RTT)).toBe(0.1);
});
