/** mysql2, unmodified, on both ends: its client and the server that it makes. */
import mysql, { type Connection } from 'mysql2';
import { expect, test } from 'vitest';
import { broken, type Diary, program, scene, watch } from './database-scene.ts';

/** Its name for the type of a text, and for UTF-8. */
const [VAR_STRING, UTF8] = [253, 33];

/** Answers each query with one row that holds the query. */
function serve(): void {
  let connections = 0;
  const server = mysql.createServer((connection: Connection) => {
    connections += 1;
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: 'simulated',
      connectionId: connections,
      statusFlags: 2,
      characterSet: UTF8,
      capabilityFlags: 0xff_ff_ff,
    });
    connection.on('error', () => {});
    connection.on('query', (sql: string) => {
      if (sql === 'wrong') connection.writeError({ code: 1064, message: 'You have an error in your SQL syntax' });
      else connection.writeTextResult([{ said: sql }], [column('said')]);
    });
  });
  Reflect.apply(server.listen, server, [3306]);
}

function column(name: string) {
  const places = { catalog: 'def', schema: '', table: '', orgTable: '', name, orgName: name };
  return { ...places, characterSet: UTF8, columnLength: 255, columnType: VAR_STRING, flags: 0, decimals: 0 };
}

/** Asks by one connection, and again a second later. */
async function single(diary: Diary): Promise<void> {
  const connection = mysql.createConnection({ host: 'db', user: 'me' });
  watch(diary, connection, ['error', 'end']);
  const query = (sql: string) =>
    connection
      .promise()
      .query(sql)
      .then(([rows]) => rows);
  await diary.ending('first', query('one'));
  setTimeout(() => void diary.ending('a second later', query('two')), 1000);
}

/** The same through a pool. */
async function pooled(diary: Diary): Promise<void> {
  const pool = mysql.createPool({ host: 'db', user: 'me' }).promise();
  const query = (sql: string) => pool.query(sql).then(([rows]) => rows);
  await diary.ending('first', query('one'));
  setTimeout(() => void diary.ending('a second later', query('two')), 1000);
}

function joined(main: (diary: Diary) => unknown) {
  const stage = scene();
  const server = program(serve);
  const process = stage.db.spawn('server', server.run);
  stage.db.onBoot('server', server.run);
  const { diary, run } = program(main);
  const app = stage.app.spawn('app', run, { start: 1 });
  return { ...stage, client: app, server: process, diary };
}

async function breaking(main: (diary: Diary) => unknown, how: 'cut' | 'power' | 'kill') {
  const stage = joined(main);
  await stage.world.run({ until: () => stage.diary.has('first: [{"said":"one"}]') });
  const before = stage.diary.seen.length;
  await broken(stage, how, stage.server);
  return stage.diary.seen.slice(before);
}

test('queries, an error of the server, the end', async () => {
  const { world, client, diary } = joined(async (diary) => {
    const connection = mysql.createConnection({ host: 'db', user: 'me' }).promise();
    await diary.ending(
      'one',
      connection.query('one').then(([rows]) => rows),
    );
    await diary.ending('wrong', connection.query('wrong'));
    await connection.end();
  });
  await world.run();
  // Its server writes a result in several packets, by Nagle's algorithm: the second waits for a delayed ACK, 40 ms.
  expect(diary.seen).toEqual([
    ['one: [{"said":"one"}]', 91],
    ['wrong: ER_PARSE_ERROR You have an error in your SQL syntax', 101],
  ]);
  expect(await client.exited).toMatchObject({ code: 0 });
  await world[Symbol.asyncDispose]();
});

test('the cable is cut: the query fails after a quarter of an hour', async () => {
  expect(await breaking(single, 'cut')).toEqual([['a second later: ETIMEDOUT read ETIMEDOUT', 936_131]]);
  expect(await breaking(pooled, 'cut')).toEqual([['a second later: ETIMEDOUT read ETIMEDOUT', 936_131]]);
});

test('the power fails for ten seconds: the query is lost with the connection', async () => {
  expect(await breaking(single, 'power')).toEqual([['a second later: ECONNRESET read ECONNRESET', 14_541]]);
  expect(await breaking(pooled, 'power')).toEqual([['a second later: ECONNRESET read ECONNRESET', 14_541]]);
});

test('the server is killed: the connection is lost, and a new one is refused', async () => {
  expect(await breaking(single, 'kill')).toEqual([
    ['end', 96],
    ['error: PROTOCOL_CONNECTION_LOST Connection lost: The server closed the connection.', 96],
    ["a second later: Can't add new command when connection is in closed state", 1091],
  ]);
  expect(await breaking(pooled, 'kill')).toEqual([
    ['a second later: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:3306', 1101],
  ]);
});
