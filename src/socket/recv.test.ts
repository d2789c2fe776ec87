import { expect, test } from 'vitest';
import { Duo, outcome, pair } from '../../test/support/duo.ts';
import { text } from '../base/bytes.ts';
import type { System } from '../system/system.ts';

const idle = (os: System) => os.sleep('1h');

/** B sends 'hello' and lives on. */
async function hello(os: System, socket: { send(data: string): Promise<number> }) {
  await socket.send('hello');
  await idle(os);
}

test('a small buffer takes part, the rest stays; a large one is not waited for', async () => {
  const { a } = await pair(
    new Duo(),
    async (_os, socket) => {
      const buffer = new Uint8Array(3);
      const large = new Uint8Array(100);
      return [await socket.recv(buffer), text(buffer), await socket.recv(large), text(large.subarray(0, 2))];
    },
    hello,
  );
  expect(a).toEqual([3, 'hel', 2, 'lo']);
});

test('an empty receive buffer blocks until bytes come', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      const before = os.now();
      const count = await socket.recv(new Uint8Array(10));
      return [count, os.now() - before > 999];
    },
    async (os, socket) => {
      await os.sleep('1s');
      await hello(os, socket);
    },
  );
  expect(a).toEqual([5, true]);
});

test('peek: the bytes stay, and are not told as copied', async () => {
  const world = new Duo();
  const { a } = await pair(
    world,
    async (_os, socket) => {
      const buffer = new Uint8Array(3);
      return [await socket.recv(buffer, { peek: true }), text(buffer), await socket.recv(new Uint8Array(10))];
    },
    hello,
  );
  expect(a).toEqual([3, 'hel', 5]);
  expect(world.find('socket.copied', 'A').map(({ bytes, direction }) => [bytes, direction])).toEqual([[5, 'out']]);
});

test('waitAll waits until the buffer is full', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      const buffer = new Uint8Array(10);
      const count = await socket.recv(buffer, { waitAll: true });
      return [count, text(buffer), os.now() > 1000];
    },
    async (os, socket) => {
      await socket.send('hello');
      await os.sleep('1s');
      await hello(os, socket);
    },
  );
  expect(a).toEqual([10, 'hellohello', true]);
});

test('waitAll with peek waits for all of them, and leaves them', async () => {
  const { a } = await pair(
    new Duo(),
    async (_os, socket) => {
      const buffer = new Uint8Array(10);
      const peeked = await socket.recv(buffer, { waitAll: true, peek: true });
      return [peeked, text(buffer), await socket.recv(buffer)];
    },
    async (os, socket) => {
      await socket.send('hello');
      await os.sleep('1s');
      await hello(os, socket);
    },
  );
  expect(a).toEqual([10, 'hellohello', 10]);
});

test('waitAll ends at the end of the stream with what there is; an error is left to the next call', async () => {
  for (const linger of [undefined, { onoff: true, linger: 0 }]) {
    const { a } = await pair(
      new Duo(),
      async (_os, socket) => {
        const buffer = new Uint8Array(10);
        const results: (number | string)[] = [await socket.recv(buffer, { waitAll: true })];
        return [...results, await outcome(socket.recv(buffer)), await outcome(socket.recv(buffer))];
      },
      async (os, socket) => {
        await socket.send('hello');
        await os.sleep('1s');
        await socket.close();
      },
      linger === undefined ? {} : { b: { SO_LINGER: linger } },
    );
    expect(a).toEqual([5, linger === undefined ? 0 : 'ECONNRESET', 0]);
  }
});

test('dontWait: EAGAIN when nothing is there; with waitAll what is there', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      const buffer = new Uint8Array(10);
      const first = await outcome(socket.recv(buffer, { dontWait: true }));
      await os.sleep('1s');
      const second = await outcome(socket.recv(buffer, { dontWait: true, waitAll: true }));
      return [first, second, await outcome(socket.recv(buffer, { dontWait: true }))];
    },
    async (os, socket) => {
      await os.sleep('500ms');
      await hello(os, socket);
    },
  );
  expect(a).toEqual(['EAGAIN', 5, 'EAGAIN']);
});

test('a buffer of 0 bytes waits like any other, and takes nothing', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      const none = new Uint8Array(0);
      const first = await outcome(socket.recv(none, { dontWait: true }));
      const second = await socket.recv(none);
      return [first, second, os.now() > 999, await socket.recv(new Uint8Array(9))];
    },
    async (os, socket) => {
      await os.sleep('1s');
      await hello(os, socket);
    },
  );
  expect(a).toEqual(['EAGAIN', 0, true, 5]);
});

test('concurrent recvs are served in the order in which they were called', async () => {
  const { a } = await pair(
    new Duo(),
    async (_os, socket) => {
      const buffers = [1, 2, 3].map(() => new Uint8Array(2));
      const counts = await Promise.all(buffers.map((buffer) => socket.recv(buffer)));
      return [...counts, ...buffers.map((buffer, i) => text(buffer.subarray(0, counts[i])))];
    },
    async (os, socket) => {
      await os.sleep('1s');
      await hello(os, socket);
    },
  );
  expect(a).toEqual([2, 2, 1, 'he', 'll', 'o']);
});

test('the second of two recvs times out; the first goes on', async () => {
  const { a } = await pair(
    new Duo(),
    async (os, socket) => {
      const first = outcome(socket.recv(new Uint8Array(9)));
      const second = outcome(socket.recv(new Uint8Array(9), { signal: os.timeout('1s') }));
      return [await second, os.now() < 1100, await first];
    },
    async (os, socket) => {
      await os.sleep('2s');
      await hello(os, socket);
    },
  );
  expect(a).toEqual(['ECANCELED', true, 5]);
});

test('bytes that came before accept was called are there', async () => {
  const world = new Duo();
  const server = world.spawn('A', async (os) => {
    const listener = await os.listen(7000);
    await os.sleep('1s');
    const socket = await listener.accept();
    const before = os.now();
    const count = await socket.recv(new Uint8Array(9));
    return [count, os.now() - before];
  });
  world.spawn('B', async (os) => hello(os, await os.connect('A', 7000)));
  await world.run();
  expect(await server.exited).toMatchObject({ value: [5, 0] });
});

test('reading opens a window that was shut', async () => {
  const { a, b } = await pair(
    new Duo(),
    async (os, socket) => {
      await os.sleep('1s');
      const status = socket.status().receiveBuffer;
      const buffer = new Uint8Array(100);
      await socket.recv(buffer, { waitAll: true });
      return [status.window, status.bytes, os.now() < 1100];
    },
    async (_os, socket) => socket.send(new Uint8Array(100)),
    { a: { SO_RCVBUF: 32 }, b: { TCP_NODELAY: true } },
  );
  expect(a).toEqual([0, 32, true]);
  expect(b).toBe(100);
});

test('what is no buffer is a TypeError that says so', async () => {
  const { a } = await pair(
    new Duo(),
    async (_os, socket) => [
      await socket.recv('x' as unknown as Uint8Array).catch(String),
      await socket.recv(new Uint8Array(1), { signal: 5 as unknown as AbortSignal }).catch(String),
    ],
    idle,
    { for: '1s' },
  );
  expect(a).toEqual([
    "TypeError: buffer: 'x' is not a buffer; allowed is a Uint8Array",
    "TypeError: options.signal: 5 is not a signal; allowed is an AbortSignal or os.timeout('5s')",
  ]);
});
