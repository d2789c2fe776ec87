/** ioredis, unmodified, against a real Redis behind a cable that can be cut. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { broken, type Diary, program, scene, watch } from './database-scene.ts';
import { type RealServer, startRedis } from './real-servers.ts';

/** Sets and gets a key, and gets it again a second later. */
async function client(diary: Diary): Promise<void> {
  // As its documentation has it, without the chance that is in the default.
  const redis = new Redis({ host: 'db', retryStrategy: (times) => Math.min(times * 50, 2000) });
  watch(diary, redis, ['ready', 'error', 'close', 'reconnecting', 'end']);
  await diary.ending('set', redis.set('key', 'value'));
  await diary.ending('get', redis.get('key'));
  setTimeout(() => void diary.ending('a second later', redis.get('key')), 1000);
}

needs({ programs: ['redis-server'] }).describe('ioredis with a real Redis', () => {
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
      ['ready', 30],
      ['set: "OK"', 40],
      ['get: "value"', 50],
      ['a second later: "value"', 1060],
    ]);
    await world[Symbol.asyncDispose]();
  });

  test('a pipeline and a subscription', async () => {
    const stage = scene();
    stage.world.gateway({ host: stage.db, listen: 6379, to: server.place });
    const { diary, run } = program(async (diary) => {
      const [redis, subscriber] = [new Redis({ host: 'db' }), new Redis({ host: 'db' })];
      await diary.ending('pipeline', redis.pipeline().set('n', 1).incr('n').get('n').exec());
      subscriber.on('message', (channel, message) => {
        diary.tell(`${channel}: ${message}`);
        void Promise.all([redis.quit(), subscriber.quit()]).then(() => diary.tell('quit'));
      });
      await subscriber.subscribe('news');
      await diary.ending('publish', redis.publish('news', 'hello'));
    });
    const app = stage.app.spawn('app', run);
    await stage.world.run();
    expect(diary.seen.map(([what]) => what).sort()).toEqual([
      'news: hello',
      'pipeline: [[null,"OK"],[null,2],[null,"2"]]',
      'publish: 1',
      'quit',
    ]);
    expect(await app.exited).toMatchObject({ code: 0 });
    await stage.world[Symbol.asyncDispose]();
  });

  test('the cable is cut: the command is asked for over a quarter of an hour, and is lost after twenty attempts', async () => {
    const stage = joined();
    await stage.world.run({ until: () => stage.diary.has('get: "value"') });
    await broken(stage, 'cut', stage.gateway);
    expect(stage.diary.seen.slice(3, 9)).toEqual([
      ['error: ETIMEDOUT read ETIMEDOUT', 936_090],
      ['close', 936_090],
      ['reconnecting', 936_090],
      ['error: ETIMEDOUT connect ETIMEDOUT', 946_140],
      ['close', 946_140],
      ['reconnecting', 946_140],
    ]);
    expect(stage.diary.seen.find(([what]) => what.startsWith('a second later'))).toEqual([
      'a second later: Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.',
      1_146_590,
    ]);
  });

  test('the power fails for ten seconds: the command is sent again, and answered', async () => {
    const stage = joined();
    await stage.world.run({ until: () => stage.diary.has('get: "value"') });
    await broken(stage, 'power', stage.gateway);
    expect(stage.diary.seen.slice(3)).toEqual([
      ['error: ECONNRESET read ECONNRESET', 14_500],
      ['close', 14_500],
      ['reconnecting', 14_500],
      ['ready', 14_580],
      ['a second later: "value"', 14_590],
    ]);
  });

  test('the server is killed: its connection closes, and further ones are refused', async () => {
    const stage = joined();
    await stage.world.run({ until: () => stage.diary.has('get: "value"') });
    await broken(stage, 'kill', stage.gateway);
    expect(stage.diary.seen.slice(3, 8)).toEqual([
      ['close', 55],
      ['reconnecting', 55],
      ['error: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:6379', 115],
      ['close', 115],
      ['reconnecting', 115],
    ]);
    expect(stage.diary.seen.find(([what]) => what.startsWith('a second later'))).toEqual([
      'a second later: Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.',
      10_755,
    ]);
  });
});
