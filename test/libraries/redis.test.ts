/** redis (node-redis), unmodified, against a real Redis behind a cable that can be cut. */
import { createClient } from 'redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { broken, type Diary, program, scene, watch } from './database-scene.ts';
import { type RealServer, startRedis } from './real-servers.ts';

/** Sets and gets a key, and gets it again a second later. */
async function client(diary: Diary): Promise<void> {
  // As its documentation has it, without the chance that is in the default.
  const reconnectStrategy = (times: number) => Math.min(times * 50, 2000);
  const redis = createClient({ socket: { host: 'db', reconnectStrategy } });
  watch(diary, redis, ['ready', 'error', 'reconnecting', 'end']);
  await redis.connect();
  await diary.ending('set', redis.set('key', 'value'));
  await diary.ending('get', redis.get('key'));
  setTimeout(() => void diary.ending('a second later', redis.get('key')), 1000);
}

needs({ programs: ['redis-server'] }).describe('redis with a real Redis', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  function joined() {
    const stage = scene();
    const gateway = stage.world.gateway({ host: stage.db, listen: 6379, to: server.place });
    const { diary, run } = program(client);
    stage.app.spawn('app', run);
    return { ...stage, gateway, diary };
  }

  test('a command takes a round trip', async () => {
    const { world, diary } = joined();
    await world.run({ for: '2s' });
    expect(diary.seen).toEqual([
      ['ready', 20],
      ['set: "OK"', 30],
      ['get: "value"', 40],
      ['a second later: "value"', 1050],
    ]);
    await world[Symbol.asyncDispose]();
  });

  test('a transaction and a subscription', async () => {
    const stage = scene();
    stage.world.gateway({ host: stage.db, listen: 6379, to: server.place });
    const { diary, run } = program(async (diary) => {
      const redis = createClient({ socket: { host: 'db' } });
      await redis.connect();
      await diary.ending('transaction', redis.multi().set('n', 1).incr('n').get('n').exec());
      const subscriber = redis.duplicate();
      await subscriber.connect();
      const heard = new Promise<void>((resolve) => {
        void subscriber.subscribe('news', (message) => {
          diary.tell(`news: ${message}`);
          resolve();
        });
      });
      await subscriber.ping();
      await diary.ending('publish', redis.publish('news', 'hello'));
      await heard;
      await Promise.all([redis.close(), subscriber.close()]);
      diary.tell('closed');
    });
    const app = stage.app.spawn('app', run);
    await stage.world.run();
    expect(diary.seen.map(([what]) => what).sort()).toEqual([
      'closed',
      'news: hello',
      'publish: 1',
      'transaction: ["OK",2,"2"]',
    ]);
    expect(await app.exited).toMatchObject({ code: 0 });
    await stage.world[Symbol.asyncDispose]();
  });

  test('the cable is cut: the command fails after a quarter of an hour, and the client goes on trying', async () => {
    const stage = joined();
    await stage.world.run({ until: () => stage.diary.has('get: "value"') });
    await broken(stage, 'cut', stage.gateway);
    expect(stage.diary.seen.slice(3, 8)).toEqual([
      ['error: ETIMEDOUT read ETIMEDOUT', 936_080],
      ['reconnecting', 936_080],
      ['a second later: ETIMEDOUT read ETIMEDOUT', 936_080],
      ['error: Connection timeout', 941_080],
      ['reconnecting', 941_130],
    ]);
  });

  test('the power fails for ten seconds: the command is lost, the client is ready again', async () => {
    const stage = joined();
    await stage.world.run({ until: () => stage.diary.has('get: "value"') });
    await broken(stage, 'power', stage.gateway);
    expect(stage.diary.seen.slice(3)).toEqual([
      ['error: ECONNRESET read ECONNRESET', 14_490],
      ['reconnecting', 14_490],
      ['a second later: ECONNRESET read ECONNRESET', 14_490],
      ['ready', 14_510],
    ]);
  });

  test('the server is killed: its connection closes, further ones are refused, and the command waits', async () => {
    const stage = joined();
    await stage.world.run({ until: () => stage.diary.has('get: "value"') });
    await broken(stage, 'kill', stage.gateway);
    expect(stage.diary.seen.slice(3, 8)).toEqual([
      ['error: Socket closed unexpectedly', 45],
      ['reconnecting', 45],
      ['error: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:6379', 55],
      ['reconnecting', 105],
      ['error: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:6379', 115],
    ]);
    // It leaves the queue of those that wait for a connection after five seconds.
    expect(stage.diary.seen).toContainEqual(['a second later: TimeoutError', 6040]);
  });
});
