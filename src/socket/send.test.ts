import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Duo, drain, outcome, pair } from '../../test/support/duo.ts';
import { text } from '../base/bytes.ts';
import type { Socket, System } from '../system/system.ts';

const idle = (os: System) => os.sleep('1h');
/** Buffers of 32 bytes on both sides. */
const SMALL = { a: { SO_RCVBUF: 32 }, b: { SO_SNDBUF: 32, TCP_NODELAY: true } };

async function readAfter(os: System, socket: Socket, after: string) {
  await os.sleep(after);
  return drain(socket);
}

test('send returns at the copy: no frame with data has left by then', async () => {
  const world = new Duo();
  await pair(
    world,
    (_os, socket) => drain(socket),
    async (_os, socket) => {
      await socket.send('hello');
      await socket.close();
    },
  );
  const back = world.find('call.returned', 'B').find(({ call }) => call === 'send');
  const copied = world.find('socket.copied', 'B')[0];
  expect(copied).toMatchObject({ direction: 'in', bytes: 5, process: 'client' });
  expect(copied?.n).toBeLessThan(back?.n ?? 0);
  // The call took no time: what follows in the same turn has the same moment.
  expect(back?.at).toBe(world.find('call.entered', 'B').find(({ call }) => call === 'send')?.at);
});

test('the program may overwrite its memory once send has returned', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep('1s');
      const buffer = new Uint8Array(10);
      return text(buffer.subarray(0, await socket.recv(buffer)));
    },
    async (os, socket) => {
      const buffer = Uint8Array.of(0x61, 0x62, 0x63);
      await socket.send(buffer);
      buffer.fill(0x78);
      await os.sleep('2s');
    },
  );
  expect(a).toBe('abc');
});

test('while send blocks, the memory is copied as it is when room comes', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep('2s');
      const buffer = new Uint8Array(100);
      const count = await socket.recv(buffer, { waitAll: true });
      return text(buffer.subarray(0, count));
    },
    async (os, socket) => {
      const buffer = new Uint8Array(100).fill(0x61);
      const sending = socket.send(buffer);
      await os.sleep('1s');
      buffer.fill(0x62);
      await sending;
    },
    SMALL,
  );
  expect(a).toBe('a'.repeat(64) + 'b'.repeat(36));
});

test('send waits for all of it, in parts that the trace tells', async () => {
  const world = new Duo();
  const { a, b } = await pair(
    world,
    (os, socket) => readAfter(os, socket, '1s'),
    async (_os, socket) => {
      const count = await socket.send(new Uint8Array(1000));
      await socket.close();
      return count;
    },
    SMALL,
  );
  expect(b).toBe(1000);
  expect(a).toEqual({ count: 1000, end: 0 });
  const copies = world.find('socket.copied', 'B').map(({ bytes }) => bytes);
  expect(copies.length).toBeGreaterThan(2);
  expect(copies.reduce((sum, bytes) => sum + bytes)).toBe(1000);
  const reads = world.find('socket.copied', 'A').map(({ bytes }) => bytes);
  expect(reads.reduce((sum, bytes) => sum + bytes)).toBe(1000);
});

test("Windows' rule: a blocking send of any size is taken whole while less than SO_SNDBUF is pending", async () => {
  const world = new Duo({ profile: 'windows' });
  const { b } = await pair(
    world,
    (os, socket) => readAfter(os, socket, '1s'),
    async (os, socket) => {
      const sizes = [await socket.send(new Uint8Array(1000)), os.now() < 100];
      const second = await socket.send(new Uint8Array(10));
      return [...sizes, second, os.now() >= 1000];
    },
    SMALL,
  );
  expect(b).toEqual([1000, true, 10, true]);
});

test('concurrent sends go out in the order in which they were called', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep('1s');
      const buffer = new Uint8Array(300);
      const count = await socket.recv(buffer, { waitAll: true });
      return text(buffer.subarray(0, count));
    },
    async (_os, socket) => {
      const counts = await Promise.all(['a', 'b', 'c'].map((letter) => socket.send(letter.repeat(100))));
      await socket.close();
      return counts;
    },
    SMALL,
  );
  expect(a).toBe('a'.repeat(100) + 'b'.repeat(100) + 'c'.repeat(100));
});

test('a send that is called while connecting waits for the connection', async () => {
  const world = new Duo();
  const server = world.spawn('A', async (os) => {
    const socket = await (await os.listen(7000)).accept();
    return socket.recv(new Uint8Array(64));
  });
  const client = world.spawn('B', async (os) => {
    const socket = await os.socket();
    const connecting = socket.connect('A', 7000);
    const sent = await socket.send('early');
    await connecting;
    return sent;
  });
  await world.run();
  expect(await server.exited).toMatchObject({ value: 5 });
  expect(await client.exited).toMatchObject({ value: 5 });
});

test('dontWait: what finds room, or EAGAIN; it does not overtake a send that waits', async () => {
  const { b } = await pair(
    new Duo(),
    idle,
    async (os, socket) => {
      const first = await socket.send(new Uint8Array(50), { dontWait: true });
      await os.sleep('1s');
      const second = await socket.send(new Uint8Array(50), { dontWait: true });
      const third = await outcome(socket.send(new Uint8Array(50), { dontWait: true }));
      void socket.send(new Uint8Array(50));
      return [first, second, third, await outcome(socket.send('x', { dontWait: true }))];
    },
    { ...SMALL, for: '10s' },
  );
  expect(b).toEqual([32, 32, 'EAGAIN', 'EAGAIN']);
});

test.each([
  ['a time-out', 'timeout'],
  ['a signal', 'signal'],
  ['close', 'close'],
  ["shutdown('write')", 'shutdown'],
] as const)('%s ends the wait: the count so far, or an error if it is 0', async (_what, how) => {
  const world = new Duo();
  const { b } = await pair(
    world,
    idle,
    async (os, socket) => {
      const signal = how === 'signal' ? { signal: os.timeout('2s') } : {};
      const sending = [outcome(socket.send(new Uint8Array(100), signal)), outcome(socket.send('x', signal))];
      await os.sleep('2s');
      if (how === 'close') await socket.close();
      if (how === 'shutdown') await socket.shutdown('write');
      return [...(await Promise.all(sending)), world.B.sockets[0]?.requested ?? null];
    },
    { a: SMALL.a, b: { ...SMALL.b, ...(how === 'timeout' ? { SO_SNDTIMEO: '2s' } : {}) }, for: '10s' },
  );
  const codes = { timeout: 'EAGAIN', signal: 'ECANCELED', close: 'EBADF', shutdown: 'EPIPE' };
  // 64 bytes were copied: 32 lie there, 32 here. What was not taken is no longer asked for.
  expect(b).toEqual([64, codes[how], 64]);
});

test('an error after a part was copied: the count, and the error for the next call', async () => {
  const world = new Duo();
  world.schedule(2e9, () => world.A.processes[0]?.kill());
  const { b } = await pair(
    world,
    idle,
    async (_os, socket) => [
      await outcome(socket.send(new Uint8Array(1000))),
      await outcome(socket.send('x')),
      await outcome(socket.send('x')),
    ],
    SMALL,
  );
  expect(b).toEqual([64, 'ECONNRESET', 'EPIPE']);
});

test('a signal that is aborted already: ECANCELED, and nothing is copied', async () => {
  const { b } = await pair(
    new Duo(),
    idle,
    async (_os, socket) => {
      const signal = AbortSignal.abort();
      return [await outcome(socket.send('x', { signal })), await outcome(socket.recv(new Uint8Array(1), { signal }))];
    },
    { for: '1s' },
  );
  expect(b).toEqual(['ECANCELED', 'ECANCELED']);
});

test('0 bytes: 0, also while the buffer is full; EPIPE once it is shut', async () => {
  const { b } = await pair(
    new Duo(),
    idle,
    async (_os, socket) => {
      const results: (number | string)[] = [await socket.send('')];
      await socket.send(new Uint8Array(64), { dontWait: true });
      results.push(await socket.send(new Uint8Array(0)));
      await socket.shutdown('write');
      return [...results, await outcome(socket.send(''))];
    },
    { ...SMALL, for: '10s' },
  );
  expect(b).toEqual([0, 0, 'EPIPE']);
});

test('texts are sent as UTF-8; what is no bytes is a TypeError that says so', async () => {
  const { b } = await pair(
    new Duo(),
    idle,
    async (_os, socket) => {
      const counts = [await socket.send('안녕'), await socket.send('\u{1f600}')];
      const wrong = await socket.send(5 as unknown as string).catch((error) => String(error));
      return [...counts, wrong];
    },
    { for: '1s' },
  );
  expect(b).toEqual([6, 4, 'TypeError: data: 5 is not bytes; allowed is a text or a Uint8Array']);
});

test('whatever the sizes of sends and recvs: all bytes, in order', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 12 });
  const property = fc.asyncProperty(sizes, sizes, fc.integer({ min: 1, max: 80 }), async (sends, reads, room) => {
    const world = new Duo({ trace: false });
    const total = sends.reduce((sum, size) => sum + size, 0);
    const { a, b } = await pair(
      world,
      async (_os, socket) => {
        const got: number[] = [];
        for (let i = 0; ; i++) {
          const buffer = new Uint8Array(1 + (reads[i % reads.length] ?? 0));
          const count = await socket.recv(buffer);
          if (count === 0) return got;
          got.push(...buffer.subarray(0, count));
        }
      },
      async (_os, socket) => {
        let next = 0;
        const calls: Promise<number>[] = [];
        for (const size of sends) {
          calls.push(socket.send(Uint8Array.from({ length: size }, () => next++ & 255)));
        }
        const counts = await Promise.all(calls);
        await socket.close();
        return counts;
      },
      { a: { SO_RCVBUF: room }, b: { SO_SNDBUF: room } },
    );
    expect(b).toEqual(sends);
    expect(a).toEqual(Array.from({ length: total }, (_, i) => i & 255));
    expect(world.B.sockets[0]?.requested).toBe(total);
  });
  await fc.assert(property, { numRuns: 40 });
});
