import { expect, test } from 'vitest';
import { Duo, outcome } from '../../test/support/duo.ts';
import { text } from '../base/bytes.ts';
import type { DatagramSocket, SocketOptions, System } from '../system/system.ts';

type Program<T> = (os: System, socket: DatagramSocket) => Promise<T>;

/** A has port 7000; B's socket is fresh. What the two bring. */
async function duo<A, B>(world: Duo, atA: Program<A>, atB: Program<B>, options: SocketOptions = {}) {
  const server = world.spawn('A', async (os) => {
    const socket = await os.socket('datagram', options);
    await socket.bind(7000);
    return atA(os, socket);
  });
  const client = world.spawn('B', async (os) => atB(os, await os.socket('datagram')));
  await world.run('1min');
  if (world.failures.length > 0) throw world.failures[0];
  const brought = async <T>(exited: ReturnType<typeof world.spawn<T>>['exited']) => {
    const exit = await Promise.race([exited, undefined]);
    return exit !== undefined && 'value' in exit ? exit.value : undefined;
  };
  return { a: await brought(server.exited), b: await brought(client.exited) };
}

test('messages keep their boundaries, and tell their sender', async () => {
  const { a } = await duo(
    new Duo(),
    async (_os, socket) => {
      const buffer = new Uint8Array(100);
      const first = await socket.recvFrom(buffer);
      const word = text(buffer.subarray(0, first.count));
      return [word, first.from.address, await socket.recv(buffer), await socket.recv(buffer)];
    },
    async (_os, socket) => {
      for (const word of ['one', 'three', '']) await socket.sendTo(word, 'A', 7000);
    },
  );
  expect(a).toEqual(['one', '10.0.0.2', 5, 0]);
});

test('what does not fit the buffer is lost; peek leaves the message', async () => {
  const { a } = await duo(
    new Duo(),
    async (_os, socket) => {
      const peeked = await socket.recv(new Uint8Array(2), { peek: true });
      return [peeked, await socket.recv(new Uint8Array(4)), await socket.recv(new Uint8Array(9))];
    },
    async (_os, socket) => {
      await socket.sendTo('message', 'A', 7000);
      await socket.sendTo('next', 'A', 7000);
    },
  );
  expect(a).toEqual([2, 4, 4]);
});

test('what finds no room at the peer is lost, and send does not wait', async () => {
  const { a, b } = await duo(
    new Duo(),
    async (os, socket) => {
      await os.sleep('1s');
      const counts: (number | string)[] = [];
      for (let i = 0; i < 6; i++) counts.push(await outcome(socket.recv(new Uint8Array(9), { dontWait: true })));
      return counts;
    },
    async (os, socket) => {
      await socket.connect('A', 7000);
      const counts: number[] = [];
      for (let i = 0; i < 8; i++) counts.push(await socket.send(`number ${i}`));
      return [...counts, os.now()];
    },
    { SO_RCVBUF: 32 },
  );
  expect(b).toEqual([8, 8, 8, 8, 8, 8, 8, 8, 0]);
  expect(a).toEqual([8, 8, 8, 8, 'EAGAIN', 'EAGAIN']);
});

test('a connected socket is told of ICMP errors, once; another is not', async () => {
  const told = async (connected: boolean) => {
    const { b } = await duo(
      new Duo(),
      async () => undefined,
      async (os, socket) => {
        if (connected) await socket.connect('A', 7777);
        const send = () => outcome(connected ? socket.send('x') : socket.sendTo('x', 'A', 7777));
        const results: (number | string)[] = [await send()];
        await os.sleep('1s');
        results.push(await send());
        await os.sleep('1s');
        return [...results, await outcome(socket.recv(new Uint8Array(1), { dontWait: true }))];
      },
    );
    return b;
  };
  expect(await told(true)).toEqual([1, 'ECONNREFUSED', 'EAGAIN']);
  expect(await told(false)).toEqual([1, 1, 'EAGAIN']);
});

test('a connected socket takes datagrams of its peer only', async () => {
  const { b } = await duo(
    new Duo(),
    async (os, socket) => {
      const { from } = await socket.recvFrom(new Uint8Array(9));
      const other = await os.socket('datagram');
      await other.sendTo('stranger', from.address, from.port);
      await socket.sendTo('peer', from.address, from.port);
    },
    async (_os, socket) => {
      await socket.connect('A', 7000);
      await socket.send('hi');
      return socket.recv(new Uint8Array(9));
    },
  );
  expect(b).toBe(4);
});

test('errors of the calls', async () => {
  const { b } = await duo(
    new Duo(),
    async () => undefined,
    async (os, socket) => {
      const results = [
        await outcome(socket.send('x')),
        await outcome(socket.sendTo('x', 'Z', 1)),
        await outcome(socket.sendTo('x', '10.0.0.255', 1)),
        await outcome(socket.sendTo('x', '192.168.0.1', 1)),
        await outcome(socket.sendTo(new Uint8Array(65_508), 'A', 1)),
        await outcome(socket.recv(new Uint8Array(1), { signal: os.timeout('1s') })),
        await outcome(socket.bind(0)),
      ];
      const other = await os.socket('datagram');
      await other.bind(5000);
      results.push(await outcome((await os.socket('datagram')).bind(5000)));
      await socket.close();
      return [...results, await outcome(socket.close()), await outcome(socket.send('x'))];
    },
  );
  // Its port was chosen when it first sent, so that bind comes too late.
  expect(b).toEqual([
    'EDESTADDRREQ',
    'ENOTFOUND',
    'EACCES',
    'ENETUNREACH',
    'EMSGSIZE',
    'ECANCELED',
    'EINVAL',
    'EADDRINUSE',
    'EBADF',
    'EBADF',
  ]);
});

test('SO_RCVTIMEO; close ends a recv that waits', async () => {
  const { a, b } = await duo(
    new Duo(),
    async (os, socket) => {
      const first = await outcome(socket.recv(new Uint8Array(1)));
      const waiting = outcome(socket.recvFrom(new Uint8Array(1)));
      await socket.close();
      return [first, os.now(), await waiting];
    },
    async (_os, socket) => [await socket.getOption('SO_RCVBUF'), await socket.getOption('SO_SNDBUF')],
    {
      SO_RCVTIMEO: '2s',
    },
  );
  expect(a).toEqual(['EAGAIN', 2000, 'EBADF']);
  expect(b).toEqual([212_992, 212_992]);
});
