/** pg, unmodified, against a real PostgreSQL behind a cable that can be cut. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { broken, type Diary, program, scene, watch } from './database-scene.ts';
import { type RealServer, startPostgres } from './real-servers.ts';

const PLACE = { host: 'db', user: 'tester', database: 'postgres' };

/** Asks through a pool, and again a second later. */
async function pooled(diary: Diary): Promise<void> {
  const pool = new pg.Pool(PLACE);
  watch(diary, pool, ['connect', 'error', 'remove']);
  await diary.ending(
    'sum',
    pool.query('select 1 + $1::int as sum', [2]).then(({ rows }) => rows),
  );
  setTimeout(
    () =>
      void diary.ending(
        'a second later',
        pool.query('select 4 as four').then(({ rows }) => rows),
      ),
    1000,
  );
}

/** Asks by one connection, and again a second later. */
async function single(diary: Diary): Promise<void> {
  const client = new pg.Client(PLACE);
  watch(diary, client, ['error', 'end']);
  await client.connect();
  await diary.ending(
    'sum',
    client.query('select 1 + $1::int as sum', [2]).then(({ rows }) => rows),
  );
  setTimeout(
    () =>
      void diary.ending(
        'a second later',
        client.query('select 4 as four').then(({ rows }) => rows),
      ),
    1000,
  );
}

needs({ programs: ['pg_ctlcluster'] }).describe('pg with a real PostgreSQL', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  function joined(main: (diary: Diary) => unknown) {
    const stage = scene();
    const gateway = stage.world.gateway({ host: stage.db, listen: 5432, to: server.place });
    const { diary, run } = program(main);
    stage.app.spawn('app', run);
    return { ...stage, gateway, diary };
  }

  async function breaking(main: (diary: Diary) => unknown, how: 'cut' | 'power' | 'kill') {
    const stage = joined(main);
    await stage.world.run({ until: () => stage.diary.has('sum: [{"sum":3}]') });
    const before = stage.diary.seen.length;
    await broken(stage, how, stage.gateway);
    return stage.diary.seen.slice(before);
  }

  test('a query takes a round trip; an idle connection of a pool is closed after ten seconds', async () => {
    const { world, diary } = joined(pooled);
    await world.run();
    expect(diary.seen).toEqual([
      ['connect', 20],
      ['sum: [{"sum":3}]', 30],
      ['a second later: [{"four":4}]', 1040],
      ['remove', 11_050],
    ]);
    await world[Symbol.asyncDispose]();
  });

  test('an error of the server, a transaction and a large result', async () => {
    const { world, diary } = joined(async (diary) => {
      const client = new pg.Client(PLACE);
      await client.connect();
      await diary.ending('wrong', client.query('select * from nothing'));
      await client.query('begin');
      await client.query(
        'create temporary table numbers on commit drop as select * from generate_series(1, 20000) as n',
      );
      const { rows } = await client.query<{ n: number }>('select n from numbers order by n');
      await client.query('commit');
      diary.tell(`${rows.length} rows, the last ${rows.at(-1)?.n}`);
      await client.end();
    });
    await world.run();
    expect(diary.seen.map(([what]) => what)).toEqual([
      'wrong: 42P01 relation "nothing" does not exist',
      '20000 rows, the last 20000',
    ]);
    await world[Symbol.asyncDispose]();
  });

  test('a query that really takes long takes no virtual time', async () => {
    const { world, diary } = joined(async (diary) => {
      const client = new pg.Client({ ...PLACE, query_timeout: 5000 });
      await client.connect();
      await diary.ending(
        'asleep',
        client.query('select pg_sleep(0.3)').then(({ rows }) => rows.length),
      );
      await client.end();
    });
    await world.run();
    expect(diary.seen).toEqual([['asleep: 1', 30]]);
    await world[Symbol.asyncDispose]();
  });

  test('the cable is cut: the query fails after a quarter of an hour', async () => {
    expect(await breaking(single, 'cut')).toEqual([
      ['error: ETIMEDOUT read ETIMEDOUT', 936_070],
      ['a second later: ETIMEDOUT read ETIMEDOUT', 936_070],
      ['error: Connection terminated unexpectedly', 936_070],
      ['end', 936_070],
    ]);
    expect(await breaking(pooled, 'cut')).toEqual([
      ['a second later: ETIMEDOUT read ETIMEDOUT', 936_070],
      ['remove', 936_070],
    ]);
  });

  test('the power fails for ten seconds: the query is lost with the connection', async () => {
    expect(await breaking(single, 'power')).toEqual([
      ['error: ECONNRESET read ECONNRESET', 14_480],
      ['a second later: ECONNRESET read ECONNRESET', 14_480],
      ['error: Connection terminated unexpectedly', 14_480],
      ['end', 14_480],
    ]);
    expect(await breaking(pooled, 'power')).toEqual([
      ['a second later: ECONNRESET read ECONNRESET', 14_480],
      ['remove', 14_480],
    ]);
  });

  test('the server is killed: the pool drops the connection, and the next is refused', async () => {
    expect(await breaking(single, 'kill')).toEqual([
      ['error: Connection terminated unexpectedly', 35],
      ['end', 35],
      ['a second later: Client has encountered a connection error and is not queryable', 1030],
    ]);
    expect(await breaking(pooled, 'kill')).toEqual([
      ['remove', 35],
      ['error: Connection terminated unexpectedly', 35],
      ['a second later: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:5432', 1040],
    ]);
  });
});
