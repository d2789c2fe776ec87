import { expect, test } from 'vitest';
import { Duo, outcome } from '../../test/support/duo.ts';
import type { PROFILES } from '../host/profiles.ts';
import type { System } from '../system/system.ts';

/** What a program on A brings. */
async function onA<T>(profile: keyof typeof PROFILES, program: (os: System) => Promise<T>): Promise<T | undefined> {
  const world = new Duo({ profile });
  const process = world.spawn('A', program);
  await world.run();
  if (world.failures.length > 0) throw world.failures[0];
  const exit = await process.exited;
  return 'value' in exit ? exit.value : undefined;
}

test('a call in a state that has no place for it: EPIPE, ENOTCONN, EINVAL, EISCONN, EBADF; listen() again is none', async () => {
  const brought = await onA('linux', async (os) => {
    const told: string[] = [];
    const tell = async (call: string, ended: Promise<unknown>) => {
      told.push(`${call} ${await outcome(ended)}`);
    };
    const fresh = await os.socket();
    await tell('send', fresh.send('x'));
    await tell('recv', fresh.recv(new Uint8Array(1)));
    await tell('shutdown', fresh.shutdown('write'));
    await fresh.bind(7000);
    await tell('bind', fresh.bind(7001));
    const listener = await fresh.listen();
    await tell('connect', fresh.connect('B', 7000));
    const again = fresh.listen({ backlog: 3 });
    await tell(
      'listen',
      again.then((same) => (same === listener ? 'the same' : 'another')),
    );
    await listener.close();
    await tell('close', fresh.close());
    await tell('send', fresh.send('x'));
    await tell('accept', listener.accept());
    return told;
  });
  expect(brought).toEqual([
    'send EPIPE',
    'recv ENOTCONN',
    'shutdown ENOTCONN',
    'bind EINVAL',
    'connect EISCONN',
    'listen the same',
    'close EBADF',
    'send EBADF',
    'accept EBADF',
  ]);
});

test.each([
  ['linux', 'EPIPE'],
  ['rfc', 'ENOTCONN'],
  ['windows', 'ENOTCONN'],
] as const)(
  'send on a socket that never connected, where POSIX and Linux differ: %s says %s',
  async (profile, errno) => {
    expect(await onA(profile, async (os) => outcome((await os.socket()).send('x')))).toBe(errno);
  },
);
