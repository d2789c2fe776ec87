/** PGlite's socket server, a PostgreSQL in WebAssembly, on a simulated host, and pg as its client; both unmodified. */
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broken, type Diary, program, scene, watch } from './database-scene.ts';

/** What lives on while its host has no power: a database's files. It takes seconds to make one. */
let files: PGlite;
beforeAll(async () => {
  files = await PGlite.create();
});
afterAll(() => files.close());

async function serve(db: PGlite): Promise<void> {
  await new PGLiteSocketServer({ db, port: 5432, host: '0.0.0.0' }).start();
}

/** Asks by one connection, and again a second later. */
async function client(diary: Diary): Promise<void> {
  const connection = new pg.Client({ host: 'db', user: 'postgres', database: 'postgres' });
  watch(diary, connection, ['error', 'end']);
  await connection.connect();
  await diary.ending(
    'sum',
    connection.query('select 1 + $1::int as sum', [2]).then(({ rows }) => rows),
  );
  setTimeout(
    () =>
      void diary.ending(
        'a second later',
        connection.query('select 4 as four').then(({ rows }) => rows),
      ),
    1000,
  );
}

async function breaking(how: 'cut' | 'power' | 'kill') {
  const stage = scene();
  const { run } = program(() => serve(files));
  const server = stage.db.spawn('server', run);
  stage.db.onBoot('server', run);
  const app = program(client);
  stage.app.spawn('app', app.run, { start: 1 });
  await stage.world.run({ until: () => app.diary.has('sum: [{"sum":3}]') });
  const before = app.diary.seen.length;
  await broken(stage, how, server);
  return app.diary.seen.slice(before);
}

test('a database begins, is filled and asked, all on a simulated host', async () => {
  const { world, app, db } = scene();
  db.spawn('server', program(async () => serve(await PGlite.create())).run);
  const { diary, run } = program(async (diary) => {
    const connection = new pg.Client({ host: 'db', user: 'postgres', database: 'postgres' });
    await connection.connect();
    await connection.query('create table numbers as select * from generate_series(1, 1000) as n');
    await diary.ending(
      'sum',
      connection.query('select sum(n)::int from numbers').then(({ rows }) => rows),
    );
    await diary.ending('wrong', connection.query('select * from nothing'));
    await connection.end();
  });
  app.spawn('app', run, { start: 1 });
  await world.run({ for: '1min' });
  expect(diary.seen).toEqual([
    ['sum: [{"sum":500500}]', 41],
    ['wrong: 42P01 relation "nothing" does not exist', 51],
  ]);
  await world[Symbol.asyncDispose]();
});

test('the cable is cut: the query fails after a quarter of an hour', async () => {
  expect(await breaking('cut')).toEqual([
    ['error: ETIMEDOUT read ETIMEDOUT', 936_071],
    ['a second later: ETIMEDOUT read ETIMEDOUT', 936_071],
    ['error: Connection terminated unexpectedly', 936_071],
    ['end', 936_071],
  ]);
});

test('the power fails for ten seconds: the query is lost with the connection', async () => {
  expect(await breaking('power')).toEqual([
    ['error: ECONNRESET read ECONNRESET', 14_481],
    ['a second later: ECONNRESET read ECONNRESET', 14_481],
    ['error: Connection terminated unexpectedly', 14_481],
    ['end', 14_481],
  ]);
});

test('the server is killed: the connection ends', async () => {
  expect(await breaking('kill')).toEqual([
    ['error: Connection terminated unexpectedly', 36],
    ['end', 36],
    ['a second later: Client has encountered a connection error and is not queryable', 1031],
  ]);
});
