/** socket.io and its client, unmodified, on both ends: over WebSocket, and over long polling. */
import http from 'node:http';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import { breaking, type Diary, watch } from './database-scene.ts';

function serve(): void {
  const server = http.createServer();
  new Server(server).on('connection', (socket) => socket.on('ask', (what, answer) => answer(`for ${what}`)));
  server.listen(80);
}

const call = (transport: 'websocket' | 'polling') => (diary: Diary) => {
  const socket = io('http://db', { transports: [transport], randomizationFactor: 0 });
  const ask = (what: string) => socket.timeout(20_000).emitWithAck('ask', what);
  socket.on('disconnect', (reason) => diary.tell(`disconnect: ${reason}`));
  watch(diary, socket, ['connect']);
  socket.once('connect', async () => {
    await diary.ending('first', ask('one'));
    diary.tell('used');
    setTimeout(() => void diary.ending('a second later', ask('two')), 1000);
  });
};

test('websocket, cut', async () => {
  expect((await breaking(serve, call('websocket'), 'cut')).slice(0, 8)).toEqual([
    ['a second later: operation has timed out', 21_041],
    ['disconnect: ping timeout', 45_021],
  ]);
});

test('websocket, power', async () => {
  expect((await breaking(serve, call('websocket'), 'power')).slice(0, 8)).toEqual([
    ['disconnect: transport close', 14_491],
    ['a second later: socket has been disconnected', 14_491],
    ['connect', 15_521],
  ]);
});

test('websocket, kill', async () => {
  expect((await breaking(serve, call('websocket'), 'kill')).slice(0, 8)).toEqual([
    ['disconnect: transport close', 46],
    ['a second later: operation has timed out', 21_041],
  ]);
});

test('polling, cut', async () => {
  expect((await breaking(serve, call('polling'), 'cut')).slice(0, 8)).toEqual([
    ['a second later: operation has timed out', 21_064],
    ['disconnect: ping timeout', 45_022],
  ]);
});

test('polling, power', async () => {
  expect((await breaking(serve, call('polling'), 'power')).slice(0, 8)).toEqual([
    ['disconnect: transport error', 11_086],
    ['a second later: socket has been disconnected', 11_086],
    ['connect', 12_128],
  ]);
});

test('polling, kill', async () => {
  expect((await breaking(serve, call('polling'), 'kill')).slice(0, 8)).toEqual([
    ['disconnect: transport error', 76],
    ['a second later: operation has timed out', 21_064],
  ]);
});
