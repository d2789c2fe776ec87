/** ws, unmodified, on both ends. */
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { breaking, type Diary, program, scene, watch } from './database-scene.ts';

/** An echo. As ws's own documentation shows it, a client that has not answered a ping by the next one is terminated. */
function serve(diary: Diary): void {
  const server = new WebSocketServer({ port: 80 });
  const alive = new WeakSet<WebSocket>();
  server.on('connection', (socket) => {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    watch(diary, socket, ['close', 'error']);
  });
  setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.has(socket)) socket.terminate();
      alive.delete(socket);
      socket.ping();
    }
  }, 30_000);
}

/** Says 'hello', and again a second later; with `patience`, gives a connection up that has had no ping for so long. */
const call = (patience?: number) => (diary: Diary) => {
  const socket = new WebSocket('ws://db/');
  socket.on('open', () => socket.send('hello'));
  socket.on('message', (data) => diary.tell(`message ${data}`));
  socket.once('message', () => {
    diary.tell('used');
    setTimeout(() => socket.send('again', (error) => diary.tell(error ? `not sent: ${error.message}` : 'sent')), 1000);
  });
  socket.on('close', (code) => diary.tell(`close ${code}`));
  watch(diary, socket, ['error']);
  if (patience === undefined) return;
  let timer = setTimeout(() => socket.terminate(), patience);
  socket.on('ping', () => {
    clearTimeout(timer);
    timer = setTimeout(() => socket.terminate(), patience);
  });
  socket.on('close', () => clearTimeout(timer));
};

test('texts, bytes, a large message, a close with its code', async () => {
  const { world, app, db } = scene();
  const server = program(serve);
  const process = db.spawn('server', server.run);
  const { diary, run } = program((seen) => {
    const socket = new WebSocket('ws://db/');
    const large = Buffer.alloc(1_000_000, 7);
    socket.on('open', () => {
      socket.send('hello');
      socket.send(large);
    });
    socket.on('message', (data, isBinary) => {
      seen.tell(isBinary ? `the same bytes: ${large.equals(data as Buffer)}` : String(data));
      if (isBinary) socket.close(4000, 'enough');
    });
    socket.on('close', (code, reason) => seen.tell(`close ${code} ${reason}`));
  });
  app.spawn('app', run, { start: 1 });
  await world.run({ for: '10s' });
  expect(diary.seen.map(([what]) => what)).toEqual(['hello', 'the same bytes: true', 'close 4000 enough']);
  process.kill();
  await world[Symbol.asyncDispose]();
});

test('the cable is cut: without heartbeats who has written learns of it after a quarter of an hour, with them when one is missed', async () => {
  expect(await breaking(serve, call(), 'cut')).toEqual([
    ['sent', 1031],
    ['close 1006', 936_071],
  ]);
  expect(await breaking(serve, call(35_000), 'cut')).toEqual([
    ['sent', 1031],
    ['close 1006', 35_001],
  ]);
});

test('the power fails for ten seconds: closed with 1006 when it is back', async () => {
  expect(await breaking(serve, call(), 'power')).toEqual([
    ['sent', 1031],
    ['close 1006', 14_481],
  ]);
});

test('the server is killed: closed with 1006 at once', async () => {
  expect(await breaking(serve, call(), 'kill')).toEqual([
    ['close 1006', 36],
    ['not sent: WebSocket is not open: readyState 3 (CLOSED)', 1031],
  ]);
});
