/** ssh2, unmodified, on both ends: its client and its server. */
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { broken, type Diary, program, scene, watch } from './database-scene.ts';

const HOST_KEY = ssh2.utils.generateKeyPairSync('ed25519').private;

/** Runs commands: says what it was told, and is done; `tail` goes on. */
function serve(): void {
  const server = new ssh2.Server({ hostKeys: [HOST_KEY] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => {
      if (context.method === 'password' && context.password === 'right') context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) => {
      accept().on('exec', (accept, _reject, { command }) => {
        const stream = accept();
        stream.write(`did ${command}`);
        if (command === 'tail') return;
        stream.exit(0);
        stream.end();
      });
    });
  });
  server.listen(22, '0.0.0.0');
}

function run(client: ssh2.Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, stream) => {
      if (error) {
        reject(error);
        return;
      }
      let said = '';
      stream.on('data', (data: Buffer) => {
        said += String(data);
      });
      stream.on('close', (code: unknown) => resolve(`${said}, code ${String(code)}`));
    });
  });
}

const shell =
  (options: ssh2.ConnectConfig = {}) =>
  async (diary: Diary): Promise<void> => {
    const client = new ssh2.Client();
    watch(diary, client, ['error', 'end', 'close']);
    const ready = new Promise<void>((resolve) => client.on('ready', () => resolve()));
    client.connect({ host: 'db', username: 'me', password: 'right', ...options });
    await ready;
    await diary.ending('ls', run(client, 'ls'));
    setTimeout(() => void diary.ending('a second later', run(client, 'ls')), 1000);
  };

function joined(main: (diary: Diary) => unknown) {
  const stage = scene();
  const server = program(serve);
  const process = stage.db.spawn('server', server.run);
  stage.db.onBoot('server', server.run);
  const { diary, run: main2 } = program(main);
  stage.app.spawn('app', main2, { start: 1 });
  return { ...stage, server: process, diary };
}

async function breaking(main: (diary: Diary) => unknown, how: 'cut' | 'power' | 'kill') {
  const stage = joined(main);
  await stage.world.run({ until: () => stage.diary.has('ls: "did ls, code 0"') });
  const before = stage.diary.seen.length;
  await broken(stage, how, stage.server);
  return stage.diary.seen.slice(before);
}

test('a command, a wrong password', async () => {
  const { world, diary } = joined(async (diary) => {
    const client = new ssh2.Client();
    watch(diary, client, ['error', 'end', 'close']);
    client.on('ready', () => void diary.ending('ls', run(client, 'ls')).then(() => client.end()));
    client.connect({ host: 'db', username: 'me', password: 'right' });
    const stranger = new ssh2.Client();
    stranger.on('error', (error) => diary.tell(`stranger: ${error.message}`));
    stranger.connect({ host: 'db', username: 'me', password: 'wrong' });
  });
  await world.run();
  expect(diary.seen.map(([what]) => what).sort()).toEqual([
    'close',
    'end',
    'ls: "did ls, code 0"',
    'stranger: All configured authentication methods failed',
  ]);
  await world[Symbol.asyncDispose]();
});

test('the cable is cut: without keep-alives the command fails after a quarter of an hour, with them when three are lost', async () => {
  expect(await breaking(shell(), 'cut')).toEqual([
    ['error: ETIMEDOUT read ETIMEDOUT', 939_918],
    ['close', 939_918],
    ['a second later: No response from server', 939_918],
  ]);
  expect(await breaking(shell({ keepaliveInterval: 5000 }), 'cut')).toEqual([
    ['error: Keepalive timeout', 20_191],
    ['close', 20_191],
    ['a second later: No response from server', 20_191],
  ]);
});

test('the power fails for ten seconds: the connection is reset', async () => {
  expect(await breaking(shell(), 'power')).toEqual([
    ['error: ECONNRESET read ECONNRESET', 13_981],
    ['close', 13_981],
    ['a second later: No response from server', 13_981],
  ]);
});

test('the server is killed: the connection closes, and no command can be run', async () => {
  expect(await breaking(shell(), 'kill')).toEqual([
    ['end', 246],
    ['close', 246],
    ['a second later: Not connected', 1241],
  ]);
});
