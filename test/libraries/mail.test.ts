/** nodemailer and smtp-server, unmodified. */
import nodemailer from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { breaking, type Diary, program, scene } from './database-scene.ts';

function serve(diary: Diary): void {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, _session, then) => {
      let bytes = 0;
      stream.on('data', (piece: Uint8Array) => {
        bytes += piece.length;
      });
      stream.on('end', () => {
        diary.tell(`mail of ${bytes > 1000 ? 'many' : 'few'} bytes`);
        then();
      });
    },
  });
  server.on('error', () => {});
  server.listen(25);
}

const call = (pool: boolean) => async (diary: Diary) => {
  const transport = nodemailer.createTransport({ host: 'db', port: 25, pool, maxConnections: 1 } as object);
  const send = () =>
    transport.sendMail({ from: 'a@example.com', to: 'b@example.com', subject: 'x', text: 'y' }).then(() => 'accepted');
  await diary.ending('first', send());
  diary.tell('used');
  setTimeout(() => void diary.ending('a second later', send()), 1000);
};

test('a mail and its attachment arrive', async () => {
  const { world, app, db } = scene();
  const server = program(serve);
  const process = db.spawn('server', server.run);
  const { diary, run } = program(async (seen) => {
    const transport = nodemailer.createTransport({ host: 'db', port: 25 });
    const attachments = [{ filename: 'a.bin', content: Buffer.alloc(100_000, 1) }];
    const sent = transport.sendMail({
      from: 'a@example.com',
      to: 'b@example.com',
      subject: 'x',
      text: 'y',
      attachments,
    });
    await seen.ending(
      'mail',
      sent.then(({ accepted }) => accepted),
    );
  });
  app.spawn('app', run, { start: 1 });
  await world.run({ for: '1min' });
  expect(diary.seen.map(([what]) => what)).toEqual(['mail: ["b@example.com"]']);
  expect(server.diary.seen.map(([what]) => what)).toEqual(['mail of many bytes']);
  process.kill();
  await world[Symbol.asyncDispose]();
});

test('the cable is cut: a new connection is given up after two minutes, a kept one by its socket’s time-out', async () => {
  expect(await breaking(serve, call(false), 'cut')).toEqual([
    ['a second later: ETIMEDOUT Connection timeout', 121_151],
  ]);
  expect(await breaking(serve, call(true), 'cut')).toEqual([['a second later: ETIMEDOUT Connection timeout', 721_351]]);
});
test('the power fails for ten seconds: the mail is accepted late, by a new connection if there was one', async () => {
  expect(await breaking(serve, call(false), 'power')).toEqual([['a second later: "accepted"', 12_301]]);
  expect(await breaking(serve, call(true), 'power')).toEqual([['a second later: "accepted"', 14_951]]);
});
test('the server is killed: the next mail is refused', async () => {
  expect(await breaking(serve, call(false), 'kill')).toEqual([
    ['a second later: ESOCKET connect ECONNREFUSED 10.0.1.2:25', 1161],
  ]);
  expect(await breaking(serve, call(true), 'kill')).toEqual([
    ['a second later: ESOCKET connect ECONNREFUSED 10.0.1.2:25', 1161],
  ]);
});
