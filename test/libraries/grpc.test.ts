/**
 * @grpc/grpc-js, unmodified, on both ends. Clients made in one process of Node share their connections, by a pool that is
 * a variable of the module; programs that are functions share the modules of the test, so each client has a pool of its own.
 */
import * as grpc from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { broken, type Diary, program, scene } from './database-scene.ts';

const serialize = (text: string) => Buffer.from(text);
const deserialize = (bytes: Buffer) => bytes.toString();
const method = (path: string, responseStream: boolean) => ({
  path,
  requestStream: false,
  responseStream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
});
const ASK = method('/test/ask', false);
const COUNT = method('/test/count', true);

/** Answers questions; counts, once a second, for as long as somebody listens. */
function serve(): void {
  const server = new grpc.Server();
  server.addService(
    { ask: ASK, count: COUNT },
    {
      ask(call: grpc.ServerUnaryCall<string, string>, then: grpc.sendUnaryData<string>) {
        if (call.request === 'wrong') then({ code: grpc.status.INVALID_ARGUMENT, details: 'that is wrong' });
        else then(null, `answer to ${call.request}`);
      },
      count(call: grpc.ServerWritableStream<string, string>) {
        let count = 0;
        const timer = setInterval(() => {
          count += 1;
          call.write(String(count));
          if (count === 3) call.end();
          if (count === 3) clearInterval(timer);
        }, 1000);
      },
    },
  );
  server.bindAsync('0.0.0.0:50051', grpc.ServerCredentials.createInsecure(), () => {});
}

function connect(options: grpc.ClientOptions = {}) {
  const own = { 'grpc.use_local_subchannel_pool': 1, ...options };
  const client = new grpc.Client('db:50051', grpc.credentials.createInsecure(), own);
  const ask = (question: string, call: grpc.CallOptions = {}) =>
    new Promise<string | undefined>((resolve, reject) => {
      const then = (error: grpc.ServiceError | null, answer?: string) => (error ? reject(error) : resolve(answer));
      client.makeUnaryRequest(ASK.path, serialize, deserialize, question, new grpc.Metadata(), call, then);
    });
  return { client, ask };
}

/** Asks, and a second later twice: once with all the time there is, once with five seconds. */
const asker =
  (options: grpc.ClientOptions = {}) =>
  async (diary: Diary): Promise<void> => {
    const { ask } = connect(options);
    await diary.ending('first', ask('this'));
    setTimeout(() => {
      void diary.ending('a second later', ask('that'));
      void diary.ending('within five seconds', ask('that', { deadline: Date.now() + 5000 }));
    }, 1000);
  };

function joined(main: (diary: Diary) => unknown) {
  const stage = scene();
  const server = program(serve);
  const process = stage.db.spawn('server', server.run);
  stage.db.onBoot('server', server.run);
  const { diary, run } = program(main);
  const client = stage.app.spawn('app', run, { start: 1 });
  return { ...stage, client, server: process, diary };
}

async function breaking(main: (diary: Diary) => unknown, how: 'cut' | 'power' | 'kill') {
  const stage = joined(main);
  await stage.world.run({ until: () => stage.diary.has('first: "answer to this"') });
  const before = stage.diary.seen.length;
  await broken(stage, how, stage.server);
  return stage.diary.seen.slice(before);
}

test('calls, a stream, an error of the server, the end', async () => {
  const { world, client, diary } = joined(async (diary) => {
    const { client, ask } = connect();
    await diary.ending('first', ask('this'));
    await diary.ending('wrong', ask('wrong'));
    const stream = client.makeServerStreamRequest(COUNT.path, serialize, deserialize, 'three');
    for await (const count of stream) diary.tell(`count ${String(count)}`);
    client.close();
  });
  await world.run({ for: '1min' });
  expect(diary.seen).toEqual([
    ['first: "answer to this"', 31],
    ['wrong: 3 INVALID_ARGUMENT: that is wrong', 41],
    ['count 1', 1051],
    ['count 2', 2051],
    ['count 3', 3051],
  ]);
  expect(await client.exited).toMatchObject({ code: 0 });
  await world[Symbol.asyncDispose]();
});

test('the cable is cut: without keep-alives calls that have no deadline end after a quarter of an hour', async () => {
  expect(await breaking(asker(), 'cut')).toEqual([
    ['within five seconds: 4 DEADLINE_EXCEEDED: Deadline exceeded after 5.000s,remote_addr=10.0.1.2:50051', 6031],
    ['a second later: 14 UNAVAILABLE: read ETIMEDOUT', 936_071],
  ]);
  const keepAlive = { 'grpc.keepalive_time_ms': 10_000, 'grpc.keepalive_timeout_ms': 5000 };
  expect(await breaking(asker(keepAlive), 'cut')).toEqual([
    ['within five seconds: 4 DEADLINE_EXCEEDED: Deadline exceeded after 5.000s,remote_addr=10.0.1.2:50051', 6031],
    ['a second later: 14 UNAVAILABLE: Connection dropped', 15_021],
  ]);
});

test('the power fails for ten seconds: calls are lost, the next finds a new connection', async () => {
  expect(await breaking(asker(), 'power')).toEqual([
    ['within five seconds: 4 DEADLINE_EXCEEDED: Deadline exceeded after 5.000s,remote_addr=10.0.1.2:50051', 6031],
    ['a second later: 14 UNAVAILABLE: read ECONNRESET', 14_481],
  ]);
});

test('the server is killed: calls fail at once', async () => {
  const refused =
    '14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 10.0.1.2:50051. Resolution note: ';
  expect(await breaking(asker(), 'kill')).toEqual([
    [`a second later: ${refused}`, 1041],
    [`within five seconds: ${refused}`, 1041],
  ]);
});
