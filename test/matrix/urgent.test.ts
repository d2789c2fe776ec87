/** Linux-behaviour, row 57: an urgent byte, as a program sees it. What TCP does with the pointer is in `test/rfc9293`. */
import { expect, test } from 'vitest';
import { pollFlagsOf } from '../../src/socket/poll.ts';
import { isAtMark } from '../../src/tcp/urgent.ts';
import { OneEnd } from '../support/one-end.ts';
import { connected, idle, lan, outcome, routed, until } from './place.ts';

test.each([
  ['routed', routed],
  ['one LAN', lan],
] as const)(
  'row 57, %s: recv stops before it (3 bytes); MSG_OOB brings 1 byte, a second one EINVAL',
  async (_, make) => {
    const { broughtB } = await connected(
      make(),
      async (os, socket) => {
        await until(os, 1000);
        await socket.send('abcX', { urgent: true });
        await os.sleep('100ms');
        await socket.send('def');
        await idle(os);
      },
      async (os, socket) => {
        await until(os, 2000);
        const buffer = new Uint8Array(100);
        const text = (count: number | string): string | number =>
          typeof count === 'string' ? count : new TextDecoder().decode(buffer.subarray(0, count));
        const told: (string | number)[] = [text(await outcome(socket.recv(buffer)))];
        told.push(text(await outcome(socket.recv(buffer, { urgent: true, peek: true }))));
        told.push(text(await outcome(socket.recv(buffer, { urgent: true }))));
        told.push(text(await outcome(socket.recv(buffer, { urgent: true }))));
        told.push(text(await outcome(socket.recv(buffer))));
        told.push(text(await outcome(socket.recv(buffer, { dontWait: true }))));
        return told;
      },
    );
    expect(broughtB).toEqual(['abc', 'X', 'X', 'EINVAL', 'def', 'EAGAIN']);
  },
);

test('with SO_OOBINLINE the byte is one of the stream, and recv stops in front of it', async () => {
  const { broughtB, server } = await connected(
    routed(),
    async (os, socket) => {
      await until(os, 1000);
      await socket.send('abcX', { urgent: true });
      await socket.send('def');
      await idle(os);
    },
    async (os, socket) => {
      await until(os, 2000);
      const buffer = new Uint8Array(7);
      const told = [await outcome(socket.recv(buffer, { urgent: true }))];
      told.push(await outcome(socket.recv(buffer, { waitAll: true })));
      told.push(await outcome(socket.recv(buffer)));
      return told;
    },
    { b: { SO_OOBINLINE: true } },
  );
  expect(server).toBeDefined();
  expect(broughtB).toEqual(['EINVAL', 3, 4]);
});

test('a byte that nobody asked for is lost, and the ledger says so', async () => {
  const place = routed();
  await connected(
    place,
    async (os, socket) => {
      await until(os, 1000);
      await socket.send('abcX', { urgent: true });
      await socket.send('def');
      await idle(os);
    },
    async (os, socket) => {
      await until(os, 2000);
      const buffer = new Uint8Array(100);
      await socket.recv(buffer);
      await socket.recv(buffer);
      await idle(os);
    },
  );
  const channel = place.world.ledger().find(({ received }) => received === 7);
  expect(channel).toMatchObject({ written: 7, received: 7, read: 6 });
  expect(place.world.trace.find({ kind: 'tcp.discarded', host: 'B' })).toMatchObject([
    { where: 'receive-buffer', bytes: 1 },
  ]);
});

test('row 57: poll says PRI while the byte waits, and not IN for that byte alone', () => {
  const end = OneEnd.established({ user: { urgentInline: false } });
  const flags = () => {
    const { in: reads, pri } = pollFlagsOf(end.tcp, false);
    return [reads, pri];
  };
  expect(flags()).toEqual([false, false]);
  end.arrive('PU. 1:2(1) ack 1 win 1000 urg 1');
  expect(flags()).toEqual([false, true]);
  end.arrive('P. 2:3(1) ack 1 win 1000');
  expect(flags()).toEqual([true, true]);
  end.tcp.receiveUrgent(false);
  expect(flags()).toEqual([true, false]);
});

/** What is read byte by byte, and where the mark was. */
function readAll(end: OneEnd): { bytes: number[]; marks: number[] } {
  const bytes: number[] = [];
  const marks: number[] = [];
  while (end.tcp.readable > 0) {
    if (isAtMark(end.tcp.tcb)) marks.push(bytes.length);
    const into = new Uint8Array(100);
    const count = end.tcp.receive(into, 0, into.length, false, end.now);
    bytes.push(...into.subarray(0, count));
  }
  return { bytes, marks };
}

test('V8: whatever the pointer says, no byte is lost but the one that stands out, and none comes twice', () => {
  for (let up = 0; up <= 30; up++) {
    for (const inline of [true, false]) {
      const end = OneEnd.established({ user: { urgentInline: inline } });
      const data = Uint8Array.from({ length: 10 }, (_, i) => i);
      end.arrive(`PU. 1:11(10) ack 1 win 1000 urg ${up}`, data);
      end.arrive(
        'P. 11:21(10) ack 1 win 1000',
        data.map((byte) => byte + 10),
      );
      const at = up === 0 ? 0 : up - 1;
      const all = Array.from({ length: 20 }, (_, i) => i);
      const urgent = end.tcp.receiveUrgent(true);
      const { bytes, marks } = readAll(end);
      expect(bytes, `urg ${up}, inline ${inline}`).toEqual(inline ? all : all.filter((byte) => byte !== at));
      expect(marks, `urg ${up}, inline ${inline}`).toEqual(at < 20 ? [at] : []);
      const there = at < 20 ? at : 'not-yet';
      expect(urgent, `urg ${up}, inline ${inline}`).toBe(inline ? 'no-urgent-data' : there);
    }
  }
});
