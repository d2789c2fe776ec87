/** amqplib's client, unmodified, with a peer that knows as much of AMQP 0-9-1 as a queue needs. */
import net from 'node:net';
import amqp from 'amqplib';
import { expect, test } from 'vitest';
import { breaking, type Diary, watch } from './database-scene.ts';

const METHOD = 1;
const HEARTBEAT = 8;
const FRAME_END = 0xce;

/** A method: class and number; and its arguments. Source: the specification of AMQP 0-9-1, 2.3.5 and 1.4 to 1.8. */
function method(channel: number, kind: number, number: number, ...args: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(kind, 0);
  head.writeUInt16BE(number, 2);
  return frame(METHOD, channel, Buffer.concat([head, ...args]));
}

function frame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([FRAME_END])]);
}

const short = (value: number) => Buffer.from([value >>> 8, value & 0xff]);
const long = (value: number) => Buffer.concat([short(value >>> 16), short(value & 0xffff)]);
const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
const longText = (value: string) => Buffer.concat([long(value.length), Buffer.from(value)]);

/** What is answered to a method, 'class.number'. */
const ANSWERS: Readonly<Record<string, (channel: number) => Buffer | undefined>> = {
  '10.11': () => method(0, 10, 30, short(10), long(131_072), short(10)), // start-ok: tune, a heartbeat of 10 s
  '10.40': () => method(0, 10, 41, text('')), // open: open-ok
  '10.50': () => method(0, 10, 51), // close: close-ok
  '20.10': (channel) => method(channel, 20, 11, long(0)), // channel.open
  '50.10': (channel) => method(channel, 50, 11, text('tasks'), long(0), long(0)), // queue.declare
};

/** Takes connections, and answers as above; a connection that has said nothing for two heartbeats is dropped. */
function serve(): void {
  net
    .createServer((socket) => {
      let held = Buffer.alloc(0);
      let greeted = false;
      const beating = setInterval(() => socket.write(frame(HEARTBEAT, 0, Buffer.alloc(0))), 5000);
      socket.setTimeout(20_000, () => socket.destroy());
      socket.on('close', () => clearInterval(beating));
      socket.on('error', () => {});
      socket.on('data', (data) => {
        held = Buffer.concat([held, data]);
        if (!greeted && held.length >= 8) {
          greeted = true;
          held = held.subarray(8); // 'AMQP' and the version
          const start = [Buffer.from([0, 9]), long(0), longText('PLAIN'), longText('en_US')];
          socket.write(method(0, 10, 10, ...start));
        }
        while (held.length >= 8 && held.length >= held.readUInt32BE(3) + 8) {
          const length = held.readUInt32BE(3) + 8;
          const [type, channel] = [held.readUInt8(0), held.readUInt16BE(1)];
          const answer = type === METHOD ? ANSWERS[`${held.readUInt16BE(7)}.${held.readUInt16BE(9)}`] : undefined;
          held = held.subarray(length);
          const bytes = answer?.(channel);
          if (bytes !== undefined) socket.write(bytes);
        }
      });
    })
    .listen(5672);
}

const call = (url: string) => async (diary: Diary) => {
  const connection = await amqp.connect(url);
  watch(diary, connection, ['error', 'close']);
  const channel = await connection.createChannel();
  watch(diary, channel, ['error', 'close']);
  await diary.ending(
    'first',
    channel.assertQueue('tasks').then(({ queue }) => queue),
  );
  diary.tell('used');
  setTimeout(() => {
    const asked = Promise.resolve().then(() => channel.assertQueue('tasks').then(({ queue }) => queue));
    void diary.ending('a second later', asked);
  }, 1000);
};

test('the cable is cut: the heartbeat that was agreed upon ends the connection', async () => {
  expect(await breaking(serve, call('amqp://db'), 'cut')).toEqual([
    ['error: Heartbeat timeout', 30_091],
    ['close', 30_091],
    ['close: Heartbeat timeout', 30_091],
    ['a second later: Channel ended, no reply will be forthcoming', 30_091],
  ]);
});

test('the power fails for ten seconds: the connection is reset when it is back', async () => {
  expect(await breaking(serve, call('amqp://db'), 'power')).toEqual([
    ['error: ECONNRESET read ECONNRESET', 14_775],
    ['close', 14_775],
    ['close: ECONNRESET read ECONNRESET', 14_775],
    ['a second later: Channel ended, no reply will be forthcoming', 14_775],
  ]);
});

test('the server is killed: connection and channel close at once', async () => {
  expect(await breaking(serve, call('amqp://db'), 'kill')).toEqual([
    ['error: Unexpected close', 116],
    ['close', 116],
    ['close: Unexpected close', 116],
    ['a second later: Channel closed', 1111],
  ]);
});
